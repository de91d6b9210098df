"""CSV, one row per rule and subject, passes included: for spreadsheets and for auditors' samples."""

from __future__ import annotations

import csv
import io

from analyzer.policy.result import Input, Result
from analyzer.report.options import ReportOptions
from analyzer.report.rows import Row, rows
from analyzer.report.sanitize import csv_cell

COLUMNS = (
    "rule",
    "title",
    "severity",
    "status",
    "stack",
    "subject",
    "type",
    "construct_path",
    "reason_or_needs",
    "waiver_owner",
    "waiver_approver",
    "waiver_expires",
    "controls",
    "file",
    "line",
    "fingerprint",
    "input_sha256",
    "aliases",
)


def render(result: Result, *, options: ReportOptions) -> str:  # noqa: ARG001  one signature for all formats
    """The report as CSV (RFC 4180 but for line ends, which are plain newlines); the header comes even alone."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows(result):
        writer.writerow(csv_cell(cell) for cell in _cells(row, result.inputs))
    return text.getvalue()


def _cells(row: Row, inputs: tuple[Input, ...]) -> tuple[str, ...]:
    waived = row.waived
    return (
        row.rule_id,
        row.title,
        row.severity,
        row.status,
        row.group,
        row.subject,
        row.subject_type,
        row.construct_path,
        row.text,
        (waived.owner or "") if waived else "",
        (waived.approver or "") if waived else "",
        (waived.expires or "") if waived else "",
        " ".join(f"{framework}:{control}" for framework, control in row.controls),
        row.file,
        "" if row.line is None else str(row.line),
        row.fingerprint,
        _digest(row, inputs),
        " ".join(row.finding.aliases) if row.finding else "",
    )


def _digest(row: Row, inputs: tuple[Input, ...]) -> str:
    """The digest of the input that the row speaks of; empty where several inputs may be meant."""
    held = [given for given in inputs if row.template and row.template in given.files]
    named = [given for given in inputs if row.group in given.stacks or row.group == given.path]
    digests = {given.sha256 for given in held or named}
    return digests.pop() if len(digests) == 1 else ""
