"""Hostile strings, one sink at a time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.report.sanitize import markdown, markdown_code, sarif_message, source_line, terminal, visible


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("plain", "plain"),
        ("\x1b[2J\x1b[31mred", "␛[2J␛[31mred"),
        ("bell\x07", "bell␇"),
        ("\x00", "␀"),
        ("del\x7f", "del␡"),
        ("\x9b31m", "⟨U+009B⟩31m"),
        ("a\u202egnp.exe", "a⟨U+202E⟩gnp.exe"),
        ("\u2066x\u2069", "⟨U+2066⟩x⟨U+2069⟩"),
        ("\u200fx\u061c", "⟨U+200F⟩x⟨U+061C⟩"),
        ("lone \ud800", "lone \ufffd"),
        ("two\r\nlines\n", "two lines"),
        ("carriage\rreturn", "carriage␍return"),
        ("tab\there", "tab␉here"),
        ("naïve 日本 🙂", "naïve 日本 🙂"),
    ],
)
def test_controls_become_visible_and_the_rest_stays(raw: str, shown: str) -> None:
    assert visible(raw) == shown
    assert terminal(raw) == shown


def test_long_text_is_cut_and_says_so() -> None:
    assert visible("a" * 12, most=10) == "a" * 10 + "… (2 more)"
    assert visible("a" * 10, most=10) == "a" * 10


@given(st.text())
def test_nothing_a_terminal_obeys_is_left(text: str) -> None:
    shown = terminal(text)
    assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or 0x202A <= ord(c) <= 0x202E for c in shown)
    shown.encode()


def test_a_source_line_has_its_tabs_at_stops() -> None:
    assert source_line("\tab\tc") == "    ab  c"
    assert source_line("a\x1bb") == "a␛b"


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("[x](javascript:alert(1))", r"\[x\](javascript:alert(1))"),
        ("<script>", r"\<script\>"),
        ("@team #12 | *b*", r"\@team \#12 \| \*b\*"),
        ("back\\slash `code`", r"back\\slash \`code\`"),
    ],
)
def test_nothing_is_markup_in_markdown(raw: str, shown: str) -> None:
    assert markdown(raw) == shown


@pytest.mark.parametrize(
    ("raw", "shown"), [("x", "`x`"), ("a`b", "``a`b``"), ("```", "```` ``` ````"), (" x", "`  x `"), ("", "``")]
)
def test_code_spans_hold_any_backticks(raw: str, shown: str) -> None:
    assert markdown_code(raw) == shown


def test_brackets_make_no_links_in_sarif() -> None:
    assert sarif_message("see [this](1) \\ \x1b") == r"see \[this\](1) \\ ␛"
