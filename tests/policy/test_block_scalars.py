"""Where inline code begins in a YAML template."""

from __future__ import annotations

import pytest

from analyzer.policy.block_scalars import text_start


@pytest.mark.parametrize(
    "header",
    [
        "ZipFile: |",
        "ZipFile: |-",
        "ZipFile: |+",
        "ZipFile: |2",
        "ZipFile: |2-",
        "ZipFile: !Sub |",
        "- |",
        "ZipFile: | # the code",
        "ZipFile: |\r",
    ],
)
def test_it_begins_on_the_line_after_the_header_at_the_indentation(header: str) -> None:
    assert text_start(f"Code:\n  {header}\n    import os\n    print()\n", 2) == (3, 5)


def test_empty_lines_before_the_code_belong_to_it() -> None:
    assert text_start("ZipFile: |\n\n\n   x = 1\n", 1) == (2, 4)


@pytest.mark.parametrize("line", ["ZipFile: >", 'ZipFile: "a | b"', "ZipFile: a |b", '{"ZipFile": "x"}', "ZipFile:"])
def test_other_values_have_no_lines_of_their_own(line: str) -> None:
    assert text_start(f"{line}\n  x\n", 1) is None


@pytest.mark.parametrize("line", [0, 2, 99, -1])
def test_a_line_that_is_no_header_has_none(line: int) -> None:
    assert text_start("ZipFile: |\n  x\n", line) is None


def test_an_empty_scalar_has_no_text() -> None:
    assert text_start("ZipFile: |\n", 1) is None
