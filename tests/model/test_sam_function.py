"""Functions: properties, versions, aliases, deployments, URLs and destinations."""

from __future__ import annotations

from typing import Any

import pytest

from tests.model.sam_cases import allowing, expanded, function, inline, managed, of_type, properties, trusting, types

NO_VALUE = {"Ref": "AWS::NoValue"}


def test_properties_are_handed_through_or_translated() -> None:
    handed = {
        "FunctionName": {"Fn::Sub": "${AWS::StackName}-fn"},
        "Architectures": ["arm64"],
        "EphemeralStorage": {"Size": 1024},
        "FileSystemConfigs": [{"Arn": "a", "LocalMountPath": "/mnt/x"}],
        "ImageConfig": {"Command": ["x"]},
        "KmsKeyArn": "k",
        "LoggingConfig": {"LogFormat": "JSON"},
        "MemorySize": {"Ref": "Memory"},
        "RecursiveLoop": "Allow",
        "ReservedConcurrentExecutions": 0,
        "RuntimeManagementConfig": {"UpdateRuntimeOn": "Auto"},
        "SnapStart": {"ApplyOn": "PublishedVersions"},
        "SomethingNew": {"x": 1},
        "Timeout": 3,
    }
    fn = function(**handed, Tracing="Active", DeadLetterQueue={"Type": "SQS", "TargetArn": "arn:q"})
    assert properties(expanded({"Fn": fn}), "Fn") == {
        "Handler": "app.handler",
        "Runtime": "python3.12",
        **handed,
        "Code": {"S3Bucket": "bucket", "S3Key": "key"},
        "Role": "arn:role",
        "TracingConfig": {"Mode": "Active"},
        "DeadLetterConfig": {"TargetArn": "arn:q"},
        "Tags": [{"Key": "lambda:createdBy", "Value": "SAM"}],
    }


def test_managed_instances() -> None:
    config = {"Arn": "arn:cp", "PerExecutionEnvironmentMaxConcurrency": 4}
    got = properties(expanded({"Fn": function(CapacityProviderConfig=config)}), "Fn")
    assert got["CapacityProviderConfig"] == {
        "LambdaManagedInstancesCapacityProviderConfig": {
            "CapacityProviderArn": "arn:cp",
            "PerExecutionEnvironmentMaxConcurrency": 4,
        }
    }


@pytest.mark.parametrize(
    ("name", "suffix"),
    [("live", "live"), ("blue-green_1", "blueDgreenU1"), ({"Ref": "Stage"}, "dev"), ({"Ref": "X"}, "")],
)
def test_alias_and_version(name: Any, suffix: str) -> None:
    fn = function(
        AutoPublishAlias=name,
        VersionDescription="v",
        ProvisionedConcurrencyConfig={"ProvisionedConcurrentExecutions": 2},
    )
    parameters = {"Stage": {"Type": "String", "Default": "dev"}, "X": {"Type": "String"}}
    expansion = expanded({"Fn": fn}, Parameters=parameters)
    resources = expansion.document["Resources"]
    assert resources["FnVersion"] == {
        "Type": "AWS::Lambda::Version",
        "DeletionPolicy": "Retain",
        "Properties": {"FunctionName": {"Ref": "Fn"}, "Description": "v"},
    }
    assert resources[f"FnAlias{suffix}"] == {
        "Type": "AWS::Lambda::Alias",
        "Properties": {
            "Name": name,
            "FunctionName": {"Ref": "Fn"},
            "FunctionVersion": {"Fn::GetAtt": ["FnVersion", "Version"]},
            "ProvisionedConcurrencyConfig": {"ProvisionedConcurrentExecutions": 2},
        },
    }


def test_events_call_the_alias() -> None:
    fn = function(AutoPublishAlias="live", Events={"S": {"Type": "SQS", "Properties": {"Queue": "arn:q"}}})
    assert properties(expanded({"Fn": fn}), "FnS") == {
        "FunctionName": {"Ref": "FnAliaslive"},
        "EventSourceArn": "arn:q",
    }


def test_provisioned_concurrency_needs_an_alias() -> None:
    expansion = expanded({"Fn": function(ProvisionedConcurrencyConfig={"ProvisionedConcurrentExecutions": 2})})
    assert types(expansion) == {"Fn": "AWS::Lambda::Function"}
    assert expansion.notes == (
        "/Resources/Fn/Properties/ProvisionedConcurrencyConfig: takes effect only with AutoPublishAlias",
    )


def test_gradual_deployment() -> None:
    preference = {
        "Type": "Canary10Percent5Minutes",
        "Alarms": [{"Ref": "Alarm"}],
        "Hooks": {"PreTraffic": {"Ref": "Before"}, "PostTraffic": NO_VALUE},
        "TriggerConfigurations": [{"TriggerName": "t"}],
    }
    expansion = expanded({"Fn": function(AutoPublishAlias="live", DeploymentPreference=preference)})
    resources = expansion.document["Resources"]
    assert properties(expansion, "FnDeploymentGroup") == {
        "ApplicationName": {"Ref": "ServerlessDeploymentApplication"},
        "AutoRollbackConfiguration": {
            "Enabled": True,
            "Events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"],
        },
        "DeploymentConfigName": {
            "Fn::Sub": ["CodeDeployDefault.Lambda${ConfigName}", {"ConfigName": "Canary10Percent5Minutes"}]
        },
        "DeploymentStyle": {"DeploymentType": "BLUE_GREEN", "DeploymentOption": "WITH_TRAFFIC_CONTROL"},
        "ServiceRoleArn": {"Fn::GetAtt": ["CodeDeployServiceRole", "Arn"]},
        "TriggerConfigurations": [{"TriggerName": "t"}],
        "AlarmConfiguration": {"Enabled": True, "Alarms": [{"Name": {"Ref": "Alarm"}}]},
    }
    assert properties(expansion, "CodeDeployServiceRole") == {
        "AssumeRolePolicyDocument": trusting("codedeploy.amazonaws.com"),
        "ManagedPolicyArns": [managed("service-role/AWSCodeDeployRoleForLambda")],
    }
    assert resources["FnAliaslive"]["UpdatePolicy"] == {
        "CodeDeployLambdaAliasUpdate": {
            "ApplicationName": {"Ref": "ServerlessDeploymentApplication"},
            "DeploymentGroupName": {"Ref": "FnDeploymentGroup"},
            "BeforeAllowTrafficHook": {"Ref": "Before"},
        }
    }


@pytest.mark.parametrize("enabled", [False, "false", {"Ref": "Off"}])
def test_a_deployment_that_is_off(enabled: Any) -> None:
    fn = function(AutoPublishAlias="live", DeploymentPreference={"Enabled": enabled, "Type": "AllAtOnce"})
    expansion = expanded({"Fn": fn}, Parameters={"Off": {"Type": "String", "Default": "false"}})
    assert of_type(expansion, "AWS::CodeDeploy::DeploymentGroup") == {}


def test_deployments_share_the_application_and_own_roles_need_none() -> None:
    preference = {"Type": "AllAtOnce", "Role": "arn:own", "Alarms": {"Fn::If": ["C", ["a"], []]}}
    fn = function(AutoPublishAlias="live", DeploymentPreference=preference)
    expansion = expanded({"A": fn, "B": fn})
    groups = of_type(expansion, "AWS::CodeDeploy::DeploymentGroup")
    assert {name: got["ServiceRoleArn"] for name, got in groups.items()} == {
        "ADeploymentGroup": "arn:own",
        "BDeploymentGroup": "arn:own",
    }
    alarms = {"Fn::If": ["C", {"Enabled": True, "Alarms": [{"Name": "a"}]}, {}]}
    assert groups["ADeploymentGroup"]["AlarmConfiguration"] == alarms
    assert of_type(expansion, "AWS::CodeDeploy::Application") == {
        "ServerlessDeploymentApplication": {"ComputePlatform": "Lambda"}
    }
    assert of_type(expansion, "AWS::IAM::Role") == {}


@pytest.mark.parametrize(("alias", "name"), [(None, {"Ref": "Fn"}), ("live", {"Ref": "FnAliaslive"})])
def test_public_url_has_both_permissions(alias: Any, name: Any) -> None:
    config = {"AuthType": "NONE", "Cors": {"AllowOrigins": ["*"]}, "InvokeMode": "BUFFERED"}
    expansion = expanded({"Fn": function(FunctionUrlConfig=config, AutoPublishAlias=alias)})
    assert properties(expansion, "FnUrl") == {"TargetFunctionArn": name, **config}
    assert of_type(expansion, "AWS::Lambda::Permission") == {
        "FnUrlPublicPermissions": {
            "FunctionName": name,
            "Principal": "*",
            "Action": "lambda:InvokeFunctionUrl",
            "FunctionUrlAuthType": "NONE",
        },
        "FnURLInvokeAllowPublicAccess": {
            "FunctionName": name,
            "Principal": "*",
            "Action": "lambda:InvokeFunction",
            "InvokedViaFunctionUrl": True,
        },
    }


@pytest.mark.parametrize("auth", ["AWS_IAM", {"Ref": "Auth"}])
def test_other_urls_have_none(auth: Any) -> None:
    expansion = expanded({"Fn": function(FunctionUrlConfig={"AuthType": auth})})
    assert properties(expansion, "FnUrl") == {"TargetFunctionArn": {"Ref": "Fn"}, "AuthType": auth}
    assert of_type(expansion, "AWS::Lambda::Permission") == {}


def test_a_url_that_is_known_only_at_deployment() -> None:
    expansion = expanded({"Fn": function(FunctionUrlConfig={"Fn::If": ["C", {"AuthType": "NONE"}, NO_VALUE]})})
    assert types(expansion) == {"Fn": "AWS::Lambda::Function"}
    assert expansion.notes == ("/Resources/Fn/Properties/FunctionUrlConfig: known only at deployment",)


def destination(kind: str, arn: Any = None) -> dict[str, Any]:
    found = {"Type": kind} if arn is None else {"Type": kind, "Destination": arn}
    return {"MaximumRetryAttempts": 1, "DestinationConfig": {"OnFailure": found}}


@pytest.mark.parametrize(
    ("kind", "statements", "suffix"),
    [
        ("SQS", [allowing("sqs:SendMessage", "arn:x")], "SQSPolicy"),
        ("SNS", [allowing("sns:publish", "arn:x")], "SNSPolicy"),
        ("EventBridge", [allowing("events:PutEvents", "arn:x")], "EventBridgePolicy"),
        ("Lambda", [allowing("lambda:InvokeFunction", "arn:x")], "LambdaPolicy"),
        (
            "S3Bucket",
            [
                allowing("s3:PutObject", {"Fn::Join": ["/", ["arn:x", "*"]]}),
                allowing("s3:ListBucket", "arn:x"),
            ],
            "S3Policy",
        ),
    ],
)
def test_destinations_are_granted(kind: str, statements: list[Any], suffix: str) -> None:
    expansion = expanded({"Fn": function(Role=None, EventInvokeConfig=destination(kind, "arn:x"))})
    assert properties(expansion, "FnEventInvokeConfig") == {
        "FunctionName": {"Ref": "Fn"},
        "Qualifier": "$LATEST",
        "MaximumRetryAttempts": 1,
        "DestinationConfig": {"OnFailure": {"Destination": "arn:x"}},
    }
    assert properties(expansion, "FnRole")["Policies"] == [inline(f"FnEventInvokeConfigOnFailure{suffix}", *statements)]


@pytest.mark.parametrize(
    ("kind", "logical_id", "type_", "arn"),
    [
        ("SQS", "FnEventInvokeConfigOnFailureQueue", "AWS::SQS::Queue", "GetAtt"),
        ("SNS", "FnEventInvokeConfigOnFailureTopic", "AWS::SNS::Topic", "Ref"),
    ],
)
def test_destination_without_an_arn_is_made(kind: str, logical_id: str, type_: str, arn: str) -> None:
    made = {"Ref": logical_id} if arn == "Ref" else {"Fn::GetAtt": [logical_id, "Arn"]}
    suffix = "Queue" if kind == "SQS" else "Topic"
    output = {"Value": {"Ref": f"Fn.Destination{suffix}"}}
    expansion = expanded({"Fn": function(EventInvokeConfig=destination(kind))}, Outputs={"O": output})
    assert expansion.document["Resources"][logical_id] == {"Type": type_, "Properties": {}}
    got = properties(expansion, "FnEventInvokeConfig")["DestinationConfig"]
    assert got == {"OnFailure": {"Destination": made}}
    assert expansion.document["Outputs"] == {"O": {"Value": {"Ref": logical_id}}}


@pytest.mark.parametrize(("yes", "no", "condition"), [(NO_VALUE, "arn:x", "C"), ("arn:x", NO_VALUE, "NOTC")])
def test_destination_made_for_one_branch(yes: Any, no: Any, condition: str) -> None:
    arn = {"Fn::If": ["C", yes, no]}
    expansion = expanded({"Fn": function(EventInvokeConfig=destination("SQS", arn))})
    queue = "FnEventInvokeConfigOnFailureQueue"
    made = {"Fn::GetAtt": [queue, "Arn"]}
    branches = [made if each == NO_VALUE else each for each in (yes, no)]
    got = properties(expansion, "FnEventInvokeConfig")["DestinationConfig"]
    assert got == {"OnFailure": {"Destination": {"Fn::If": ["C", *branches]}}}
    assert expansion.document["Resources"][queue]["Condition"] == condition


def test_published_functions_configure_the_alias() -> None:
    fn = function(AutoPublishAlias="live", EventInvokeConfig={"MaximumEventAgeInSeconds": 60})
    resource = expanded({"Fn": fn}).document["Resources"]["FnEventInvokeConfig"]
    assert resource == {
        "Type": "AWS::Lambda::EventInvokeConfig",
        "DependsOn": ["FnAliaslive"],
        "Properties": {"FunctionName": {"Ref": "Fn"}, "Qualifier": "live", "MaximumEventAgeInSeconds": 60},
    }


@pytest.mark.parametrize(
    ("config", "words"),
    [
        (destination("Carrier"), "Type must be SQS, SNS, EventBridge, Lambda or S3Bucket"),
        (destination("Lambda"), "a destination of type Lambda needs Destination"),
    ],
)
def test_destinations_that_are_not_understood(config: Any, words: str) -> None:
    expansion = expanded({"Fn": function(EventInvokeConfig=config)})
    at = "/Resources/Fn/Properties/EventInvokeConfig/DestinationConfig/OnFailure"
    assert expansion.notes == (f"{at}: {words}",)
