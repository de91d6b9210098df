"""Filters as templates write them, read into patterns with strings in canonical form."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from analyzer.facts.event_patterns import Undecided
from analyzer.facts.event_text import KeyFilter
from analyzer.model.node import Case, Node
from analyzer.model.value import Absent, Known, Listing, Structure, Unknown

if TYPE_CHECKING:
    from analyzer.model.names import Names

MOST_DEPTH: Final = 24


def content(node: Node, names: Names, depth: int = 0) -> Any:
    """What is written at ``node`` as plain content; :class:`Undecided` where it is not known or differs."""
    cases = list(node.cases())
    if len(cases) != 1 or depth > MOST_DEPTH:
        return Undecided(_needs(cases, node))
    value = cases[0].value
    if isinstance(value, Structure):
        return {key: content(child, names, depth + 1) for key, child in cases[0].node.entries()}
    if isinstance(value, Listing):
        return [_item(item, node, names, depth) for item in cases[0].node.items()]
    if isinstance(value, Known) and not isinstance(value.value, str):
        return value.value
    text = names.canonical(value)
    return Undecided(_needs(cases, node)) if text is None or isinstance(value, Absent) else text


def _item(item: Node, holder: Node, names: Names, depth: int) -> Any:
    extra = [guard for guard in item.guards if guard not in holder.guards]
    return Undecided(f"whether {extra[0]}") if extra else content(item, names, depth + 1)


def _needs(cases: list[Case], node: Node) -> str:
    unknown = next((case.value.needs for case in cases if isinstance(case.value, Unknown)), None)
    guards = [guard for case in cases for guard in case.guards if guard not in node.guards]
    return unknown or (f"whether {guards[0]}" if guards else f"the value of {node.pointer}")


def pattern(node: Node, names: Names) -> Any:
    """A pattern, whether it is written as an object or as JSON text."""
    read = content(node, names)
    if not isinstance(read, str):
        return read
    try:
        return json.loads(read)
    except (ValueError, RecursionError):
        return Undecided(names.describe(read) if names.uncertain(read) else f"a pattern at {node.pointer} that is JSON")


def criteria(node: Node, names: Names) -> tuple[Any, ...]:
    """The patterns of ``FilterCriteria``, of which one must match; empty where all pass."""
    return tuple(pattern(item["Pattern"], names) for item in node["Filters"].items())


def notification_key(settings: Node, names: Names) -> tuple[KeyFilter | None, str]:
    """The prefix and suffix of a bucket notification; None and what would be needed where they are not known."""
    found = {"prefix": "", "suffix": ""}
    for name, value in _key_rules(settings):
        text = content(value, names)
        if isinstance(text, Undecided):
            return None, text.needs
        kind = str(name.known or "").lower()
        if kind in found:
            found[kind] = str(text)
    return KeyFilter(found["prefix"], found["suffix"]), ""


def _key_rules(settings: Node) -> Iterator[tuple[Node, Node]]:
    """The rules of ``Filter``: ``S3Key.Rules`` in templates, ``Key.FilterRules`` in what CDK passes to the API."""
    for path in (("S3Key", "Rules"), ("Key", "FilterRules")):
        for rule in settings["Filter"].path(*path).items():
            yield rule["Name"], rule["Value"]


def event_types(settings: Node) -> tuple[str, ...]:
    """The event types of a bucket notification without ``s3:``; ``*`` for one that is not known."""
    written = [item for name in ("Event", "Events") for item in settings[name].items()]
    return tuple(str(item.known if item.known is not None else "*").removeprefix("s3:") for item in written)


def key_of_pattern(read: Any) -> KeyFilter | None:
    """What a rule's pattern tells of the object key of S3 events: a single prefix, suffix or both."""
    for step in ("detail", "object"):
        read = read.get(step) if isinstance(read, dict) else None
    matchers = read.get("key") if isinstance(read, dict) else None
    if not isinstance(matchers, list) or len(matchers) != 1 or not isinstance(matchers[0], dict):
        return None
    prefix, suffix = matchers[0].get("prefix", ""), matchers[0].get("suffix", "")
    return KeyFilter(prefix, suffix) if isinstance(prefix, str) and isinstance(suffix, str) else None
