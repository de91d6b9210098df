"""Errors that a handler catches and tells nobody who would try again."""

from __future__ import annotations

from analyzer.code.program import Caught, Program
from analyzer.facts.batch_answers import names_failed, names_failures


def swallowed(program: Program) -> list[Caught]:
    """The catch blocks around calls after which the handler succeeds although it did nothing about the error.

    A block that answers inside a helper function is left out: its caller may look at the answer. So is one inside
    another that keeps the failed item, where the handler answers with the items that failed.
    """
    reporting = [caught for caught in program.catches if caught.keeps] if names_failures(program) else []
    return [
        caught
        for caught in program.catches
        if caught.around_calls
        and not caught.acts
        and _ends(program, caught)
        and not any(_within(outer, caught.place.file, caught.place.line) for outer in reporting if outer != caught)
    ]


def _ends(program: Program, caught: Caught) -> bool:
    if caught.outcome in ("empty", "continues"):
        return True
    answers = [one for one in program.returns if one.in_catch and _within(caught, one.place.file, one.place.line)]
    return caught.outcome == "returns" and bool(answers) and not any(names_failed(one.value) for one in answers)


def _within(caught: Caught, file: str, line: int) -> bool:
    return caught.place.file == file and caught.place.line <= line <= caught.place.end_line
