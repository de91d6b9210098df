from __future__ import annotations

import pytest

from analyzer.sources.positions import Lines, Position, Span, pointer_tokens


@pytest.mark.parametrize(
    ("pointer", "tokens"),
    [
        ("", []),
        ("/", [""]),
        ("/Resources/X", ["Resources", "X"]),
        ("/a~1b/c~0d/~01", ["a/b", "c~d", "~1"]),
        ("Resources", None),
        ("#/Resources", None),
    ],
)
def test_pointer_tokens(pointer: str, tokens: list[str] | None) -> None:
    assert pointer_tokens(pointer) == tokens


def test_offsets_become_lines_and_columns() -> None:
    text = "ab\ncde\n\nf"
    lines = Lines(text)
    places = [lines.position(Span(offset, offset)) for offset in range(len(text) + 1)]
    assert [(place.line, place.column) for place in places] == [
        (1, 1),
        (1, 2),
        (1, 3),
        (2, 1),
        (2, 2),
        (2, 3),
        (2, 4),
        (3, 1),
        (4, 1),
        (4, 2),
    ]


def test_columns_count_characters_not_bytes() -> None:
    assert Lines("é😀x").position(Span(2, 3)) == Position(1, 3, 1, 4)


def test_a_scalar_on_the_key_s_line_is_underlined_with_its_key() -> None:
    lines = Lines("key: value\n")
    assert lines.member(Span(0, 3), Span(5, 10), scalar=True) == Position(1, 1, 1, 11)


def test_a_container_is_underlined_by_its_key() -> None:
    lines = Lines("key: [1, 2]\n")
    assert lines.member(Span(0, 3), Span(5, 11), scalar=False) == Position(1, 1, 1, 4)


def test_a_scalar_on_the_next_line_is_underlined_by_its_key() -> None:
    lines = Lines("key:\n  value\n")
    assert lines.member(Span(0, 3), Span(7, 12), scalar=True) == Position(1, 1, 1, 4)


def test_a_block_of_text_is_underlined_to_the_end_of_the_key_s_line() -> None:
    lines = Lines("key: |  \n  a\n  b\n")
    assert lines.member(Span(0, 3), Span(5, 17), scalar=True) == Position(1, 1, 1, 7)


def test_an_element_is_underlined_on_its_first_line_only() -> None:
    lines = Lines("[{\n 1}, 2]")
    assert lines.element(Span(1, 6)) == Position(1, 2, 1, 3)
    assert lines.element(Span(8, 9)) == Position(2, 6, 2, 7)


def test_a_carriage_return_is_no_part_of_the_line() -> None:
    lines = Lines("key: a\r\nb")
    assert lines.member(Span(0, 3), Span(5, 9), scalar=True) == Position(1, 1, 1, 7)
