"""Asks an analyzer that runs in this process for one template after the other, and waits for none of them for ever."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from threading import Thread
from typing import TypeVar

from analyzer.companions.report import Remark, Template, Trouble

Answer = TypeVar("Answer")


class TimeUpError(Exception):
    """A call was not done in time."""


def one_by_one(
    templates: Iterable[Template],
    judge: Callable[[Template], Sequence[Remark | Trouble]],
    *,
    seconds: float,
    renew: Callable[[], object],
) -> tuple[list[Remark], list[Trouble]]:
    """What ``judge`` says of each of ``templates``; that it fails or takes longer than ``seconds`` is a trouble of that
    template alone. ``renew`` is called after the latter, as what ``judge`` uses is then still in use."""
    answers: list[Remark | Trouble] = []
    for template in templates:
        try:
            answers += within(seconds, partial(judge, template))
        except TimeUpError as error:
            answers.append(Trouble(template.path, str(error)))
            renew()
        except Exception as error:  # noqa: BLE001  whatever a companion raises is its own failure on this template
            answers.append(Trouble(template.path, " ".join(f"{type(error).__name__}: {error}".split())))
    remarks = [answer for answer in answers if isinstance(answer, Remark)]
    return remarks, [answer for answer in answers if isinstance(answer, Trouble)]


def within(seconds: float, call: Callable[[], Answer]) -> Answer:
    """What ``call`` answers or raises.

    It runs in a thread of its own, which is left behind when its time is up: no thread can be stopped from outside,
    but none that is left keeps the process alive either.

    Raises:
        TimeUpError: after ``seconds``.
    """
    answers: list[Answer] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            answers.append(call())
        except BaseException as error:  # noqa: BLE001  raised again for the caller, who waits for it
            errors.append(error)

    thread = Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise TimeUpError(f"it took longer than {seconds:g} s")
    if errors:
        raise errors[0]
    return answers[0]
