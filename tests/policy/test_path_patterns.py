"""Globs over paths of names."""

from __future__ import annotations

import time

import pytest

from analyzer.policy.path_patterns import covers, exclusion, literal, matches


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("a/b", "a/b"),
        ("a/*", "a/b"),
        ("a/?[bc]", "a/xb"),
        ("**", "a/b/c"),
        ("**", ""),
        ("a/**", "a"),
        ("a/**", "a/b/c"),
        ("**/c", "c"),
        ("**/c", "a/b/c"),
        ("a/**/d", "a/d"),
        ("a/**/d", "a/b/c/d"),
        ("**/b/**/d", "a/b/b/c/d"),
        ("./a/b/", "a/b"),
        ("**/**/a", "a"),
    ],
)
def test_what_matches(pattern: str, path: str) -> None:
    assert matches(pattern, path)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("a", "a/b"),
        ("*", "a/b"),
        ("a/*", "a"),
        ("a*", "a/b"),
        ("**/c", "a/c/d"),
        ("A", "a"),
        ("a/**/d", "a/b/c"),
        ("a/**b", "a/x/b"),
        ("", "a"),
    ],
)
def test_what_does_not(pattern: str, path: str) -> None:
    assert not matches(pattern, path)


@pytest.mark.parametrize(
    ("pattern", "path", "covered"),
    [
        ("a/b", "a/b/c/d", True),
        ("a/*", "a/b/c", True),
        ("a", "ab", False),
        ("a/b", "a", False),
        ("**/node_modules", "x/node_modules/y/z.json", True),
        ("*.json", "a.json/b", True),
    ],
)
def test_what_lies_beneath_is_covered(pattern: str, path: str, covered: bool) -> None:
    assert covers(pattern, path) is covered


@pytest.mark.parametrize("text", ["a*b", "a[b]c", "what?", "plain", "[", "**"])
def test_a_literal_matches_itself_only(text: str) -> None:
    assert matches(literal(text), text)
    assert not matches(literal(text), text.replace("*", "x").replace("?", "y").replace("[", "z") + "-")
    assert not matches(literal("a*"), "ab")


@pytest.mark.parametrize(
    ("glob", "pattern"), [("dist", "**/dist"), ("dist/", "**/dist/"), ("/dist", "/dist"), ("a/b", "a/b")]
)
def test_an_exclude_without_a_slash_is_a_name_at_any_depth(glob: str, pattern: str) -> None:
    assert exclusion(glob) == pattern


@pytest.mark.parametrize("pattern", ["*a" * 60 + "b", "**/" * 200 + "b", "**/a/" * 200 + "b", "?*" * 80 + "b"])
def test_no_pattern_takes_long(pattern: str) -> None:
    began = time.perf_counter()
    assert not matches(pattern, "/".join(["a" * 200] * 200))
    assert not matches(pattern, "/".join(["a"] * 400))
    assert time.perf_counter() - began < 2
