"""The expansion as a whole: what it carries over, who owns what, and that nothing makes it fail."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.model.sam import TRANSFORM, expand, is_sam
from tests.model.sam_cases import expanded, function, properties, sam, serverless, types, with_event


@pytest.mark.parametrize(
    ("transform", "expected"),
    [
        (TRANSFORM, True),
        ([TRANSFORM], True),
        (["AWS::LanguageExtensions", TRANSFORM], True),
        ({"Name": TRANSFORM}, True),
        ("AWS::Include", False),
        (None, False),
        ([{"Name": "AWS::Include"}, 3], False),
    ],
)
def test_is_sam_reads_transform_in_every_form(transform: Any, expected: bool) -> None:
    assert is_sam({"Transform": transform, "Resources": {}}) is expected


@pytest.mark.parametrize("document", [None, [], "text", 3, {}])
def test_is_sam_of_what_is_no_template(document: Any) -> None:
    assert is_sam(document) is False


def test_plain_template_is_answered_as_it_is() -> None:
    document = {"Resources": {"Fn": function()}}
    expansion = expand(document)
    assert expansion.document is document
    assert (expansion.owners, expansion.origins, expansion.notes) == ({}, {}, ())


def test_owners_and_origins_of_everything_generated() -> None:
    expansion = expanded({"Fn": with_event("Api", {"Path": "/users/{id}", "Method": "get"}, Role=None)})
    event = "/Resources/Fn/Properties/Events/On"
    assert dict(expansion.owners) == {
        "FnOnPermissionProd": "Fn",
        "FnRole": "Fn",
        "ServerlessRestApi": "ServerlessRestApi",
        "ServerlessRestApiUsersResource": "ServerlessRestApi",
        "ServerlessRestApiUsersIdParamResource": "ServerlessRestApi",
        "ServerlessRestApiUsersIdParamGet": "ServerlessRestApi",
        "ServerlessRestApiDeployment": "ServerlessRestApi",
        "ServerlessRestApiProdStage": "ServerlessRestApi",
    }
    assert dict(expansion.origins) == {
        "Fn": "/Resources/Fn",
        "FnOnPermissionProd": event,
        "FnRole": "/Resources/Fn",
        "ServerlessRestApi": event,
        "ServerlessRestApiUsersResource": event,
        "ServerlessRestApiUsersIdParamResource": event,
        "ServerlessRestApiUsersIdParamGet": event,
        "ServerlessRestApiDeployment": event,
        "ServerlessRestApiProdStage": event,
    }


def test_pointer_steps_are_escaped() -> None:
    fn = function(Events={"a/b~c": {"Type": "AlexaSkill"}})
    assert expanded({"Fn": fn}).origins["Fna/b~cPermission"] == "/Resources/Fn/Properties/Events/a~1b~0c"


def test_users_own_parts_are_carried_over_by_identity() -> None:
    statement = {"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    variables = {"Variables": {"TABLE": {"Ref": "Table"}}}
    vpc = {"SubnetIds": ["subnet-1"], "SecurityGroupIds": []}
    table = {"Type": "AWS::DynamoDB::Table", "Properties": {"TableName": "t"}}
    outputs = {"Name": {"Value": {"Ref": "Fn"}}}
    fn = function(Policies=[statement], Environment=variables, VpcConfig=vpc, Role=None)
    expansion = expanded({"Fn": fn, "Table": table}, Outputs=outputs)
    got = properties(expansion, "Fn")
    assert got["Environment"] is variables
    assert got["VpcConfig"] is vpc
    assert properties(expansion, "FnRole")["Policies"][0]["PolicyDocument"] is statement
    assert expansion.document["Resources"]["Table"] is table
    assert expansion.document["Outputs"] is outputs


def test_parts_keep_identity_beside_rewritten_references() -> None:
    metadata = {"Owner": "team"}
    fn = {**function(AutoPublishAlias="live"), "Metadata": metadata}
    other = {"Type": "AWS::SNS::Topic", "Properties": {"Tags": [{"Key": "a", "Value": {"Ref": "Fn.Alias"}}]}}
    untouched = {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Ref": "Fn"}}}
    expansion = expanded({"Fn": fn, "Other": other, "Untouched": untouched})
    resources = expansion.document["Resources"]
    assert resources["Fn"]["Metadata"] is metadata
    assert resources["Untouched"] is untouched
    assert resources["Other"]["Properties"] == {"Tags": [{"Key": "a", "Value": {"Ref": "FnAliaslive"}}]}


def test_the_users_document_is_not_changed() -> None:
    bucket = {"Type": "AWS::S3::Bucket", "DependsOn": "Topic"}
    topic = {"Type": "AWS::SNS::Topic", "Connectors": {"C": {"Properties": {}}}}
    fn = with_event("S3", {"Bucket": {"Ref": "Bucket"}, "Events": "s3:ObjectCreated:*"}, AutoPublishAlias="live")
    document = sam({"Fn": fn, "Bucket": bucket, "Topic": topic}, Globals={"Function": {"Timeout": 3}})
    before = copy.deepcopy(document)
    expand(document)
    assert document == before


def test_globals_and_the_transform_go_and_other_macros_stay() -> None:
    macro = {"Name": "MyMacro", "Parameters": {}}
    document = {"Transform": [macro, TRANSFORM], "Globals": {}, "Resources": {}, "Description": "d"}
    expansion = expand(document)
    assert expansion.document == {"Resources": {}, "Description": "d", "Transform": [macro]}
    assert expansion.notes == ()


def test_what_is_not_understood_stays_and_is_noted() -> None:
    graph = serverless("GraphQLApi", Auth={"Type": "AWS_IAM"})
    odd = {"Type": "AWS::Serverless::Function", "Properties": {"Fn::If": ["C", {}, {}]}}
    expansion = expanded({"Graph": graph, "Odd": odd})
    assert expansion.document["Resources"] == {"Graph": graph, "Odd": odd}
    assert expansion.notes == (
        "/Resources/Odd/Properties: these properties are not a map",
        "/Resources/Graph: AWS::Serverless::GraphQLApi is left as it is",
    )


def test_a_generated_resource_never_replaces_one_of_the_user() -> None:
    own = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {}}}
    expansion = expanded({"Fn": function(Role=None), "FnRole": own})
    assert expansion.document["Resources"]["FnRole"] is own
    assert expansion.notes == (
        "/Resources/Fn: the template has a resource FnRole of its own, so the generated one is left out",
    )


def test_resource_attributes_stay_and_are_inherited() -> None:
    fn = {
        **with_event("AlexaSkill", Role=None),
        "Condition": "Prod",
        "DependsOn": ["Table"],
        "DeletionPolicy": "Retain",
        "UpdateReplacePolicy": "Retain",
        "Metadata": {"a": 1},
    }
    resources = expanded({"Fn": fn}, Conditions={"Prod": {"Fn::Equals": [1, 1]}}).document["Resources"]
    attributes = {name: {k: v for k, v in raw.items() if k != "Properties"} for name, raw in resources.items()}
    inherited = {"Condition": "Prod", "DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}
    assert attributes == {
        "Fn": {"Type": "AWS::Lambda::Function", **inherited, "DependsOn": ["Table"], "Metadata": {"a": 1}},
        "FnOnPermission": {"Type": "AWS::Lambda::Permission", **inherited},
        "FnRole": {"Type": "AWS::IAM::Role", **inherited},
    }


def test_order_of_resources_does_not_matter() -> None:
    resources = {
        "A": with_event("Api", {"Path": "/a", "Method": "get"}),
        "B": with_event("Api", {"Path": "/b", "Method": "get", "RestApiId": {"Ref": "Api"}}),
        "Api": serverless("Api", StageName="v1", Cors="'*'"),
        "Machine": serverless("StateMachine", Definition={"StartAt": "x"}),
    }
    there = expanded(resources)
    back = expanded(dict(reversed(resources.items())))
    assert there.document == back.document
    assert dict(there.owners) == dict(back.owners)


def test_renaming_a_resource_renames_what_it_generates() -> None:
    def text(name: str) -> str:
        return json.dumps(expanded({name: with_event("SQS", {"Queue": "arn:q"}, Role=None)}).document, sort_keys=True)

    assert text("Alpha").replace("Alpha", "Omega") == text("Omega")


def test_for_each_and_other_sections_in_resources_are_left_alone() -> None:
    loop = ["x", ["a"], {"Fn${x}": function()}]
    expansion = expanded({"Fn::ForEach::Loop": loop, "Fn": function()})
    assert expansion.document["Resources"]["Fn::ForEach::Loop"] is loop
    assert expansion.document["Resources"]["Fn"]["Type"] == "AWS::Lambda::Function"


@pytest.mark.parametrize(
    "resources", [None, [], "x", {"A": None}, {"A": []}, {"A": {"Type": 3}}, {"Fn::If": ["C", {}, {}]}]
)
def test_resources_of_any_shape(resources: Any) -> None:
    expansion = expand({"Transform": TRANSFORM, "Resources": resources})
    assert types_or_none(expansion.document["Resources"]) == types_or_none(resources)


def types_or_none(resources: Any) -> Any:
    if not isinstance(resources, dict) or "Fn::If" in resources:
        return {}
    return resources


WHOLE = sam(
    {
        "Fn": function(
            Role={"Fn::If": ["C", {"Ref": "AWS::NoValue"}, "arn:role"]},
            Policies=[{"S3ReadPolicy": {"BucketName": "b"}}, "AdministratorAccess", {"Statement": []}],
            AutoPublishAlias="live",
            DeploymentPreference={"Type": "AllAtOnce", "Alarms": ["a"], "Hooks": {"PreTraffic": "x"}},
            DeadLetterQueue={"Type": "SQS", "TargetArn": "arn"},
            EventInvokeConfig={"DestinationConfig": {"OnFailure": {"Type": "SQS"}}},
            FunctionUrlConfig={"AuthType": "NONE"},
            Events={
                "Api": {"Type": "Api", "Properties": {"Path": "/a/{b}", "Method": "any", "Auth": {"Authorizer": "L"}}},
                "Http": {"Type": "HttpApi", "Properties": {"Path": "/h", "Method": "get"}},
                "Bucket": {"Type": "S3", "Properties": {"Bucket": {"Ref": "Bucket"}, "Events": ["e"], "Filter": {}}},
                "Topic": {"Type": "SNS", "Properties": {"Topic": {"Ref": "Topic"}, "SqsSubscription": True}},
                "Kafka": {
                    "Type": "SelfManagedKafka",
                    "Properties": {"Topics": ["t"], "SourceAccessConfigurations": [{"Type": "VPC_SUBNET", "URI": "s"}]},
                },
                "Rule": {"Type": "EventBridgeRule", "Properties": {"DeadLetterConfig": {"Type": "SQS"}}},
                "Tick": {"Type": "ScheduleV2", "Properties": {"DeadLetterConfig": {"Type": "SQS"}}},
            },
        ),
        "Api": serverless(
            "Api",
            StageName="v1",
            Cors="'*'",
            Domain={"DomainName": "d", "CertificateArn": "c", "Route53": {"HostedZoneId": "z"}},
            Auth={
                "Authorizers": {"L": {"FunctionArn": "f", "Identity": {"Headers": ["A"]}}},
                "ResourcePolicy": {"IpRangeWhitelist": ["1.2.3.4"]},
                "UsagePlan": {"CreateUsagePlan": "PER_API"},
            },
            DefinitionBody={"openapi": "3.0.1", "paths": {"/x": {"get": {"security": [{"L": []}]}}}},
        ),
        "Web": serverless("WebSocketApi", Routes={"$connect": {"FunctionArn": "f"}}, RouteSelectionExpression="$"),
        "Machine": serverless("StateMachine", Definition={"StartAt": "A"}, Events={}),
        "Link": serverless("Connector", Source={"Id": "Fn"}, Destination={"Id": "Bucket"}, Permissions=["Read"]),
        "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {}},
        "Topic": {"Type": "AWS::SNS::Topic"},
    },
    Globals={"Function": {"Timeout": 3, "Tags": {"a": "b"}}, "Api": {"Auth": {"DefaultAuthorizer": "L"}}},
    Parameters={"P": {"Type": "String", "Default": "x"}},
    Conditions={"C": {"Fn::Equals": ["a", "b"]}},
)

NO_VALUE = {"Ref": "AWS::NoValue"}
JUNK = st.sampled_from(
    [
        *(None, True, 0, 1.5, "", "x", [], {}, [None], [{}], {1: 2}, "s3://[x/y", "{{resolve:ssm:x}}"),
        *({"Ref": "P"}, {"Ref": ["x"]}, NO_VALUE, {"Fn::GetAtt": 3}, {"Fn::Sub": [1, 2]}),
        *({"Fn::If": ["C", 1]}, {"Fn::If": [{"a": 1}, 2, 3]}, {"Fn::If": ["C", NO_VALUE, [1]]}),
        {"Fn::Transform": {"Name": "AWS::Include"}},
    ]
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Paths of all parts of a document."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, part in entries for place in places(part, (*path, key)))]


PLACES = [place for place in places(WHOLE) if place and place[0] != "Transform"]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PLACES), JUNK), min_size=1, max_size=4))
def test_no_content_makes_it_fail(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    document = copy.deepcopy(WHOLE)
    for place, junk in changes:
        target: Any = document
        for step in place[:-1]:
            target = target[step] if isinstance(target, dict) and step in target else None
        if isinstance(target, dict):
            target[place[-1]] = copy.deepcopy(junk)
    before = copy.deepcopy(document)
    expansion = expand(document)
    assert document == before
    assert set(expansion.owners) <= set(expansion.document["Resources"])
    assert all(pointer.startswith("/") for pointer in expansion.origins.values())
    assert all(note.startswith("/") for note in expansion.notes)


def nested(depth: int) -> Any:
    deep: Any = "x"
    for _ in range(depth):
        deep = {"Fn::If": ["C", deep, NO_VALUE]}
    return deep


def test_deep_content_is_expanded() -> None:
    deep = nested(90)
    fn = function(Policies=[deep], AutoPublishAlias="live", Environment={"Variables": {"A": deep}}, Role=None)
    assert types(expanded({"Fn": fn})) == {
        "Fn": "AWS::Lambda::Function",
        "FnVersion": "AWS::Lambda::Version",
        "FnAliaslive": "AWS::Lambda::Alias",
        "FnRole": "AWS::IAM::Role",
    }


def bomb() -> Any:
    """A document of few objects that is huge as a tree."""
    item: Any = "x"
    for _ in range(40):
        item = [item, item]
    return item


def endless() -> Any:
    loop: list[Any] = []
    loop.append({"Fn::If": ["C", loop, loop]})
    return loop


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (nested(5000), "the document is nested too deeply"),
        (bomb(), "the document is too large once its aliases are written out"),
        (endless(), "the document contains itself"),
    ],
)
def test_documents_that_nobody_can_walk_stay_as_they_are(content: Any, reason: str) -> None:
    document = sam({"Fn": function(Policies=content, Role=None)}, Globals={"Function": {"Layers": content}})
    expansion = expand(document)
    assert expansion.document is document
    assert expansion.notes == (f"/: {reason}, so nothing of it is expanded",)


def test_shared_parts_are_no_fault() -> None:
    shared = {"Variables": {"A": "1"}}
    functions = {f"F{i}": function(Environment=shared) for i in range(100)}
    expansion = expanded(functions)
    assert all(properties(expansion, name)["Environment"] is shared for name in functions)
