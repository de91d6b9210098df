"""What a wire lets through, and in which form it arrives: the guards of an event flow.

A passage answers yes, no or cannot be told for what is sent. It cannot be told where the run decides (a key that the
code computes), or a template value that is not known: ``needs`` says which.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from analyzer.facts.event_messages import (
    INVOKED,
    WRITER,
    Emission,
    Event,
    ItemChange,
    Message,
    ObjectChange,
    enveloped,
    event_text,
    on_bus,
    queued,
    s3_event,
    s3_notification,
    stream_record,
    streamed,
)
from analyzer.facts.event_patterns import Matching, Undecided
from analyzer.facts.event_text import RUN, Comparison, KeyFilter
from analyzer.facts.event_values import ANYTHING, Fields, Json, JsonText, Words, parsed
from analyzer.model.globs import matches
from analyzer.records import dataclass, replace


@dataclass(frozen=True, slots=True)
class Admission:
    """Whether it passes (None: cannot be told), what would decide it, and what arrives."""

    passes: bool | None
    emission: Emission = INVOKED
    needs: str = ""


class Passage(Protocol):
    """The guard of one wire."""

    def admit(self, emission: Emission, compare: Comparison, /) -> Admission:
        """What becomes of an emission that is sent along the wire."""


@dataclass(frozen=True, slots=True)
class Free:
    """No filter. ``wrapped``: the target gets something else than was sent (an API call, a transformed event)."""

    wrapped: bool = False

    def admit(self, emission: Emission, _compare: Comparison, /) -> Admission:
        """Everything passes."""
        return Admission(True, Emission(Message(), emission.key) if self.wrapped else emission)


@dataclass(frozen=True, slots=True)
class Notified:
    """A bucket notification. ``key`` is None where its filter is not known; ``wraps``: to a queue or topic."""

    types: tuple[str, ...]
    key: KeyFilter | None
    needs: str = ""
    wraps: bool = False

    def admit(self, emission: Emission, compare: Comparison, /) -> Admission:
        """Checks the event type, then the object's key."""
        change = emission.payload
        if not isinstance(change, ObjectChange):
            return Admission(True, emission)
        kind = next((kind for kind in change.types if any(matches(pattern, kind) for pattern in self.types)), None)
        if kind is None:
            return Admission(False)
        if self.key is None:
            return Admission(None, self._arrives(emission, change, kind), self.needs)
        passes = key_passes(change, self.key, compare)
        needs = "" if passes is not None else _key_needs(change, self.key, compare)
        return Admission(passes, self._arrives(emission, change, kind), needs)

    def _arrives(self, emission: Emission, change: ObjectChange, kind: str) -> Emission:
        sent = s3_notification(change, kind) if self.wraps else emission.payload
        return Emission(sent, self.key or KeyFilter())


def key_passes(change: ObjectChange, wanted: KeyFilter, compare: Comparison) -> bool | None:
    """Whether the key written fits a prefix and suffix, and the writer may write such a key at all."""
    if not _may_write(change, wanted, compare):
        return False
    answers = (compare.begins(change.key, wanted.prefix), compare.ends(change.key, wanted.suffix))
    if change.unread and compare.needs(wanted.prefix, wanted.suffix) is None:
        return True  # as far as rights tell, which is all there is
    return False if False in answers else None if None in answers else True


def _may_write(change: ObjectChange, wanted: KeyFilter, compare: Comparison) -> bool:
    """Whether a grant covers some key of those wanted, and no denial all of them."""
    if not change.arn:
        return True
    objects = f"{change.arn}/{wanted.prefix}{RUN}{wanted.suffix}"
    if any(matches(denied, objects) for denied in change.denied):
        return False
    return change.allowed is None or any(compare.meets(pattern, objects) for pattern in change.allowed)


def _key_needs(change: ObjectChange, wanted: KeyFilter, compare: Comparison) -> str:
    needs = compare.needs(wanted.prefix, wanted.suffix, change.key)
    filters = [f"begin with {wanted.prefix}"] if wanted.prefix else []
    filters += [f"end with {wanted.suffix}"] if wanted.suffix else []
    return needs or f"the key of the object that {WRITER} writes, which must not {' and '.join(filters)}"


@dataclass(frozen=True, slots=True)
class Matched:
    """The event pattern of a rule."""

    pattern: Any
    key: KeyFilter | None = None

    def admit(self, emission: Emission, compare: Comparison, /) -> Admission:
        """Matches the event, or those that S3 sends for a change of an object."""
        payload = emission.payload
        if isinstance(payload, ObjectChange):
            return self._changed(payload, compare)
        if isinstance(payload, Event):
            matching = Matching(compare)
            passes = matching.event(self.pattern, payload.content)
            return Admission(passes, emission, _needs(matching))
        return Admission(None, emission, f"the event that {WRITER} sends")

    def _changed(self, change: ObjectChange, compare: Comparison) -> Admission:
        found = Admission(False)
        for kind in change.types:
            event = s3_event(change, kind)
            matching = Matching(compare)
            passes = matching.event(self.pattern, event.content)
            if passes is not False and self.key is not None and not _may_write(change, self.key, compare):
                passes = False
            if passes is not False and found.passes is not True:
                found = Admission(passes, Emission(event, self.key or KeyFilter()), _needs(matching))
        return found


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a rule, schedule or pipe hands on: the event, or what ``InputTransformer`` and its like make of it."""

    to_bus: bool = False
    transformed: bool = False

    def admit(self, emission: Emission, _compare: Comparison, /) -> Admission:
        """Everything passes."""
        payload = emission.payload
        if self.transformed:
            return Admission(True, Emission(Message(), emission.key))
        if isinstance(payload, Event) and not self.to_bus:
            return Admission(True, Emission(event_text(payload), emission.key))
        return Admission(True, emission)


@dataclass(frozen=True, slots=True)
class Subscribed:
    """A subscription. ``policy`` is its filter policy, None without one; ``raw``: no envelope around the message."""

    policy: Any
    on_body: bool
    raw: bool
    topic: str

    def admit(self, emission: Emission, compare: Comparison, /) -> Admission:
        """Matches attributes or body, as the policy's scope says."""
        message = emission.payload if isinstance(emission.payload, Message) else Message()
        arrives = replace(emission, payload=message if self.raw else enveloped(message, self.topic))
        if self.policy is None:
            return Admission(True, arrives)
        matching = Matching(compare)
        subject = parsed(message.body) if self.on_body else message.attributes
        passes = matching.event(self.policy, Fields() if isinstance(subject, Words) else subject)
        return Admission(passes, arrives, _needs(matching))


@dataclass(frozen=True, slots=True)
class Polled:
    """An event source mapping or a pipe: ``FilterCriteria`` over records of a queue, stream or table."""

    source: str
    patterns: tuple[Any, ...]

    def admit(self, emission: Emission, compare: Comparison, /) -> Admission:
        """One of the patterns must match; what matches none is discarded."""
        if not self.patterns:
            return Admission(True, emission)
        matching = Matching(compare)
        answers = {self._one(record, matching) for record in self._records(emission)}
        passes = answers.pop() if len(answers) == 1 else None
        needs = _needs(matching)
        if passes is None and not needs and isinstance(emission.payload, ItemChange):
            needs = f"the item that {WRITER} writes, whether it is new or already there"
        return Admission(passes, emission, needs)

    def _one(self, record: Json, matching: Matching) -> bool | None:
        answers = [matching.event(pattern, record) for pattern in self.patterns]
        return True if True in answers else None if None in answers else False

    def _records(self, emission: Emission) -> Iterable[Json]:
        payload = emission.payload
        if isinstance(payload, ItemChange):
            return [stream_record(payload, name) for name in payload.names]
        message = payload if isinstance(payload, Message) else Message()
        if self.source == "queue":
            return [queued(message)]
        return [streamed(message)] if self.source == "stream" else [ANYTHING]


@dataclass(frozen=True, slots=True)
class Logged:
    """A subscription filter of a log group; an empty pattern passes every line."""

    pattern: str

    def admit(self, _emission: Emission, _compare: Comparison, /) -> Admission:
        """Every function writes lines of its own; which of them a pattern picks is not followed."""
        if not self.pattern.strip():
            return Admission(True, Emission(Message()))
        return Admission(
            None, Emission(Message()), f"the lines that {WRITER} logs, none of which must match {self.pattern}"
        )


@dataclass(frozen=True, slots=True)
class Stored:
    """A service writes what it received as an object; ``prefix`` is how its key begins."""

    bucket: str
    arn: str
    prefix: str

    def admit(self, _emission: Emission, _compare: Comparison, /) -> Admission:
        """Everything passes."""
        key = self.prefix.partition("!{")[0] + RUN
        return Admission(True, Emission(ObjectChange(self.bucket, ("ObjectCreated:Put",), key, arn=self.arn)))


@dataclass(frozen=True, slots=True)
class Replicated:
    """S3 replicates new objects whose keys begin with ``prefix`` into another bucket, under the same key."""

    bucket: str
    arn: str
    prefix: str | Undecided

    def admit(self, emission: Emission, compare: Comparison, /) -> Admission:
        """Only created objects are replicated."""
        change = emission.payload
        if not isinstance(change, ObjectChange) or not any(t.startswith("ObjectCreated") for t in change.types):
            return Admission(False)
        copy = ObjectChange(self.bucket, ("ObjectCreated:Put",), change.key, arn=self.arn)
        if isinstance(self.prefix, Undecided):
            return Admission(None, Emission(copy, emission.key), self.prefix.needs)
        passes = compare.begins(change.key, self.prefix)
        needs = "" if passes is not None else _key_needs(change, KeyFilter(self.prefix), compare)
        return Admission(passes, Emission(copy, emission.key), needs)


@dataclass(frozen=True, slots=True)
class Republished:
    """A pipe puts what it read on a bus as an event with this source and detail type."""

    source: Json
    detail_type: Json

    def admit(self, emission: Emission, _compare: Comparison, /) -> Admission:
        """Everything passes."""
        body = emission.payload.body if isinstance(emission.payload, Message) else ANYTHING
        detail = parsed(body) if isinstance(body, JsonText) else ANYTHING
        return Admission(True, Emission(on_bus(self.source, self.detail_type, detail), emission.key))


def _needs(matching: Matching) -> str:
    if matching.needs:
        return next(iter(matching.needs))
    return f"the {next(iter(matching.open_fields))} that {WRITER} sends" if matching.open_fields else ""
