"""Patterns against text and against each other, held to a naive oracle."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.model.globs import matches, overlap

PATTERNS = st.text("ab*?", max_size=7)
WORDS = st.text("ab", max_size=7)


def naive(pattern: str, subject: str) -> bool:
    if not pattern:
        return not subject
    if pattern[0] == "*":
        return any(naive(pattern[1:], subject[i:]) for i in range(len(subject) + 1))
    return bool(subject) and pattern[0] in ("?", subject[0]) and naive(pattern[1:], subject[1:])


@given(PATTERNS, WORDS)
def test_matches_as_the_oracle_does(pattern: str, subject: str) -> None:
    assert matches(pattern, subject) is naive(pattern, subject)


@given(PATTERNS, WORDS)
def test_a_pattern_overlaps_exactly_the_texts_it_matches(pattern: str, subject: str) -> None:
    assert overlap(list(pattern), list(subject)) is naive(pattern, subject)


@given(PATTERNS, PATTERNS, WORDS)
def test_two_patterns_that_match_one_text_overlap(left: str, right: str, subject: str) -> None:
    if naive(left, subject) and naive(right, subject):
        assert overlap(list(left), list(right))


@given(PATTERNS, PATTERNS)
def test_overlap_is_symmetric(left: str, right: str) -> None:
    assert overlap(list(left), list(right)) is overlap(list(right), list(left))


@pytest.mark.parametrize(
    ("left", "right", "meet"),
    [("a*b", "*c", False), ("a*", "*b", True), ("uploads/*", "thumbs/*", False), ("*.jpg", "*.png", False)],
)
def test_known_pairs(left: str, right: str, meet: bool) -> None:
    assert overlap(list(left), list(right)) is meet


def test_a_hostile_pattern_ends_quickly() -> None:
    started = time.process_time()
    assert not matches("*a" * 200 + "b", "a" * 2000)
    assert time.process_time() - started < 5
