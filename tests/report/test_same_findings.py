"""Every format tells of the same findings: none may lose one, and none may show as open what is waived."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace

import pytest

from analyzer.policy.result import Finding
from analyzer.report import formats
from analyzer.report.options import ReportOptions
from tests.builders import finding
from tests.report.reading import text_of
from tests.report.results import EVERYTHING

FINGERPRINT = re.compile(r"\b(?:ab){15}c\d\b")
TOLD_WITHOUT = ("text", "github", "markdown")
"""For people who do not compare runs: by their message only."""

OPEN_ONLY = ("gitlab", "cdk", "github", "code-scanning")
"""Their readers know no waived state and would show it as open."""


def numbered(number: int, given: Finding) -> Finding:
    return replace(
        given,
        rule_id="FM0601",
        slug="wide-grant",
        resource=f"Resource{number}",
        fingerprint=f"{'ab' * 15}c{number}",
        message=f"Message{number} of {given.resource}.",
        acknowledgeable=True,
    )


OPEN = tuple(numbered(number, finding()) for number in range(3))
HIDDEN = tuple(numbered(number + 3, each.finding) for number, each in enumerate(EVERYTHING.waived))
KNOWN = (numbered(6, finding()),)
RESULT = replace(
    EVERYTHING,
    findings=OPEN,
    waived=tuple(replace(each, finding=hidden) for each, hidden in zip(EVERYTHING.waived, HIDDEN, strict=True)),
    baselined=KNOWN,
)
STATUS = (
    [(each.fingerprint, "fail") for each in OPEN]
    + [(each.fingerprint, "waived") for each in HIDDEN]
    + [(each.fingerprint, "baselined") for each in KNOWN]
)


def rendered(name: str) -> str:
    report = formats.renderer(name)(RESULT, options=ReportOptions())
    return report if isinstance(report, str) else re.sub(r"(?<=[ab])\n(?=[abc])", "", text_of(report))


@pytest.mark.parametrize("name", [name for name in formats.names() if name not in TOLD_WITHOUT])
def test_a_format_with_fingerprints_has_those_of_all_others(name: str) -> None:
    told = OPEN if name in OPEN_ONLY else (*OPEN, *HIDDEN, *KNOWN)
    assert sorted(set(FINGERPRINT.findall(rendered(name)))) == [each.fingerprint for each in told]


@pytest.mark.parametrize("name", TOLD_WITHOUT)
def test_a_format_for_people_tells_every_open_finding(name: str) -> None:
    told = re.findall(r"Message(\d)", rendered(name))
    hidden = [] if name in OPEN_ONLY else [3, 4, 6]
    assert sorted(set(map(int, told)) - set(hidden)) == [0, 1, 2]


def test_json_gives_each_its_status() -> None:
    report = json.loads(rendered("json"))
    listed = [(each["fingerprint"], "fail") for each in report["findings"]]
    listed += [(each["fingerprint"], status) for status in ("waived", "baselined") for each in report[status]]
    assert sorted(listed) == STATUS


def test_csv_gives_each_its_status() -> None:
    rows = csv.DictReader(io.StringIO(rendered("csv")))
    assert sorted((row["fingerprint"], row["status"]) for row in rows if row["fingerprint"]) == STATUS


def test_sarif_suppresses_what_is_waived_or_known_and_nothing_else() -> None:
    results = json.loads(rendered("sarif"))["runs"][0]["results"]
    failed = [each for each in results if each["kind"] == "fail"]
    suppressed = [
        (each["partialFingerprints"]["primaryLocationLineHash"].partition(":")[0], bool(each.get("suppressions")))
        for each in failed
    ]
    assert sorted(suppressed) == [(fingerprint, status != "fail") for fingerprint, status in STATUS]
