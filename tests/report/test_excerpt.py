"""Quoted lines: the underline stands under what is meant, whatever the line holds."""

from __future__ import annotations

import pytest

from analyzer.policy.result import Location
from analyzer.report.display import Display, width_of, wrap
from analyzer.report.excerpt import MOST_COLUMNS, excerpt

PLAIN = Display(colour=False, symbols=False)


def quoted(text: str | None, start: int, end: int, *, line: int = 7, end_line: int | None = None) -> list[str]:
    place = Location("f", line, start, line if end_line is None else end_line, end)
    return list(excerpt(place, lambda file, number: text if (file, number) == ("f", line) else None, PLAIN, "red"))


@pytest.mark.parametrize(
    ("text", "start", "end", "expected"),
    [
        ("abc def", 5, 8, ["  7 | abc def", "    |     ^^^"]),
        ("abc", 1, 1, ["  7 | abc", "    | ^"]),
        ("\tabc", 2, 5, ["  7 |     abc", "    |     ^^^"]),
        ("a\tb", 3, 4, ["  7 | a   b", "    |     ^"]),
        ("日本 x", 4, 5, ["  7 | 日本 x", "    |      ^"]),
        ("x 日本", 3, 5, ["  7 | x 日本", "    |   ^^^^"]),
        ("e\u0301x", 3, 4, ["  7 | e\u0301x", "    |  ^"]),
        ("a\x1bb", 3, 4, ["  7 | a␛b", "    |   ^"]),
        ("\u202eb", 2, 3, ["  7 | ⟨U+202E⟩b", "    |         ^"]),
        ("            deep", 13, 17, ["  7 |     deep", "    |     ^^^^"]),
        ("  both", 1, 7, ["  7 |   both", "    |   ^^^^"]),
        ("crlf\r", 1, 6, ["  7 | crlf", "    | ^^^^"]),
        ("short", 40, 50, ["  7 | short", "    |      ^"]),
    ],
)
def test_the_underline_stands_under_what_is_meant(text: str, start: int, end: int, expected: list[str]) -> None:
    assert quoted(text, start, end) == expected


def test_a_span_over_several_lines_is_underlined_to_the_end_of_its_first() -> None:
    assert quoted("fn: {", 1, 2, end_line=9) == ["  7 | fn: {", "    | ^^^^^"]


@pytest.mark.parametrize("text", [None, "", "   "])
def test_what_cannot_be_read_or_is_empty_is_not_quoted(text: str | None) -> None:
    assert quoted(text, 1, 2) == []


def test_a_long_line_is_quoted_around_what_matters() -> None:
    text = "x" * 5_000 + "NEEDLE" + "y" * 5_000
    line, underline = quoted(text, 5_001, 5_007)
    assert width_of(line) <= MOST_COLUMNS + 10
    start = underline.index("^")
    assert line[start : start + 6] == "NEEDLE"
    assert underline.count("^") == 6


def test_a_long_span_is_cut() -> None:
    line, underline = quoted("(" + "z" * 5_000, 2, 5_002)
    assert width_of(line) == width_of(underline) <= MOST_COLUMNS + 10


def test_the_gutter_grows_with_the_line_number() -> None:
    assert quoted("ab", 1, 2, line=12345) == ["  12345 | ab", "        | ^"]


def test_colour_paints_the_underline_only_where_there_is_colour() -> None:
    place = Location("f", 1, 1, 1, 3)
    painted = list(excerpt(place, lambda file, line: "ab", Display(colour=True, symbols=True), "red"))
    assert painted[1].endswith("\x1b[31m━━\x1b[0m")


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("one two three", 9, ["- one two", "  three"]),
        ("arn:aws:s3:::a-very-long-bucket-name x", 10, ["- arn:aws:s3:::a-very-long-bucket-name", "  x"]),
        ("日本 日本 日本", 11, ["- 日本 日本", "  日本"]),
        ("one two three", None, ["- one two three"]),
        ("", 10, ["- "]),
    ],
)
def test_text_wraps_at_spaces_by_display_width(text: str, width: int | None, lines: list[str]) -> None:
    assert list(wrap(text, width, first="- ", rest="  ")) == lines
