"""Text of which the run, or deployment, makes parts."""

from __future__ import annotations

import pytest

from analyzer.facts.event_text import KEY, RUN, TAIL, Comparison, KeyFilter, replaced_in_key
from analyzer.model.value import Reference, Unknown, text
from tests.stacks import application

APP = application({"Resources": {"B": {"Type": "AWS::S3::Bucket"}, "C": {"Type": "AWS::S3::Bucket"}}})
NAMES = APP.names
COMPARE = Comparison(NAMES)


def hole(part: Reference | Unknown) -> str:
    return NAMES.canonical(text([part])) or ""


ACCOUNT = hole(Reference("", "AWS::AccountId"))
REGION = hole(Reference("", "AWS::Region"))
PARAMETER = hole(Unknown("the value of parameter P", ("parameter", "S0", "P")))
OTHER = hole(Unknown("the value of parameter Q", ("parameter", "S0", "Q")))
B, C = hole(Reference("S0", "B")), hole(Reference("S0", "C"))


@pytest.mark.parametrize(
    ("written", "prefix", "expected"),
    [
        ("in/a", "in/", True),
        ("in/", "in/", True),
        ("in", "in/", False),
        ("In/a", "in/", False),
        (f"in/{RUN}", "in/", True),
        (f"i{RUN}", "in/", None),
        (f"o{RUN}", "in/", False),
        (RUN, "", True),
        (f"{PARAMETER}/a", f"{PARAMETER}/", True),
        (f"{PARAMETER}/a", f"{OTHER}/", None),
        (f"{PARAMETER}x", f"{PARAMETER}/", False),
        (f"{ACCOUNT}/a", "111122223333/", None),
        (f"{B}/a", "in/", False),
        (f"{B}/a", f"{B}/", True),
        ("a*b", "a*", True),
        ("axb", "a*", False),
    ],
)
def test_begins(written: str, prefix: str, expected: bool | None) -> None:
    assert COMPARE.begins(written, prefix) is expected


@pytest.mark.parametrize(
    ("written", "suffix", "expected"),
    [
        ("a.jpg", ".jpg", True),
        ("a.JPG", ".jpg", False),
        (f"{RUN}.jpg", ".jpg", True),
        (f"a{RUN}", ".jpg", None),
        ("", "", True),
    ],
)
def test_ends(written: str, suffix: str, expected: bool | None) -> None:
    assert COMPARE.ends(written, suffix) is expected


@pytest.mark.parametrize(
    ("written", "other", "expected"),
    [
        ("a", "a", True),
        ("a", "A", False),
        (RUN, "a", None),
        (RUN, RUN, None),
        (PARAMETER, "a", None),
        (PARAMETER, PARAMETER, True),
        (f"{PARAMETER}-{REGION}", f"{PARAMETER}-{REGION}", True),
        (f"a-{PARAMETER}", "b-x", False),
        (B, "literal", False),
        (B, C, False),
        (B, B, True),
    ],
)
def test_equal(written: str, other: str, expected: bool | None) -> None:
    assert COMPARE.equal(written, other) is expected


@pytest.mark.parametrize(
    ("written", "wildcard", "expected"),
    [
        ("in/a.csv", "in/*.csv", True),
        ("in/a.csv", "*", True),
        ("in/a.csv", "out/*", False),
        (f"in/{RUN}", "in/*", None),
        ("a?b", "a?b", True),
        ("axb", "a?b", False),
    ],
)
def test_like(written: str, wildcard: str, expected: bool | None) -> None:
    assert COMPARE.like(written, wildcard) is expected


def test_patterns_of_policies_meet_texts() -> None:
    assert COMPARE.meets("arn:b/in/*", f"arn:b/{RUN}")
    assert not COMPARE.meets("arn:b/in/*", f"arn:b/out/{RUN}")
    assert not COMPARE.meets(f"shop-{ACCOUNT}-*", f"shop-{ACCOUNT}/{RUN}")
    assert COMPARE.meets("shop-?", "shop-1")
    assert COMPARE.meets("x" * 2000, "y"), "what is too long to compare is not excluded"


def test_needs_name_the_first_template_value() -> None:
    assert COMPARE.needs("plain", RUN) is None
    assert COMPARE.needs("a", f"x{OTHER}{PARAMETER}") == "the value of parameter Q"
    assert COMPARE.needs(ACCOUNT) == "the value of AWS::AccountId"
    assert COMPARE.needs(B) is None


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (KEY, f"in/a/{RUN}.csv"),
        (f"out/{KEY}.json", f"out/in/a/{RUN}.csv.json"),
        (f"out/{TAIL}", f"out/{RUN}.csv"),
        (f"{RUN}{KEY}", f"{RUN}in/a/{RUN}.csv"),
        ("plain", "plain"),
        (replaced_in_key("in/", "out/"), f"out/a/{RUN}"),
        (replaced_in_key("a/", "b/"), f"in/b/{RUN}"),
        (replaced_in_key(".csv", ".json"), f"in/a/{RUN}.json"),
        (replaced_in_key("x", "y"), f"in/a/{RUN}.csv"),
        (replaced_in_key("/b", "/c"), f"{RUN}.csv"),
        (replaced_in_key("b.", "c."), f"in/a/{RUN}"),
        ("x/" + replaced_in_key("in/", "out/") + ".gz", f"x/out/a/{RUN}.gz"),
    ],
)
def test_a_filter_tells_something_of_the_key(written: str, expected: str) -> None:
    assert KeyFilter("in/a/", ".csv").fill(written) == expected


def test_what_may_be_replaced_twice_is_left_open() -> None:
    assert KeyFilter("a/b/a/").fill(replaced_in_key("a/", "c/")) == f"c/{RUN}"
    assert KeyFilter("a/b/a").fill(replaced_in_key("a/", "c/")) == f"c/{RUN}"
    assert KeyFilter("a/b/").fill(replaced_in_key("a/", "c/")) == f"c/b/{RUN}"


def test_without_a_filter_nothing_is_known_of_the_key() -> None:
    assert KeyFilter().fill(f"a{KEY}b{TAIL}") == f"a{RUN}b{RUN}"
    assert KeyFilter().fill(replaced_in_key("a", "b")) == RUN
