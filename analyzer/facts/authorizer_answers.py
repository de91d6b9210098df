"""What the function of an authorizer answers: policies, simple responses, and how far an allowed resource reaches.

Source of the shapes: API Gateway Developer Guide, "Output from an API Gateway Lambda authorizer" and "Control access
to HTTP APIs with AWS Lambda authorizers", read 2026-11-24.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from functools import cached_property
from typing import TYPE_CHECKING

from analyzer.code.program import (
    Choice,
    CodeValue,
    Composed,
    Derived,
    EnvironmentVariable,
    EventField,
    Items,
    Literal,
    Opaque,
    Program,
    Record,
    Returned,
)
from analyzer.model.value import Known, Text
from analyzer.records import dataclass

if TYPE_CHECKING:
    from analyzer.facts.functions import Function

MOST_VALUES = 200
OWN_METHOD = (("methodArn",), ("routeArn",))
"""Event fields that are the ARN of the one method called."""
_METHOD_PARTS = frozenset({"httpMethod", "path", "resourcePath", "rawPath", "method", "routeKey", "resource"})
_HOLE, _SPLIT_HOLE = "\ue000", "\ue001"


class Scope(IntEnum):
    """How far an allowed resource reaches, least first."""

    METHOD = 0
    """The method that is called, and only this one."""
    PART = 1
    """Some methods."""
    STAGE = 2
    """Every method of one stage."""
    API = 3
    """Every stage of the API."""
    EVERYTHING = 4
    """Every API."""


@dataclass(frozen=True)
class Statement:
    """A statement of a policy that the code builds; ``effects`` are the words it can hold, None among them where it
    can be something else."""

    effects: frozenset[str | None]
    resources: tuple[CodeValue, ...]
    record: Record


@dataclass(frozen=True)
class Answer:
    """One value that the function can answer with."""

    value: CodeValue
    returned: Returned

    @cached_property
    def statements(self) -> tuple[Statement, ...] | None:
        """The statements of its policy; None where there is no policy that can be read."""
        document = self.value.get("policyDocument") if isinstance(self.value, Record) else None
        found: list[Statement] = []
        for option in options(document) if document is not None else ():
            inner = option.get("Statement") if isinstance(option, Record) else None
            for item in elements(inner) if inner is not None else ():
                if isinstance(item, Record):
                    found.append(_statement(item))
        return tuple(found) or None

    @cached_property
    def permits(self) -> CodeValue | None:
        """``isAuthorized`` of a simple response; None where there is none."""
        return self.value.get("isAuthorized") if isinstance(self.value, Record) else None

    @property
    def allows(self) -> bool | None:
        """Whether it can let the caller in; None where that is not known."""
        return self._says("Allow", True)

    @property
    def denies(self) -> bool | None:
        """Whether it can turn the caller away; None where that is not known."""
        if self.is_unauthorized:
            return True
        return self._says("Deny", False)

    @property
    def is_unauthorized(self) -> bool:
        """Whether it is the answer that HTTP APIs turn into 401."""
        message = self.value.get("errorMessage") if isinstance(self.value, Record) else None
        return message == Literal("Unauthorized")

    def _says(self, effect: str, permitted: bool) -> bool | None:
        words: set[object] = set()
        for statement in self.statements or ():
            words |= statement.effects
        for option in options(self.permits) if self.permits is not None else ():
            words.add(option.value if isinstance(option, Literal) and isinstance(option.value, bool) else None)
        if effect in words or permitted in words:
            return True
        return None if None in words or self.unreadable else False

    @property
    def unreadable(self) -> bool:
        """Whether nothing can be read from it: a package put it together."""
        return (
            self.statements is None and self.permits is None and not isinstance(self.value, Record | Literal | Composed)
        )

    @property
    def decided_by(self) -> tuple[CodeValue, ...]:
        """The values on which it depends whether this is the answer, and which one it is."""
        deciding = [self.permits, *(statement.record.get("Effect") for statement in self.statements or ())]
        computed = (option for value in deciding for option in options(value) if not isinstance(option, Literal))
        return (*self.returned.conditions, *computed)

    @property
    def allowed(self) -> tuple[CodeValue, ...]:
        """The resources of its allowing statements."""
        allowing = [one for one in self.statements or () if "Allow" in one.effects or None in one.effects]
        return tuple(resource for statement in allowing for resource in statement.resources)


def answers(program: Program) -> tuple[Answer, ...]:
    """Everything that the function can answer, each alternative by itself."""
    return tuple(Answer(option, returned) for returned in program.returns for option in options(returned.value))


def _statement(record: Record) -> Statement:
    effect = record.get("Effect")
    words = options(effect) if effect is not None else ()
    effects = frozenset(str(one.value) if isinstance(one, Literal) else None for one in words)
    resource = record.get("Resource")
    return Statement(effects, tuple(elements(resource)) if resource is not None else (), record)


# --- walking ------------------------------------------------------------------------------------------------


def options(value: CodeValue | None) -> tuple[CodeValue, ...]:
    """The alternatives of a value; a value that has none is its own only one."""
    if value is None:
        return ()
    if not isinstance(value, Choice):
        return (value,)
    return tuple(dict.fromkeys(inner for option in value.options for inner in options(option)))[:MOST_VALUES]


def elements(value: CodeValue) -> Iterator[CodeValue]:
    """The items of a list in every alternative, or the lone value."""
    for option in options(value):
        if isinstance(option, Items):
            for item in option.items:
                yield from elements(item)
        else:
            yield option


def parts(value: CodeValue) -> tuple[CodeValue, ...]:
    """The values directly inside a value."""
    match value:
        case Composed(parts=inner) | Items(items=inner) | Choice(options=inner) | Derived(sources=inner):
            return inner
        case Record(entries=entries):
            return tuple(entry for _, entry in entries)
        case EnvironmentVariable(default=default) if default is not None:
            return (default,)
        case _:
            return ()


def leaves(*values: CodeValue) -> Iterator[CodeValue]:
    """Every value inside that holds no other, each once."""
    seen: set[CodeValue] = set()
    waiting = list(values)
    while waiting:
        value = waiting.pop()
        if value in seen:
            continue
        seen.add(value)
        inner = parts(value)
        waiting.extend(inner)
        if not inner or isinstance(value, EnvironmentVariable):
            yield value


def fields(*values: CodeValue) -> list[tuple[str, ...]]:
    """The paths of all event fields inside, sorted."""
    return sorted({leaf.path for leaf in leaves(*values) if isinstance(leaf, EventField)})


# --- reach --------------------------------------------------------------------------------------------------


def scope(resource: CodeValue, function: Function) -> Scope | None:
    """How far an allowed resource reaches; None where the code does not tell."""
    if isinstance(resource, EventField):
        return Scope.METHOD if resource.path in OWN_METHOD else None
    if isinstance(resource, Opaque):
        return None
    if isinstance(resource, Derived):
        return _scope_of_derived(resource)
    text = _skeleton(resource, function)
    return None if text is None else _scope_of_text(text, resource)


def _scope_of_derived(resource: Derived) -> Scope | None:
    """A computed resource: one that puts ``*`` into the method's ARN reaches further than the method."""
    inside = list(leaves(resource))
    if any(isinstance(leaf, Literal) and isinstance(leaf.value, str) and "*" in leaf.value for leaf in inside):
        return Scope.STAGE
    return None


def _skeleton(value: CodeValue, function: Function) -> str | None:
    match value:
        case Literal(value=content):
            return str(content)
        case Composed(parts=inner):
            pieces = [_skeleton(part, function) for part in inner]
            return "".join(_HOLE if piece is None else piece for piece in pieces)
        case EnvironmentVariable():
            written = function.value_of(value)
            return (
                str(written)
                if isinstance(written, Text)
                else str(written.value)
                if isinstance(written, Known)
                else _HOLE
            )
        case Derived(how=how):
            return _SPLIT_HOLE if how == "split" else _HOLE
        case Choice():
            return _HOLE
        case EventField():
            return _HOLE
        case _:
            return None


def _scope_of_text(text: str, resource: CodeValue) -> Scope | None:
    if text == "*":
        return Scope.EVERYTHING
    if "*" not in text:
        called = {step for path in fields(resource) for step in path[-1:]} & _METHOD_PARTS
        own = any(path in OWN_METHOD for path in fields(resource)) and text == _HOLE
        return Scope.METHOD if called or own else Scope.PART if "/" in text else None
    api, *rest = text.split("/")
    if "*" in api.rpartition(":")[2] or (api.startswith("arn:") and api.endswith(":*")):
        return Scope.EVERYTHING
    if rest and all(step == "*" for step in rest[1:]) and rest[-1] == "*":
        if rest[0] != "*":
            return Scope.STAGE
        return Scope.API if api == _SPLIT_HOLE or ":" in api else Scope.STAGE
    return Scope.PART
