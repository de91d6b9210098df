"""Action and resource patterns: AWS's rules by example, and against a naive oracle."""

from __future__ import annotations

import time
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from policy_sentry.querying.actions import get_actions_for_service
from policy_sentry.util.actions import get_lowercase_action_list

from analyzer.data.actions import AccessLevel, Action, iam_actions, iam_prefixes
from analyzer.facts.iam_language import (
    ActionBreadth,
    ResourceBreadth,
    action_breadth,
    action_matches,
    can_apply,
    changing,
    complete_arn,
    covers,
    covers_every,
    expand,
    overlaps,
    resource_breadth,
    scopable,
    service_of,
)
from analyzer.model.globs import matches

HOLE = "\ufffc"


def oracle(pattern: str, text: str) -> bool:
    """Textbook recursion, without any cleverness to get wrong."""
    if not pattern:
        return not text
    if pattern[0] == "*":
        return any(oracle(pattern[1:], text[start:]) for start in range(len(text) + 1))
    return bool(text) and pattern[0] in ("?", text[0]) and oracle(pattern[1:], text[1:])


def known(action: str) -> Action:
    return expand(action)[0]


def names(pattern: str) -> set[str]:
    return {str(action) for action in expand(pattern)}


@pytest.mark.parametrize(
    ("pattern", "action", "expected"),
    [
        ("s3:GetObject", "s3:GetObject", True),
        ("S3:GETOBJECT", "s3:GetObject", True),
        ("s3:getobject", "S3:GetObject", True),
        ("s3:Get*", "s3:GetObject", True),
        ("s3:*Object", "s3:GetObject", True),
        ("iam:*AccessKey*", "iam:ListAccessKeys", True),
        ("s3:?etObject", "s3:GetObject", True),
        ("s3:GetObjec", "s3:GetObject", False),
        ("s3:GetObject?", "s3:GetObject", False),
        ("s3:GetObject*", "s3:GetObject", True),
        ("s3:Get", "s3:GetObject", False),
        ("*", "s3:GetObject", True),
        ("*:*", "s3:GetObject", True),
        ("s3:*", "s3express:CreateSession", False),
        ("s3*:*", "s3express:CreateSession", True),
        ("s3", "s3:GetObject", False),
        ("", "s3:GetObject", False),
        (f"s3:{HOLE}", "s3:GetObject", False),
        ("s3:Get[A-Z]bject", "s3:GetObject", False),
        ("s3:Get.bject", "s3:GetObject", False),
    ],
)
def test_action_matches(pattern: str, action: str, expected: bool) -> None:
    assert action_matches(pattern, action) is expected


@given(st.text("aBc*?", max_size=8), st.text("AbC", max_size=8))
def test_action_names_match_as_the_oracle_says(pattern: str, name: str) -> None:
    assert action_matches(f"svc:{pattern}", f"svc:{name}") is oracle(pattern.lower(), name.lower())


@pytest.mark.parametrize(
    ("pattern", "service"),
    [
        ("s3:Get*", "s3"),
        ("S3:*", "s3"),
        ("*", None),
        ("*:*", None),
        ("s3*:Get", None),
        ("s3", None),
        (":x", ""),
    ],
)
def test_service_of(pattern: str, service: str | None) -> None:
    assert service_of(pattern) == service


@pytest.mark.parametrize(
    "prefix", ["s3", "dynamodb", "lambda", "iam", "sqs", "ec2", "kms", "states", "logs", "execute-api"]
)
@pytest.mark.parametrize("verb", ["Get", "List", "Put", "Create", "Delete", "Describe"])
def test_expansion_holds_every_action_that_policy_sentry_finds(prefix: str, verb: str) -> None:
    theirs = {name for name in get_actions_for_service(prefix) if name.split(":")[1].startswith(verb)}
    assert theirs <= names(f"{prefix}:{verb}*")


def test_expansion_in_lower_case_is_policy_sentrys() -> None:
    theirs = set(get_lowercase_action_list(get_actions_for_service("sqs")))
    assert theirs <= {name.lower() for name in names("SQS:*")}


def test_expansion_by_example() -> None:
    assert names("sqs:SendMess*") == {"sqs:SendMessage"}
    assert names("SQS:sendmessage") == {"sqs:SendMessage"}
    assert names("sqs:SendMessageBatch") == set()  # an API operation, but no action
    assert names("sqs:*Everything*") == set()
    assert names("teleport:*") == set()
    assert names("sqs:") == names("sqs:*")
    assert names("") == set()


def test_a_star_is_every_action_of_every_service() -> None:
    every = {f"{prefix}:{a.name}" for prefix in iam_prefixes() for a in iam_actions(prefix).actions.values()}  # type: ignore[union-attr]
    assert names("*") == names("*:*") == every


def test_a_wildcard_in_the_service_expands_over_services() -> None:
    assert {"states:StartExecution", "servicecatalog:AssociateBudgetWithResource"} & names("s*:*")
    assert names("sq?:SendMessage") == {"sqs:SendMessage"}


def test_scopable_names_only_those_that_could_be() -> None:
    actions = [known(a) for a in ("xray:PutTraceSegments", "dynamodb:PutItem", "cloudwatch:PutMetricData")]
    assert [str(action) for action in scopable(actions)] == ["dynamodb:PutItem"]


def test_changing_leaves_reads_and_lists_out() -> None:
    actions = [
        known(a) for a in ("s3:GetObject", "s3:ListBucket", "s3:PutObject", "s3:PutBucketPolicy", "s3:PutObjectTagging")
    ]
    assert [action.name for action in changing(actions)] == ["PutObject", "PutBucketPolicy", "PutObjectTagging"]


@pytest.mark.parametrize(
    ("pattern", "breadth"),
    [
        ("*", ActionBreadth.EVERYTHING),
        ("**", ActionBreadth.EVERYTHING),
        ("*:*", ActionBreadth.EVERYTHING),
        ("s3:*", ActionBreadth.SERVICE),
        ("S3:**", ActionBreadth.SERVICE),
        ("s3:?*", ActionBreadth.SERVICE),
        ("s3:*?", ActionBreadth.SERVICE),
        ("teleport:*", ActionBreadth.SERVICE),
        ("sts:*e*", ActionBreadth.SERVICE),  # each action of STS has an "e"
        ("s3:Get*", ActionBreadth.PARTIAL),
        ("s*:*", ActionBreadth.SERVICE),
        ("s3:*Object", ActionBreadth.PARTIAL),
        ("s3:Nothing*", ActionBreadth.PARTIAL),
        ("s3:GetObject", ActionBreadth.EXACT),
        ("execute-api:Invoke", ActionBreadth.EXACT),
    ],
)
def test_action_breadth(pattern: str, breadth: ActionBreadth) -> None:
    assert action_breadth(pattern) is breadth


@pytest.mark.parametrize(
    ("pattern", "complete"),
    [
        ("arn:aws:sqs", "arn:aws:sqs:*:*:*"),
        ("arn:aws:sqs:us-east-1", "arn:aws:sqs:us-east-1:*:*"),
        ("arn:aws:sqs:", "arn:aws:sqs::*:*"),
        ("arn:aws", "arn:aws:*:*:*:*"),
        ("arn:aws:s3:::bucket", "arn:aws:s3:::bucket"),
        ("arn:aws:lambda:r:1:function:f:alias", "arn:aws:lambda:r:1:function:f:alias"),
        ("*", "*"),
        (f"{HOLE}/*", f"{HOLE}/*"),
        ("", ""),
    ],
)
def test_incomplete_arns_are_filled_with_stars(pattern: str, complete: str) -> None:
    assert complete_arn(pattern) == complete


@pytest.mark.parametrize(
    ("pattern", "arn", "expected"),
    [
        ("arn:aws:s3:::bucket/*/test/*", "arn:aws:s3:::bucket/1/2/test/x", True),
        ("arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket/", True),
        ("arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket", False),
        ("arn:aws:s3:::bucket*", "arn:aws:s3:::bucket-two/key", True),
        ("arn:aws:s3:::Bucket", "arn:aws:s3:::bucket", False),
        ("arn:aws:sqs", "arn:aws:sqs:us-east-1:111122223333:queue", True),
        ("arn:aws:sns", "arn:aws:sqs:us-east-1:111122223333:queue", False),
        ("arn:aws:lambda:*:*:function:f*", "arn:aws:lambda:us-east-1:1:function:f:live", True),
        ("arn:aws:iam::?????:role/x", "arn:aws:iam::12345:role/x", True),
        (f"arn:aws:s3:::{HOLE}/*", f"arn:aws:s3:::{HOLE}/in/x", True),
        (f"arn:aws:s3:::{HOLE}/*", "arn:aws:s3:::other/in/x", False),
        ("*", "", True),
    ],
)
def test_a_pattern_of_a_resource(pattern: str, arn: str, expected: bool) -> None:
    assert matches(complete_arn(pattern), arn) is expected


@pytest.mark.parametrize(
    ("pattern", "action", "breadth"),
    [
        ("*", None, ResourceBreadth.EVERYTHING),
        ("**", None, ResourceBreadth.EVERYTHING),
        ("arn:aws:s3:::*", "s3:GetObject", ResourceBreadth.EVERYTHING),
        ("arn:*:*:*:*:*", None, ResourceBreadth.EVERYTHING),
        ("arn:aws:sqs", None, ResourceBreadth.EVERYTHING),
        ("arn:aws:logs:*:*:*", None, ResourceBreadth.EVERYTHING),
        ("arn:aws:sqs:us-east-1:111122223333:*", "sqs:SendMessage", ResourceBreadth.EVERY_OF_TYPE),
        (f"arn:aws:sqs:{HOLE}:{HOLE}:*", "sqs:SendMessage", ResourceBreadth.EVERY_OF_TYPE),
        ("arn:aws:dynamodb:*:*:table/*", "dynamodb:PutItem", ResourceBreadth.EVERY_OF_TYPE),
        ("arn:aws:dynamodb:*:*:table/*/index/*", "dynamodb:Query", ResourceBreadth.EVERY_OF_TYPE),
        ("arn:aws:dynamodb:*:*:table/*/index/*", "dynamodb:PutItem", ResourceBreadth.PATTERN),
        ("arn:aws:s3:::*/*", "s3:GetObject", ResourceBreadth.EVERY_OF_TYPE),
        ("arn:aws:s3:::*/*", "s3:ListBucket", ResourceBreadth.PATTERN),
        ("arn:aws:iam::111122223333:role/*", "iam:PassRole", ResourceBreadth.EVERY_OF_TYPE),
        ("arn:aws:lambda:*:*:function:*", "lambda:InvokeFunction", ResourceBreadth.EVERY_OF_TYPE),
        ("arn:aws:lambda:*:*:function:*", None, ResourceBreadth.EVERY_OF_TYPE),
        ("arn:aws:s3:::bucket/*", "s3:GetObject", ResourceBreadth.PATTERN),
        ("arn:aws:s3:::*-uploads/*", "s3:GetObject", ResourceBreadth.PATTERN),
        ("arn:aws:iam::111122223333:role/app-*", "iam:PassRole", ResourceBreadth.PATTERN),
        ("arn:aws:s3:::?/*", "s3:GetObject", ResourceBreadth.PATTERN),
        (f"{HOLE}/*", "s3:GetObject", ResourceBreadth.PATTERN),
        (f"arn:aws:s3:::{HOLE}", "s3:ListBucket", ResourceBreadth.FIXED),
        ("arn:aws:sqs:*:*:orders", "sqs:SendMessage", ResourceBreadth.FIXED),
        ("arn:aws:s3:us-east-1:111122223333:access-grants/default", None, ResourceBreadth.FIXED),
        (HOLE, None, ResourceBreadth.FIXED),
        ("", None, ResourceBreadth.FIXED),
    ],
)
def test_resource_breadth(pattern: str, action: str | None, breadth: ResourceBreadth) -> None:
    assert resource_breadth(pattern, known(action) if action else None) is breadth


@pytest.mark.parametrize(
    ("pattern", "action", "expected"),
    [
        ("*", "xray:PutTraceSegments", True),
        ("arn:aws:xray:*:*:*", "xray:PutTraceSegments", False),
        ("arn:aws:s3:::bucket/*", "s3:GetObject", True),
        ("arn:aws:s3:::bucket/*", "sqs:SendMessage", False),
        ("arn:aws:s3:::bucket/*", "iam:PassRole", False),
        ("arn:aws:sqs:*:*:q", "sqs:SendMessage", True),
        ("arn:aws:iam::*:user/*", "iam:PassRole", False),
        (HOLE, "sqs:SendMessage", True),
        ("arn:aws:cloudwatch:*:*:alarm:x", "cloudwatch:PutMetricData", True),  # AWS's types are not known
    ],
)
def test_can_apply(pattern: str, action: str, expected: bool) -> None:
    assert can_apply(pattern, known(action)) is expected


@pytest.mark.parametrize(
    ("patterns", "action", "expected"),
    [
        (["*"], "iam:PassRole", True),
        (["arn:aws:iam::*:role/*"], "iam:PassRole", True),
        (["arn:aws:iam::111122223333:role/*"], "iam:PassRole", True),
        (["arn:aws:iam::*:role/admin*"], "iam:PassRole", False),
        (["arn:aws:dynamodb:*:*:table/*"], "dynamodb:Query", True),  # an index's ARN begins with the table's
        (["arn:aws:dynamodb:us-east-1:*:table/*"], "dynamodb:Query", False),
        (["arn:aws:s3:::*"], "sqs:SendMessage", False),
        (["*"], "xray:PutTraceSegments", True),
        ([], "iam:PassRole", False),
    ],
)
def test_covers_every(patterns: list[str], action: str, expected: bool) -> None:
    assert covers_every(patterns, known(action)) is expected


@pytest.mark.parametrize(
    ("wide", "narrow", "expected"),
    [
        ("*", "anything*", True),
        ("a*", "a", True),
        ("a*", "ab*c?", True),
        ("a*c", "abc", True),
        ("*a*", "ba?", True),
        ("?*", "*?", True),
        ("*?*?", "??*", True),
        ("a", "a*", False),
        ("a?", "a*", False),
        ("?", "*", False),
        ("a*b", "a*", False),
        ("", "*", False),
        ("*", "", True),
        ("", "", True),
        (HOLE, "*", False),
        ("?", HOLE, True),
    ],
)
def test_covers(wide: str, narrow: str, expected: bool) -> None:
    assert covers(wide, narrow) is expected


TEXTS = ["".join(letters) for length in range(6) for letters in product("ab", repeat=length)]


@given(st.text("ab*?", max_size=5), st.text("ab*?", max_size=5))
def test_covers_is_what_enumeration_says(wide: str, narrow: str) -> None:
    """Over a larger alphabet a pattern could not cover by naming all letters, hence `z`."""
    texts = [*TEXTS, *(text.replace("b", "z") for text in TEXTS)]
    by_enumeration = all(oracle(wide, text) for text in texts if oracle(narrow, text))
    if covers(wide, narrow):
        assert by_enumeration
    elif "?" not in wide + narrow and "*" not in narrow:
        assert not by_enumeration


@given(st.text("ab*?", max_size=5), st.text("ab*?", max_size=5))
def test_overlap_is_symmetric_and_follows_from_cover(left: str, right: str) -> None:
    assert overlaps(left, right) is overlaps(right, left)
    assert not covers(left, right) or overlaps(left, right)
    if any(oracle(left, text) and oracle(right, text) for text in TEXTS):
        assert overlaps(left, right)


def test_hostile_patterns_take_no_time() -> None:
    evil = "*a" * 10_000
    start = time.perf_counter()
    assert not covers(evil, "a" * 20_000)
    assert overlaps(evil, evil) is None
    assert not covers("*a" * 400 + "b", "a" * 1_000)
    assert not action_matches("s3:" + "*a" * 60 + "b", "s3:" + "a" * 64)
    assert expand("s3:" + "*?" * 200 + "q") == ()
    assert time.perf_counter() - start < 2


def test_levels_are_seen_through_expansion() -> None:
    levels = {action.level for action in expand("kms:*")}
    assert levels == set(AccessLevel)
