"""Symbolic places made concrete."""

from __future__ import annotations

import pytest

from analyzer.code.program import Place
from analyzer.judgement import AnyPlace, CodePlace, TemplatePlace
from analyzer.policy.places import Places
from analyzer.policy.result import Location, SourceLine
from tests.builders import FakeStack, MadeBy, Span, Thing

YAML = """Resources:
  Fn:
    Properties:
      Code:
        ZipFile: |
          import os
          print(os)
"""
INLINE = TemplatePlace("S", "/Resources/Fn/Properties/Code/ZipFile")
TEMPLATE = "cdk.out/Documents.template.json"


def places(**changes: object) -> Places:
    return Places({"S": FakeStack(**changes)})  # type: ignore[arg-type]


def test_a_pointer_is_where_the_template_has_it() -> None:
    found = places(positions={"/Resources/Fn": Span(3, 5, 3, 9)}).location(TemplatePlace("S", "/Resources/Fn"))
    assert found == Location(TEMPLATE, 3, 5, 3, 9)


@pytest.mark.parametrize("place", [None, TemplatePlace("S", "/nowhere"), TemplatePlace("no stack", "/Resources/Fn")])
def test_what_cannot_be_told_is_none(place: AnyPlace | None) -> None:
    assert places(positions={"/Resources/Fn": Span(3, 5, 3, 9)}).location(place) is None


def test_code_in_a_file_of_its_own_keeps_its_lines() -> None:
    place = CodePlace("cdk.out/asset.1f/index.js", Place("index.js", 12, 3, 13, 9))
    assert places().location(place) == Location("cdk.out/asset.1f/index.js", 12, 3, 13, 9)


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        (Place("index.py", 1, 1, 1, 10), (6, 11, 6, 20)),
        (Place("index.py", 2, 7, 2, 9), (7, 17, 7, 19)),
    ],
)
def test_code_in_a_block_scalar_is_found_in_the_template(span: Place, expected: tuple[int, int, int, int]) -> None:
    found = places(path="t.yaml", text=YAML, positions={INLINE.pointer: Span(5, 9, 5, 19)}).location(
        CodePlace("t.yaml", span, INLINE)
    )
    assert found == Location("t.yaml", *expected)
    assert found is not None
    quoted = YAML.split("\n")[found.line - 1][found.column - 1 : found.end_column - 1]
    assert quoted == ["import os", "print(os)"][span.line - 1][span.column - 1 : span.end_column - 1]


def test_code_in_any_other_value_is_shown_where_the_value_is() -> None:
    text = '{"Resources": {"Fn": {"Properties": {"Code": {"ZipFile": "import os\\nprint(os)"}}}}}'
    found = places(text=text, positions={INLINE.pointer: Span(1, 47, 1, 80)}).location(
        CodePlace("t.json", Place("index.py", 2, 1, 2, 6), INLINE)
    )
    assert found == Location(TEMPLATE, 1, 47, 1, 80)


def test_inline_code_of_a_template_that_is_not_there_has_no_place() -> None:
    place = CodePlace("t", Place("f", 1, 1, 1, 2), TemplatePlace("no stack", "/x"))
    assert places().location(place) is None


@pytest.mark.parametrize(
    ("recorded", "shown"),
    [
        ("Docs/Compute/Fn/Resource", "Docs/Compute/Fn"),
        ("Docs/Rule/Default", "Docs/Rule"),
        ("Docs/Fn/ServiceRole", "Docs/Fn/ServiceRole"),
        ("Docs/Resources", "Docs/Resources"),
        (None, None),
    ],
)
def test_a_construct_is_called_as_its_author_knows_it(recorded: str | None, shown: str | None) -> None:
    assert places(constructs={"Fn": MadeBy(recorded)}).construct_path(Thing("Fn")) == shown


@pytest.mark.parametrize(
    ("made_by", "expected"),
    [
        (MadeBy("Docs/Fn", "app.py", 41), SourceLine("app.py", 41)),
        (MadeBy("Docs/Fn", "app.py", None), None),
        (MadeBy("Docs/Fn"), None),
    ],
)
def test_the_source_line_is_told_only_as_a_whole(made_by: MadeBy, expected: SourceLine | None) -> None:
    assert places(constructs={"Fn": made_by}).source_line(Thing("Fn")) == expected


def test_a_subject_in_cdk_source_has_a_line_and_no_template() -> None:
    at = CodePlace("lib/app.ts", Place("lib/app.ts", 4, 1, 4, 30))
    # The application is called like its stack, and the module like a resource.
    module = Thing("Fn", stack="S", type="Source", at=at)
    known = places(constructs={"Fn": MadeBy("Docs/Fn", "app.py", 41)})
    assert known.template(module) is None
    assert known.construct_path(module) is None
    assert known.stack_name(module) == "S"
    assert known.source_line(module) == SourceLine("lib/app.ts", 4)


def test_a_subject_of_a_stack_is_told_by_its_name_and_template() -> None:
    assert places().stack_name(Thing("Fn")) == "Documents"
    assert places().template(Thing("Fn")) == TEMPLATE
