"""Stackproof finds in the reference stack what docs/reference-stack.md says, and nothing in the hardened twin."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest

from analyzer import registry
from analyzer.policy.assess import Inputs
from analyzer.policy.result import Result
from analyzer.policy.settings import Settings
from analyzer.sources.discovery import discover
from reference_stack.synthesis import ASSEMBLIES, PACKAGE
from tests.judging import judge
from tests.reference_stack.test_documentation import Row, rows

AS_OF = date(2026, 11, 24)
TEMPLATE_ROWS = [row for row in rows() if row.stack is not None]
NOT_NAMED = {"FM0204", "FM0610", "FM0701", "FM1113", "FM1114", "FM1117", "FM1120", "FM1123"}
"""Rules of which the page says in words where two answers are right, or that it leaves to info notes."""


@cache
def judged(variant: str) -> Result:
    found = discover([str(ASSEMBLIES.relative_to(PACKAGE.parent) / variant)], cwd=PACKAGE.parent)
    assert found.errors == ()
    applications = Inputs(found.applications)
    return judge(applications, registry.rules(), Settings(as_of=AS_OF))


@pytest.mark.parametrize("row", TEMPLATE_ROWS, ids=lambda row: f"{row.rule} {row.resource} line {row.line}")
def test_every_row_is_found(row: Row) -> None:
    result = judged("as_documented")
    of_resource = [f for f in result.findings if f.rule_id.startswith(row.rule) and f.resource == row.resource]
    assert of_resource, "not found"
    if row.severity != "–" and len(row.rule) > 4:
        assert row.severity in {finding.severity.label for finding in of_resource}


def test_every_finding_is_a_row() -> None:
    named = {(row.rule, row.resource) for row in TEMPLATE_ROWS}
    unsaid = [
        f"{finding.rule_id} {finding.resource}: {finding.message}"
        for finding in judged("as_documented").findings
        if (finding.rule_id, finding.resource) not in named
        and (finding.rule_id[:4], finding.resource) not in named
        and finding.rule_id not in NOT_NAMED
    ]
    assert unsaid == []


def test_all_fourteen_modes_are_there() -> None:
    modes = {finding.failure_mode for finding in judged("as_documented").findings}
    assert modes == set(range(1, 15))


def test_every_finding_has_a_construct_a_template_line_and_a_source_line() -> None:
    bare = [
        (finding.rule_id, finding.resource)
        for finding in judged("as_documented").findings
        if finding.location is None
        or (finding.resource_type.startswith("AWS::") and (finding.source is None or finding.construct_path is None))
    ]
    assert bare == []


def test_the_hardened_twin_is_clean_and_decided() -> None:
    result = judged("hardened")
    assert [(f.rule_id, f.resource, f.message) for f in result.findings] == []
    assert [(u.rule_id, u.resource, u.needs) for u in result.unknown] == []
    assert result.not_evaluated == ()
    assert {passed.rule_id[:4] for passed in result.passed} == {f"FM{mode:02}" for mode in range(1, 15)}
