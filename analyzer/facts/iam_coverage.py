"""Whether the patterns of a statement cover an action or a resource: yes, no, or None where a value decides."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from analyzer.model.globs import matches
from analyzer.model.value import Known, Text, Unknown, as_text

if TYPE_CHECKING:
    from analyzer.model.names import Names
    from analyzer.model.node import Case


class ResourcePatterns:
    """Resource patterns, of which those that name exactly one thing are looked up: a role may name hundreds of queues,
    and is asked about each of them."""

    def __init__(self, cases: tuple[Case, ...], names: Names) -> None:
        self._cases = cases
        self._names = names
        self._exact: set[str] = set()
        self._open: list[Case] = []
        for case in cases:
            canonical = names.canonical(case.value)
            if canonical is None or isinstance(case.value, Unknown) or not names.definite(canonical):
                self._open.append(case)
            else:
                self._exact.add(canonical)

    def cover(self, arn: str) -> bool | None:
        """Whether one of them speaks of the canonical ``arn``."""
        if arn in self._exact:
            return True
        asked = self._cases if self._names.uncertain(arn) else self._open
        return any_of(_unless_unknown(case, self._names.matches(case.value, arn)) for case in asked)


def action_matches(case: Case, action: str) -> bool | None:
    """Whether an action pattern covers an action."""
    value = case.value
    if isinstance(value, Known):
        return matches(as_text(value.value).lower(), action.lower())
    return None if isinstance(value, Unknown | Text) else False


def any_of(answers: Iterable[bool | None]) -> bool | None:
    """True where one is; None where one might be."""
    undecided = False
    for answer in answers:
        if answer:
            return True
        undecided = undecided or answer is None
    return None if undecided else False


def _unless_unknown(case: Case, answer: bool | None) -> bool | None:
    return None if isinstance(case.value, Unknown) and answer is not True else answer
