"""What a message, record or event holds, as far as code and template tell: JSON with open places.

From an expression of the code (:func:`from_code`) or from content of a template (:func:`from_json`) to values that
patterns can be matched against. Everything is immutable and hashable.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from analyzer.code.program import (
    Choice,
    CodeValue,
    Composed,
    Derived,
    EnvironmentVariable,
    EventField,
    Items,
    Literal,
    Record,
)
from analyzer.facts.event_keys import UNCHANGED, changes, operation, part_of_key
from analyzer.facts.event_text import KEY, OF_THE_RUN, RUN, replaced_in_key
from analyzer.records import dataclass

MOST_DEPTH: Final = 12


@dataclass(frozen=True, slots=True)
class Words:
    """A string, with open places as in :mod:`analyzer.facts.event_text`."""

    text: str


@dataclass(frozen=True, slots=True)
class Plain:
    """A number, truth value or null."""

    value: int | float | bool | None


@dataclass(frozen=True, slots=True)
class Fields:
    """An object. ``complete`` is false where there may be more fields."""

    entries: tuple[tuple[str, Json], ...] = ()
    complete: bool = True

    def get(self, key: str) -> Json:
        """The field's value; Missing, or Anything where it may be there."""
        for name, value in self.entries:
            if name == key:
                return value
        return MISSING if self.complete else ANYTHING


@dataclass(frozen=True, slots=True)
class Elements:
    """An array. ``complete`` is false where there may be more elements."""

    items: tuple[Json, ...] = ()
    complete: bool = True


@dataclass(frozen=True, slots=True)
class JsonText:
    """A string that is the JSON of ``value``."""

    value: Json


@dataclass(frozen=True, slots=True)
class Either:
    """One of several, as the run goes."""

    options: tuple[Json, ...]


@dataclass(frozen=True, slots=True)
class Anything:
    """A value of the run: it may be anything, or not be there."""


@dataclass(frozen=True, slots=True)
class Missing:
    """It is not there."""


Json = Words | Plain | Fields | Elements | JsonText | Either | Anything | Missing
ANYTHING, MISSING = Anything(), Missing()


def fields(**entries: Json) -> Fields:
    """An object with exactly these fields; ``_`` in a name stands for ``-``."""
    return Fields(tuple((name.replace("_", "-"), value) for name, value in entries.items()))


def parsed(value: Json) -> Json:
    """What a consumer gets that parses a string as JSON; the string itself where it is none."""
    return value.value if isinstance(value, JsonText) else value


# --- from code --------------------------------------------------------------------------------------------

Texts = Callable[[CodeValue], str | None]
"""The canonical text behind an expression that the template settles; None where it does not."""

_SERIALIZERS = frozenset(("stringify", "dumps"))
_JOINS = frozenset(("os.path.join", "posixpath.join", "path.join", "path.posix.join", "node:path.join"))


def from_code(value: CodeValue, texts: Texts, depth: int = 0) -> Json:
    """The JSON that an expression evaluates to."""
    if depth > MOST_DEPTH:
        return ANYTHING
    match value:
        case Literal(value=str(content)):
            return Words(content)
        case Literal(value=(int() | float() | bool() | None) as content):
            return Plain(content)
        case Record(entries=entries, complete=complete):
            return Fields(tuple((key, from_code(inner, texts, depth + 1)) for key, inner in entries), complete)
        case Items(items=items, complete=complete):
            return Elements(tuple(from_code(item, texts, depth + 1) for item in items), complete)
        case Choice(options=options):
            return Either(tuple(dict.fromkeys(from_code(option, texts, depth + 1) for option in options)))
        case Derived(sources=(source, *_), how=how) if operation(how) in _SERIALIZERS:
            return JsonText(from_code(source, texts, depth + 1))
        case EventField() | Derived() | Composed() | EnvironmentVariable():
            text = text_of(value, texts)
            return Words(text) if text.strip(RUN) else ANYTHING
        case _:
            return ANYTHING


def text_of(value: CodeValue, texts: Texts) -> str:
    """The text that an expression evaluates to, open where the run decides."""
    match value:
        case Literal(value=str(content)):
            return content
        case Literal(value=bool() | None):
            return RUN
        case Literal(value=content):
            return str(content)
        case EnvironmentVariable():
            return texts(value) or RUN
        case EventField(path=path):
            return KEY if path[-2:] == ("object", "key") else RUN
        case Composed(parts=parts):
            return "".join(text_of(part, texts) for part in parts)
        case Derived(sources=sources, how=how):
            return _computed(sources, how, texts)
        case _:
            return RUN


def _computed(sources: tuple[CodeValue, ...], how: str, texts: Texts) -> str:
    """The text behind a computation: followed where it keeps an end of the object's key."""
    if not sources:
        return RUN
    inner = RUN if changes(how) else text_of(sources[0], texts)
    name = operation(how)
    if name in ("replace", "replaceAll", "sub"):
        return _replaced(inner, [text_of(source, texts) for source in sources[1:]])
    if name in UNCHANGED:
        return inner
    if how in _JOINS:
        return "/".join(text_of(source, texts).removesuffix("/") for source in sources)
    return part_of_key(sources, how, lambda value: text_of(value, texts) == KEY)


def _replaced(text: str, arguments: list[str]) -> str:
    """``text`` with something replaced; blanks for ``+`` only undo the encoding of the event's key."""
    wanted, instead = arguments[:2] if len(arguments) > 1 else (RUN, *arguments, RUN)[:2]
    if instead == " ":
        return text
    if not wanted or set(wanted + instead) & OF_THE_RUN:
        return RUN
    if text == KEY:
        return replaced_in_key(wanted, instead)
    return RUN if set(text) & OF_THE_RUN else text.replace(wanted, instead)


# --- from a template ----------------------------------------------------------------------------------------


def from_json(content: Any) -> Json:
    """Plain content (strings in canonical form) as JSON; text of the run as the expressions of a state machine."""
    match content:
        case Mapping():
            return Fields(tuple((str(key), from_json(inner)) for key, inner in content.items()))
        case list() | tuple():
            return Elements(tuple(from_json(item) for item in content))
        case str():
            return Words(content)
        case bool() | int() | float() | None:
            return Plain(content)
        case _:
            return ANYTHING
