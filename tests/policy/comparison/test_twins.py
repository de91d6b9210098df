"""Which template is which, when folders differ, files move and stacks are renamed."""

from __future__ import annotations

import pytest

from analyzer.policy.comparison.twins import stack_names, twins
from tests.policy.comparison.sides import template

Listed = list[tuple[str, str, str]]
"""Templates as path, stack and resources separated by spaces."""


def paired(old: Listed, new: Listed) -> dict[str, str]:
    made = ([template(*names.split(), path=path, stack=stack) for path, stack, names in side] for side in (old, new))
    return {before[0]: after[0] for before, after in twins(*made).items()}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ([("base/a/t.yaml", "t", "A")], [("a/t.yaml", "t", "B")], {"base/a/t.yaml": "a/t.yaml"}),
        (
            [("base/a/t.yaml", "t", "A"), ("base/b/t.yaml", "t", "A")],
            [("b/t.yaml", "t", "A"), ("a/t.yaml", "t", "A")],
            {"base/a/t.yaml": "a/t.yaml", "base/b/t.yaml": "b/t.yaml"},
        ),
        (
            [("base/b/t.yaml", "t", "A")],
            [("a/t.yaml", "t", "A"), ("b/t.yaml", "t", "B")],
            {"base/b/t.yaml": "b/t.yaml"},
        ),
        ([("out/X.json", "Prod", "A")], [("out/Y.json", "Prod", "B")], {"out/X.json": "out/Y.json"}),
        (
            [("a.yaml", "a", "A B C"), ("b.yaml", "b", "D E")],
            [("d.yaml", "d", "D E F"), ("c.yaml", "c", "A B C")],
            {"a.yaml": "c.yaml", "b.yaml": "d.yaml"},
        ),
        ([("a.yaml", "a", "A B C")], [("c.yaml", "c", "A X Y")], {}),
        ([("a.yaml", "a", "")], [("c.yaml", "c", "")], {}),
        ([], [("c.yaml", "c", "A")], {}),
    ],
)
def test_pairs(old: Listed, new: Listed, expected: dict[str, str]) -> None:
    assert paired(old, new) == expected


def test_one_is_never_the_twin_of_two() -> None:
    old: Listed = [("a.yaml", "a", "A B"), ("b.yaml", "b", "A B")]
    assert paired(old, [("c.yaml", "c", "A B")]) == {"a.yaml": "c.yaml"}


def test_a_path_of_many_folders_takes_no_time() -> None:
    deep = "x/" * 100_000 + "t.yaml"
    assert paired([(deep, "t", "A")], [("t.yaml", "t", "A")]) == {deep: "t.yaml"}


def test_names_of_stacks_and_of_applications_without_one() -> None:
    pairs = {("a.json", "Dev"): ("b.json", "Prod")}
    assert stack_names(pairs, {"Dev", "base"}, {"Prod", "head"}) == {"Dev": "Prod", "base": "head"}
    assert stack_names(pairs, {"Dev", "base", "x"}, {"Prod", "head", "x"}) == {"Dev": "Prod", "x": "x", "base": "head"}
    assert stack_names({}, {"a", "b"}, {"c"}) == {}
