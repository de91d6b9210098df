"""One observation for every judgement; passes are one for each rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from analyzer.policy.result import Location, Proof
from analyzer.records import dataclass
from analyzer.report.oscal.pieces import Identifiers, Json, href, lean, prop, props, text
from analyzer.report.rows import Row, Status

NIST = "nist-800-53-r5"
"""The one framework with an official OSCAL catalog; ids of the others are properties."""

METHOD = "EXAMINE"
"""Documents were read and nothing was run: in the words of SP 800-53A an examination, no test."""

_SAYS = {
    Status.FAIL: "failed",
    Status.BASELINED: "failed, known to the baseline",
    Status.WAIVED: "failed, waived",
    Status.UNKNOWN: "undecided",
    Status.NOT_EVALUATED: "not evaluated",
    Status.PASS: "passed",
}
_FAILURES = (Status.FAIL, Status.BASELINED, Status.WAIVED)


@dataclass(frozen=True, slots=True)
class Observed:
    """An observation with what it was made of; all ``rows`` have the status and the controls of the first."""

    uuid: str
    content: Json
    rows: tuple[Row, ...]

    @property
    def row(self) -> Row:
        """The first row."""
        return self.rows[0]

    @property
    def controls(self) -> tuple[str, ...]:
        """The ids of the NIST controls that it bears on."""
        return tuple(identifier for framework, identifier in self.row.controls if framework == NIST)


def observe(rows: Iterable[Row], identifiers: Identifiers, collected: str, tool: str) -> Iterator[Observed]:
    """The observations, in the order of ``rows``."""
    for (status, rule_id), group in groupby(rows, key=lambda row: (row.status, row.rule_id)):
        members = tuple(group)
        for part in [members] if status is Status.PASS else [(row,) for row in members]:
            name = ("observation", status, rule_id)
            uuid = identifiers.next(*name) if status is Status.PASS else identifiers.next(*name, *_identity(part[0]))
            yield Observed(uuid, _observation(uuid, part, identifiers, collected, tool), part)


def subject_uuid(row: Row, identifiers: Identifiers) -> str:
    """The identifier of the inventory item that is the subject of ``row``."""
    return identifiers.of("inventory-item", row.group, row.subject)


def _identity(row: Row) -> tuple[str, ...]:
    return (row.fingerprint,) if row.finding else (row.group, row.subject, row.text)


def _observation(uuid: str, rows: tuple[Row, ...], identifiers: Identifiers, collected: str, tool: str) -> Json:
    row = rows[0]
    failed = row.status in _FAILURES
    return lean(
        uuid=uuid,
        title=text(f"{row.rule_id} {row.slug}: {_SAYS[row.status]}" if row.rule_id else row.title),
        description=text(_description(rows)),
        props=[*_properties(row, len(rows)), *_other_controls(row)],
        methods=[METHOD],
        types=["finding" if failed else "control-objective"],
        origins=[{"actors": [{"type": "tool", "actor-uuid": tool}]}],
        subjects=[] if row.status is Status.NOT_EVALUATED else [_subject(each, identifiers) for each in rows],
        relevant_evidence=list(_evidence(row)),
        collected=collected,
        remarks=_remarks(row),
    )


def _description(rows: tuple[Row, ...]) -> str:
    row = rows[0]
    match row.status:
        case Status.PASS:
            return f"The rule examined {len(rows)} subjects and its failure is ruled out: {row.title}"
        case Status.UNKNOWN:
            return f"The input does not decide whether this holds of {row.subject}: {row.title}"
        case Status.NOT_EVALUATED:
            return f"{row.group}: {row.text}"
        case _:
            assert row.finding is not None
            return row.finding.message


def _properties(row: Row, count: int) -> list[Json]:
    found = row.finding
    return props(
        status=row.status,
        rule=row.rule_id,
        severity=row.severity,
        confidence=found.confidence.label if found else None,
        stack=row.group if row.status is not Status.NOT_EVALUATED else None,
        fingerprint=row.fingerprint,
        examined=str(count) if row.status is Status.PASS else None,
    )


def _other_controls(row: Row) -> list[Json]:
    return [prop(framework, control) for framework, control in row.controls if framework != NIST]


def _subject(row: Row, identifiers: Identifiers) -> Json:
    said = row.text if row.status is Status.PASS else ""
    uuid = subject_uuid(row, identifiers)
    return lean(**{"subject-uuid": uuid}, type="inventory-item", title=text(row.subject), remarks=said and text(said))


def _evidence(row: Row) -> Iterator[Json]:
    proofs = row.finding.evidence if row.finding else ()
    for proof in proofs:
        yield lean(href=_reference(proof.location), description=text(proof.text), props=_place(proof))
    if row.finding and not proofs:
        where = href(row.file) if row.file else None
        yield lean(href=where, description=text(row.finding.message), props=props(line=_number(row.line)))


def _reference(location: Location | None) -> str | None:
    return None if location is None else href(location.file)


def _place(proof: Proof) -> list[Json]:
    line = None if proof.location is None else proof.location.line
    return props(kind=proof.kind, line=_number(line), digest=proof.digest)


def _number(line: int | None) -> str | None:
    return None if line is None else str(line)


def _remarks(row: Row) -> str | None:
    if row.status is Status.UNKNOWN:
        return text(f"Needed to decide: {row.text}")
    if row.finding is not None and row.finding.remediation:
        return text(f"Fix: {row.finding.remediation}")
    return None
