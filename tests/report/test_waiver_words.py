"""How long a waiver holds, and who signed it."""

from __future__ import annotations

from datetime import date

import pytest

from analyzer.report.waiver_words import signed, until

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("expires", "as_of", "told"),
    [
        (None, TODAY, "no end named"),
        ("2026-11-24", TODAY, "2026-11-24, 0 days left"),
        ("2026-11-25", TODAY, "2026-11-25, 1 day left"),
        ("2026-11-20", TODAY, "2026-11-20, 4 days ago"),
        ("2026-11-20", None, "2026-11-20"),
        ("soon", TODAY, "soon"),
    ],
)
def test_the_end_is_told_with_how_far_away_it_is(expires: str | None, as_of: date | None, told: str) -> None:
    assert until(expires, as_of) == told


def test_nobody_is_named_where_nobody_signed() -> None:
    assert (signed("ann"), signed(None), signed("")) == ("ann", "nobody named", "nobody named")
