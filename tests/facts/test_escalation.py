"""Ways to more permissions: who has one, and what takes it away."""

from __future__ import annotations

import pytest

from analyzer.data.escalations import escalation_paths
from analyzer.facts.escalation import Held, Rights, escalations
from analyzer.facts.iam_language import ResourceBreadth

ROLE = "arn:aws:iam::111122223333:role/"
HOLE = "\ufffc"
STAR = ("*",)


def ids(*allows: Rights, denies: tuple[Rights, ...] = (), least: ResourceBreadth | None = None) -> set[str]:
    found = escalations(allows, denies) if least is None else escalations(allows, denies, least)
    return {match.path.id for match in found}


def test_everything_opens_every_way() -> None:
    assert ids(Rights(STAR, STAR)) == {path.id for path in escalation_paths()}


@pytest.mark.parametrize("path", escalation_paths(), ids=lambda path: path.id)
def test_each_way_is_open_with_its_own_actions_and_closed_without_any_one(path: object) -> None:
    requires = path.requires  # type: ignore[attr-defined]
    for alternative in range(max(len(group) for group in requires)):
        actions = [group[min(alternative, len(group) - 1)] for group in requires]
        assert path.id in ids(Rights(tuple(actions), STAR))  # type: ignore[attr-defined]
    for missing in range(len(requires)):
        others = tuple(action for at, group in enumerate(requires) if at != missing for action in group)
        others = tuple(action for action in others if action not in requires[missing])
        assert path.id not in ids(Rights(others, STAR))  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "actions",
    [
        ("s3:*", "dynamodb:*", "sqs:*", "sns:*"),
        ("iam:Get*", "iam:List*"),
        ("lambda:InvokeFunction", "lambda:GetFunction"),
        ("iam:PassRole",),
        ("lambda:CreateFunction", "lambda:InvokeFunction"),
        ("cloudformation:Describe*",),
    ],
)
def test_ordinary_rights_open_none(actions: tuple[str, ...]) -> None:
    assert ids(Rights(actions, STAR)) == set()


def test_a_combination_over_several_statements() -> None:
    allows = (
        Rights(("iam:passrole",), (f"{ROLE}*",)),
        Rights(("s3:GetObject",), STAR),
        Rights(("lambda:Create*", "lambda:Invoke*"), STAR),
    )
    (match,) = escalations(allows)
    assert match.path.id == "lambda-new-function"
    assert match.held == (
        Held("iam:PassRole", 0, ResourceBreadth.EVERY_OF_TYPE, False),
        Held("lambda:CreateFunction", 2, ResourceBreadth.EVERYTHING, False),
        Held("lambda:InvokeFunction", 2, ResourceBreadth.EVERYTHING, False),
    )
    assert (match.breadth, match.conditional) == (ResourceBreadth.EVERY_OF_TYPE, False)


def test_one_named_role_or_function_is_no_way_to_more() -> None:
    assert ids(Rights(("iam:PutRolePolicy",), (f"{ROLE}app",))) == set()
    assert ids(Rights(("iam:PutRolePolicy",), (f"{ROLE}app-*",))) == set()
    assert ids(Rights(("lambda:UpdateFunctionCode",), (HOLE,))) == set()
    assert ids(Rights(("iam:PassRole",), (f"{ROLE}app",)), Rights(("ec2:RunInstances",), STAR)) == set()


def test_narrower_rights_can_be_asked_for() -> None:
    allow = Rights(("iam:PutRolePolicy",), (f"{ROLE}app-*",))
    assert ids(allow, least=ResourceBreadth.PATTERN) == {"iam-put-role-policy"}
    assert ids(Rights(("iam:PutRolePolicy",), (HOLE,)), least=ResourceBreadth.FIXED) == {"iam-put-role-policy"}


def test_a_resource_of_another_service_gives_nothing() -> None:
    assert ids(Rights(("iam:*", "s3:*"), ("arn:aws:s3:::*",))) == set()
    assert ids(Rights(("iam:PutRolePolicy",), ("arn:aws:iam::*:user/*",))) == set()


def test_an_action_without_resource_types_needs_a_star() -> None:
    allow = Rights(("autoscaling:CreateLaunchConfiguration", "ssm:StartSession"), ("arn:aws:ec2:*:*:instance/*",))
    assert ids(allow) == {"ssm-session"}


def test_the_passed_service_decides() -> None:
    create = Rights(("lambda:CreateFunction", "lambda:InvokeFunction", "ec2:RunInstances"), STAR)
    only_lambda = Rights(("iam:PassRole",), STAR, passed_to=frozenset({"lambda.amazonaws.com"}))
    assert ids(only_lambda, create) == {"lambda-new-function"}
    by_pattern = Rights(("iam:PassRole",), STAR, passed_to=frozenset({"ec2*"}))
    assert ids(by_pattern, create) == {"ec2-run-instances"}
    nobody = Rights(("iam:PassRole",), STAR, passed_to=frozenset())
    assert ids(nobody, create) == set()


def test_not_action_grants_the_rest() -> None:
    found = ids(Rights(not_actions=("iam:*", "sts:*"), resources=STAR))
    assert "lambda-update-code" in found
    assert not {one for one in found if one.startswith(("iam-", "sts-"))}
    assert not {path.id for path in escalation_paths() if path.pass_role_to} & found


def test_not_resource_grants_everything_else() -> None:
    assert ids(Rights(("iam:PutRolePolicy",), not_resources=(f"{ROLE}admin",))) == {"iam-put-role-policy"}


@pytest.mark.parametrize(
    "deny",
    [
        Rights(("iam:PassRole",), STAR),
        Rights(("IAM:*",), STAR),
        Rights(STAR, STAR),
        Rights(("iam:PassRole",), ("arn:aws:iam::*:role/*",)),
        Rights(("iam:PassRole",), ("arn:aws:iam",)),
        Rights(("iam:PassRole",), not_resources=(f"{ROLE}lambda-execution",)),
        Rights(("iam:PassRole",), not_resources=(f"{ROLE}app-*",)),
        Rights(not_actions=("lambda:*", "s3:*"), resources=STAR),
        Rights(("lambda:CreateFunction",), STAR),
        Rights(
            ("lambda:InvokeFunction", "lambda:CreateEventSourceMapping", "lambda:AddPermission", "lambda:Create*Url*"),
            STAR,
        ),
    ],
)
def test_a_deny_closes_the_way(deny: Rights) -> None:
    allow = Rights(("iam:PassRole", "lambda:*"), STAR)
    assert "lambda-new-function" in ids(allow)
    assert "lambda-new-function" not in ids(allow, denies=(deny,))


@pytest.mark.parametrize(
    "deny",
    [
        Rights(("iam:PassRole",), (f"{ROLE}admin",)),
        Rights(("iam:PassRole",), ("arn:aws:iam::*:role/admin-*",)),
        Rights(("iam:CreateRole",), STAR),
        Rights(not_actions=("iam:*", "lambda:*"), resources=STAR),
        Rights(("lambda:InvokeFunction",), STAR),  # an event source or a permission will do
        Rights(("iam:PassRole",), not_resources=STAR),
    ],
)
def test_a_deny_beside_the_way_leaves_it_open(deny: Rights) -> None:
    allow = Rights(("iam:PassRole", "lambda:*"), STAR)
    assert "lambda-new-function" in ids(allow, denies=(deny,))


def test_conditions_are_carried_along() -> None:
    allow = Rights(("iam:PutRolePolicy",), STAR)
    (guarded,) = escalations([Rights(("iam:PutRolePolicy",), STAR, conditional=True)])
    (denied,) = escalations([allow], [Rights(("iam:*",), STAR, conditional=True)])
    (untouched,) = escalations([allow], [Rights(("iam:*",), (f"{ROLE}admin",), conditional=True)])
    assert (guarded.conditional, denied.conditional, untouched.conditional) == (True, True, False)


def test_an_unconditional_hold_is_preferred_to_a_wider_conditional_one() -> None:
    allows = [
        Rights(("iam:PutRolePolicy",), STAR, conditional=True),
        Rights(("iam:PutRolePolicy",), (f"{ROLE}*",)),
    ]
    (match,) = escalations(allows)
    assert match.held == (Held("iam:PutRolePolicy", 1, ResourceBreadth.EVERY_OF_TYPE, False),)


def test_no_rights_no_ways() -> None:
    assert escalations([]) == ()
    assert escalations([Rights()]) == ()
    assert escalations([Rights(("iam:PutRolePolicy",))]) == ()
