"""Reading a report: filter, search, deep links, keyboard, narrow screens, without a script, on paper."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opener
from tests.browser.reports import EVERY_PIECE, SAMPLE, many, written
from tests.report.results import HOSTILE, hostile

PHONE = {"width": 375, "height": 740}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(EVERY_PIECE, tmp_path_factory.mktemp("every"))


@pytest.fixture(scope="module")
def twenty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(many(20, rules=10, stacks=4), tmp_path_factory.mktemp("twenty"))


def shown(page: Page) -> list[str]:
    return [each.get_attribute("id") for each in page.locator(".finding:not([hidden])").all()]


def fragments(*numbers: int) -> list[str]:
    return [f"f-{number:032x}" for number in numbers]


def search(page: Page, words: str) -> None:
    page.get_by_role("searchbox").fill(words)


def test_search_leaves_what_has_all_words_and_no_empty_rule(show: Opener, twenty: Path) -> None:
    page = show(twenty)
    expect(page.get_by_role("status")).to_have_text("20 of 20 shown")
    search(page, "TEAM3 handler0000000b")
    expect(page.get_by_role("status")).to_have_text("1 of 20 shown")
    assert shown(page) == fragments(11)
    assert [each.get_attribute("id") for each in page.locator(".rule:visible").all()] == ["r-FM0201"]
    search(page, "nothing has this word")
    expect(page.get_by_role("status")).to_have_text("0 of 20 shown")
    assert page.locator(".rule:visible").count() == 0
    search(page, "")
    expect(page.get_by_role("status")).to_have_text("20 of 20 shown")
    assert len(shown(page)) == 20


def test_severities_and_the_gate_narrow_together(show: Opener, twenty: Path) -> None:
    page = show(twenty)
    page.get_by_role("checkbox", name="critical").uncheck()
    expect(page.get_by_role("status")).to_have_text("16 of 20 shown")
    page.get_by_role("checkbox", name="only what stops the run").check()
    expect(page.get_by_role("status")).to_have_text("8 of 20 shown")
    told = page.locator(".finding:not([hidden]) > summary .badge").all_text_contents()
    assert sorted(told) == ["▲ high"] * 4 + ["● medium"] * 4


def test_statuses_and_stacks_narrow_all_that_is_listed(show: Opener, report: Path) -> None:
    page = show(report)
    expect(page.get_by_role("status")).to_have_text("6 of 6 shown")
    for word in ("failed", "baselined", "undecided"):
        page.get_by_role("checkbox", name=word).uncheck()
    expect(page.get_by_role("status")).to_have_text("2 of 6 shown")
    assert sorted(shown(page)) == [f"f-{'e' * 32}", f"f-{'f' * 32}"]
    expect(page.locator("#undecided .nofit")).to_be_visible()
    expect(page.locator("#waived .nofit")).to_be_hidden()
    page.get_by_role("button", name="Show all").click()
    expect(page.get_by_role("status")).to_have_text("6 of 6 shown")
    page.get_by_role("combobox", name="Stack").select_option("other")
    expect(page.get_by_role("status")).to_have_text("1 of 6 shown")
    assert page.locator("[data-t]:visible").all_text_contents() == [
        "needs the value of XBucket in other lambda/index.js:12:3 "
    ]


def test_what_is_folded_opens_where_the_filter_leaves_something_in_it(show: Opener, tmp_path: Path) -> None:
    (question,) = EVERY_PIECE.unknown
    asked = tuple(replace(question, resource=f"Bucket{number}") for number in range(20))
    page = show(written(replace(EVERY_PIECE, unknown=asked), tmp_path))
    expect(page.locator(".asked li").first).to_be_hidden()
    search(page, "bucket17")
    expect(page.locator(".asked li:visible")).to_have_count(1)


def test_a_stack_leads_to_its_own_findings(show: Opener, twenty: Path) -> None:
    page = show(twenty)
    page.get_by_role("link", name="Team2Stack", exact=True).click()
    expect(page.locator("#s-2")).to_have_attribute("open", "")
    page.locator("#s-2").get_by_role("link", name="Show only this stack below").click()
    expect(page.get_by_role("status")).to_have_text("5 of 20 shown")
    assert sorted(shown(page)) == fragments(2, 6, 10, 14, 18)
    expect(page.locator("#findings")).to_be_in_viewport()


def test_a_finding_leads_to_how_it_is_mended(show: Opener, twenty: Path) -> None:
    page = show(twenty)
    finding = page.locator(".finding").nth(1)
    finding.locator("> summary").click()
    finding.get_by_role("link", name="How, and why it fails").click()
    about = page.locator(".rule").first.locator(".about")
    expect(about).to_have_attribute("open", "")
    expect(about.get_by_text("Write elsewhere, under another prefix.")).to_be_in_viewport()


def test_paper_says_that_it_is_filtered(show: Opener, twenty: Path) -> None:
    page = show(twenty)
    search(page, "handler00000001")
    expect(page.get_by_role("status")).to_have_text("1 of 20 shown")
    page.emulate_media(media="print")
    expect(page.get_by_text("Filtered: 1 of 20 shown.")).to_be_visible()


def test_a_deep_link_opens_the_finding_and_stands_on_it(show: Opener) -> None:
    page = show(SAMPLE)
    last = page.locator(".finding").last.get_attribute("id")
    assert last
    page = show(SAMPLE, f"#{last}")
    target = page.locator(f"#{last}")
    expect(target).to_have_attribute("open", "")
    expect(target.locator(".inside")).to_be_in_viewport()
    expect(target.locator("> summary")).to_be_focused()
    assert page.locator(".finding[open]").count() == 1


def test_a_deep_link_shows_what_the_filter_hides(show: Opener, twenty: Path) -> None:
    page = show(twenty)
    search(page, "handler00000001")
    expect(page.get_by_role("status")).to_have_text("1 of 20 shown")
    page.evaluate(f"location.hash = '{fragments(7)[0]}'")
    expect(page.locator(f"#{fragments(7)[0]} > summary")).to_be_focused()
    expect(page.locator(f"#{fragments(7)[0]} .inside")).to_be_in_viewport()


def test_the_keyboard_comes_to_the_report_first_and_opens_a_finding(show: Opener, report: Path) -> None:
    page = show(report)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the report")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    summary = page.locator(".finding > summary").first
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".finding").first).to_have_attribute("open", "")


@pytest.mark.parametrize("file", ["report", "sample"])
def test_a_narrow_screen_never_scrolls_sideways(show: Opener, report: Path, file: str) -> None:
    page = show(report if file == "report" else SAMPLE, viewport=PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_without_a_script_everything_is_there_and_the_filter_is_not(show: Opener, report: Path) -> None:
    page = show(report, java_script_enabled=False)
    expect(page.get_by_role("search")).to_be_hidden()
    listed = (*EVERY_PIECE.findings, *EVERY_PIECE.waived, *EVERY_PIECE.baselined)
    assert page.locator(".finding:visible").count() == len(listed)
    first = page.locator(".finding").first
    first.locator("> summary").click()
    expect(first.locator(".proof")).to_be_visible()


def test_a_hostile_input_does_nothing(show: Opener, tmp_path: Path) -> None:
    for number, text in enumerate(HOSTILE):
        folder = tmp_path / str(number)
        folder.mkdir()
        page = show(written(hostile(text, EVERY_PIECE), folder))
        page.on("dialog", lambda dialog: pytest.fail(dialog.message))
        expect(page.get_by_role("status")).to_have_text("6 of 6 shown")
        page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        assert page.locator("script").count() == 1
        assert page.locator("img, iframe, object, embed, form[action], [style]").count() == 0
        assert page.evaluate("document.documentElement.scrollWidth") == 1280


@pytest.mark.parametrize("script", [True, False])
def test_paper_shows_everything_that_is_folded_and_nothing_to_press(show: Opener, report: Path, script: bool) -> None:
    page = show(report, java_script_enabled=script)
    page.emulate_media(media="print")
    for piece in (
        ".proof",
        ".quote",
        ".about h4",
        "figure svg",
        ".facts",
        ".group table",
        "#passed td",
        "#examined td",
    ):
        for each in page.locator(piece).all():
            expect(each).to_be_visible()
    for gone in ("nav", "#filter", ".skip", "#partial"):
        expect(page.locator(gone)).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(27, 31, 36)"
