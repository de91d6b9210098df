"""What the observations say of each control objective of NIST SP 800-53, and the risks that somebody accepted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from analyzer.data.controls import controls_of
from analyzer.policy.result import Result, Waived
from analyzer.report.oscal.observations import NIST, Observed
from analyzer.report.oscal.pieces import Identifiers, Json, lean, props, text
from analyzer.report.rows import Status

_CONTROL = re.compile(r"([A-Z]{2}-\d+)(?:\((\d+)\))?")
_CONTRADICTS = (Status.FAIL, Status.WAIVED, Status.BASELINED)
_OPEN = (Status.UNKNOWN, Status.NOT_EVALUATED)
_WORDS = {
    Status.FAIL: "fail",
    Status.WAIVED: "fail and are waived",
    Status.BASELINED: "fail and are in the baseline",
    Status.UNKNOWN: "are undecided",
    Status.NOT_EVALUATED: "were not evaluated",
    Status.PASS: "pass",
}


def control_id(identifier: str) -> str:
    """The id of a control in NIST's OSCAL catalog: ``ac-6.10`` for ``AC-6(10)``."""
    match = _CONTROL.fullmatch(identifier)
    if match is None:
        raise ValueError(f"{identifier} is no id of SP 800-53")
    return match[1].lower() + (f".{match[2]}" if match[2] else "")


def reviewed(observed: Sequence[Observed], result: Result) -> Json:
    """The controls that the observations bear on; where there are none, those that the rules look for. OSCAL allows no
    results that review nothing: where no rule names a control of NIST's, the id stands for none, and says so."""
    told = "Controls of NIST SP 800-53 that a judgement of this run bears on; rules examine only a part of each."
    controls = {control for each in observed for control in each.controls}
    if not controls:
        told = "No judgement of this run bears on a control of NIST SP 800-53; these are those that its rules look for."
        controls = {control for rule in result.rules for framework, control in rule.controls if framework == NIST}
        controls |= {each.id for rule in result.unneeded for each in controls_of(rule) if each.framework == NIST}
    included = [{"control-id": control_id(control)} for control in sorted(controls, key=_order)]
    if not included:
        told = "No rule of this run bears on a control of NIST SP 800-53. OSCAL wants an id here all the same."
        included = [{"control-id": "none"}]
    return {"control-selections": [{"description": told, "include-controls": included}]}


def findings(observed: Sequence[Observed], risks: dict[str, str], *, satisfied: bool) -> Iterator[Json]:
    """A finding for every control objective that something contradicts or leaves open; with ``satisfied`` also for
    those that everything supports. ``risks``: the uuid of the risk by that of its observation."""
    titles = {
        control.id: control.title
        for each in observed
        for control in controls_of(each.row.rule_id)
        if control.framework == NIST
    }
    by_control: dict[str, list[Observed]] = {}
    for each in observed:
        for control in each.controls:
            by_control.setdefault(control, []).append(each)
    identifiers = Identifiers()
    for control in sorted(by_control, key=_order):
        found = by_control[control]
        status = _status(found)
        if status["state"] == "satisfied" and not satisfied:
            continue
        yield lean(
            uuid=identifiers.of("finding", control),
            title=text(f"{control} {titles.get(control, '')}"),
            description=text(_description(found)),
            target=lean(**{"type": "objective-id", "target-id": f"{control_id(control)}_obj", "status": status}),
            **{"related-observations": [{"observation-uuid": each.uuid} for each in found]},
            **{"related-risks": [{"risk-uuid": risks[each.uuid]} for each in found if each.uuid in risks]},
        )


def risk(waived: Waived, uuid: str, observation: str, tool: str, parties: dict[str, str]) -> Json:
    """The risk that somebody accepted. It counts as approved only where the waiver names who approved it."""
    found = waived.finding
    actors = [{"type": "tool", "actor-uuid": tool}]
    for role, name in (("waiver-owner", waived.owner), ("waiver-approver", waived.approver)):
        if name:
            actors.append({"type": "party", "actor-uuid": parties[name], "role-id": role})
    return lean(
        uuid=uuid,
        title=text(f"{found.rule_id} {found.slug}: {found.resource}"),
        description=text(found.message),
        statement=text(f"Accepted: {waived.reason}"),
        props=props(
            severity=found.severity.label,
            origin=waived.origin,
            owner=waived.owner,
            approver=waived.approver,
            expires=waived.expires,
        ),
        status="deviation-approved" if waived.approver else "deviation-requested",
        origins=[{"actors": actors}],
        deadline=f"{waived.expires}T23:59:59Z" if waived.expires else None,
        related_observations=[{"observation-uuid": observation}],
    )


def _status(found: Sequence[Observed]) -> Json:
    """OSCAL knows two states only; the reason and the remarks say which kind of "not" it is."""
    statuses = {each.row.status for each in found}
    if statuses & {*_CONTRADICTS}:
        told = "Something that was examined contradicts this objective."
        return {"state": "not-satisfied", "reason": "fail", "remarks": told}
    if statuses & {*_OPEN}:
        told = "Nothing examined contradicts this objective, but not everything could be decided or evaluated."
        return {"state": "not-satisfied", "reason": "other", "remarks": told}
    told = "Everything that was examined supports this objective. The rules examine only a part of it."
    return {"state": "satisfied", "reason": "pass", "remarks": told}


def _description(found: Sequence[Observed]) -> str:
    counts = Counter[Status]()
    for each in found:
        counts[each.row.status] += len(each.rows)
    told = ", ".join(f"{counts[status]} {words}" for status, words in _WORDS.items() if counts[status])
    return f"Of the judgements that bear on this control, {told}."


def _order(identifier: str) -> tuple[str, int, int]:
    match = _CONTROL.fullmatch(identifier)
    if match is None:
        return identifier, 0, 0
    family, _, number = match[1].partition("-")
    return family, int(number), int(match[2] or 0)
