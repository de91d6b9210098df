"""What the sections of the page say: what was examined, by stack, waived, undecided; quotes; the filter."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from analyzer.judgement import Severity
from analyzer.picture.graph import Picture
from analyzer.picture.sketch import Sketch, drawn
from analyzer.policy.result import Input, InputProblem, Location, Passed, PassedOver, Undecided, Waived
from analyzer.policy.run import Run
from analyzer.report.html.quote import MOST_LINES, quote
from analyzer.report.html.rest import MOST_OPEN
from analyzer.report.html.summary import MOST_OVERVIEWS, MOST_SUBJECTS
from analyzer.report.options import ReportOptions
from tests.builders import finding, result, rule_info
from tests.picture.pictures import picture
from tests.report.html.pages import Page, page_of

TWO = Input("cdk.out", "cloud-assembly", "0" * 64, ("One", "Two"), 12)


# --- what was examined ------------------------------------------------------------------------------------


def test_what_was_examined_names_every_file_with_its_digest_and_what_was_passed_over() -> None:
    given = Input(
        "cdk.out", "cloud-assembly", "a" * 64, ("One",), 3, digests=(("a.json", "b" * 64), ("c.json", "d" * 64))
    )
    told = result(inputs=(given,), passed_over=(PassedOver("notes.yaml", "no Resources"),), as_of=date(2026, 11, 24))
    words = page_of(told).words
    assert f"2 files with digestsFileSHA-256a.json{'b' * 64}c.json{'d' * 64}" in words
    assert "1 file looked at and not examinedFilewhynotes.yamlno Resources" in words
    assert "Judged as of2026-11-24 (runtimes and waivers age)" in words


def test_one_file_is_not_told_twice() -> None:
    given = Input("one.yaml", "template", "a" * 64, ("one",), 3, digests=(("one.yaml", "a" * 64),))
    assert "with digests" not in page_of(result(inputs=(given,))).words


def test_what_governed_the_run_and_what_it_kept_silent_is_told() -> None:
    given = replace(TWO, ignored=(("FM0701", "Two"),))
    options = ReportOptions(run=Run(read=(("stackproof.yaml", "e" * 64),)))
    words = page_of(result(inputs=(given,)), options).words
    assert f"1 file that governed the runFileSHA-256stackproof.yaml{'e' * 64}" in words
    assert "1 judgement kept silent by configurationRulestackFM0701 event-loopTwo" in words


def test_doubtful_places_beyond_the_most_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analyzer.report.html.examined.MOST_ROWS", 2)
    doubtful = tuple(InputProblem("t.yaml", line, 1, "key 'B' is written twice") for line in (3, 4, 5))
    words = page_of(result(inputs=(replace(TWO, warnings=doubtful),))).words
    assert "t.yaml:4:1key 'B' is written twice1 more: see the JSON report." in words
    assert "t.yaml:5:1" not in words


def test_rules_that_found_nothing_to_judge_are_named() -> None:
    told = result(rules=(rule_info(), rule_info("FM0702", slug="other")), unneeded=("FM0901",))
    words = page_of(replace(told, passed=(Passed("FM0701", (("S", "A"),)),))).words
    assert "3 selected, 2 found nothing to judge" in words
    assert "2 rules found nothing to judgeFM0702 otherFM0901 runtime-outlived" in words


# --- by stack ---------------------------------------------------------------------------------------------


def test_a_stack_names_its_rules_gravest_first_with_links_to_the_findings() -> None:
    low = finding(rule_id="FM0101", slug="small", severity=Severity.LOW, stack="One", fingerprint="aa")
    told = result(
        inputs=(TWO,),
        findings=(finding(stack="One", resource="A"), low),
        waived=(Waived(finding(stack="One", resource="B", fingerprint="bb"), "known", "here"),),
        unknown=(Undecided("FM0701", "Two", "Q", "T", "X", None, None, None),),
        passed=(Passed("FM0701", (("Two", "C"), ("Two", "D"))),),
    )
    page = page_of(told)
    assert "One ◆ 1 critical ○ 1 low 0 open questions, 0 judgements passed. Show only this stack below" in page.words
    assert "FM0701 event-loop◆ criticalA B ⊘ waived FM0101 small○ lowProcessor8F3A2B1C " in page.words
    assert "Two no finding1 open question, 2 judgements passed. " in page.words
    hrefs = [a["href"] for t, a in page.elements if t == "a"]
    assert {f"#f-{finding().fingerprint}", "#f-aa", "#f-bb", "#s-0", "#s-1"} <= set(hrefs)


def test_a_stack_names_a_few_resources_of_a_rule_and_counts_the_rest() -> None:
    found = tuple(finding(stack="One", resource=f"R{number}", fingerprint=f"{number:x}") for number in range(20))
    words = page_of(result(inputs=(TWO,), findings=found)).words
    told = " ".join(f"R{number}" for number in range(MOST_SUBJECTS))
    assert f"FM0701 event-loop◆ critical{told} and {20 - MOST_SUBJECTS} more" in words


def test_one_stack_has_no_section_of_its_own() -> None:
    page = page_of(result(findings=(finding(),)))
    assert "stacks" not in page.ids()
    assert not [a for t, a in page.elements if t == "select"]


# --- the picture of the stacks ----------------------------------------------------------------------------


def overview(sketch: Sketch, count: int = 1) -> str:
    found = (finding(stack="ONE"), finding(stack="ONE", severity=Severity.LOW, fingerprint="aa"))
    return page_of(result(inputs=(replace(TWO, picture=sketch),) * count, findings=found)).words


def test_the_stacks_are_drawn_with_what_was_found_in_them() -> None:
    stacks = _stacks("One>Two:PutItem")
    words = overview(drawn(replace(stacks, nodes=tuple(replace(node, users=7) for node in stacks.nodes))))
    assert "Title: cdk.out" in words
    assert "ONE1 critical, 1 lower; used by 7" in words
    assert "TWOthing; used by 7" in words
    assert "Thick and red: something stops the run." in words


def test_nothing_is_called_red_where_nothing_stops_the_run() -> None:
    clean = page_of(result(inputs=(replace(TWO, picture=drawn(_stacks("One>Two"))),)))
    assert "Title: cdk.out" in clean.words
    assert "Thick and red" not in clean.words


def test_a_picture_that_could_not_be_drawn_says_so() -> None:
    empty = Picture("Stacks", "could not be drawn: KeyError", (), ())
    assert "The picture of cdk.out could not be drawn: KeyError" in overview(drawn(empty))


def test_many_applications_are_not_all_drawn() -> None:
    words = overview(drawn(_stacks("One>Two")), count=MOST_OVERVIEWS + 2)
    assert words.count("Title: cdk.out") == MOST_OVERVIEWS
    assert "2 more applications of several stacks: stackproof graph --kind stacks draws them." in words


def _stacks(edges: str) -> Picture:
    from analyzer.picture.graph import Family

    given = picture(edges)
    return replace(given, nodes=tuple(replace(n, family=Family.STACK, name=n.label) for n in given.nodes))


# --- waived and undecided ---------------------------------------------------------------------------------


def test_a_waiver_says_who_why_and_until_when() -> None:
    waiver = Waived(finding(), "by design", "stackproof.yaml:3", "ann", None, "2026-11-25")
    words = page_of(result(waived=(waiver,), as_of=date(2026, 11, 24))).words
    assert (
        "Waived because by design · Owner ann · Approver nobody named · Until 2026-11-25, 1 day left · "
        "Written in stackproof.yaml:3"
    ) in words


def test_what_is_waived_or_baselined_has_its_proof_and_never_stops_the_run() -> None:
    from tests.report.results import EVERYTHING

    page = page_of(replace(EVERYTHING, findings=()))
    kinds = [(a["data-t"], "data-g" in a) for a in page.of("details", "finding")]
    assert kinds == [("waived", False), ("waived", False), ("baselined", False)]
    assert page.words.count("Place") == 3


def test_an_open_question_explains_its_rule_where_nothing_else_does() -> None:
    question = Undecided("FM0701", "Documents", "R", "T", "the value of X", None, None, None)
    alone = page_of(result(unknown=(question,)))
    assert alone.ids().count("r-FM0701-about") == 1
    beside = page_of(result(findings=(finding(),), unknown=(question,)))
    assert beside.ids().count("r-FM0701-about") == 1


def test_many_open_questions_of_a_rule_are_folded() -> None:
    def page(count: int) -> Page:
        asked = tuple(Undecided("FM0701", "S", f"R{n}", "T", "X", None, None, None) for n in range(count))
        return page_of(result(unknown=asked))

    assert page(MOST_OPEN).of("details", "fold") == []
    assert len(page(MOST_OPEN + 1).of("details", "fold")) == 1
    assert f"All {MOST_OPEN + 1} open questions" in page(MOST_OPEN + 1).words


# --- quotes -----------------------------------------------------------------------------------------------

FILE = ["const one = 1;", "  await s3.putObject({", "\tBucket: b,", "    Key: '<k>',", "    Body: c,", "  });", "", "{"]


def quoted(*span: int) -> str | None:
    return quote(Location("f.js", *span), lambda _, number: FILE[number - 1] if number <= len(FILE) else None)


def code_of(told: str | None) -> str:
    assert told is not None
    return told.partition("<code>")[2].partition("</code>")[0]


def test_what_matters_in_a_line_is_marked_unless_it_is_all_of_it() -> None:
    assert code_of(quoted(1, 7, 1, 10)) == "const <mark>one</mark> = 1;"
    assert code_of(quoted(1, 1, 1, 14)) == "const one = 1;"


def test_a_span_of_lines_is_quoted_without_its_margin_and_cut() -> None:
    assert MOST_LINES == 4
    assert (
        code_of(quoted(2, 3, 6, 4))
        == "await s3.putObject({\n  Bucket: b,\n  Key: &#x27;&lt;k&gt;&#x27;,\n  Body: c,\n…"
    )
    assert "2\n3\n4\n5</span>" in (quoted(2, 3, 6, 4) or "")


def test_brackets_alone_and_lines_that_are_not_there_are_no_quote() -> None:
    assert quoted(8, 1, 8, 2) is None
    assert quoted(99, 1, 99, 2) is None
    assert quote(None, lambda *_: "x") is None


def test_a_long_line_is_cut_around_what_matters() -> None:
    line = "a" * 500 + "needle" + "b" * 500
    told = code_of(quote(Location("min.js", 1, 501, 1, 507), lambda *_: line))
    assert told == f"…{'a' * 80}<mark>needle</mark>{'b' * 74}…"


def test_a_place_beyond_the_end_of_its_line_marks_nothing() -> None:
    assert code_of(quoted(1, 90, 1, 99)) == "const one = 1;"


# --- the filter -------------------------------------------------------------------------------------------


def test_the_filter_offers_only_what_there_is() -> None:
    boxes = [a for t, a in page_of(result(findings=(finding(),))).elements if t == "input"]
    assert [(a.get("name"), a.get("value")) for a in boxes if a["type"] == "checkbox" and "id" not in a] == [
        ("s", "critical")
    ]
    question = Undecided("FM0701", "Other", "R", "T", "X", None, None, None)
    both = page_of(result(findings=(finding(severity=Severity.LOW),), unknown=(question,)))
    boxes = [a for t, a in both.elements if t == "input"]
    assert [(a.get("name"), a.get("value")) for a in boxes if a["type"] == "checkbox" and "id" not in a] == [
        ("s", "critical"), ("s", "low"), ("t", "failed"), ("t", "unknown"),
    ]  # fmt: skip
    assert [a.get("value") for t, a in both.elements if t == "option"] == ["", "0", "1"]
    assert "filter" not in page_of(result()).ids()
