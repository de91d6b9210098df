"""Waivers in CDK source and template metadata: read strictly, problems told."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from analyzer.policy.inline_waivers import Collected, collect
from analyzer.policy.result import InputProblem, Location
from analyzer.policy.waivers import Waiver
from tests.builders import Acknowledged, FakeStack, MadeBy, Span, finding

PATH = "cdk.out/Documents.template.json"


def known() -> frozenset[str]:
    return frozenset({"FM0701", "FM0702", "FM0901"})


def of(*stacks: FakeStack) -> Collected:
    return collect(stacks, known)


def stack(metadata: Any, **changes: Any) -> FakeStack:
    document = {"Resources": {"Fn": {"Type": "T", "Metadata": {"stackproof": metadata}}}}
    return FakeStack(document=document, **changes)


def test_an_acknowledgement_of_ours_covers_its_construct() -> None:
    collected = of(FakeStack(acknowledged=(Acknowledged("Stackproof::FM0701", "Documents/Compute", " by design "),)))
    origin = "CDK acknowledgement at Documents/Compute"
    assert collected == Collected(
        (
            Waiver(
                "FM0701",
                "by design",
                origin,
                stack="Documents",
                construct="Documents/Compute",
                acknowledged="FM0701",
                inline=True,
            ),
        ),
        (),
    )


def test_an_acknowledgement_of_a_resource_covers_that_resource_alone() -> None:
    given = FakeStack(
        document={"Resources": {"Role": {}, "Policy": {}}},
        constructs={
            "Role": MadeBy("Documents/Role/Resource"),
            "Policy": MadeBy("Documents/Role/DefaultPolicy/Resource"),
        },
        acknowledged=(Acknowledged("Stackproof::FM0701", "Documents/Role/Resource", "by design"),),
    )
    (waiver,) = of(given).waivers
    assert (waiver.construct, waiver.resource) == (None, "Role")
    role = finding(resource="Role", construct_path="Documents/Role")
    assert waiver.covers(role)
    assert not waiver.covers(finding(resource="Policy", construct_path="Documents/Role/DefaultPolicy"))


def test_a_construct_that_somebody_called_resource_is_a_construct() -> None:
    given = FakeStack(acknowledged=(Acknowledged("Stackproof::FM0701", "Documents/Resource", "by design"),))
    (waiver,) = of(given).waivers
    assert (waiver.construct, waiver.resource) == ("Documents/Resource", None)


def test_an_acknowledgement_without_a_construct_covers_its_stack_and_prefixes_are_allowed() -> None:
    collected = of(FakeStack(acknowledged=(Acknowledged("Stackproof::fm07", None, "by design"),)))
    origin = "CDK acknowledgement at Documents"
    assert collected.waivers == (
        Waiver("FM07", "by design", origin, stack="Documents", acknowledged="fm07", inline=True),
    )


def test_acknowledgements_of_other_tools_are_not_ours() -> None:
    others = (Acknowledged("AwsSolutions-IAM5", None, "x"), Acknowledged("CdkValidate::FM0701", None, "x"))
    assert of(FakeStack(acknowledged=others)) == Collected((), ())


@pytest.mark.parametrize(
    ("identifier", "reason", "problem"),
    [
        ("Stackproof::FM0710", "x", "no rule has the id or prefix 'FM0710'; did you mean FM0701?"),
        ("Stackproof::", "x", "no rule has the id or prefix ''"),
        ("Stackproof::FM0701", " ", "it gives no reason"),
        ("Stackproof::FM0701", None, "it gives no reason"),
    ],
)
def test_an_acknowledgement_that_cannot_be_used_is_a_problem(identifier: str, reason: str | None, problem: str) -> None:
    collected = of(FakeStack(acknowledged=(Acknowledged(identifier, "Documents/A", reason),)))
    told = f"CDK acknowledgement at Documents/A: {problem}"
    assert collected == Collected((), (InputProblem(PATH, None, None, told),))


def test_the_problem_of_an_acknowledgement_is_shown_where_it_is_written() -> None:
    wrong = Acknowledged("Stackproof::FM0799", "Documents/A", "x", "app.py", 12)
    (problem,) = of(FakeStack(acknowledged=(wrong,))).problems
    assert (problem.path, problem.line) == ("app.py", 12)


def test_metadata_of_a_resource_covers_that_resource() -> None:
    entry = {
        "rule": "fm0701",
        "reason": "one-way by design",
        "owner": "ann",
        "approver": "bob",
        "expires": "2027-01-31",
        "fingerprint": "f" * 32,
    }
    assert of(stack({"waivers": [entry]})).waivers == (
        Waiver(
            rule="FM0701",
            reason="one-way by design",
            origin=f"Metadata of Fn in {PATH}",
            stack="Documents",
            template=PATH,
            resource="Fn",
            fingerprint="f" * 32,
            owner="ann",
            approver="bob",
            expires=date(2027, 1, 31),
            inline=True,
        ),
    )


def test_metadata_of_the_template_covers_what_its_glob_names_or_the_whole_stack() -> None:
    waivers = [{"rule": "FM07", "reason": "r", "resource": "Log*"}, {"rule": "FM0901", "reason": "r"}]
    collected = of(FakeStack(document={"Metadata": {"stackproof": {"waivers": waivers}}, "Resources": {}}))
    origin = f"Metadata of the template in {PATH}"
    assert collected.waivers == (
        Waiver("FM07", "r", origin, stack="Documents", template=PATH, resource="Log*", inline=True),
        Waiver("FM0901", "r", origin, stack="Documents", template=PATH, inline=True),
    )


def test_metadata_covers_nothing_in_cdk_source_of_an_application_that_is_called_like_the_stack() -> None:
    waivers = [{"rule": "FM07", "reason": "r"}]
    (waiver,) = of(FakeStack(document={"Metadata": {"stackproof": {"waivers": waivers}}})).waivers
    assert waiver.covers(finding(template=PATH, stack="Documents"))
    written = Location("app.ts", 3, 1, 3, 9)
    assert not waiver.covers(finding(template=None, stack="Documents", construct_path=None, location=written))


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ({"rule": "FM0701", "raeson": "x"}, "unknown key 'raeson'; did you mean reason?"),
        ({"rule": "FM0701"}, "the waiver has no reason"),
        ({"reason": "x"}, "the waiver has no rule"),
        ({"rule": "FM0799", "reason": "x"}, "no rule has the id or prefix 'FM0799'; did you mean FM0901?"),
        ({"rule": "FM0701", "reason": ""}, "reason of a waiver is a text that is not empty"),
        ({"rule": "FM0701", "reason": {"Ref": "X"}}, "reason of a waiver is a text that is not empty"),
        ({"rule": "FM0701", "reason": "x", "expires": "soon"}, "expires is a date like 2027-01-31, not 'soon'"),
        ({"rule": "FM0701", "reason": "x", "resource": "Fn"}, "resource belongs to a waiver of the template"),
        ("FM0701", "a waiver is a mapping with rule and reason"),
    ],
)
def test_a_mistyped_waiver_is_a_problem_with_its_place_and_hides_nothing(entry: Any, problem: str) -> None:
    pointer = "/Resources/Fn/Metadata/stackproof/waivers/0"
    collected = of(stack({"waivers": [entry]}, positions={pointer: Span(7, 9, 7, 20)}))
    assert collected.waivers == ()
    (told,) = collected.problems
    assert (told.path, told.line, told.column) == (PATH, 7, 9)
    assert told.reason.startswith(problem.partition("; did")[0])


@pytest.mark.parametrize("block", ["FM0701", [], {}, {"waivers": {"rule": "FM0701"}}, None])
def test_a_block_of_the_wrong_shape_is_a_problem(block: Any) -> None:
    collected = of(stack(block))
    reason = "Metadata.stackproof is not {waivers: [{rule, reason, …}, …]}"
    assert collected == Collected((), (InputProblem(PATH, None, None, reason),))


def test_an_unknown_key_of_the_block_is_a_problem_and_the_rest_counts() -> None:
    collected = of(stack({"waivers": [{"rule": "FM0701", "reason": "x"}], "wavers": []}))
    assert [waiver.rule for waiver in collected.waivers] == ["FM0701"]
    assert [problem.reason for problem in collected.problems] == ["unknown key 'wavers'; did you mean waivers?"]


@pytest.mark.parametrize(
    "document",
    [{}, {"Resources": []}, {"Resources": {"Fn": "x"}}, {"Metadata": "x", "Resources": {"Fn": {"Metadata": []}}}],
)
def test_malformed_templates_waive_nothing(document: Any) -> None:
    assert of(FakeStack(document=document)) == Collected((), ())


def test_the_registry_is_not_asked_where_nothing_is_waived() -> None:
    def never() -> frozenset[str]:
        raise AssertionError

    assert collect([FakeStack(document={"Resources": {"Fn": {"Metadata": {"x": 1}}}})], never) == Collected((), ())


def test_a_logical_id_with_a_slash_is_pointed_at_correctly() -> None:
    document = {"Resources": {"a/b~c": {"Metadata": {"stackproof": 1}}}}
    at = {"/Resources/a~1b~0c/Metadata/stackproof": Span(3, 1, 3, 2)}
    (problem,) = of(FakeStack(document=document, positions=at)).problems
    assert problem.line == 3


def test_an_acknowledgement_may_be_bound_to_evidence() -> None:
    bound = Acknowledged("Stackproof::FM0701[0123456789ab, ba9876543210]", "Documents/A", "x")
    assert [waiver.evidence for waiver in of(FakeStack(acknowledged=(bound,))).waivers] == [
        ("0123456789ab", "ba9876543210")
    ]


def test_metadata_may_be_bound_to_evidence_and_limited_to_a_type() -> None:
    entry = {"rule": "FM0701", "reason": "x", "type": "AWS::Lambda::*", "evidence": ["0123456789ab"]}
    document = {"Metadata": {"stackproof": {"waivers": [entry]}}, "Resources": {}}
    assert [(waiver.type, waiver.evidence) for waiver in of(FakeStack(document=document)).waivers] == [
        ("AWS::Lambda::*", ("0123456789ab",))
    ]


@pytest.mark.parametrize("evidence", ["0123456789ab", [1], {}])
def test_evidence_is_a_list_of_digests(evidence: Any) -> None:
    collected = of(stack({"waivers": [{"rule": "FM0701", "reason": "x", "evidence": evidence}]}))
    assert [problem.reason for problem in collected.problems] == ["evidence of a waiver is a list of digests"]


def test_a_name_with_wildcards_is_no_glob() -> None:
    odd = FakeStack(name="Doc[um]*", acknowledged=(Acknowledged("Stackproof::FM0701", "Doc[um]*/A?", "x"),))
    (waiver,) = of(odd).waivers
    assert waiver.covers(finding(stack="Doc[um]*", construct_path="Doc[um]*/A?/B"))
    assert not waiver.covers(finding(stack="Docu", construct_path="Docu/Ab"))
