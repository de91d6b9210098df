"""The assessment results as a whole (OSCAL 1.1.3), after https://pages.nist.gov/OSCAL/reference/."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC
from hashlib import sha256

from analyzer.policy.result import Input, Result
from analyzer.report.json_format import dumps
from analyzer.report.options import ReportOptions
from analyzer.report.oscal.findings import findings, reviewed, risk
from analyzer.report.oscal.observations import Observed, observe, subject_uuid
from analyzer.report.oscal.pieces import Identifiers, Json, href, lean, props, text
from analyzer.report.rows import Row, Status, rows
from analyzer.report.text_summary import examined, idle_rules, outcome, verdict

VERSION = "1.1.3"
"""Of OSCAL; what is written here is valid by 1.2 as well."""

LIMITS = (
    "Judged from templates, handler code and CDK source alone: nothing was deployed and no account was read. An "
    "observation is evidence towards a control; by itself it neither meets nor fails it."
)
_ROLES = {"waiver-owner": "Answers for an accepted finding", "waiver-approver": "Approved an accepted finding"}


def render(result: Result, *, options: ReportOptions) -> str:
    """The report as OSCAL assessment results. Same result, same ``options.generated``, same bytes."""
    return dumps({"assessment-results": document(result, options)}, indent=2)


def document(result: Result, options: ReportOptions) -> Json:
    """The report as plain data."""
    made = Identifiers()
    when = options.generated.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    identity = _identity(result, options, when)
    tool, plan = made.of("component", "stackproof", result.version), made.of("resource", "assessment-plan")
    parties = _parties(result, made)
    judged = list(rows(result))
    observed = list(observe(judged, made, when, tool))
    risks = {each.uuid: made.of("risk", each.uuid) for each in observed if each.row.status is Status.WAIVED}
    accepted = [
        risk(each.row.waived, risks[each.uuid], each.uuid, tool, parties) for each in observed if each.row.waived
    ]
    return lean(
        uuid=made.of("assessment-results", identity),
        metadata=_metadata(result, when, parties),
        import_ap={"href": options.oscal_plan or f"#{plan}"},
        results=[
            lean(
                uuid=made.of("result", identity),
                title="Static examination by Stackproof",
                description=text(f"{examined(result)} {outcome(result)} {verdict(result)[1]}"),
                start=when,
                end=when,
                props=_run_properties(result),
                local_definitions=_definitions(result, judged, made, tool),
                reviewed_controls=reviewed(observed, result),
                observations=[each.content for each in observed],
                risks=accepted,
                findings=list(findings(observed, risks, satisfied=options.oscal_satisfied)),
                remarks=LIMITS,
            )
        ],
        back_matter={"resources": _resources(result, observed, made, None if options.oscal_plan else plan)},
    )


def _identity(result: Result, options: ReportOptions, when: str) -> str:
    """What makes a document another one: when it was made, of what, by what, and what governed that."""
    run = options.run
    parts = [result.version, when, str(result.as_of), *(f"{each.path} {each.sha256}" for each in result.inputs)]
    parts += [f"{file} {digest}" for file, digest in run.read] if run else []
    parts += [f"{name} {value}" for name, value in run.asked.items()] if run else []
    return sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _metadata(result: Result, when: str, parties: dict[str, str]) -> Json:
    roles = {
        "waiver-owner": {each.owner for each in result.waived if each.owner},
        "waiver-approver": {each.approver for each in result.waived if each.approver},
    }
    held = {role: sorted(parties[name] for name in names) for role, names in roles.items() if names}
    return lean(
        title="Stackproof assessment results",
        version=when,
        **{"last-modified": when, "oscal-version": VERSION},
        props=props(tool_version=result.version, as_of=str(result.as_of) if result.as_of else None),
        roles=[{"id": role, "title": _ROLES[role]} for role in held],
        parties=[{"uuid": uuid, "type": "person", "name": text(name)} for name, uuid in parties.items()],
        responsible_parties=[{"role-id": role, "party-uuids": uuids} for role, uuids in held.items()],
        remarks="Who owns or approved a waiver is named as the waiver names it; it may be a team.",
    )


def _parties(result: Result, made: Identifiers) -> dict[str, str]:
    named = {name for each in result.waived for name in (each.owner, each.approver) if name}
    return {name: made.of("party", name) for name in sorted(named)}


def _run_properties(result: Result) -> list[Json]:
    gate = result.gate
    idle = len(idle_rules(result))
    return props(
        verdict=result.verdict,
        gate="never" if gate.severity is None else gate.severity.label,
        gate_confidence=gate.confidence.label,
        rules=str(len(result.rules) + len(result.unneeded)),
        rules_with_nothing_to_judge=str(idle) if idle else None,
    )


def _definitions(result: Result, judged: Iterable[Row], made: Identifiers, tool: str) -> Json:
    """The subjects, and the tool that looked at them."""
    items: dict[str, Json] = {}
    for row in judged:
        uuid = subject_uuid(row, made)
        if row.status is not Status.NOT_EVALUATED and (uuid not in items or row.subject_type):
            items[uuid] = _item(row, uuid)
    component = {
        "uuid": tool,
        "type": "software",
        "title": "Stackproof",
        "description": "Static analyzer of AWS CloudFormation applications.",
        "props": props(version=result.version),
        "status": {"state": "operational"},
    }
    platform = {
        "uuid": made.of("assessment-platform", result.version),
        "title": "Stackproof",
        "uses-components": [{"component-uuid": tool}],
    }
    assets = {"components": [component], "assessment-platforms": [platform]}
    return lean(**{"inventory-items": list(items.values()), "assessment-assets": assets})


def _item(row: Row, uuid: str) -> Json:
    told = props(
        logical_id=row.subject,
        stack=row.group,
        resource_type=row.subject_type,
        construct_path=row.construct_path,
    )
    return {"uuid": uuid, "description": text(f"{row.subject} in {row.group}"), "props": told}


def _resources(result: Result, observed: Sequence[Observed], made: Identifiers, plan: str | None) -> list[Json]:
    without = {
        "uuid": plan,
        "title": "No assessment plan was supplied",
        "remarks": "These results belong to no assessment plan. `--oscal-plan HREF` names one.",
    }
    return [*([without] if plan else []), *(_input(each, made) for each in result.inputs), *_catalogues(observed, made)]


def _input(given: Input, made: Identifiers) -> Json:
    """An input: every file with its digest where that is known."""
    files = given.digests or ((given.path, given.sha256),)
    return lean(
        uuid=made.next("resource", "input", given.path, given.sha256),
        title=text(f"Examined: {given.path}"),
        description=text(f"{given.kind}, {len(given.stacks)} stacks, {given.resources} resources"),
        props=props(kind=given.kind, sha256=given.sha256),
        rlinks=[{"href": href(path), "hashes": [{"algorithm": "SHA-256", "value": digest}]} for path, digest in files],
    )


def _catalogues(observed: Sequence[Observed], made: Identifiers) -> list[Json]:
    """The frameworks that controls of this document belong to, with the versions meant."""
    from analyzer.data.controls import frameworks

    named = {framework for each in observed for framework, _ in each.row.controls}
    return [
        {
            "uuid": made.of("resource", "framework", key),
            "title": text(f"{framework.name} {framework.version}"),
            "props": props(framework=key, version=framework.version),
            "rlinks": [{"href": framework.url}],
        }
        for key, framework in frameworks().items()
        if key in named
    ]
