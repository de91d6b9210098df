"""How a command ends: the numbers that a pipeline acts on."""

from __future__ import annotations

from enum import IntEnum


class ExitStatus(IntEnum):
    """The exit status of a command. 1 means findings and nothing else; where several of the first four apply, the
    highest counts."""

    CLEAN = 0
    """Nothing is at or over the gate."""
    FINDINGS = 1
    """Something is; for a command that compares, something differs."""
    ERROR = 2
    """Wrong use or configuration, or an input that could not be read."""
    INCOMPLETE = 3
    """Not everything was evaluated."""
    INTERRUPTED = 130
    """Somebody ended the run: 128 and the number of the signal, as shells count."""
    BROKEN_PIPE = 141
    """The reader of the output went away: 128 and the number of the signal that tells a program so."""

    @classmethod
    def of(cls, *, incomplete: object, unread: object, over: object) -> ExitStatus:
        """The status of a run that came to its end. Each is true, or not empty, where there is such a thing: something
        that was not evaluated, an input that was not read, a finding at or over the gate."""
        if incomplete:
            return cls.INCOMPLETE
        if unread:
            return cls.ERROR
        return cls.FINDINGS if over else cls.CLEAN
