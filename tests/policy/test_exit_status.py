"""How commands end."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest

from analyzer.policy.exit_status import ExitStatus

PAGE = Path(__file__).parents[2] / "docs" / "exit-codes.md"


def test_the_page_lists_every_status() -> None:
    first_table = PAGE.read_text("utf-8").partition("\n\nA result")[0]
    assert [int(code) for code in re.findall(r"^\| (\d+) \|", first_table, flags=re.M)] == list(ExitStatus)


@pytest.mark.parametrize(("incomplete", "unread", "over"), [*product([(), ("something",)], repeat=3)])
def test_the_highest_counts(incomplete: object, unread: object, over: object) -> None:
    each = zip((incomplete, unread, over), (ExitStatus.INCOMPLETE, ExitStatus.ERROR, ExitStatus.FINDINGS), strict=True)
    highest = max((status for there, status in each if there), default=ExitStatus.CLEAN)
    assert ExitStatus.of(incomplete=incomplete, unread=unread, over=over) is highest
