"""JUnit XML for the test views of CI systems: a suite per stack, a case per rule and subject.

A finding is a failure, waived, baselined and undecided cases are skipped with a message, a rule that broke down and
an input that was not read are errors. No case has two outcomes. Times are left out: none is measured per case.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from analyzer.policy.result import Location, Result, Waived
from analyzer.report.options import ReportOptions
from analyzer.report.rows import Row, Status, read_more, rows
from analyzer.report.sanitize import xml

_OUTCOME = {
    Status.FAIL: "failure",
    Status.NOT_EVALUATED: "error",
    Status.UNKNOWN: "skipped",
    Status.WAIVED: "skipped",
    Status.BASELINED: "skipped",
}
_COUNTED = {"failure": "failures", "error": "errors", "skipped": "skipped"}


def render(result: Result, *, options: ReportOptions) -> str:  # noqa: ARG001  one signature for all formats
    """The report as one ``testsuites`` document."""
    suites: dict[str, list[Row]] = {}
    for row in rows(result):
        suites.setdefault(row.group, []).append(row)
    root = Element("testsuites", {"name": "stackproof"})
    for name in sorted(suites):
        _suite(root, name, suites[name])
    _count(root, [row for each in suites.values() for row in each])
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def _suite(root: Element, name: str, cases: list[Row]) -> None:
    suite = SubElement(root, "testsuite", {"name": xml(name)})
    _count(suite, cases)
    seen: Counter[tuple[str, str]] = Counter()
    for row in sorted(cases, key=lambda row: (row.rule_id, row.subject)):
        seen[row.rule_id, row.subject] += 1
        suite.append(_case(row, seen[row.rule_id, row.subject]))


def _count(element: Element, cases: list[Row]) -> None:
    outcomes = Counter(_COUNTED[_OUTCOME[row.status]] for row in cases if row.status in _OUTCOME)
    element.set("tests", str(len(cases)))
    for counted in _COUNTED.values():
        element.set(counted, str(outcomes[counted]))


def _case(row: Row, ordinal: int) -> Element:
    """Readers keep the first of several cases with one name, so those after it are numbered."""
    name = row.subject if ordinal == 1 else f"{row.subject} #{ordinal}"
    case = Element("testcase", {"classname": xml(f"{row.rule_id} {row.slug}".strip() or "input"), "name": xml(name)})
    if row.file:
        case.set("file", xml(row.file))
    if row.line is not None:
        case.set("line", str(row.line))
    properties = [("status", str(row.status)), ("fingerprint", row.fingerprint)]
    holder = SubElement(case, "properties")
    for key, value in properties:
        if value:
            SubElement(holder, "property", {"name": key, "value": value})
    tag = _OUTCOME.get(row.status)
    if tag is not None:
        said = SubElement(case, tag, {"message": xml(_message(row))})
        if tag != "skipped":
            said.set("type", row.severity if row.status is Status.FAIL else "not evaluated")
            said.text = "\n".join(xml(line) for line in _details(row))
    return case


def _message(row: Row) -> str:
    match row.status:
        case Status.UNKNOWN:
            return f"Undecided: needs {row.text}"
        case Status.WAIVED if row.waived is not None:
            return f"Waived: {row.text} ({_waiver(row.waived)})"
        case Status.BASELINED:
            return f"In the baseline: {row.text}"
        case _:
            return row.text


def _waiver(waived: Waived) -> str:
    until = f"until {waived.expires}" if waived.expires else ""
    return ", ".join(part for part in (waived.origin, waived.owner, waived.approver, until) if part)


def _details(row: Row) -> Iterator[str]:
    yield row.text
    found = row.finding
    if found is None:
        return
    yield f"{found.resource} ({found.resource_type}) {found.construct_path or ''}".rstrip()
    for place in dict.fromkeys((f"{row.file}:{row.line}" if row.line else row.file, _where(found.location))):
        if place:
            yield f"at {place}"
    for number, link in enumerate(found.evidence, start=1):
        where = _where(link.location)
        yield f"proof {number}: {link.text}" + (f" [{where}]" if where else "")
    if found.remediation:
        yield f"fix: {found.remediation}"
    if found.aliases:
        yield f"also: {', '.join(found.aliases)}"
    about = read_more(found)
    if about:
        yield f"more: {about}"


def _where(location: Location | None) -> str:
    return "" if location is None else f"{location.file}:{location.line}"
