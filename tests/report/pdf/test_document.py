"""The PDF: tagged, the same bytes twice, and its text says what the result says."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pypdfium2
import pytest
import typst

from analyzer.judgement import Severity
from analyzer.picture.graph import Edge, Node, Picture
from analyzer.picture.sketch import drawn
from analyzer.policy.controls import with_controls
from analyzer.policy.effective import Origin
from analyzer.policy.result import Passed, Result, Undecided
from analyzer.policy.run import Governed, Run
from analyzer.report import formats
from analyzer.report.options import ReportOptions
from analyzer.report.pdf.document import content, render
from analyzer.report.pdf.figures import Figures
from analyzer.report.pdf.pieces import BREAK, documentation, remedy, words
from tests.builders import finding, result, rule_info
from tests.report.reading import pages, text_of
from tests.report.results import EVERYTHING, HOSTILE, NOTHING, hostile

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
RUN = Run(
    asked={"paths": ["cdk.out"], "fail_on": "high"},
    governed=(Governed("cdk.out", ("stackproof.yaml",), (Origin("profile", "documented", "stackproof.yaml:3"),)),),
    read=(("stackproof.yaml", "9" * 64),),
)
OPTIONS = ReportOptions(generated=NOON, run=RUN, read_line=lambda file, line: f"const here = {line};")
PICTURE = Picture(
    "The loop", "A starts B.", (Node("a", "A漢", name="A"), Node("b", "B", marked=True)), (Edge("a", "b", "x\u202ey"),)
)


@cache
def everything() -> bytes:
    return render(with_controls(EVERYTHING), options=OPTIONS)


def said(report: bytes) -> str:
    """The text on one line; what broke inside a word is whole again."""
    return " ".join(text_of(report).split())


def unbroken(report: bytes) -> str:
    return re.sub(r"\s+", "", text_of(report))


def blocks(given: Result, **changes: Any) -> list[dict[str, Any]]:
    told = content(given, replace(OPTIONS, **changes), Figures())
    found: list[dict[str, Any]] = told["blocks"]
    return found


def strings(value: Any) -> list[str]:
    match value:
        case str():
            return [value]
        case dict():
            return [text for each in value.values() for text in strings(each)]
        case list():
            return [text for each in value for text in strings(each)]
        case _:
            return []


def test_it_claims_pdf_ua_and_is_tagged_with_title_language_and_date() -> None:
    document = pypdfium2.PdfDocument(everything())
    told = document.get_metadata_dict()
    assert (told["Title"], told["CreationDate"]) == ("Static examination of cdk.out, other.yaml", "D:20261124120000Z")
    assert pypdfium2.raw.FPDFCatalog_IsTagged(document)
    assert b"/Lang(en)" in everything()
    assert "Not PDF/UA" not in text_of(everything())


def test_same_result_same_time_same_bytes() -> None:
    assert render(with_controls(EVERYTHING), options=OPTIONS) == everything()
    assert render(with_controls(EVERYTHING), options=replace(OPTIONS, generated=NOON.replace(hour=13))) != everything()


def test_the_contents_name_the_page_on_which_a_part_begins() -> None:
    told = pages(everything())
    parts = re.findall(r"^([A-Z][\w ]+?) ?[. ]{3,}(\d+)$", told[1], flags=re.MULTILINE)
    assert [name for name, _ in parts][:3] == ["By stack", "What was examined", "Configuration in force"]
    for name, page in parts:
        assert re.search(rf"^{re.escape(name)}\b", told[int(page) - 1], flags=re.MULTILINE), (name, page)
    assert f"page 1 of {len(told)}" in told[0]


def test_the_cover_says_what_came_of_it_and_within_which_limits() -> None:
    cover = " ".join(pages(everything())[0].split())
    assert "Failed 1 finding at or over the gate (medium or worse, likely or surer)." in cover
    assert "9 judgements: 2 failed, 3 passed (1 by attestation), 1 undecided, 2 waived, 1 baselined;" in cover
    assert "Made 2026-11-24 12:00 UTC · judged as of 2026-11-24 · Stackproof 0.1.0" in cover
    assert "nothing was deployed and no account was read" in cover


@pytest.mark.parametrize(
    "expected",
    [
        "cdk.out/D.json" + "b" * 64,
        "stackproof.yaml" + "9" * 64,
        'paths["cdk.out"]',
        "profiledocumentedstackproof.yaml:3",
        "b.json:3:7notJSON",
        "0123456789abcdef0123456789abcdef",
        "1.grantmaydoeverything(lambda/index.js:12:3)",
        "12consthere=12;",
        "FM1101Bucketinotherthe value of Xlambda/index.js:12:3",
        "bydesignann;approvedbybobnoendnamed",
        "soann;approvedbynobodynamed",
        "f" * 32,
        "d" * 32,
        "FM0703unusedthewaiverofFM0703hidesnothing",
        "FM0601cdk.outKeyError",
        "TrailinotherByattestation:soitis.annatrail",
    ],
)
def test_everything_is_told(expected: str) -> None:
    assert expected.replace(" ", "") in unbroken(everything())


def test_the_rules_that_found_nothing_to_judge_are_as_many_as_on_the_cover() -> None:
    told = said(
        render(
            replace(EVERYTHING, rules=(*EVERYTHING.rules, rule_info("FM0702")), unneeded=("FM0901",)), options=OPTIONS
        )
    )
    assert "with 4 rules, 2 of which found nothing to judge" in told
    assert "Rules 4 selected, 2 found nothing to judge" in told


def test_a_run_without_anything_says_so_and_claims_nothing() -> None:
    told = said(render(replace(NOTHING, rules=()), options=ReportOptions()))
    assert "No rule found a failure in what it examined." in told
    assert "Nothing passed." in told
    assert "No finding is waived." in told
    assert "By control" not in told


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_and_keeps_the_standard(text: str) -> None:
    report = render(hostile(text), options=replace(OPTIONS, read_line=lambda file, line: text))
    assert "Not PDF/UA" not in text_of(report)
    assert re.sub(r"\s", "", words(text).replace(BREAK, ""))[:24] in unbroken(report).replace("\ufffe", "")
    assert set(re.findall(rb"/URI *\(([^)]*)\)", report)) == {b"https://docs.aws.amazon.com/one"}


def test_what_the_compiler_refuses_is_made_without_the_claim_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = typst.compile

    def strict(files: Any, **options: Any) -> Any:
        if options["pdf_standards"]:
            raise typst.TypstError("PDF/UA-1 error: something new\nat 3:4")
        return compiled(files, **options)

    monkeypatch.setattr(typst, "compile", strict)
    report = render(NOTHING, options=ReportOptions())
    assert "does not claim to be PDF/UA-1: PDF/UA-1 error: something new" in said(report)
    assert pypdfium2.raw.FPDFCatalog_IsTagged(pypdfium2.PdfDocument(report))


def test_without_the_extra_it_names_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(formats.ReportError, match=r"^needs typst; install the extra `pdf`$"):
        formats.renderer("pdf")(NOTHING, options=ReportOptions())


def test_too_many_findings_are_cut_with_a_notice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analyzer.report.pdf.findings.MOST_FINDINGS", 2)
    given = result(findings=tuple(finding(fingerprint=f"print{n}") for n in range(5)))
    told = strings(blocks(given))
    assert [text for text in told if text.startswith("print")] == ["print0", "print1"]
    assert "3 more findings: see the CSV, JSON or HTML report." in told
    assert any(text.startswith("There are 5 findings. This document shows the first 2 of each rule") for text in told)


def test_a_long_table_is_cut_with_a_notice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analyzer.report.pdf.pieces.MOST_ROWS", 3)
    questions = tuple(Undecided("FM0701", "S", f"R{n}", "T", "x", None, None, None) for n in range(5))
    (table,) = (each for each in blocks(result(unknown=questions)) if "Undecided" in each.get("table", ""))
    assert (len(table["rows"]), table["note"]) == (3, "2 more: see the CSV or JSON report.")


def test_subjects_that_passed_are_named_up_to_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analyzer.report.pdf.rest.MOST_NAMES", 2)
    passed = Passed("FM0701", tuple(("S", f"R{n}") for n in range(4)))
    told = strings(blocks(result(passed=(passed,))))
    assert [text for text in told if text.startswith("S/")] == ["S/R0", "S/R1"]
    assert "and 2 more" in told


def test_rules_come_gravest_first_and_a_remedy_is_told_once() -> None:
    low = finding(rule_id="FM0101", slug="small", severity=Severity.LOW, remediation="Do something else.")
    told = blocks(result(findings=(low, finding(remediation="Write elsewhere, under another prefix."))))
    headings = ["".join(strings(each["heading"])) for each in told if each.get("level") == 2]
    assert headings == ["Configuration in force", "FM0701 A thing loops", "FM0101 A thing loops"]
    remedies = [each for each in told if "finding" in each]
    assert ["Fix: " in strings(each) for each in remedies] == [False, True]


def test_no_heading_stands_alone_at_the_foot_of_a_page() -> None:
    """Rules of many lengths, so that their parts begin at every height, under headings of one line and of two."""
    rules = [
        rule_info(
            f"FM{number:04}",
            title="A heading" + " goes on" * (number % 2) * 12,
            help="What.\n\n## What it checks\n" + "\n\n".join(["Something."] * (number * 5 % 17)),
        )
        for number in range(101, 181)
    ]
    found = tuple(finding(rule_id=each.id, title=each.title, severity=Severity.LOW) for each in rules)
    report = render(result(rules=tuple(rules), findings=found), options=OPTIONS)
    told = [page.splitlines() for page in pages(report)]
    first = next(number for number, lines in enumerate(told) if "Findings" in lines[:3])
    ends = {re.sub(r"\W+", " ", lines[-2]).strip() for lines in told[first:]}  # the last line is the footer
    assert {"Something", "docs aws amazon com one"} < ends
    assert ends & {"What it checks", "References", "low 1 finding 0 passed"} == set()
    assert not {"Resource", "Construct", "Source", "Place", "Related", "Grade"} & {
        end.partition(" ")[0] for end in ends
    }
    assert [end for end in ends if "heading" in end or "goes on" in end or "triggers it again" in end] == []


def test_facts_that_are_longer_than_a_page_go_on_on_the_next() -> None:
    names = tuple(f"Resource{number}" for number in range(900))
    report = render(result(findings=(finding(related_resources=names),)), options=OPTIONS)
    assert re.findall(r"Resource\d+", text_of(report)) == list(names)


def test_a_picture_is_drawn_in_legible_characters_and_told_in_words() -> None:
    figures = Figures()
    block = figures.of(drawn(PICTURE))
    assert block == {"figure": "picture-1.svg", "alternative": "The loop. A starts B.", "caption": ""}
    drawing = figures.files["picture-1.svg"].decode()
    assert "A⟨U+6F22⟩" in drawing
    assert "x⟨U+202E⟩y" in drawing
    assert "var(" not in drawing
    assert 'class="' not in drawing
    assert figures.of(None) is None
    report = render(result(findings=(finding(picture=drawn(PICTURE)),)), options=OPTIONS)
    assert "The loop. A starts B.".encode("utf-16-be") in report or b"The loop. A starts B." in report


def test_pictures_beyond_the_most_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analyzer.report.pdf.figures.MOST_PICTURES", 1)
    figures = Figures()
    assert [figures.of(drawn(PICTURE)) is None for _ in range(3)] == [False, True, True]
    assert list(figures.files) == ["picture-1.svg"]


def control_tables(given: Result) -> list[dict[str, Any]]:
    return [each for each in blocks(given) if each.get("heads", [""])[0] == "Control"]


def test_controls_are_told_with_their_basis_and_counted_by_rule() -> None:
    rule = rule_info("FM0601", controls=(("nist-800-53-r5", "AC-6"), ("nist-800-53-r5", "AC-17"), ("ours", "1")))
    found = finding(rule_id="FM0601")
    given = result(rules=(rule,), findings=(found, found), passed=(Passed("FM0601", (("S", "A"),)),))
    told = [["".join(strings(cell)) for cell in row] for table in control_tables(given) for row in table["rows"]]
    assert told == [
        ["AC-6 Least Privilege", "h", "1", "2", "1", "0", "0", "FM0601"],
        ["AC-17 ", "", "1", "2", "1", "0", "0", "FM0601"],
        ["1 ", "", "1", "2", "1", "0", "0", "FM0601"],
    ]


def test_the_table_of_controls_counts_what_a_baseline_knows_and_what_was_not_evaluated() -> None:
    assert [(table["heads"][3:-1], strings(table["rows"][0])[-7:]) for table in control_tables(EVERYTHING)] == [
        (
            ["contradicts", "supports", "undecided", "waived", "baselined", "not evaluated"],
            ["1", "1", "0", "2", "0", "1", "FM0601"],
        ),
        (["contradicts", "supports", "undecided", "waived", "baselined"], ["1", "1", "2", "1", "0", "1", "FM1101"]),
        (["contradicts", "supports", "undecided", "waived", "not evaluated"], ["1", "1", "1", "0", "2", "1", "FM0601"]),
    ]


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("plain words", "plain words"),
        ("\x1b[31m \x7f \u202e 漢 🙂 \u200b", "⟨U+001B⟩[31m ⟨U+007F⟩ ⟨U+202E⟩ ⟨U+6F22⟩ ⟨U+1F642⟩ ⟨U+200B⟩"),
        ("naïve → Ωμέγα שלום مرحبا", "naïve → Ωμέγα שלום مرحبا"),
        ("DocumentsBucket83908E77", f"Documents{BREAK}Bucket83908E77"),
        ("a/b-c.template.json:12:3", f"a/{BREAK}b-{BREAK}c.{BREAK}template.{BREAK}json:12:3"),
        ("AWS::Lambda::Function", f"AWS::{BREAK}Lambda::{BREAK}Function"),
        ("f" * 40, f"{'f' * 16}{BREAK}{'f' * 16}{BREAK}{'f' * 8}"),
    ],
)
def test_words_are_legible_and_long_ones_may_break(raw: str, shown: str) -> None:
    assert words(raw) == shown


def test_every_character_that_counts_as_legible_is_in_the_fonts() -> None:
    """Compiled under PDF/UA, which refuses what no font holds; the ends and a sample of every range."""
    legible = [chr(code) for code in range(0xA0, 0x3000) if words(chr(code)) == chr(code)]
    given = result(findings=tuple(finding(message="a" + "".join(legible[n : n + 400])) for n in range(0, 4000, 400)))
    assert "Not PDF/UA" not in text_of(render(given, options=ReportOptions()))


def test_documentation_becomes_blocks() -> None:
    written = "Set `a|b`:\n\n- one\n- two\n\n| x | y |\n|---|---|\n| `p` |\n\n```ts\n  const a;\n```\n# Head\nrest"
    assert documentation(written) == [
        {"paragraph": [{"text": "Set "}, {"code": "a|b"}, {"text": ":"}]},
        {"list": [[{"text": "one"}], [{"text": "two"}]], "ordered": False},
        {
            "table": "",
            "heads": ["x", "y"],
            "widths": ["1fr", "1fr"],
            "rows": [[[{"code": "p"}], []]],
            "note": "",
        },
        {"listing": ["  const a;"]},
        {"paragraph": [{"strong": "Head"}, {"text": " "}, {"text": "rest"}]},
    ]


def test_a_remedy_shows_where_its_links_lead_and_makes_none() -> None:
    assert remedy("Use `x` as in [here](https://example.com).") == [
        {"text": "Use "},
        {"code": "x"},
        {"text": " as in "},
        {"text": f"here (https://{BREAK}example.{BREAK}com)"},
        {"text": "."},
    ]
