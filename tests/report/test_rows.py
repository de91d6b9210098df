"""The place of a row: what a person would open, and finds."""

from __future__ import annotations

import pytest

from analyzer.policy.result import Location, SourceLine, Undecided
from analyzer.report.rows import place, rows
from tests.builders import finding, result

HERE, GONE = SourceLine("lib/app.ts", 41), SourceLine(".../lib/app.ts", 41)
SPAN = Location("cdk.out/D.template.json", 3, 5, 3, 9)


@pytest.mark.parametrize(
    ("source", "location", "expected"),
    [
        (HERE, SPAN, ("lib/app.ts", 41)),
        (GONE, SPAN, ("cdk.out/D.template.json", 3)),
        (GONE, None, ("T.json", None)),
        (None, SPAN, ("cdk.out/D.template.json", 3)),
        (None, None, ("T.json", None)),
    ],
)
def test_source_that_is_not_here_gives_way_to_the_template(
    source: SourceLine | None, location: Location | None, expected: tuple[str, int | None]
) -> None:
    assert place(finding(source=source, location=location, template="T.json")) == expected


def test_where_nothing_else_is_known_the_end_of_the_source_s_path_is_told() -> None:
    asked = Undecided("FM0701", "Documents", "Fn", "T", "X", None, GONE, None)
    (row,) = rows(result(unknown=(asked,)))
    assert (row.file, row.line) == (".../lib/app.ts", 41)
