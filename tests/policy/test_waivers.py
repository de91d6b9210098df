"""What a waiver covers, until when, and what is said of those that cover nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from analyzer.policy.result import Waived, WaiverNote
from analyzer.policy.waivers import Waiver, sort_out
from tests.builders import FINDING, finding

DAY = date(2026, 11, 24)


def waiver(**changes: Any) -> Waiver:
    return Waiver(**{"rule": "FM0701", "reason": "accepted", "origin": "here", **changes})


@pytest.mark.parametrize(
    "scope",
    [
        {},
        {"rule": "FM07"},
        {"stack": "Documents"},
        {"construct": "Documents"},
        {"construct": "Documents/Compute"},
        {"construct": "Documents/Compute/Processor"},
        {"resource": "Processor*"},
        {"resource": "Processor8F3A2B1C"},
        {"fingerprint": FINDING.fingerprint},
    ],
)
def test_a_scope_that_takes_the_finding_in(scope: dict[str, Any]) -> None:
    assert waiver(**scope).covers(FINDING)


@pytest.mark.parametrize(
    "scope",
    [
        {"rule": "FM0702"},
        {"rule": "FM07011"},
        {"stack": "Document"},
        {"construct": "Documents/Compute/Proc"},
        {"construct": "Document"},
        {"construct": "Documents/Compute/Processor/Role"},
        {"resource": "processor*"},
        {"resource": "Processor"},
        {"fingerprint": "f" * 32},
        {"construct": "Documents", "resource": "Other"},
    ],
)
def test_a_scope_that_does_not(scope: dict[str, Any]) -> None:
    assert not waiver(**scope).covers(FINDING)


def test_a_sibling_stack_whose_name_begins_alike_is_not_covered() -> None:
    sibling = finding(stack="Documents2", construct_path="Documents2/Compute/Processor")
    waivers = [waiver(stack="Documents", construct="Documents")]
    assert sort_out([FINDING, sibling], waivers, as_of=DAY).open == (sibling,)


def test_a_finding_without_a_construct_path_is_not_covered_by_a_construct() -> None:
    assert not waiver(construct="Documents").covers(finding(construct_path=None))


def test_a_waived_finding_keeps_who_why_and_until_when() -> None:
    given = waiver(owner="ann", approver="bob", expires=date(2027, 1, 31))
    decided = sort_out([FINDING], [given], as_of=DAY)
    assert decided.open == ()
    assert decided.waived == (Waived(FINDING, "accepted", "here", "ann", "bob", "2027-01-31"),)
    assert decided.notes == ()


def test_the_first_waiver_that_holds_counts_and_none_that_covers_is_unused() -> None:
    first, second = waiver(reason="first", expires=date(2026, 1, 1)), waiver(reason="second")
    third = waiver(reason="third")
    decided = sort_out([FINDING], [first, second, third], as_of=DAY)
    assert [waived.reason for waived in decided.waived] == ["second"]
    assert [note.state for note in decided.notes] == ["expired"]


@pytest.mark.parametrize(("day", "holds"), [(date(2027, 1, 31), True), (date(2027, 2, 1), False)])
def test_a_waiver_holds_through_its_last_day(day: date, holds: bool) -> None:
    decided = sort_out([FINDING], [waiver(expires=date(2027, 1, 31))], as_of=day)
    assert bool(decided.waived) is holds
    assert bool(decided.open) is not holds


def test_an_expired_waiver_says_what_came_back() -> None:
    decided = sort_out([FINDING], [waiver(expires=date(2026, 11, 1))], as_of=DAY)
    text = "the waiver of FM0701 expired on 2026-11-01; 1 finding came back"
    assert decided.notes == (WaiverNote("FM0701", "here", "expired", text),)
    nothing = sort_out([], [waiver(expires=date(2026, 11, 1))], as_of=DAY)
    assert nothing.notes[0].text == "the waiver of FM0701 expired on 2026-11-01; it would hide nothing"


def test_an_unused_waiver_is_noted() -> None:
    decided = sort_out([FINDING], [waiver(rule="FM0702")], as_of=DAY)
    assert decided.open == (FINDING,)
    assert decided.notes == (WaiverNote("FM0702", "here", "unused", "the waiver of FM0702 hides nothing"),)
