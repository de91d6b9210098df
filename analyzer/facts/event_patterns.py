"""Whether an event can match a pattern: EventBridge rules, filters of event source mappings and pipes, SNS policies.

Sources: Amazon EventBridge event patterns, event-ruler (Apache-2.0) for what the documentation leaves open, Lambda
event filtering, and Amazon SNS filter policies (read 2026-11-24).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import Any, Final

from analyzer.facts.event_text import Comparison
from analyzer.facts.event_values import (
    Anything,
    Either,
    Elements,
    Fields,
    Json,
    JsonText,
    Missing,
    Plain,
    Words,
    parsed,
)
from analyzer.model.value import as_text
from analyzer.records import dataclass

MOST_DEPTH: Final = 24


@dataclass(frozen=True, slots=True)
class Undecided:
    """A place in a pattern whose content is not known; ``needs`` says what would decide it."""

    needs: str


@dataclass(slots=True)
class Matching:
    """Matches values against patterns and notes what was left open.

    ``open_fields`` are the dotted paths whose values the run decides, ``needs`` template values that are not known.
    """

    compare: Comparison
    open_fields: dict[str, None] = field(default_factory=dict)
    needs: dict[str, None] = field(default_factory=dict)

    def event(self, pattern: Any, value: Json, path: str = "", depth: int = 0) -> bool | None:
        """Whether an object matches: every field named must be there and one of its values match."""
        if not isinstance(pattern, Mapping) or depth > MOST_DEPTH:
            return self._cannot_read(pattern, path)
        if isinstance(value, Either):
            return _some(self.event(pattern, option, path, depth + 1) for option in value.options)
        if isinstance(value, Elements):
            answers = [self.event(pattern, item, path, depth + 1) for item in value.items]
            return _any(answers) if value.complete else _any([*answers, self._left_open(path)])
        return _all(self._field(name, wanted, value, path, depth) for name, wanted in pattern.items())

    def _field(self, name: str, wanted: Any, value: Json, path: str, depth: int) -> bool | None:
        if name == "$or" and isinstance(wanted, list):
            return _any([self.event(branch, value, path, depth + 1) for branch in wanted])
        below = f"{path}.{name}" if path else name
        inner = _child(value, name)
        if isinstance(wanted, Undecided):
            return self._cannot_read(wanted, below)
        if isinstance(inner, Anything):
            return self._left_open(below)
        if isinstance(wanted, Mapping):
            return self._nested(wanted, inner, below, depth)
        return self.any_of(wanted if isinstance(wanted, list) else [wanted], inner, below)

    def _nested(self, wanted: Mapping[str, Any], inner: Json, below: str, depth: int) -> bool | None:
        inner = parsed(inner) if below in PARSED else inner
        if isinstance(inner, Either | Elements | Fields | Missing):
            return self.event(wanted, Fields() if isinstance(inner, Missing) else inner, below, depth + 1)
        return self.event(wanted, Fields(), below, depth + 1)

    def any_of(self, matchers: list[Any], value: Json, path: str) -> bool | None:
        """Whether one of the matchers fits a field's value; of an array, whether it fits one element."""
        if isinstance(value, Either):
            return _some(self.any_of(matchers, option, path) for option in value.options)
        if isinstance(value, Anything):
            return self._left_open(path)
        if isinstance(value, Elements):
            answers = [self.any_of(matchers, item, path) for item in value.items]
            return _any(answers) if value.complete else _any([*answers, self._left_open(path)])
        return _any([self._one(matcher, value, path) for matcher in matchers])

    def _one(self, matcher: Any, value: Json, path: str) -> bool | None:
        if isinstance(matcher, Undecided):
            return self._cannot_read(matcher, path)
        if not isinstance(matcher, Mapping):
            return self._equals(matcher, value, path)
        answers = [self._operator(str(name), wanted, value, path) for name, wanted in matcher.items()]
        return _all(answers) if answers else False

    def _operator(self, name: str, wanted: Any, value: Json, path: str) -> bool | None:
        if name == "exists":
            leaf = not isinstance(value, Missing | Fields)
            return leaf is (wanted is True)
        if isinstance(value, Missing | Fields):
            return False
        if name == "anything-but":
            return self._other_than(wanted, value, path)
        if name == "numeric":
            return _numeric(wanted, value) if isinstance(value, Plain) else self._no_number(value, path)
        text = _string(value)
        if text is None:
            return self._left_open(path) if isinstance(value, JsonText) else False
        return self._on_text(name, wanted, text, path)

    def _on_text(self, name: str, wanted: Any, text: str, path: str) -> bool | None:
        if isinstance(wanted, Mapping) and name in ("prefix", "suffix"):
            inner = wanted.get("equals-ignore-case")
            return self._on_text(name, inner.lower(), text.lower(), path) if isinstance(inner, str) else False
        if not isinstance(wanted, str):
            return self._cannot_read(wanted, path)
        if name == "prefix":
            answer = self.compare.begins(text, wanted)
        elif name == "suffix":
            answer = self.compare.ends(text, wanted)
        elif name == "equals-ignore-case":
            answer = self.compare.equal(text.lower(), wanted.lower())
        elif name == "wildcard":
            answer = self.compare.like(text, wanted)
        else:
            return self._left_open(path)
        return answer if answer is not None else self._left_open(path, wanted, text)

    def _equals(self, wanted: Any, value: Json, path: str) -> bool | None:
        if isinstance(wanted, Undecided):
            return self._cannot_read(wanted, path)
        if wanted is None:
            return value == Plain(None)
        if isinstance(value, JsonText):
            return self._left_open(path)
        if isinstance(wanted, str) and isinstance(value, Words):
            answer = self.compare.equal(value.text, wanted)
            return answer if answer is not None else self._left_open(path, wanted, value.text)
        if isinstance(wanted, bool) or (isinstance(value, Plain) and isinstance(value.value, bool)):
            return isinstance(value, Plain) and value.value is wanted
        if isinstance(wanted, int | float) and isinstance(value, Plain) and value.value is not None:
            return as_text(wanted) == as_text(value.value)
        return False

    def _other_than(self, wanted: Any, value: Json, path: str) -> bool | None:
        unwanted = wanted if isinstance(wanted, list) else [wanted]
        answers = []
        for item in unwanted:
            if isinstance(item, Mapping):
                choices = [
                    (name, choice)
                    for name, inner in item.items()
                    for choice in (inner if isinstance(inner, list) else [inner])
                ]
                answers += [self._operator(str(name), choice, value, path) for name, choice in choices]
            else:
                answers.append(self._equals(item, value, path))
        excluded = _any(answers)
        return None if excluded is None else not excluded

    def _no_number(self, value: Json, path: str) -> bool | None:
        return self._left_open(path) if isinstance(value, JsonText) else False

    def _cannot_read(self, pattern: Any, path: str) -> bool | None:
        unreadable = f"a pattern for {path or 'the event'} that can be read"
        self.needs[pattern.needs if isinstance(pattern, Undecided) else unreadable] = None
        return None

    def _left_open(self, path: str, *texts: str) -> bool | None:
        needs = self.compare.needs(*texts)
        if needs is not None:
            self.needs[needs] = None
        else:
            self.open_fields[path] = None
        return None


PARSED: Final = frozenset(("body", "data", "detail", "value"))
"""Fields whose string a filter reads as JSON where its pattern is an object."""


def _child(value: Json, name: str) -> Json:
    if isinstance(value, Fields):
        return value.get(name)
    return value if isinstance(value, Anything) else Missing()


def _string(value: Json) -> str | None:
    return value.text if isinstance(value, Words) else None


_COMPARISONS = {
    "=": lambda left, right: left == right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


def _numeric(wanted: Any, value: Plain) -> bool:
    number = value.value
    if not isinstance(wanted, list) or isinstance(number, bool) or not isinstance(number, int | float):
        return False
    pairs = list(zip(wanted[::2], wanted[1::2], strict=False))
    return bool(pairs) and all(
        name in _COMPARISONS
        and isinstance(limit, int | float)
        and not isinstance(limit, bool)
        and _COMPARISONS[name](number, limit)
        for name, limit in pairs
    )


def _all(answers: Iterable[bool | None]) -> bool | None:
    """All of them: False as soon as one is, None where one is open."""
    found: bool | None = True
    for answer in answers:
        if answer is False:
            return False
        found = None if answer is None else found
    return found


def _any(answers: Iterable[bool | None]) -> bool | None:
    """One of them: True as soon as one is, None where one is open."""
    found: bool | None = False
    for answer in answers:
        if answer:
            return True
        found = None if answer is None else found
    return found


def _some(answers: Iterable[bool | None]) -> bool | None:
    """Of values that the run chooses from: True or False only where every one of them agrees."""
    distinct = set(answers)
    return distinct.pop() if len(distinct) == 1 else None
