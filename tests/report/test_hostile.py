"""No format passes on what would act on who reads it: escapes, marks that turn text round, markup of its own."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from analyzer.report import formats
from analyzer.report.options import ReportOptions
from tests.report.reading import text_of
from tests.report.results import HOSTILE, hostile

FOR_PROGRAMS = ("json", "sarif", "code-scanning", "cdk")
"""They pass strings on as they are, in JSON, for programs that know what they will do with them; also in a bundle."""

ACTS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
NUMBERED = list(enumerate(HOSTILE))


def rendered(name: str, text: str) -> str:
    options = ReportOptions(read_line=lambda file, line: text)
    return text_of(formats.renderer(name)(hostile(text), options=options), without=(".json", ".sarif"))


@pytest.mark.parametrize("name", [name for name in formats.names() if name not in FOR_PROGRAMS])
@pytest.mark.parametrize("number", [number for number, _ in NUMBERED])
def test_a_report_for_people_holds_no_character_that_acts(name: str, number: int) -> None:
    assert sorted(set(ACTS.findall(rendered(name, HOSTILE[number])))) == []


@pytest.mark.parametrize("name", FOR_PROGRAMS)
@pytest.mark.parametrize("number", [number for number, _ in NUMBERED])
def test_a_report_for_programs_can_be_parsed_and_written_as_utf_8(name: str, number: int) -> None:
    report = rendered(name, HOSTILE[number])
    parsed: Any = json.loads(report.encode())
    assert isinstance(parsed, dict)
    assert re.search(r"[\x00-\x09\x0b-\x1f]", report) is None
