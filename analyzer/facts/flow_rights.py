"""What an actor's role, and the policies of what it writes to, let it write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from analyzer.facts.iam import Statement
from analyzer.judgement import Evidence
from analyzer.records import dataclass

if TYPE_CHECKING:
    from analyzer.facts.event_text import Comparison
    from analyzer.facts.iam import Iam
    from analyzer.model.application import Application
    from analyzer.model.template import Resource

ANY_SUFFIX = "\0"
"""Stands for whatever follows in an ARN, such as an object's key or a function's alias."""


@dataclass(frozen=True, slots=True)
class Right:
    """``sure`` is false where a condition or a value that is not known decides. ``proof`` is empty where no policy of
    the application says so (a role outside it)."""

    sure: bool
    proof: tuple[Evidence, ...] = ()
    patterns: tuple[str, ...] | None = None
    denied: tuple[str, ...] = ()


class Rights:
    """The rights of one role."""

    def __init__(self, application: Application, iam: Iam, role: Resource | None) -> None:
        self._application = application
        self._names = application.names
        self._iam = iam
        self._role = role
        self._principal = iam.principal(role)
        self._others = iam.grants_to(role)

    @property
    def known(self) -> bool:
        """Whether the role is of the application and all its policies could be read."""
        return self._principal is not None and self._principal.complete

    def on(self, actions: Iterable[str], arn: str) -> Right | None:
        """The right to do one of the actions on exactly this ARN, or on an alias of it; None where there is none."""
        found = None
        for action in actions:
            for exact in (arn, f"{arn}:{ANY_SUFFIX}"):
                right = self._on(action, exact)
                if right is not None and (found is None or (right.sure and not found.sure)):
                    found = right
        return found or (None if self.known else Right(False))

    def _on(self, action: str, arn: str) -> Right | None:
        grants = self._principal.grants(action, arn) if self._principal is not None else []
        if grants:
            statement = grants[0].statement
            return Right(grants[0].sure, (self._proof(statement, action),))
        if any(s.denies and self._covers(s, action, arn) and not s.condition for s in self._own()):
            return None
        for statement in self._others:
            if self._covers(statement, action, arn):
                return Right(not statement.condition, (self._proof(statement, action),))
        return None

    def allowed(self, actions: Iterable[str]) -> set[str | None]:
        """The ARN patterns, in canonical form, on which a statement may allow one of the actions. None stands for
        patterns of which nothing is known."""
        asked = tuple(actions)
        found: set[str | None] = set()
        for statement in (*self._own(), *self._others):
            if statement.allows and any(statement.covers_action(action) is not False for action in asked):
                found.update(self._names.canonical(case.value) for case in statement.resources)
                found.update([None] if statement.not_resources else [])
        return found

    def _own(self) -> list[Statement]:
        return self._principal.statements if self._principal is not None else []

    def _covers(self, statement: Statement, action: str, arn: str) -> bool:
        return bool(statement.covers_action(action)) and bool(statement.covers_resource(self._application, arn))

    # --- objects --------------------------------------------------------------------------------------

    def on_objects(self, actions: tuple[str, ...], arn: str, key: str, compare: Comparison) -> Right | None:
        """The right to write objects with keys like ``key``, with the ARN patterns that allow and deny it."""
        objects = f"{arn}/{key}"
        granting = list(self._granting(actions, objects, compare))
        if not granting:
            return None if self.known else Right(False)
        denied = self._denied(actions)
        sure = any(is_sure for _, _, is_sure in granting)
        statement = granting[0][0]
        patterns = tuple(dict.fromkeys(pattern for _, pattern, _ in granting)) if self.known else None
        return Right(sure, (self._proof(statement, actions[0]),), patterns, denied)

    def _granting(
        self, actions: tuple[str, ...], objects: str, compare: Comparison
    ) -> Iterator[tuple[Statement, str, bool]]:
        for statement in (*self._own(), *self._others):
            answers = [statement.covers_action(action) for action in actions]
            if not statement.allows or all(answer is False for answer in answers):
                continue
            for pattern, certain in self._patterns(statement):
                if compare.meets(pattern, objects):
                    yield statement, pattern, certain and True in answers and not statement.condition

    def _patterns(self, statement: Statement) -> Iterator[tuple[str, bool]]:
        if statement.not_resources:
            yield "*", False
        for case in statement.resources:
            canonical = self._names.canonical(case.value)
            if canonical is not None:
                yield canonical, not self._names.uncertain(canonical)

    def _denied(self, actions: tuple[str, ...]) -> tuple[str, ...]:
        found: list[str] = []
        for statement in self._own():
            if statement.denies and not statement.condition and all(statement.covers_action(a) for a in actions[:1]):
                found += [pattern for pattern, certain in self._patterns(statement) if certain]
        return tuple(found)

    def _proof(self, statement: Statement, action: str) -> Evidence:
        holder = f"policy {statement.managed}" if statement.managed else statement.carrier.logical_id
        return Evidence("grant", f"{holder} allows {action}", statement.node.place)
