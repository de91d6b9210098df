"""The application as one box per stack: what flows, what only refers, what is too much for one picture."""

from __future__ import annotations

import datetime
from typing import Any

from analyzer.facts.stack_picture import MOST_LONE, MOST_USERS, stack_picture
from analyzer.model.application import Application
from analyzer.picture.graph import Picture
from analyzer.query import Query
from tests.facts.flows import PUT, QUEUE, allow, arn, function, mapping, of, ref, role
from tests.facts.pictures import edges, nodes
from tests.stacks import Stack, application


def drawn(app: Application, **more: int) -> Picture:
    return stack_picture(app, Query(app, as_of=datetime.date(2026, 11, 24)).events, **more)


def exporting(name: str, **resources: Any) -> Stack:
    """A stack that exports the ARN of each resource as ``Name-Id``."""
    outputs = {key: {"Value": arn(key), "Export": {"Name": f"{name}-{key}"}} for key in resources}
    return Stack(name, {"Resources": resources, "Outputs": outputs})


def imported(name: str) -> dict[str, str]:
    return {"Fn::ImportValue": name}


STORAGE = exporting("Storage", Q=QUEUE, Dead=QUEUE)
WORK = Stack(
    "Work",
    {
        "Resources": {
            "Role": role(allow("*")),
            "F": function(PUT % "'x'", B="partner"),
            "M": mapping(imported("Storage-Q"), "F"),
        }
    },
)
WATCH = Stack("Watch", {"Resources": {"T": of("AWS::SNS::Topic", DisplayName=imported("Storage-Dead"))}})


def test_what_flows_is_solid_and_what_only_refers_is_dotted() -> None:
    picture = drawn(application(STORAGE, WORK, WATCH))
    assert nodes(picture) == [
        "Storage (2 resources) @ ",
        "Work (3 resources, 1 function) @ ",
        "Watch (1 resource) @ ",
        "outside these templates (1 resource) @ ",
    ]
    assert edges(picture) == [
        "Storage → Work: event source mapping",
        "Work → outside these templates: PutObject",
        "Watch ⋯ Storage: uses 1 resource",
    ]
    assert picture.description == (
        "Stacks, and what flows between them: Storage to Work; Work to outside these templates; Watch to Storage."
    )


def test_what_flows_hides_what_refers_for_it_in_either_direction() -> None:
    assert "Work ⋯ Storage: uses 1 resource" not in edges(drawn(application(STORAGE, WORK)))


def test_what_iam_would_merely_allow_is_not_drawn() -> None:
    hidden = of("AWS::Lambda::Function", Role=arn("Role"), Code={"S3Bucket": "x", "S3Key": "y"})
    other = Stack("Other", {"Resources": {"Role": role(allow("sqs:*")), "F": hidden}})
    assert edges(drawn(application(exporting("Storage", Q=QUEUE), other))) == []


def test_a_nested_stack_hangs_on_its_parent() -> None:
    child = Stack("Child", {"Parameters": {"Q": {"Type": "String"}}, "Resources": {"M": mapping(ref("Q"), "x")}})
    lonely = Stack("Lonely", {"Resources": {"Q": QUEUE}})
    nested = {"Type": "AWS::CloudFormation::Stack"}
    parent = Stack(
        "Parent",
        {
            "Resources": {
                "Q": QUEUE,
                "C": {**nested, "Properties": {"TemplateURL": "c", "Parameters": {"Q": arn("Q")}}},
                "L": {**nested, "Properties": {"TemplateURL": "l"}},
            }
        },
        nested={"C": child, "L": lonely},
    )
    assert edges(drawn(application(parent))) == ["Child ⋯ Parent: uses 1 resource", "Parent ⋯ Lonely: nested stack"]


def test_one_stack_is_no_picture_and_what_does_not_resolve_no_arrow() -> None:
    assert drawn(application(STORAGE)).nodes == ()
    odd: dict[str, Any] = {"Fn::GetAtt": 7, "Ref": 3}
    queue = of("AWS::SQS::Queue", A=imported("nowhere"), B={"Fn::ImportValue": {"Ref": "AWS::Region"}}, C=odd, D=[odd])
    assert edges(drawn(application(STORAGE, Stack("Odd", {"Resources": {"Q": queue, "X": "no resource"}})))) == []


def test_the_stacks_with_most_arrows_have_names_and_the_others_a_number() -> None:
    users = [
        Stack(f"User{n}", {"Resources": {"T": of("AWS::SNS::Topic", DisplayName=imported("Storage-Q"))}})
        for n in range(4)
    ]
    picture = drawn(application(*users, STORAGE, WORK), most=4)
    assert [(node.label, node.kind) for node in picture.nodes] == [
        ("Storage", "2 resources"),
        ("Work", "3 resources, 1 function"),
        ("outside these templates", "1 resource"),
        ("+4", "stacks"),
    ]
    assert edges(picture)[-1] == "+4 ⋯ Storage"
    assert picture.nodes[-1].name == "User0, User1, User2, User3"


def test_many_lone_stacks_are_only_counted_beside_others() -> None:
    def lone(count: int) -> list[Stack]:
        return [Stack(f"Lone{number}", {"Resources": {"Q": QUEUE}}) for number in range(count)]

    few = drawn(application(STORAGE, WORK, *lone(MOST_LONE)))
    assert [node.label for node in few.nodes if node.label.startswith("Lone")] == ["Lone0", "Lone1", "Lone2"]
    many = drawn(application(STORAGE, WORK, *lone(MOST_LONE + 1)))
    assert [node.label for node in many.nodes] == ["Storage", "Work", "outside these templates", "+4"]
    assert drawn(application(*lone(9))).nodes == ()


def test_what_many_stacks_only_refer_to_says_how_many_instead_of_an_arrow_from_each() -> None:
    def users(count: int) -> Picture:
        topic = of("AWS::SNS::Topic", DisplayName=imported("Storage-Q"))
        return drawn(application(STORAGE, *(Stack(f"User{n}", {"Resources": {"T": topic}}) for n in range(count))))

    assert edges(users(MOST_USERS)) == [f"User{n} ⋯ Storage: uses 1 resource" for n in range(MOST_USERS)]
    many = users(MOST_USERS + 1)
    assert edges(many) == []
    assert [(node.label, node.kind, node.users, node.told) for node in many.nodes] == [
        ("Storage", "2 resources", 6, "2 resources; used by 6"),
        ("+6", "stacks", 0, "stacks"),
    ]


def test_the_order_of_the_stacks_changes_no_arrow() -> None:
    assert sorted(edges(drawn(application(STORAGE, WORK, WATCH)))) == sorted(
        edges(drawn(application(WATCH, WORK, STORAGE)))
    )
