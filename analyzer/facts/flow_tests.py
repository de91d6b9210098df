"""Whether the tests in a function's code let its own output through: guards that people write against loops.

A test is asked about the event that comes back. Where its outcome is certain, it either stops the loop or does not
matter; where it depends on content that nobody can tell (metadata read back, a field of a message), a guard is seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum
from typing import Final

from analyzer.code.program import CodeValue, Condition, Derived, EventField, Literal
from analyzer.facts.event_keys import operation
from analyzer.facts.event_messages import Emission, Event, ItemChange, Message, ObjectChange, changed, stream_record
from analyzer.facts.event_text import Comparison
from analyzer.facts.event_values import (
    ANYTHING,
    MISSING,
    Anything,
    Either,
    Elements,
    Fields,
    Json,
    JsonText,
    Missing,
    Plain,
    Words,
    from_code,
)
from analyzer.facts.flow_model import QUEUE, RULE, TOPIC
from analyzer.facts.flow_targets import parts
from analyzer.records import dataclass, replace


class Guard(Enum):
    """What the tests before a write make of the event that comes back."""

    NONE = "no test depends on what comes back"
    SEEN = "a test depends on content that cannot be told"
    STOPS = "a test does not let it through"


@dataclass(frozen=True, slots=True)
class _Answer:
    """The truth of a test; ``telling`` where it looks at the content of what comes back."""

    truth: bool | None
    telling: bool = False


_UNKNOWN: Final = _Answer(None)
_EQUAL, _UNEQUAL = frozenset(("==", "===", "is", "equals")), frozenset(("!=", "!==", "is not"))
_NOT, _AND, _OR = frozenset(("!", "not")), frozenset(("&&", "and")), frozenset(("||", "or"))
_COUNTS = frozenset(("length", "len", "size"))
_PLACES: Final = frozenset(("indexOf", "lastIndexOf", "find", "rfind", "search"))
_PRESENT: Final = {-1: frozenset((">", "!=", "!==")), 0: frozenset((">=",)), None: frozenset[str]()}
_ABSENT: Final = {-1: _EQUAL | {"<="}, 0: frozenset(("<",)), None: frozenset[str]()}
"""How the place of a text is compared with -1 and 0 to ask whether it is there, and whether it is not."""


def guard(tests: Iterable[Condition], arrived: Emission, by: str, compare: Comparison) -> Guard:
    """What the tests on the way to a write make of what arrived from a resource of the type ``by``."""
    received = event_of_function(arrived, by)
    found = Guard.NONE
    for tested in tests:
        answer = _Tests(received, compare).of(tested.value)
        if answer.truth is not None and answer.truth is not tested.outcome:
            return Guard.STOPS
        if answer.truth is None and answer.telling:
            found = Guard.SEEN
    return found


def event_of_function(arrived: Emission, by: str) -> Json:
    """The handler's event as far as what arrived tells."""
    match arrived.payload:
        case ObjectChange(types=types) as change:
            names = Either(tuple(Words(kind) for kind in types)) if len(types) != 1 else Words(types[0])
            return _records(
                Fields(
                    (("eventName", names), ("eventSource", Words("aws:s3")), ("s3", changed(change))), complete=False
                )
            )
        case ItemChange(names=names_of_change) as change:
            return _records(Either(tuple(stream_record(change, name) for name in names_of_change)))
        case Message(body=body) if by == TOPIC:
            told = Fields((("Message", body),), complete=False)
            return _records(Fields((("EventSource", Words("aws:sns")), ("Sns", told), ("body", MISSING)), False))
        case Message(body=body) if by == QUEUE:
            return _records(Fields((("eventSource", Words("aws:sqs")), ("body", body), ("Sns", MISSING)), False))
        case Message(body=JsonText(value=content)) if by == RULE:
            return content
        case Event(content=content):
            return content
        case _:
            return ANYTHING


def _records(record: Json) -> Json:
    return Fields((("Records", Elements((record,))),), complete=False)


class _Tests:
    """Evaluates tests against one event."""

    def __init__(self, received: Json, compare: Comparison) -> None:
        self._received = received
        self._compare = compare

    def of(self, test: CodeValue, depth: int = 0) -> _Answer:
        if depth > 20:
            return _UNKNOWN
        if isinstance(test, EventField):
            return _Answer(_truth(self._at(test.path)), isinstance(self._received, Anything))
        if not isinstance(test, Derived):
            return _UNKNOWN
        name = operation(test.how)
        if name in _DECODED and test.sources:
            return _Answer(_truth(self._value(test)))
        if name in _NOT and len(test.sources) == 1:
            inner = self.of(test.sources[0], depth + 1)
            return _Answer(None if inner.truth is None else not inner.truth, inner.telling)
        if name in _AND or name in _OR:
            return self._joined([self.of(source, depth + 1) for source in test.sources], name in _OR)
        if len(test.sources) == 2 and not self._counts(test):
            return self._compared(name, test.sources[0], test.sources[1], test)
        return _Answer(None, self._telling(test))

    def _joined(self, answers: list[_Answer], any_of: bool) -> _Answer:
        truths = [answer.truth for answer in answers]
        telling = any(answer.telling for answer in answers)
        if any_of in truths:
            return _Answer(any_of, telling)
        return _Answer(None if None in truths else not any_of, telling)

    def _compared(self, name: str, left: CodeValue, right: CodeValue, test: Derived) -> _Answer:
        if isinstance(left, Literal) and name in _EQUAL | _UNEQUAL:
            left, right = right, left
        found = _searched(name, left, right)
        if found is not None:
            there = self._compared("includes", found.sources[0], found.sources[1], test)
            present = name in _PRESENT[_number(right)]
            return there if present or there.truth is None else replace(there, truth=not there.truth)
        value, wanted = self._value(left), self._value(right)
        options = value.options if isinstance(value, Either) else (value,)
        truths = {self._relation(name, option, wanted) for option in options}
        truth = truths.pop() if len(truths) == 1 else None
        return _Answer(truth, self._telling(test))

    def _relation(self, name: str, value: Json, wanted: Json) -> bool | None:
        if name in _UNEQUAL:
            equal = self._relation("==", value, wanted)
            return None if equal is None else not equal
        if name in _EQUAL and isinstance(value, Missing | Plain) and not isinstance(wanted, Anything):
            return value == wanted or (isinstance(value, Missing) and wanted == Plain(None))
        if name == "in" and isinstance(wanted, Words):
            value, wanted, name = wanted, value, "includes"
        relation = self._on_text(name)
        if relation is None or not isinstance(value, Words) or not isinstance(wanted, Words):
            return None
        return relation(value.text, wanted.text)

    def _on_text(self, name: str) -> Callable[[str, str], bool | None] | None:
        if name in _EQUAL:
            return self._compare.equal
        if name in ("startsWith", "startswith"):
            return self._compare.begins
        if name in ("endsWith", "endswith"):
            return self._compare.ends
        return self._includes if name in ("includes", "contains") else None

    def _includes(self, text: str, part: str) -> bool | None:
        return True if part in text else self._compare.like(text, f"*{part}*")

    def _value(self, value: CodeValue) -> Json:
        """What an expression is for the event that comes back; through decoding of the key."""
        if isinstance(value, EventField):
            return self._at(value.path)
        if isinstance(value, Derived) and value.sources and operation(value.how) in _DECODED:
            return self._value(value.sources[0])
        return from_code(value, lambda _: None) if isinstance(value, Literal) else ANYTHING

    def _at(self, path: tuple[str, ...]) -> Json:
        found = self._received
        for step in path:
            if isinstance(found, JsonText | Words):
                return ANYTHING
            found = _child(found, step)
        return found

    def _counts(self, test: Derived) -> bool:
        """Whether it only counts something, or asks whether it is there."""
        if any(source in (Literal(None), Literal("undefined")) for source in test.sources):
            return True
        for part in test.sources:
            if isinstance(part, Derived) and operation(part.how) in _COUNTS:
                return True
            if isinstance(part, EventField) and part.path[-1:] == ("length",):
                return True
        return False

    def _telling(self, test: CodeValue) -> bool:
        """Whether the content of the event, or of something read back, goes into a test that does not only count."""
        if isinstance(test, Derived) and self._counts(test):
            return False
        return any(self._is_content(part) for part in parts(test))

    def _is_content(self, part: CodeValue) -> bool:
        if isinstance(part, EventField):
            return not set(part.path) <= _CONTAINERS
        return isinstance(part, Derived) and operation(part.how).removeprefix("await ") in _READ_BACK


_DECODED: Final = frozenset(
    ("decodeURIComponent", "unquote_plus", "unquote", "replace", "toString", "str", "String", "trim", "strip")
)
_READ_BACK: Final = frozenset(
    ("HeadObject", "GetObject", "GetObjectTagging", "GetItem", "Query", "GetObjectAttributes")
)
_CONTAINERS: Final = frozenset(("Records", "*", "0", "length"))


def _searched(name: str, left: CodeValue, right: CodeValue) -> Derived | None:
    """The search for a text whose place a comparison asks for, where that asks whether it is there at all."""
    number = _number(right)
    if number is None or not isinstance(left, Derived) or len(left.sources) != 2 or operation(left.how) not in _PLACES:
        return None
    return left if name in _PRESENT[number] | _ABSENT[number] else None


def _number(value: CodeValue) -> int | None:
    """-1 or 0, which the place of a text is compared with."""
    number = value.value if isinstance(value, Literal) else None
    return number if isinstance(number, int) and number in (-1, 0) and not isinstance(number, bool) else None


def _child(value: Json, step: str) -> Json:
    match value:
        case Fields():
            return value.get(step)
        case Elements(items=items):
            return items[0] if items else MISSING
        case Either(options=options):
            return Either(tuple(dict.fromkeys(_child(option, step) for option in options)))
        case Missing():
            return MISSING
        case _:
            return ANYTHING


def _truth(value: Json) -> bool | None:
    match value:
        case Missing():
            return False
        case Words(text=text):
            return bool(text) or False
        case Plain(value=content):
            return bool(content)
        case Fields() | Elements():
            return True
        case _:
            return None
