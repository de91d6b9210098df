"""Reading a report: filter, search, deep links, keyboard, narrow screens, without a script, on paper."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opener
from tests.browser.reports import EVERY_PIECE, SAMPLE, many, written

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
    expect(page.get_by_role("status")).to_have_text("20 of 20 findings")
    search(page, "TEAM3 handler0000000b")
    expect(page.get_by_role("status")).to_have_text("1 of 20 findings")
    assert shown(page) == fragments(11)
    assert [each.get_attribute("id") for each in page.locator(".rule:visible").all()] == ["r-FM0201"]
    search(page, "nothing has this word")
    expect(page.get_by_role("status")).to_have_text("0 of 20 findings")
    assert page.locator(".rule:visible").count() == 0
    search(page, "")
    expect(page.get_by_role("status")).to_have_text("20 of 20 findings")
    assert len(shown(page)) == 20


def test_severities_and_the_gate_narrow_together(show: Opener, twenty: Path) -> None:
    page = show(twenty)
    page.get_by_role("checkbox", name="critical").uncheck()
    expect(page.get_by_role("status")).to_have_text("16 of 20 findings")
    page.get_by_role("checkbox", name="only at or over the gate").check()
    expect(page.get_by_role("status")).to_have_text("8 of 20 findings")
    told = page.locator(".finding:not([hidden]) > summary .badge").all_text_contents()
    assert sorted(told) == ["▲ high"] * 4 + ["● medium"] * 4


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
    expect(page.get_by_role("status")).to_have_text("1 of 20 findings")
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
    assert page.locator(".finding").count() == len(EVERY_PIECE.findings)
    first = page.locator(".finding").first
    first.locator("> summary").click()
    expect(first.locator(".proof")).to_be_visible()


@pytest.mark.parametrize("script", [True, False])
def test_paper_shows_everything_that_is_folded_and_nothing_to_press(show: Opener, report: Path, script: bool) -> None:
    page = show(report, java_script_enabled=script)
    page.emulate_media(media="print")
    for piece in (".proof", ".quote", ".about h4", "figure svg", ".facts", "#passed li"):
        for each in page.locator(piece).all():
            expect(each).to_be_visible()
    for gone in ("nav", "#filter", ".skip"):
        expect(page.locator(gone)).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(27, 31, 36)"
