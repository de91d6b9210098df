"""What changes a fingerprint and what must not."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.code.program import Place
from analyzer.judgement import CodePlace, Evidence, TemplatePlace
from analyzer.policy.fingerprint import fingerprint, normalise, stable, within

GRANT = Evidence("grant", "Processor may s3:PutObject on in/*")
TRIGGER = Evidence("trigger", "Bucket calls Processor for in/*")


def of(*evidence: Evidence, rule: str = "FM0701", stack: str = "Docs", subject: str = "Docs/Fn", key: str = "") -> str:
    return fingerprint(rule, stack, subject, key, map(stable, evidence))


def test_it_is_32_hexadecimal_digits() -> None:
    assert re.fullmatch("[0-9a-f]{32}", of(GRANT))


def test_it_is_the_same_in_every_release() -> None:
    assert of(GRANT, TRIGGER) == "456e23014b0b5174e923aa58340f243b"


@pytest.mark.parametrize("part", ["rule", "stack", "subject", "key"])
def test_every_part_of_the_identity_counts(part: str) -> None:
    assert of(GRANT, **{part: "other"}) != of(GRANT)


def test_parts_do_not_run_into_each_other() -> None:
    assert of(stack="a", subject="bc") != of(stack="ab", subject="c")


def test_more_evidence_is_another_finding() -> None:
    assert of(GRANT) != of(GRANT, TRIGGER)
    assert of(GRANT) != of(Evidence("grant", "Processor may s3:* on *"))


def test_order_and_repetition_of_evidence_do_not_count() -> None:
    assert of(GRANT, TRIGGER) == of(TRIGGER, GRANT, TRIGGER)


def test_places_do_not_count() -> None:
    moved = Evidence("grant", GRANT.text, TemplatePlace("Docs", "/Resources/Role/Properties/Policies/3"))
    coded = Evidence("grant", GRANT.text, CodePlace("index.js", Place("index.js", 9, 1, 9, 4)))
    assert of(moved) == of(coded) == of(GRANT)


def test_a_key_stands_for_the_text() -> None:
    assert of(Evidence("code", "line 1 says x", key="x")) == of(Evidence("code", "line 2 says it", key="x"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("index.js:12 writes", "index.js:130:7 writes"),
        ("handlers/main.py:3 writes", "handlers/main.py:4 writes"),
        ("template.yaml:3:1", "template.yaml:9:2"),
        ("on line 4", "on line 17"),
        ("lines 4-9, column 2", "lines 5-10, column 3"),
        (f"asset.{'0a' * 32}/index.js", f"asset.{'9f' * 32}/index.js"),
        ("two  words", " two\n words "),
    ],
)
def test_what_moves_with_every_edit_is_normalised(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("port tcp:22", "port tcp:443"),
        ("example.com:443", "example.com:80"),
        ("timeout 300", "timeout 30"),
        ("arn:aws:lambda:eu-west-1:111111111111:function:f:1", "arn:aws:lambda:eu-west-1:111111111111:function:f:2"),
        ("nodejs16.x", "nodejs18.x"),
    ],
)
def test_numbers_that_mean_something_stay(one: str, other: str) -> None:
    assert normalise(one) != normalise(other)


@given(st.text())
def test_normalising_twice_changes_nothing_more_and_never_fails(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert len(of(Evidence("code", text))) == 32


@pytest.mark.parametrize(
    ("stack", "construct_path", "logical_id", "inside"),
    [
        ("Docs", "Docs/Api/Fn", "ApiFn8F3A", "Api/Fn"),
        ("Prod/Docs", "Prod/Docs/Fn", "Fn8F3A", "Fn"),
        ("Docs", "DocsApi/Fn", "Fn8F3A", "DocsApi/Fn"),
        ("docs", None, "Fn", "Fn"),
        ("docs", None, "docs", ""),
    ],
)
def test_a_subject_is_called_the_same_in_a_stack_of_another_name(
    stack: str, construct_path: str | None, logical_id: str, inside: str
) -> None:
    assert within(stack, construct_path, logical_id) == inside
