"""The table of formats."""

from __future__ import annotations

import pytest

from analyzer.judgement import Severity
from analyzer.picture.graph import Picture
from analyzer.picture.sketch import Sketch
from analyzer.policy.result import Undecided, Waived
from analyzer.report import formats
from analyzer.report.options import ReportOptions
from tests.builders import finding, result


@pytest.mark.parametrize(
    ("file", "format_name"),
    [
        ("report.json", "json"),
        ("out/report.sarif", "sarif"),
        ("report.SARIF.json", "sarif"),
        ("upload.code-scanning.sarif", "code-scanning"),
        ("report.txt", "text"),
        ("report", None),
        ("json", None),
        ("report.json.bak", None),
    ],
)
def test_the_longest_suffix_tells_the_format(file: str, format_name: str | None) -> None:
    assert formats.format_of(file) == format_name


@pytest.mark.parametrize("name", formats.names())
def test_every_format_renders_and_text_ends_with_a_newline(name: str) -> None:
    for given in (result(), result(findings=(finding(),))):
        report = formats.renderer(name)(given, options=ReportOptions())
        if isinstance(report, bytes):
            assert report.startswith((b"%PDF-", b"PK"))
        else:
            assert report.endswith("\n")
            assert not report.endswith("\n\n")


def test_an_unknown_format_is_an_error() -> None:
    with pytest.raises(KeyError):
        formats.renderer("carrier-pigeon")


def test_machine_formats_agree_on_what_was_found() -> None:
    import json

    fingerprints = {"open": "a" * 32, "waived": "b" * 32, "old": "c" * 32}
    given = result(
        findings=(finding(fingerprint=fingerprints["open"], severity=Severity.LOW),),
        waived=(Waived(finding(fingerprint=fingerprints["waived"]), "by design", "here"),),
        baselined=(finding(fingerprint=fingerprints["old"]),),
        unknown=(Undecided("FM0701", "Documents", "Fn", "T", "x", None, None, None),),
    )
    plain = json.loads(formats.renderer("json")(given, options=ReportOptions()))
    in_json = {
        *((found["fingerprint"], "open") for found in plain["findings"]),
        *((found["fingerprint"], "waived") for found in plain["waived"]),
        *((found["fingerprint"], "old") for found in plain["baselined"]),
        *((question["resource"], "unknown") for question in plain["unknown"]),
    }
    in_sarif = set()
    for answer in json.loads(formats.renderer("sarif")(given, options=ReportOptions()))["runs"][0]["results"]:
        if answer["kind"] == "open":
            in_sarif.add(("Fn", "unknown"))
            continue
        fate = "old" if answer.get("baselineState") == "unchanged" else "waived"
        status = fate if "suppressions" in answer else "open"
        in_sarif.add((answer["partialFingerprints"]["stackproof/v1"], status))
    assert in_sarif == in_json == {(text, status) for status, text in fingerprints.items()} | {("Fn", "unknown")}


@pytest.mark.parametrize("name", formats.names())
def test_what_shows_pictures_says_so(name: str) -> None:
    drawn: list[str] = []

    def draw() -> Picture:
        drawn.append(name)
        return Picture("A loop", "It loops.", (), ())

    pictured = result(findings=(finding(picture=Sketch(draw)),))
    formats.renderer(name)(pictured, options=ReportOptions())
    assert bool(drawn) == formats.shows_pictures([name])
