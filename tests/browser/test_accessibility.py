"""axe-core finds nothing serious in any state of the page."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import Opener
from tests.browser.reports import EVERY_PIECE, HARDENED, written

STATES = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "phone": {"color_scheme": "dark", "viewport": {"width": 375, "height": 740}},
    "forced colours": {"forced_colors": "active"},
}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(EVERY_PIECE, tmp_path_factory.mktemp("every"))


def violations(show: Opener, file: Path, state: str, *, open_all: bool) -> list[str]:
    """Every violation of weight with the first element that has it. The policy of the page is lifted as axe is put
    into it; :mod:`tests.browser.test_reading` runs under the policy."""
    page = show(file, bypass_csp=True, **STATES[state])
    if open_all:
        page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    answer = Axe().run(page).response
    assert len(answer["passes"]) > 20
    return [
        f"{each['impact']} {each['id']}: {each['nodes'][0]['html'][:200]} {each['nodes'][0]['failureSummary']}"
        for each in answer["violations"]
        if each["impact"] != "minor"
    ]


@pytest.mark.parametrize("open_all", [False, True], ids=["folded", "open"])
@pytest.mark.parametrize("state", STATES)
def test_nothing_shuts_anybody_out(show: Opener, report: Path, state: str, open_all: bool) -> None:
    assert violations(show, report, state, open_all=open_all) == []


def test_nor_in_the_report_of_a_whole_application(show: Opener) -> None:
    assert violations(show, HARDENED, "light", open_all=False) == []
