"""What a waiver covers, for how long, and what new evidence does to it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from analyzer.policy.result import Finding, Location, Proof, Waived
from analyzer.policy.waivers import Use, Waiver, WaiverPolicy, sort_out
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
        {"stack": "Doc*"},
        {"construct": "Documents"},
        {"construct": "Documents/Compute"},
        {"construct": "Documents/Compute/Processor"},
        {"construct": "*/Compute"},
        {"construct": "**/Processor"},
        {"resource": "Processor*"},
        {"resource": "Processor8F3A2B1C"},
        {"type": "AWS::Lambda::*"},
        {"template": "cdk.out"},
        {"template": "cdk.out/*.template.json"},
        {"template": "*.template.json", "base": "cdk.out"},
        {"template": "work/cdk.out", "base": ".."},
        {"fingerprint": FINDING.fingerprint},
        {"stack": "Documents", "resource": "Proc*", "type": "AWS::Lambda::Function"},
    ],
)
def test_a_scope_that_takes_the_finding_in(
    scope: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    assert waiver(**scope).covers(FINDING)


@pytest.mark.parametrize(
    "scope",
    [
        {"rule": "FM0702"},
        {"rule": "FM07011"},
        {"stack": "Document"},
        {"stack": "documents"},
        {"stack": "Documents/*"},
        {"construct": "Documents/Compute/Proc"},
        {"construct": "Document"},
        {"construct": "*/Processor"},
        {"construct": "Documents/Compute/Processor/Role"},
        {"resource": "processor*"},
        {"resource": "Processor"},
        {"type": "AWS::Lambda"},
        {"template": "*.template.json"},
        {"template": "cdk.out/Other.template.json"},
        {"fingerprint": "f" * 32},
        {"construct": "Documents", "resource": "Other"},
        {"stack": "Documents", "type": "AWS::SQS::Queue"},
    ],
)
def test_a_scope_that_does_not(scope: dict[str, Any]) -> None:
    assert not waiver(**scope).covers(FINDING)


SIBLING = finding(stack="Documents2", construct_path="Documents2/Compute/Processor", template="cdk.out/D2.json")


@pytest.mark.parametrize(
    "scope",
    [
        {"stack": "Documents"},
        {"construct": "Documents"},
        {"construct": "Documents/Compute/Processor"},
        {"template": "cdk.out/Documents.template.json"},
        {"stack": "Documents", "construct": "Documents"},
    ],
)
def test_a_sibling_stack_with_the_same_resource_is_never_touched(scope: dict[str, Any]) -> None:
    decided = sort_out([FINDING, SIBLING], [waiver(**scope)], as_of=DAY)
    assert decided.open == (SIBLING,)
    assert [waived.finding for waived in decided.waived] == [FINDING]


def test_a_nested_stack_is_another_stack_unless_the_glob_says_so() -> None:
    nested = finding(stack="Documents/Child")
    assert not waiver(stack="Documents").covers(nested)
    assert waiver(stack="Documents/**").covers(nested)
    assert waiver(stack="Documents/**").covers(FINDING)


def test_a_finding_without_a_construct_path_is_not_covered_by_a_construct() -> None:
    assert not waiver(construct="Documents").covers(finding(construct_path=None))


def test_a_finding_in_source_has_the_file_of_its_line() -> None:
    found = finding(template=None, location=Location("lib/app.ts", 3, 1, 3, 9))
    assert waiver(template="lib/**").covers(found)
    assert not waiver(template="lib/**").covers(finding(template=None, location=None))


def test_a_waived_finding_keeps_who_why_and_until_when() -> None:
    given = waiver(owner="ann", approver="bob", expires=date(2027, 1, 31))
    decided = sort_out([FINDING], [given], as_of=DAY)
    assert decided.open == ()
    assert decided.waived == (Waived(FINDING, "accepted", "here", "ann", "bob", "2027-01-31"),)
    assert decided.uses == (Use(given, covered=(FINDING,), hides=(FINDING,)),)


def test_a_waived_finding_keeps_the_id_under_which_it_was_acknowledged() -> None:
    decided = sort_out([FINDING], [waiver(acknowledged="fm07")], as_of=DAY)
    assert [waived.acknowledged for waived in decided.waived] == ["fm07"]


@pytest.mark.parametrize(
    ("policy", "may"),
    [
        (WaiverPolicy(), True),
        (WaiverPolicy(inline=False), False),
        (WaiverPolicy(require=("owner",)), False),
        (WaiverPolicy(require=("evidence",)), False),
        (WaiverPolicy(non_waivable=("FM07",)), False),
        (WaiverPolicy(non_waivable=("FM08",)), True),
    ],
)
def test_an_acknowledgement_excuses_only_where_a_reason_is_enough(policy: WaiverPolicy, may: bool) -> None:
    assert policy.acknowledgeable("FM0701") is may


def test_the_first_waiver_that_holds_hides_and_the_others_are_known_to_cover() -> None:
    first, second = waiver(reason="first", expires=date(2026, 1, 1)), waiver(reason="second")
    third = waiver(reason="third")
    decided = sort_out([FINDING], [first, second, third], as_of=DAY)
    assert [waived.reason for waived in decided.waived] == ["second"]
    assert [(use.covered, use.hides) for use in decided.uses] == [
        ((FINDING,), ()),
        ((FINDING,), (FINDING,)),
        ((FINDING,), ()),
    ]


@pytest.mark.parametrize(("day", "holds"), [(date(2027, 1, 31), True), (date(2027, 2, 1), False)])
def test_a_waiver_holds_through_its_last_day(day: date, holds: bool) -> None:
    decided = sort_out([FINDING], [waiver(expires=date(2027, 1, 31))], as_of=day)
    assert bool(decided.waived) is holds
    assert bool(decided.open) is not holds


def seen(*links: str) -> Finding:
    return finding(evidence=tuple(Proof("grant", f"may {link}", None, f"{link:0>12}") for link in links))


def test_a_waiver_is_bound_to_the_evidence_it_was_written_for() -> None:
    bound = waiver(evidence=("00000000000a", "00000000000b"))
    assert sort_out([seen("a", "b")], [bound], as_of=DAY).open == ()
    assert sort_out([seen("a")], [bound], as_of=DAY).open == (), "less than was accepted is accepted"
    grown = seen("a", "b", "c")
    decided = sort_out([grown], [bound], as_of=DAY)
    assert decided.open == (grown,)
    assert decided.waived == ()
    assert decided.uses == (Use(bound, covered=(grown,), outgrown=(grown,)),)
    assert bound.unseen(grown) == ("may c",)


def test_evidence_that_another_waiver_accepts_makes_no_finding_come_back() -> None:
    narrow, wide = waiver(evidence=("00000000000a",)), waiver(evidence=("00000000000a", "00000000000b"))
    decided = sort_out([seen("a", "b")], [narrow, wide], as_of=DAY)
    assert decided.open == ()
    assert [use.outgrown for use in decided.uses] == [(), ()]


def test_the_same_evidence_in_another_place_of_a_list_is_the_same() -> None:
    assert sort_out([seen("b", "a")], [waiver(evidence=("00000000000a", "00000000000b"))], as_of=DAY).open == ()


def test_an_expired_waiver_is_not_called_outgrown() -> None:
    late = waiver(evidence=(), expires=date(2026, 1, 1))
    (use,) = sort_out([seen("a")], [late], as_of=DAY).uses
    assert (use.covered, use.outgrown) == ((seen("a"),), ())


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({}, ("owner", "expires", "evidence")),
        ({"owner": "ann", "expires": date(2027, 1, 1)}, ("evidence",)),
        ({"owner": "ann", "expires": date(2027, 1, 1), "evidence": ()}, ()),
    ],
)
def test_a_waiver_without_what_policy_requires_hides_nothing(changes: Any, missing: tuple[str, ...]) -> None:
    policy = WaiverPolicy(require=("owner", "expires", "evidence"))
    decided = sort_out([FINDING], [waiver(**changes)], as_of=DAY, policy=policy)
    assert decided.uses[0].missing == missing
    assert decided.open == (() if not missing else (FINDING,))


def test_a_rule_that_cannot_be_waived_is_not_even_by_a_prefix() -> None:
    policy = WaiverPolicy(non_waivable=("FM0701", "FM06"))
    other = finding(rule_id="FM0702")
    decided = sort_out([FINDING, other], [waiver(rule="FM07")], as_of=DAY, policy=policy)
    assert decided.open == (FINDING,)
    assert [waived.finding for waived in decided.waived] == [other]
    assert decided.uses[0].barred == (FINDING,)
    assert not policy.waivable("FM0601")
    assert WaiverPolicy().waivable("FM0601")


def test_policies_add_up() -> None:
    ours = WaiverPolicy(require=("owner",), non_waivable=("FM06",), warn_days=7)
    theirs = WaiverPolicy(require=("expires", "owner"), non_waivable=("FM0101",), inline=False, warn_days=30)
    assert ours.joined(theirs) == WaiverPolicy(("owner", "expires"), ("FM06", "FM0101"), False, 30)


@pytest.mark.parametrize(
    ("scope", "reached"),
    [
        ({}, True),
        ({"resource": "X"}, True),
        ({"stack": "Documents"}, True),
        ({"stack": "Other"}, False),
        ({"template": "cdk.out/**"}, True),
        ({"template": "elsewhere/**"}, False),
        ({"stack": "Documents", "template": "elsewhere/**"}, False),
    ],
)
def test_whether_a_stack_in_its_scope_was_examined(scope: dict[str, Any], reached: bool) -> None:
    stacks = [("Documents", "cdk.out/Documents.template.json")]
    (use,) = sort_out([], [waiver(**scope)], as_of=DAY, stacks=stacks).uses
    assert use.reached is reached


def test_the_scope_in_words() -> None:
    given = waiver(stack="Prod/*", resource="Fn*", template="a/**")
    assert given.scope == "stack Prod/*, resource Fn*, template a/**"
    assert waiver().scope == "everything"
