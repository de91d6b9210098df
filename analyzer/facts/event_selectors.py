"""What trails and event data stores record: management events, and data events of which resources.

Source: CloudTrail, "Logging data events" and the API's ``EventSelector`` and ``AdvancedEventSelector``
(https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html): without
selectors all management events and no data events; ARNs of basic selectors are prefixes; fields of one advanced
selector must all match, values of one operator need only one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from analyzer.facts.guard_gaps import Guards, gap
from analyzer.facts.truth import truth
from analyzer.model.node import Case, Node
from analyzer.model.value import Unknown

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


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that a selector takes. ``types`` are resource types (none: management events), ``only`` and ``never``
    operators with patterns of ARNs, ``excluded`` event sources left out, ``narrowed`` whether another field narrows
    it, ``unread`` what it would take to know it."""

    access: frozenset[Access]
    guards: Guards
    types: frozenset[str] = frozenset()
    only: tuple[tuple[str, Case], ...] = ()
    never: tuple[tuple[str, Case], ...] = ()
    excluded: frozenset[str] = frozenset()
    narrowed: bool = False
    unread: str = ""


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
            takes = _takes(application, claim, target)
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


def claims_of(recorders: Iterable[Resource]) -> Iterator[Claim]:
    """Everything that trails and event data stores take."""
    for recorder in recorders:
        written = selectors(recorder)
        read = _advanced if recorder["AdvancedEventSelectors"] else _basic
        for branch in written.branches:
            chosen = list(branch.items())
            if not chosen:  # without selectors, or with an empty list of them, the default holds
                yield Claim(BOTH, branch.guards)
            for selector in chosen:
                yield from read(selector)


def _basic(selector: Node) -> Iterator[Claim]:
    if selector.undecided:
        yield Claim(BOTH, selector.guards, unread=selector.undecided)
        return
    access = _WRITTEN.get(selector["ReadWriteType"].text or "All", BOTH)
    management = selector["IncludeManagementEvents"]
    included = truth(management.value) if management else True
    if included is None:
        yield Claim(access, selector.guards, unread=management.undecided or "whether management events are recorded")
    elif included:
        excluded = frozenset(source.text for source in selector["ExcludeManagementEventSources"].items())
        yield Claim(access, selector.guards, excluded=excluded)
    for resource in selector["DataResources"].items():
        yield from _data_resource(resource, access)


def _data_resource(resource: Node, access: frozenset[Access]) -> Iterator[Claim]:
    for value in resource["Values"].items():
        for case in value.cases():
            yield Claim(access, case.guards, frozenset({resource["Type"].text}), (("StartsWith", case),))


def _advanced(selector: Node) -> Iterator[Claim]:
    fields = list(selector["FieldSelectors"].items())
    if selector.undecided or not fields:
        yield Claim(BOTH, selector.guards, unread=selector.undecided or "the fields of an event selector")
        return
    category, types, access = "", frozenset[str](), BOTH
    narrowed, excluded = False, frozenset[str]()
    only: list[tuple[str, Case]] = []
    never: list[tuple[str, Case]] = []
    for each in fields:
        name = each["Field"].text
        equals = [item.text for item in each["Equals"].items()]
        if name == "eventCategory":
            category = equals[0] if equals else ""
        elif name == "resources.type":
            types = frozenset(equals)
        elif name == "readOnly":
            access = frozenset({Access.READS if equals == ["true"] else Access.WRITES})
        elif name == "resources.ARN":
            only += _patterns(each, _MEETS)
            never += _patterns(each, _AVOIDS)
        elif name == "eventSource" and each["NotEquals"]:
            excluded = frozenset(item.text for item in each["NotEquals"].items())
        else:
            narrowed = True
    if category == "Management":
        yield Claim(access, selector.guards, excluded=excluded, narrowed=narrowed)
    elif category == "Data":
        yield from _each_pattern(Claim(access, selector.guards, types, (), tuple(never), excluded, narrowed), only)


def _each_pattern(claim: Claim, only: list[tuple[str, Case]]) -> Iterator[Claim]:
    """One claim for every ARN pattern, each under the conditions that the pattern itself has."""
    if not only:
        yield claim
    for operator, case in only:
        yield Claim(claim.access, case.guards, claim.types, ((operator, case),), claim.never, narrowed=claim.narrowed)


def _patterns(selector: Node, operators: tuple[str, ...]) -> list[tuple[str, Case]]:
    return [(operator, case) for operator in operators for item in selector[operator].items() for case in item.cases()]


# --- ARNs ---------------------------------------------------------------------------------------------


def _takes(application: Application, claim: Claim, target: str) -> bool | None:
    """Whether the claim takes every item below ``target``, a canonical ARN."""
    avoided = [_reaches(application, operator.removeprefix("Not"), case, target) for operator, case in claim.never]
    if any(avoided):
        return False
    met = [_reaches(application, operator, case, target) for operator, case in claim.only]
    if None in avoided or (None in met and not any(met)):
        return None
    return any(met) or not claim.only


def _reaches(application: Application, operator: str, case: Case, target: str) -> bool | None:
    names = application.names
    written = names.canonical(case.value)
    if written is None:
        return None
    pattern, subject = _tail(written), _tail(target)
    if operator == "Equals" and pattern == subject:
        return True
    if operator == "StartsWith" and subject.startswith(pattern):
        return True
    return None if isinstance(case.value, Unknown) or names.uncertain(written) else False


def _tail(arn: str) -> str:
    """An ARN from its service on: a selector for all of a service is shorter than an ARN."""
    return arn.split(":", 2)[2] if arn.startswith("arn:") and arn.count(":") >= 2 else arn
