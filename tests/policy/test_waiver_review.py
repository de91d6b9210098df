"""What is said of waivers after a run, over all applications."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from analyzer.policy.result import Finding, Proof, WaiverNote, WaiverUse
from analyzer.policy.waiver_review import Review, review
from analyzer.policy.waivers import Waiver, WaiverPolicy, sort_out
from tests.builders import FINDING, finding

DAY = date(2026, 11, 24)
STACKS = [("Documents", "cdk.out/Documents.template.json")]


def waiver(**changes: Any) -> Waiver:
    return Waiver(**{"rule": "FM0701", "reason": "accepted", "origin": "w.yaml:3", **changes})


def reviewed(findings: Sequence[Finding], given: Waiver, policy: WaiverPolicy | None = None, **options: Any) -> Review:
    policy = policy or WaiverPolicy()
    decided = sort_out(findings, [given], as_of=DAY, policy=policy, stacks=STACKS)
    return review([(use, policy) for use in decided.uses], as_of=DAY, **options)


NEW = finding(evidence=(Proof("grant", "may delete tables", None, "0000000000aa"),))


@pytest.mark.parametrize(
    ("findings", "changes", "policy", "state", "text"),
    [
        ([], {}, {}, "unused", "the waiver of FM0701 hides nothing"),
        (
            [FINDING],
            {"expires": date(2026, 11, 1)},
            {},
            "expired",
            "the waiver of FM0701 expired on 2026-11-01; 1 finding came back",
        ),
        (
            [],
            {"expires": date(2026, 11, 1)},
            {},
            "expired",
            "the waiver of FM0701 expired on 2026-11-01; it would hide nothing",
        ),
        (
            [FINDING],
            {"expires": date(2026, 12, 8)},
            {},
            "expiring",
            "the waiver of FM0701 expires on 2026-12-08, in 14 days",
        ),
        ([FINDING], {"expires": DAY}, {}, "expiring", "the waiver of FM0701 expires on 2026-11-24, today"),
        (
            [FINDING],
            {"expires": date(2026, 11, 25)},
            {},
            "expiring",
            "the waiver of FM0701 expires on 2026-11-25, in 1 day",
        ),
        (
            [FINDING],
            {},
            {"require": ("owner", "expires")},
            "refused",
            "the waiver of FM0701 hides nothing: by policy it needs an owner and an expiry",
        ),
        (
            [FINDING],
            {},
            {"non_waivable": ("FM07",)},
            "refused",
            "the waiver of FM0701 does not hide FM0701: by policy that rule cannot be waived",
        ),
        (
            [NEW],
            {"evidence": ("0000000000bb",)},
            {},
            "outgrown",
            "the waiver of FM0701 no longer hides Processor8F3A2B1C, as there is new evidence: may delete tables",
        ),
    ],
)
def test_what_calls_for_attention_is_noted(
    findings: list[Finding], changes: dict[str, Any], policy: dict[str, Any], state: str, text: str
) -> None:
    told = reviewed(findings, waiver(**changes), WaiverPolicy(**policy))
    assert told.notes == (WaiverNote("FM0701", "w.yaml:3", state, text),)
    assert [use.state for use in told.waivers] == [state]


@pytest.mark.parametrize(
    ("findings", "changes", "options", "state"),
    [
        ([FINDING], {}, {}, "used"),
        ([FINDING], {"expires": date(2026, 12, 9)}, {}, "used"),
        ([], {"stack": "Other"}, {}, "not examined"),
        ([], {}, {"ran": lambda given: False}, "not run"),
    ],
)
def test_what_does_not_is_only_listed(
    findings: list[Finding], changes: dict[str, Any], options: dict[str, Any], state: str
) -> None:
    told = reviewed(findings, waiver(**changes), **options)
    assert told.notes == ()
    assert [use.state for use in told.waivers] == [state]


def test_a_waiver_is_listed_with_all_it_hides_and_whether_it_is_bound() -> None:
    given = waiver(resource="Proc*", owner="ann", approver="bob", expires=date(2027, 1, 31), evidence=())
    assert reviewed([FINDING], given).waivers == (
        WaiverUse(
            rule="FM0701",
            scope="resource Proc*",
            reason="accepted",
            origin="w.yaml:3",
            owner="ann",
            approver="bob",
            expires="2027-01-31",
            bound=True,
            state="used",
            hides=(FINDING,),
        ),
    )
    assert [use.bound for use in reviewed([], waiver(fingerprint="f" * 32)).waivers] == [True]
    assert [use.bound for use in reviewed([], waiver()).waivers] == [False]


def test_a_waiver_that_hides_something_in_one_application_is_not_unused_in_another() -> None:
    given, policy = waiver(), WaiverPolicy()
    here, there = sort_out([FINDING], [given], as_of=DAY), sort_out([], [given], as_of=DAY)
    told = review([(use, policy) for use in (*here.uses, *there.uses)], as_of=DAY)
    assert told.notes == ()
    assert [(use.state, use.hides) for use in told.waivers] == [("used", (FINDING,))]


def test_a_waiver_may_be_outgrown_and_about_to_expire() -> None:
    told = reviewed([NEW], waiver(evidence=(), expires=DAY))
    assert [note.state for note in told.notes] == ["outgrown", "expiring"]
    assert [use.state for use in told.waivers] == ["outgrown"]


def test_the_longest_warning_that_is_asked_for_counts() -> None:
    given = waiver(expires=date(2027, 1, 20))
    (use,) = sort_out([FINDING], [given], as_of=DAY).uses
    told = review([(use, WaiverPolicy()), (use, WaiverPolicy(warn_days=60))], as_of=DAY)
    assert [note.state for note in told.notes] == ["expiring"]
