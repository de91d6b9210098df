"""What trails and event data stores record: management events, and data events of which resources.

Source: CloudTrail, "Logging data events" and the API's ``EventSelector`` and ``AdvancedEventSelector``
(https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html): without
selectors all management events and no data events; ARNs of basic selectors are prefixes; fields of one advanced
selector must all match, values of one operator need only one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import field
from enum import StrEnum
from typing import TYPE_CHECKING

from analyzer.facts.guard_gaps import Guards, gap
from analyzer.facts.truth import truth
from analyzer.model.alternatives import merge
from analyzer.model.node import Node
from analyzer.model.value import Absent, Known, Unknown, Value, as_text
from analyzer.records import dataclass, replace

if TYPE_CHECKING:
    from analyzer.model.application import Application
    from analyzer.model.template import Resource

RECORDED_AS = {
    "AWS::S3::Bucket": "AWS::S3::Object",
    "AWS::DynamoDB::Table": "AWS::DynamoDB::Table",
    "AWS::DynamoDB::GlobalTable": "AWS::DynamoDB::Table",
}
"""The stores whose items a trail can record, and the resource type that selectors call them by."""


class Access(StrEnum):
    """The two halves of every category of events."""

    READS = "reads"
    WRITES = "writes"


BOTH = frozenset(Access)
_WRITTEN = {"All": BOTH, "ReadOnly": frozenset({Access.READS}), "WriteOnly": frozenset({Access.WRITES})}
_MEETS = ("Equals", "StartsWith", "EndsWith")
_AVOIDS = ("NotEquals", "NotStartsWith", "NotEndsWith")
_UNDERSTOOD = frozenset({"eventCategory", "resources.type", "resources.ARN", "readOnly", "eventSource"})
_READ_ONLY = {frozenset({"true"}): _WRITTEN["ReadOnly"], frozenset({"false"}): _WRITTEN["WriteOnly"]}


@dataclass(frozen=True, slots=True)
class Pattern:
    """An operator and what it is compared with: an ARN or its beginning in canonical form, None where it is no string.
    ``open`` where a value that nobody can know yet is part of it."""

    operator: str
    written: str | None
    guards: Guards
    open: bool

    def reaches(self, target: str) -> bool | None:
        """Whether it meets every item below ``target``, a canonical ARN; None where that cannot be told."""
        if self.written is None:
            return None
        pattern, subject = _tail(self.written), _tail(target)
        if self.operator.endswith("Equals") and pattern == subject:
            return True
        if self.operator.endswith("StartsWith") and subject.startswith(pattern):
            return True
        return None if self.open else False


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that a selector takes. ``types`` are resource types (none: management events), ``only`` and ``never``
    patterns of ARNs, ``excluded`` event sources left out, ``narrowed`` whether another field narrows it, ``unread``
    what it would take to know it."""

    access: frozenset[Access]
    guards: Guards
    types: frozenset[str] = frozenset()
    only: tuple[Pattern, ...] = ()
    never: tuple[Pattern, ...] = ()
    excluded: frozenset[str] = frozenset()
    narrowed: bool = False
    unread: str = ""

    def takes(self, target: str) -> bool | None:
        """Whether every item below ``target`` is taken; leaving out a part of them is passed over."""
        avoided = [pattern.reaches(target) for pattern in self.never]
        if any(avoided):
            return False
        met = [pattern.reaches(target) for pattern in self.only]
        if None in avoided or (None in met and not any(met)):
            return None
        return any(met) or not self.only


@dataclass(frozen=True, slots=True)
class Recorded:
    """What is recorded of one thing. ``missing`` half or both where it is not, under ``guards``; ``needs`` what would
    decide it; ``excluded`` the event sources that every recorder leaves out."""

    missing: frozenset[Access] = frozenset()
    guards: Guards = ()
    needs: str = ""
    excluded: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Tally:
    """Under which guards each half is recorded, and what is not known."""

    holding: dict[Access, list[Guards]] = field(default_factory=lambda: {access: [] for access in Access})
    needs: str = ""

    def add(self, claim: Claim) -> None:
        for access in claim.access:
            self.holding[access].append(claim.guards)

    def conclude(self, application: Application, base: Guards) -> Recorded:
        gaps = {access: gap(application, held, base) for access, held in self.holding.items()}
        missing = frozenset(access for access, found in gaps.items() if found is not None)
        if missing and self.needs:
            return Recorded(needs=self.needs)
        guards = next((found for access in Access if (found := gaps[access]) is not None), ())
        return Recorded(missing, guards)


def data_events(application: Application, claims: Iterable[Claim], store: Resource) -> Recorded:
    """What the claims of all recorders together take of the items of a bucket or table."""
    tally = _Tally()
    arn = application.names.arn(store) or ""
    target = arn + "/" if store.type == "AWS::S3::Bucket" else arn
    for claim in claims:
        if claim.unread:
            tally.needs = tally.needs or claim.unread
        elif RECORDED_AS[store.type] in claim.types and not claim.narrowed:
            takes = claim.takes(target)
            if takes is None:
                tally.needs = tally.needs or "the resources that the trail's data events name"
            elif takes:
                tally.add(claim)
    return tally.conclude(application, store.guards)


def management_events(application: Application, claims: Iterable[Claim], base: Guards) -> Recorded:
    """What the claims of all recorders together take of the calls that configure the account."""
    tally = _Tally()
    excluded: list[frozenset[str]] = []
    for claim in claims:
        if claim.unread:
            tally.needs = tally.needs or claim.unread
        elif not claim.types and not claim.narrowed:
            tally.add(claim)
            excluded.append(claim.excluded)
    found = tally.conclude(application, base)
    left_out = frozenset.intersection(*excluded) if excluded else frozenset()
    return Recorded(found.missing, found.guards, found.needs, left_out)


def selectors(recorder: Resource) -> Node:
    """Where the recorder's selectors are written; a missing node where it has none."""
    advanced = recorder["AdvancedEventSelectors"]
    return advanced if advanced else recorder["EventSelectors"]


# --- selectors as claims ------------------------------------------------------------------------------


def claims_of(application: Application, recorders: Iterable[Resource]) -> Iterator[Claim]:
    """Everything that trails and event data stores take."""
    for recorder in recorders:
        written = selectors(recorder)
        read = _advanced if recorder["AdvancedEventSelectors"] else _basic
        for branch in written.branches:
            chosen = list(branch.items())
            if not chosen:  # without selectors, or with an empty list of them, the default holds
                yield Claim(BOTH, branch.guards)
            for selector in chosen:
                yield from read(application, selector)


def _basic(application: Application, selector: Node) -> Iterator[Claim]:
    if selector.undecided:
        yield Claim(BOTH, selector.guards, unread=selector.undecided)
        return
    for halves in selector["ReadWriteType"].cases():
        access = _half(halves.value)
        if access is None:
            yield Claim(BOTH, halves.guards, unread=selector["ReadWriteType"].undecided or "ReadWriteType")
            continue
        yield from _management(selector, access, halves.guards)
        for resource in selector["DataResources"].items():
            yield from _data_resource(application, resource, access, halves.guards)


def _half(value: Value) -> frozenset[Access] | None:
    if isinstance(value, Absent):
        return BOTH
    return _WRITTEN.get(as_text(value.value)) if isinstance(value, Known) else None


def _management(selector: Node, access: frozenset[Access], guards: Guards) -> Iterator[Claim]:
    switch = selector["IncludeManagementEvents"]
    excluded = frozenset(source.text for source in selector["ExcludeManagementEventSources"].items())
    for case in switch.cases():
        included = True if isinstance(case.value, Absent) else truth(case.value)
        together = merge(guards, case.guards)
        if included is None:
            yield Claim(access, guards, unread=switch.undecided or "whether management events are recorded")
        elif included and together is not None:
            yield Claim(access, together, excluded=excluded)


def _data_resource(
    application: Application, resource: Node, access: frozenset[Access], guards: Guards
) -> Iterator[Claim]:
    types = frozenset({resource["Type"].text})
    for pattern in _patterns(application, resource["Values"], "StartsWith"):
        together = merge(guards, pattern.guards)
        if together is not None:
            yield Claim(access, together, types, (pattern,))


def _advanced(application: Application, selector: Node) -> Iterator[Claim]:
    fields = {each["Field"].text: each for each in selector["FieldSelectors"].items()}
    unread = selector.undecided or _undecided(fields)
    if unread or not fields:
        yield Claim(BOTH, selector.guards, unread=unread or "the fields of an event selector")
        return
    category, types, read_only = (_equals(fields, name) for name in ("eventCategory", "resources.type", "readOnly"))
    access = _READ_ONLY.get(frozenset(text.lower() for text in read_only), BOTH)
    narrowed = bool(set(fields) - _UNDERSTOOD) or ("eventSource" in fields and not fields["eventSource"]["NotEquals"])
    excluded = frozenset(source.text for source in fields.get("eventSource", selector)["NotEquals"].items())
    if category == ["Management"]:
        yield Claim(access, selector.guards, excluded=excluded, narrowed=narrowed)
    elif category == ["Data"]:
        arns = fields.get("resources.ARN")
        only = [p for name in _MEETS if arns for p in _patterns(application, arns[name], name)]
        never = tuple(p for name in _AVOIDS if arns for p in _patterns(application, arns[name], name))
        whole = Claim(access, selector.guards, frozenset(types), (), never, narrowed=narrowed)
        yield from ([whole] if not only else (replace(whole, guards=each.guards, only=(each,)) for each in only))


def _undecided(fields: dict[str, Node]) -> str | None:
    """What it would take to know a field that is no ARN."""
    values = (item for name, each in fields.items() if name != "resources.ARN" for item in each["Equals"].items())
    return next((item.undecided for item in values if item.undecided), None)


def _equals(fields: dict[str, Node], name: str) -> list[str]:
    return [item.text for item in fields[name]["Equals"].items()] if name in fields else []


def _patterns(application: Application, values: Node, operator: str) -> Iterator[Pattern]:
    names = application.names
    for item in values.items():
        for case in item.cases():
            written = names.canonical(case.value)
            unknown = isinstance(case.value, Unknown) or (written is not None and names.uncertain(written))
            yield Pattern(operator, written, case.guards, unknown)


def _tail(arn: str) -> str:
    """An ARN from its service on: a selector for all of a service is shorter than an ARN."""
    return arn.split(":", 2)[2] if arn.startswith("arn:") and arn.count(":") >= 2 else arn
