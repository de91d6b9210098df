"""What a property can be before deployment: a closed sum type, the only thing rules and facts see of intrinsics.

======================  ==========================================================================
:class:`Known`          a literal, or a parameter's given or default value (``origin`` says which)
:class:`Text`           a string with typed holes: ``arn:<AWS::Partition>:s3:::<Ref Bucket>/in/*``
:class:`Reference`      a resource and an attribute, across stacks too; or a pseudo parameter
:class:`Listing`        a list; an item that is Unknown may stand for several
:class:`Structure`      a mapping, still in its written form
:class:`OneOf`          alternatives, each with the guards that select it
:class:`Unknown`        cannot be known before deployment, and what would decide it
:class:`Absent`         not written, or ``AWS::NoValue``
======================  ==========================================================================
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import field
from typing import Any

from analyzer.records import dataclass

Scalar = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a known value came from: a parameter's ``default`` or a ``given`` value."""

    kind: str
    parameter: str


@dataclass(frozen=True, slots=True)
class Known:
    """A value that is settled in the template or by the given parameters."""

    value: Scalar
    origin: Origin | None = field(default=None, compare=False)

    @property
    def by_default(self) -> bool:
        """Whether the value holds only while a parameter keeps its default."""
        return self.origin is not None and self.origin.kind == "default"


@dataclass(frozen=True, slots=True)
class Reference:
    """``Ref`` (``attribute`` None) or ``Fn::GetAtt`` of the resource ``logical_id`` in the stack with key ``stack``.

    A pseudo parameter is a Reference too: ``logical_id`` is its name; ``stack`` is empty where all stacks of an
    application share its value.
    """

    stack: str
    logical_id: str
    attribute: str | None = None

    @property
    def pseudo(self) -> bool:
        """Whether this is a pseudo parameter such as ``AWS::Region``."""
        return self.logical_id.startswith("AWS::")

    def __str__(self) -> str:
        name = self.logical_id if self.attribute is None else f"{self.logical_id}.{self.attribute}"
        return f"<{name}>"


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that cannot be known before deployment; ``needs`` completes "it would take …".

    Two unknown values with the same ``identity`` are the same value. ``mentions`` are the references that flowed
    into it, for edges that hold whatever the value is.
    """

    needs: str = field(compare=False)
    identity: Hashable = None
    mentions: tuple[Reference, ...] = field(default=(), compare=False)

    def __str__(self) -> str:
        return f"<{self.needs}>"


Part = str | Reference | Unknown


@dataclass(frozen=True, slots=True)
class Text:
    """A string with at least one hole; neighbouring literal parts are merged."""

    parts: tuple[Part, ...]

    def __str__(self) -> str:
        return "".join(str(part) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of values."""

    items: tuple[Value, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Structure:
    """A mapping that is no intrinsic function, as written."""

    raw: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Guard:
    """What selects an alternative: a condition (``IsProd`` is true), a mapping's key, an allowed value.

    ``likely`` tells whether parameters' defaults select it; None where they do not tell.
    """

    kind: str  # "condition", "key", "allowed"
    stack: str
    name: str
    value: Scalar
    likely: bool | None = field(default=None, compare=False)

    def __str__(self) -> str:
        if self.kind == "condition":
            return f"condition {self.name} is {'true' if self.value else 'false'}"
        return f"{self.name} is {self.value}"


@dataclass(frozen=True, slots=True)
class Option:
    """One alternative of a :class:`OneOf`."""

    value: Value
    guards: tuple[Guard, ...]


@dataclass(frozen=True, slots=True)
class OneOf:
    """Alternatives; which one holds depends on conditions, a mapping's key or a parameter's allowed values."""

    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Absent:
    """Nothing is written here, or ``AWS::NoValue`` is."""


ABSENT = Absent()

Value = Known | Text | Reference | Listing | Structure | OneOf | Unknown | Absent

MOST_OPTIONS = 24
"""More alternatives than this for one value are not followed: the value is Unknown."""


def text(parts: list[Part], origin: Origin | None = None) -> Known | Text | Reference | Unknown:
    """The parts as one value: literal neighbours merged, a lone hole itself, no hole a :class:`Known`."""
    merged: list[Part] = []
    for part in parts:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        elif part != "":
            merged.append(part)
    if not merged:
        return Known("", origin)
    if len(merged) == 1:
        only = merged[0]
        return Known(only, origin) if isinstance(only, str) else only
    return Text(tuple(merged))


def parts_of(value: Value) -> list[Part] | None:
    """The value as parts of a string; None where it is no string (a list, a mapping, alternatives, absent)."""
    match value:
        case Known(value=content):
            return [as_text(content)]
        case Text(parts=parts):
            return list(parts)
        case Reference() | Unknown():
            return [value]
        case _:
            return None


def as_text(content: Scalar) -> str:
    """A scalar as CloudFormation writes it into a string."""
    if isinstance(content, bool):
        return "true" if content else "false"
    return "" if content is None else str(content)


def shown(value: Value) -> str:
    """The value for people: holes in angle brackets, items with commas, alternatives with "or", nothing for Absent."""
    match value:
        case Known(value=content):
            return as_text(content)
        case Absent():
            return ""
        case Structure():
            return "a mapping"
        case Listing(items=items):
            return ", ".join(map(shown, items))
        case OneOf(options=options):
            return " or ".join(dict.fromkeys(shown(option.value) or "nothing" for option in options))
        case _:
            return str(value)


def references(value: Value) -> tuple[Reference, ...]:
    """Every reference inside the value, in order, through all alternatives."""
    if isinstance(value, Known):  # most
        return ()
    match value:
        case Reference():
            return (value,)
        case Text(parts=parts):
            return tuple(ref for part in parts if not isinstance(part, str) for ref in references(part))
        case Unknown(mentions=mentions):
            return mentions
        case Listing(items=items):
            return tuple(ref for item in items for ref in references(item))
        case OneOf(options=options):
            return tuple(ref for option in options for ref in references(option.value))
        case _:
            return ()


def origin_of(*values: Value) -> Origin | None:
    """The weakest origin among the values: a default before a given value before a literal."""
    origins = [v.origin for v in values if isinstance(v, Known) and v.origin is not None]
    return next((o for o in origins if o.kind == "default"), origins[0] if origins else None)
