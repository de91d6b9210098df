"""Runs the companions that were asked for, side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from threading import Event, Thread
from typing import NamedTuple

from analyzer.companions.report import Companion, Report, Template, Trouble, UnavailableError
from analyzer.registry import COMPANIONS

SECONDS = 120.0
"""What one template may take; of checkov, which is given many at once, what its start may."""

_LOOK_UP = 0.2
"""Seconds after which it is told who is still at work."""

_TO_END = 5.0
"""Seconds that an interrupted run waits for what it started."""


class Asked(NamedTuple):
    """Companions, and the event that ends what they have started."""

    companions: tuple[Companion, ...]
    stop: Event


def companions(names: Sequence[str], *, seconds: float = SECONDS, checkov: str | None = None) -> Asked:
    """The companions with these ``names``, in the order of :data:`COMPANIONS`; only their modules are imported.
    ``checkov`` is its command; None: it is looked for."""
    stop = Event()
    made: list[Companion] = []
    for name in sorted(names, key=COMPANIONS.index):
        module = import_module(f"analyzer.companions.{name.replace('-', '_')}")
        made.append(module.Checkov(seconds, stop, checkov) if name == "checkov" else module.Analyzer(seconds))
    return Asked(tuple(made), stop)


def ask(
    asked: Asked, templates: Iterable[Template], *, waiting: Callable[[Sequence[str]], None] = lambda _: None
) -> tuple[Report, ...]:
    """What each of the companions says of ``templates``, in their order. ``waiting`` is called every now and then, with
    the names of those that are still at work.

    They run at the same time: checkov is a process of its own, and cloudformation-validate leaves the interpreter to
    others while it works. An interrupt ends what they have started.
    """
    given = tuple({template.path: template for template in templates}.values())
    reports: dict[str, Report] = {}

    # Not Thread.join: in Python 3.11 an interrupt of it marks the thread as ended, and nobody waits for it any more.
    done = {each.name: Event() for each in asked.companions}

    def run(companion: Companion) -> None:
        try:
            reports[companion.name] = _report(companion, given)
        finally:
            done[companion.name].set()

    try:
        for each in asked.companions:
            Thread(target=run, args=(each,), daemon=True).start()
        while working := [name for name, event in done.items() if not event.is_set()]:
            waiting(working)
            done[working[0]].wait(_LOOK_UP)
    except BaseException:
        asked.stop.set()
        for event in done.values():
            event.wait(_TO_END)
        raise
    return tuple(reports[companion.name] for companion in asked.companions)


def _report(asked: Companion, templates: tuple[Template, ...]) -> Report:
    try:
        version = asked.start()
    except UnavailableError as error:
        return _none(asked, str(error))
    except Exception as error:  # noqa: BLE001  its own failure, and no reason to lose what the others say
        return _none(asked, " ".join(f"it did not start: {type(error).__name__}: {error}".split()))
    remarks, troubles = asked.examine(templates)
    unread = {trouble.template for trouble in troubles}
    examined = sum(template.path not in unread for template in templates)
    return Report(asked.name, version, examined, tuple(remarks), tuple(troubles))


def _none(asked: Companion, reason: str) -> Report:
    return Report(asked.name, "", 0, troubles=(Trouble(None, reason),))
