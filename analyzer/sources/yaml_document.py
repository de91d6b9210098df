"""YAML templates: built straight from parser events, short tags expanded to the long form of JSON.

libyaml's events are used where PyYAML has it. No node graph and no constructors: nothing in a document can
name a Python object. One class builds; :class:`YamlLocator` builds again with positions when a finding asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from analyzer.sources.errors import InputError, InputWarning
from analyzer.sources.positions import Lines, Position, Span, pointer_tokens
from analyzer.sources.reading import MAX_DEPTH
from analyzer.sources.yaml_scalars import plain

Event = Any
"""A parser event; PyYAML's stubs declare neither anchors, tags nor the marks that every event has."""

MAX_NODES = 1_000_000
"""Values of a document with its aliases written out; a template of 1 MB (the service's limit) has some 50,000."""

_STANDARD_TAG = "tag:yaml.org,2002:"
_TEXT_TAGS = frozenset(f"{_STANDARD_TAG}{name}" for name in ("str", "timestamp", "binary"))
_PLAIN_TAGS = frozenset(f"{_STANDARD_TAG}{name}" for name in ("bool", "float", "int", "null"))
_CONTAINER_TAGS = frozenset(f"{_STANDARD_TAG}{name}" for name in ("map", "seq"))


def parse_yaml(text: str, display: str) -> tuple[Any, tuple[InputWarning, ...]]:
    """The document, an empty one being None, and its duplicate keys, of which the last counts.

    Mapping keys are always text. Raises :class:`InputError` for a syntax error, a second document, an
    alias that contains itself, and for anything beyond ``MAX_DEPTH`` or ``MAX_NODES``.
    """
    builder = _Builder(text, display)
    return builder.document(), tuple(builder.warnings)


class _Builder:
    """Builds one document; a subclass may note where each part stands."""

    def __init__(self, text: str, display: str) -> None:
        self._display = display
        self._events = _events(text, display)
        self._anchors: dict[str, tuple[Any, int, int]] = {}
        self._open: set[str] = set()
        self._nodes = 0
        self.warnings: list[InputWarning] = []

    def document(self) -> Any:
        """The only document of the stream."""
        value: Any = None
        seen = False
        for event in self._events:
            if type(event) is not DocumentStartEvent:
                continue
            if seen:
                raise self._error(event, "a second YAML document begins here; a template is one document")
            seen = True
            first = next(self._events)
            value = self._node(first, 0)[0]
        return value

    def _node(self, event: Event, depth: int) -> tuple[Any, int]:
        """The value that starts with ``event`` and its height: 0 for a scalar, 1 for a list of scalars."""
        self._count(event, 1)
        if type(event) is ScalarEvent:
            node = _scalar(event, self._untaggable), 0
            if event.anchor is not None:
                self._anchors[event.anchor] = (*node, 1)
            return node
        if type(event) is AliasEvent:
            return self._alias(event, depth)
        if depth >= MAX_DEPTH:
            raise self._error(event, f"nested more than {MAX_DEPTH} deep")
        return self._container(event, depth)

    def _container(self, event: Event, depth: int) -> tuple[Any, int]:
        anchor, before = event.anchor, self._nodes
        if anchor is not None:
            self._open.add(anchor)
        mapping = type(event) is MappingStartEvent
        value, height = self._mapping(depth) if mapping else self._sequence(depth)
        tagged = self._tagged(event, value)
        if anchor is not None:
            self._open.discard(anchor)
            self._anchors[anchor] = (tagged, height, self._nodes - before + 1)
        return tagged, height

    def _mapping(self, depth: int) -> tuple[dict[str, Any], int]:
        mapping: dict[str, Any] = {}
        merged: list[tuple[Event, Any]] = []
        height = 0
        for key_event in self._until(MappingEndEvent):
            merge = _is_merge(key_event)
            key = "<<" if merge else self._key(key_event)
            value_event = next(self._events)
            value, below = self._node(value_event, depth + 1)
            height = max(height, below)
            if merge:
                merged.append((value_event, value))
                continue
            if key in mapping:
                self._warn_duplicate(key_event, key)
            mapping[key] = value
            self._note_member(mapping, key, key_event, value_event)
        for merge_event, source in merged:
            self._merge(mapping, merge_event, source)
        return mapping, height + 1

    def _sequence(self, depth: int) -> tuple[list[Any], int]:
        items: list[Any] = []
        height = 0
        for item_event in self._until(SequenceEndEvent):
            value, below = self._node(item_event, depth + 1)
            height = max(height, below)
            items.append(value)
            self._note_element(items, item_event)
        return items, height + 1

    def _until(self, end: type[Event]) -> Iterator[Event]:
        for event in self._events:
            if type(event) is end:
                return
            yield event

    def _key(self, event: Event) -> str:
        if type(event) is AliasEvent:
            value = self._alias(event, 0)[0]
        elif type(event) is ScalarEvent:
            value = event.value
            if event.anchor is not None:
                self._anchors[event.anchor] = (value, 0, 1)
        else:
            value = None
        if not isinstance(value, str):
            raise self._error(event, "a mapping key that is not text")
        return value

    def _alias(self, event: Event, depth: int) -> tuple[Any, int]:
        if event.anchor in self._open:
            raise self._error(event, f"the alias *{event.anchor} contains itself")
        if event.anchor not in self._anchors:
            raise self._error(event, f"the alias *{event.anchor} has no anchor")
        value, height, size = self._anchors[event.anchor]
        if depth + height > MAX_DEPTH:
            raise self._error(event, f"nested more than {MAX_DEPTH} deep")
        self._count(event, size - 1)
        return value, height

    def _merge(self, mapping: dict[str, Any], event: Event, source: Any) -> None:
        """YAML's ``<<``: keys of ``mapping`` win over those of ``source``, earlier sources over later ones."""
        for part in source if isinstance(source, list) else [source]:
            if not isinstance(part, dict):
                raise self._error(event, "<< takes a mapping or a list of mappings")
            for key, value in part.items():
                if key not in mapping:
                    self._count(event, 1)
                    mapping[key] = value
                    self._note_merged(mapping, key, part)

    def _tagged(self, event: Event, value: Any) -> Any:
        tag = event.tag
        if tag is None or tag == "!" or tag in _CONTAINER_TAGS:
            return value
        return {_intrinsic(tag) or self._untaggable(event): value}

    def _untaggable(self, event: Event) -> NoReturn:
        raise self._error(event, f"the tag {event.tag} has no meaning in a template")

    def _count(self, event: Event, nodes: int) -> None:
        self._nodes += nodes
        if self._nodes > MAX_NODES:
            raise self._error(event, f"more than {MAX_NODES:,} values once aliases are written out")

    def _warn_duplicate(self, event: Event, key: str) -> None:
        mark = event.start_mark
        reason = f"key {key!r} is written twice; the last counts"
        self.warnings.append(InputWarning(self._display, mark.line + 1, mark.column + 1, reason))

    def _error(self, event: Event, reason: str) -> InputError:
        return InputError(self._display, reason, event.start_mark.line + 1, event.start_mark.column + 1)

    def _note_member(self, mapping: dict[str, Any], key: str, key_event: Event, value_event: Event) -> None:
        """Told of every entry of a mapping."""

    def _note_element(self, items: list[Any], event: Event) -> None:
        """Told of every element of a list, after it was added."""

    def _note_merged(self, mapping: dict[str, Any], key: str, source: dict[str, Any]) -> None:
        """Told of every entry that ``<<`` brought in from ``source``."""


def _events(text: str, display: str) -> Iterator[Event]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        for event in yaml.parse(text, Loader=loader):
            if type(event) is StreamEndEvent:
                return
            yield event
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (None, None)
        raise InputError(display, f"not YAML: {error.problem or error.context}", line, column) from None
    except yaml.YAMLError as error:
        raise InputError(display, f"not YAML: {' '.join(str(error).split())}") from None
    except RecursionError:
        raise InputError(display, "nested too deeply") from None


def _is_merge(event: Event) -> bool:
    return type(event) is ScalarEvent and event.value == "<<" and event.implicit[0] and event.tag is None


def _scalar(event: Event, untaggable: Callable[[Event], NoReturn]) -> Any:
    tag, text = event.tag, event.value
    if tag is None:
        return plain(text) if event.implicit[0] else text
    if tag == "!" or tag in _TEXT_TAGS:
        return text
    if tag in _PLAIN_TAGS:
        return plain(text)
    name = _intrinsic(tag)
    if name is None:
        return untaggable(event)
    if name == "Fn::GetAtt" and "." in text:
        return {name: text.split(".", 1)}
    return {name: text}


def _intrinsic(tag: str) -> str | None:
    """The long name of a short tag: ``!Ref`` is ``Ref``, ``!Sub`` is ``Fn::Sub``; None for other tags."""
    if not tag.startswith("!") or tag.startswith("!!"):
        return None
    name = tag[1:]
    return name if name in ("Ref", "Condition") or name.startswith("Fn::") else f"Fn::{name}"


class YamlLocator(_Builder):
    """Positions in a text that :func:`parse_yaml` accepted."""

    def __init__(self, text: str) -> None:
        super().__init__(text, "")
        self._lines = Lines(text)
        self._end = len(text)
        self._places: dict[int, dict[str, Position]] = {}
        self._document = self.document()

    def position(self, pointer: str) -> Position | None:
        """The position of ``pointer`` or of its deepest ancestor that exists; None for no RFC 6901 pointer."""
        tokens = pointer_tokens(pointer)
        if tokens is None:
            return None
        place = Position(1, 1, 1, 1)
        value = self._document
        for token in tokens:
            place = self._places.get(id(value), {}).get(token, place)
            if isinstance(value, dict) and token in value:
                value = value[token]
            elif isinstance(value, list) and token.isdecimal() and int(token) < len(value):
                value = value[int(token)]
            else:
                break
        return place

    def _note_member(self, mapping: dict[str, Any], key: str, key_event: Event, value_event: Event) -> None:
        scalar = type(value_event) in (ScalarEvent, AliasEvent)
        place = self._lines.member(_span(key_event), _span(value_event), scalar=scalar)
        self._places.setdefault(id(mapping), {})[key] = place

    def _note_element(self, items: list[Any], event: Event) -> None:
        span = _span(event)
        if type(event) not in (ScalarEvent, AliasEvent):
            span = Span(span.start, self._end)
        self._places.setdefault(id(items), {})[str(len(items) - 1)] = self._lines.element(span)

    def _note_merged(self, mapping: dict[str, Any], key: str, source: dict[str, Any]) -> None:
        place = self._places.get(id(source), {}).get(key)
        if place is not None:
            self._places.setdefault(id(mapping), {})[key] = place


def _span(event: Event) -> Span:
    return Span(event.start_mark.index, event.end_mark.index)
