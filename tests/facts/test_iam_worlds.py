"""How statements read under conditions."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.facts.iam import Iam, statements
from analyzer.facts.iam_condition_tests import UNRESOLVED
from analyzer.facts.iam_rights import Rights
from analyzer.facts.iam_worlds import MOST_WORLDS, Reading, World
from tests.facts.iam_cases import allow, app, deny, iam, policy
from tests.stacks import resource

CONDITIONS = {"A": {"Fn::Equals": [{"Ref": "P"}, "a"]}, "B": {"Fn::Equals": [{"Ref": "Q"}, "b"]}}
PARAMETERS = {
    "P": {"Type": "String", "Default": "a"},
    "Q": {"Type": "String", "Default": "x"},
    "Free": {"Type": "String"},
    "Either": {"Type": "String", "AllowedValues": ["s3:*", "sqs:*"]},
}
SECTIONS: dict[str, Any] = {"Conditions": CONDITIONS, "Parameters": PARAMETERS}


def if_(condition: str, yes: Any, no: Any = None) -> dict[str, Any]:
    return {"Fn::If": [condition, yes, {"Ref": "AWS::NoValue"} if no is None else no]}


def readings(*written: Any, **sections: Any) -> dict[str, list[Reading]]:
    """By the world's own words, how each statement reads there."""
    found = iam({"X": policy(*written)}, **{**SECTIONS, **sections})
    listed = found.written_statements
    return {
        world.where: [r for s in listed if (r := found.reader.read(s, world)) is not None]
        for world in found.reader.worlds(listed)
    }


def actions(*written: Any) -> dict[str, list[tuple[str, ...]]]:
    return {where: [one.actions.texts for one in found] for where, found in readings(*written).items()}


def test_without_conditions_there_is_one_world() -> None:
    assert actions(allow(["s3:GetObject", "s3:PutObject"])) == {"": [("s3:GetObject", "s3:PutObject")]}


def test_a_branch_holds_where_its_condition_does() -> None:
    assert actions(allow(["s3:GetObject", if_("A", "s3:*")])) == {
        "": [("s3:GetObject",)],
        " where condition A is true": [("s3:GetObject", "s3:*")],
        " where condition A is false": [("s3:GetObject",)],
    }


def test_conditions_of_different_elements_are_looked_at_together() -> None:
    found = readings(allow(if_("A", "s3:*", "s3:Get*"), if_("B", "*", "arn:aws:s3:::b")))
    (both,) = found[" where condition B is true and condition A is true"]
    assert (both.actions.texts, both.resources.texts) == (("s3:*",), ("*",))
    assert not [one for one in found[""] if one.actions or one.resources]


def test_whole_statements_and_lists_under_conditions() -> None:
    found = actions(if_("A", allow("a:*"), allow("b:*")), allow(if_("B", ["c:*", "d:*"])))
    assert found[" where condition A is true"] == [("a:*",), ()]
    assert found[" where condition A is false"] == [("b:*",), ()]
    assert found[" where condition B is true"] == [("c:*", "d:*")]


def test_worlds_begin_with_the_likely_ones() -> None:
    wheres = list(actions(allow([if_("A", "x:*", "y:*"), if_("B", "z:*", "w:*")])))
    assert wheres[:5] == [
        "",
        " where condition A is true",
        " where condition B is false",
        " where condition A is false",
        " where condition B is true",
    ]


def test_what_excludes_is_read_only_where_all_of_it_is_settled() -> None:
    statement = {"Effect": "Allow", "NotAction": ["iam:*", if_("A", "sts:*")], "Resource": "*"}
    found = {where: [one.not_actions.texts for one in read] for where, read in readings(statement).items()}
    assert found == {
        "": [],
        " where condition A is true": [("iam:*", "sts:*")],
        " where condition A is false": [("iam:*",)],
    }


def test_a_condition_block_that_depends_on_a_condition() -> None:
    found = readings(allow("s3:*", Condition=if_("A", {"Bool": {"aws:SecureTransport": "true"}})))
    assert {where: [one.condition for one in read] for where, read in found.items()} == {
        "": [],
        " where condition A is true": [{"Bool": {"aws:SecureTransport": ["true"]}}],
        " where condition A is false": [None],
    }


def test_operators_and_values_that_depend_on_a_condition() -> None:
    block = {"StringEquals": if_("A", {"aws:PrincipalOrgID": "o-1"}, {"aws:PrincipalOrgID": "o-2"})}
    values = {"StringEquals": {"aws:PrincipalOrgID": ["o-0", if_("A", "o-1")]}}
    assert [one.condition for one in readings(allow("s3:*", Condition=block))[" where condition A is false"]] == [
        {"StringEquals": {"aws:PrincipalOrgID": ["o-2"]}}
    ]
    found = readings(allow("s3:*", Condition=values))
    assert found[""] == []
    assert [one.condition for one in found[" where condition A is true"]] == [
        {"StringEquals": {"aws:PrincipalOrgID": ["o-0", "o-1"]}}
    ]


def test_what_nobody_knows_of_a_condition_block() -> None:
    block = {"StringEquals": {"aws:PrincipalOrgID": {"Ref": "Free"}, "aws:SourceAccount": ["1", {"Ref": "Free"}]}}
    (reading,) = readings(allow("s3:*", Condition=block))[""]
    assert reading.condition == {
        "StringEquals": {"aws:PrincipalOrgID": UNRESOLVED, "aws:SourceAccount": ["1", UNRESOLVED]}
    }
    (unknown,) = readings(allow("s3:*", Condition={"Ref": "Free"}))[""]
    assert unknown.condition is UNRESOLVED


def test_needs_of_what_nobody_knows() -> None:
    (reading,) = readings(allow([{"Ref": "Free"}, "s3:*"], {"Fn::Sub": "${Free}/*"}))[""]
    assert (reading.actions.texts, reading.actions.needs) == (("s3:*",), ("the value of parameter Free",))
    assert reading.resources.needs == ("the value of /Resources/X/Properties/PolicyDocument/Statement/0/Resource",)
    (named,) = readings(allow("s3:*", {"Fn::Sub": "arn:aws:s3:::${Free}/*"}))[""]
    assert [pattern.shown for pattern in named.resources.patterns] == ["arn:aws:s3:::<the value of parameter Free>/*"]


def test_the_effect_may_be_unknown_or_depend_on_a_condition() -> None:
    (unknown,) = readings(allow("s3:*", Effect={"Ref": "Free"}))[""]
    assert (unknown.effect, unknown.undecided) == ("", "the value of parameter Free")
    assert (unknown.allows, unknown.denies, unknown.may_allow) == (False, False, True)
    found = readings(allow("s3:*", Effect=if_("A", "Allow", "Deny")))
    assert {where: [one.effect for one in read] for where, read in found.items()} == {
        "": [],
        " where condition A is true": ["Allow"],
        " where condition A is false": ["Deny"],
    }
    assert readings({"Action": "*", "Resource": "*"})[""] == []


def test_allowed_values_make_worlds_that_say_so() -> None:
    found = iam({"X": policy(allow({"Ref": "Either"}))}, **SECTIONS)
    worlds = found.reader.worlds(found.written_statements)
    assert [(world.where, [guard.value for guard in world.admitted]) for world in worlds] == [
        ("", []),
        (" where Either is s3:*", ["s3:*"]),
        (" where Either is sqs:*", ["sqs:*"]),
    ]


def test_readings_are_shared_by_worlds_that_agree() -> None:
    found = iam({"X": policy(allow("s3:*"), allow(if_("A", "x:*")))}, **SECTIONS)
    first, second = found.written_statements
    empty, *others = found.reader.worlds(found.written_statements)
    assert len({id(found.reader.read(first, world)) for world in (empty, *others)}) == 1
    assert found.reader.read(second, empty) is not found.reader.read(second, others[0])


def test_many_conditions_stay_few_worlds() -> None:
    names = [f"C{index}" for index in range(200)]
    sections = {"Conditions": {name: {"Fn::Equals": [{"Ref": name}, "x"]} for name in names}}
    sections["Parameters"] = {name: {"Type": "String"} for name in names}
    found = iam({"X": policy(allow([if_(name, f"s3:{name}") for name in names]))}, **sections)
    assert len(found.reader.worlds(found.written_statements)) == MOST_WORLDS


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (allow("s3:*", "arn"), Rights(("s3:*",), ("arn",))),
        (deny("s3:*"), Rights(("s3:*",), ("*",))),
        (
            {"Effect": "Deny", "NotAction": "s3:*", "NotResource": "arn"},
            Rights(not_actions=("s3:*",), not_resources=("arn",)),
        ),
        (
            allow("iam:PassRole", Condition={"StringEquals": {"iam:PassedToService": "a"}}),
            Rights(("iam:PassRole",), ("*",), passed_to=frozenset({"a"})),
        ),
        (
            allow("iam:PassRole", Condition={"StringLike": {"iam:PassedToService": {"Ref": "Free"}}}),
            Rights(("iam:PassRole",), ("*",), conditional=True),
        ),
        (
            allow("s3:*", Condition={"StringEquals": {"aws:PrincipalTag/team": "x"}}),
            Rights(("s3:*",), ("*",), conditional=True),
        ),
        (allow("s3:*", Condition={"StringLike": {"aws:PrincipalArn": "*"}}), Rights(("s3:*",), ("*",))),
        # what everybody passes in an Allow is strict in a Deny
        (
            deny("s3:*", Condition={"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o"}}),
            Rights(("s3:*",), ("*",), conditional=True),
        ),
        (deny("s3:*", Condition={}), Rights(("s3:*",), ("*",))),
    ],
)
def test_rights_of_a_reading(written: dict[str, Any], expected: Rights) -> None:
    (reading,) = readings(written)[""]
    assert reading.rights == expected


def test_a_document_as_json_text_with_holes() -> None:
    text = '{"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "${Bucket.Arn}/*"}]}'
    built = app({"Bucket": {"Type": "AWS::S3::Bucket"}, "X": {"Type": "T", "Properties": {"P": {"Fn::Sub": text}}}})
    holder = resource(built, "X")
    (statement,) = statements(holder, holder["P"], "identity")
    reading = Iam(built).reader.read(statement, World())
    assert reading is not None
    (pattern,) = reading.resources.patterns
    assert pattern.text == f"{built.names.arn(resource(built, 'Bucket'))}/*"
    assert pattern.shown == "arn:<AWS::Partition>:s3:::<Bucket.@name>/*"
