"""Text of which some parts are only made at run time, and what can be said of it: equal, begins, ends, like.

Such a text is an ordinary string in the canonical form of :mod:`analyzer.model.names` (each template value that
nobody can know yet is one private-use character), with three more characters for what the code makes of its event:

=============  ==============================================================
:data:`RUN`    any text
:data:`KEY`    the key of the S3 object that the event tells of
:data:`TAIL`   the end of that key (its base name)
:data:`EXTENSION`  the extension of that key, with its dot
:data:`STEM`   that key without its extension
=============  ==============================================================

Every answer is True (whatever the run, it is so), False (it never is) or None (it depends).
"""

from __future__ import annotations

from collections.abc import Set
from typing import TYPE_CHECKING

from analyzer.model.globs import overlap
from analyzer.model.value import Reference, Unknown
from analyzer.records import dataclass

if TYPE_CHECKING:
    from analyzer.model.names import Names

RUN, KEY, TAIL, EXTENSION, STEM = "\x00", "\x01", "\x02", "\x03", "\x07"
_REPLACED, _BY, _END = "\x04", "\x05", "\x06"
OF_THE_RUN = frozenset((RUN, KEY, TAIL, EXTENSION, STEM, _REPLACED))
MOST_LENGTH = 1024
"""An S3 key has at most so many bytes; longer texts are not compared."""


@dataclass(frozen=True, slots=True)
class KeyFilter:
    """What is known of an object's key because a filter let its event through."""

    prefix: str = ""
    suffix: str = ""

    def fill(self, text: str) -> str:
        """``text`` with what the filter tells of the event's key put in."""
        whole = self.prefix + RUN + self.suffix
        filled = text
        while _REPLACED in filled:
            before, _, rest = filled.partition(_REPLACED)
            wanted, _, rest = rest.partition(_BY)
            instead, _, after = rest.partition(_END)
            filled = before + self._replaced(wanted, instead) + after
        _, dot, extension = self.suffix.rpartition(".")
        filled = filled.replace(KEY, whole).replace(TAIL, RUN + self.suffix)
        filled = filled.replace(EXTENSION, dot + extension if dot else RUN + self.suffix)
        filled = filled.replace(STEM, RUN if "." in self.prefix else self.prefix + RUN)
        while RUN + RUN in filled:
            filled = filled.replace(RUN + RUN, RUN)
        return filled

    def _replaced(self, wanted: str, instead: str) -> str:
        """The key with the literal ``wanted`` replaced: only as much of its ends as no match can reach into, since
        JavaScript replaces the first only and Python all."""
        if wanted in self.prefix:
            before, _, after = self.prefix.partition(wanted)
            again = wanted in after or _meets(after, wanted)
            return before + instead + ("" if again else after) + RUN
        prefix = "" if _meets(self.prefix, wanted) else self.prefix
        suffix = self.suffix.replace(wanted, instead) if wanted in self.suffix else self.suffix
        return prefix + RUN + ("" if _meets(wanted, self.suffix) else suffix)


def _meets(left: str, right: str) -> bool:
    """Whether ``left`` ends with a beginning of ``right``, so that a match may lie across the boundary."""
    return any(left.endswith(right[:length]) for length in range(1, len(right)))


def replaced_in_key(wanted: str, instead: str) -> str:
    """The key of the event's object with a literal replaced."""
    return f"{_REPLACED}{wanted}{_BY}{instead}{_END}"


class Comparison:
    """Compares texts of one application.

    A template value that is not known may be any text, but is the same text wherever it stands: where both sides
    hold it, it only matches itself.
    """

    def __init__(self, names: Names) -> None:
        self._names = names

    def equal(self, text: str, other: str) -> bool | None:
        """Whether the two are the same text."""
        if text == other and not set(text) & OF_THE_RUN:
            return True
        return self._may(text, other)

    def begins(self, text: str, prefix: str) -> bool | None:
        """Whether ``text`` begins with ``prefix``."""
        if text.startswith(prefix) and not set(prefix) & OF_THE_RUN:
            return True
        return self._may(text, prefix + RUN)

    def ends(self, text: str, suffix: str) -> bool | None:
        """Whether ``text`` ends with ``suffix``."""
        if text.endswith(suffix) and not set(suffix) & OF_THE_RUN:
            return True
        return self._may(text, RUN + suffix)

    def like(self, text: str, wildcard: str) -> bool | None:
        """Whether ``text`` matches ``wildcard``, in which ``*`` stands for any text."""
        possible = self.meets(wildcard, text, "*")
        closed = not any(character in OF_THE_RUN or self.is_open(character) for character in text + wildcard)
        return closed if possible and closed else None if possible else False

    def meets(self, pattern: str, text: str, wildcards: str = "*?") -> bool:
        """Whether some text that ``text`` may be matches ``pattern``, in which ``wildcards`` have their meaning."""
        if len(pattern) > MOST_LENGTH or len(text) > MOST_LENGTH:
            return True
        shared = set(pattern) & set(text)
        return overlap(self._tokens(pattern, shared, wildcards), self._tokens(text, shared))

    def _may(self, text: str, other: str) -> bool | None:
        return None if self.meets(other, text, "") else False

    def _tokens(self, text: str, shared: Set[str], wildcards: str = "") -> list[str]:
        return [c if c in wildcards else self._token(c, shared) for c in text]

    def _token(self, character: str, shared: Set[str]) -> str:
        if character in OF_THE_RUN or (character not in shared and self.is_open(character)):
            return "*"
        return "\\" + character if character in "*?" else character

    def is_open(self, character: str) -> bool:
        """Whether the character stands for a template value that only deployment fixes."""
        if character.isascii():
            return False
        meaning = self._names.restore(character)
        return isinstance(meaning, Unknown) or (isinstance(meaning, Reference) and meaning.pseudo)

    def needs(self, *texts: str) -> str | None:
        """The first template value in the texts that would have to be known; None where there is none."""
        for character in "".join(texts):
            if not character.isascii():
                meaning = self._names.restore(character)
                if isinstance(meaning, Unknown):
                    return meaning.needs
                if isinstance(meaning, Reference) and meaning.pseudo:
                    return f"the value of {meaning.logical_id}"
        return None
