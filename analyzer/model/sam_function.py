"""``AWS::Serverless::Function``: the function, its role, and its events."""

from __future__ import annotations

from typing import Any

from analyzer.model.sam_code import function_code, merged_metadata
from analyzer.model.sam_destinations import add_invoke_config
from analyzer.model.sam_event import Target
from analyzer.model.sam_events import expand_events
from analyzer.model.sam_policies import Role, add_policies
from analyzer.model.sam_publishing import publish
from analyzer.model.sam_values import (
    allow,
    branches,
    compact,
    get_att,
    given,
    if_,
    is_no_value,
    managed_policy_arn,
    mapping,
    policy,
    ref,
    tag_list,
    text_of,
    trust,
)
from analyzer.model.sam_workspace import SamResource, Workspace

CREATED_BY_SAM = ("lambda:createdBy", "SAM")

SAM_ONLY = frozenset(
    {
        "AssumeRolePolicyDocument",
        "AutoPublishAlias",
        "AutoPublishAliasAllProperties",
        "AutoPublishCodeSha256",
        "CapacityProviderConfig",
        "CodeUri",
        "DeadLetterQueue",
        "DeploymentPreference",
        "EventInvokeConfig",
        "Events",
        "FunctionUrlConfig",
        "ImageUri",
        "InlineCode",
        "PermissionsBoundary",
        "Policies",
        "PropagateTags",
        "ProvisionedConcurrencyConfig",
        "Role",
        "RolePath",
        "SourceKMSKeyArn",
        "Tags",
        "Tracing",
        "VersionDeletionPolicy",
        "VersionDescription",
    }
)
"""Properties that ``AWS::Lambda::Function`` does not have or has otherwise; all the others are handed through."""

_SEND = {"SQS": "sqs:SendMessage", "SNS": "sns:Publish"}


def expand_function(workspace: Workspace, function: SamResource) -> None:
    """Put a function with everything that SAM generates for it into the workspace."""
    role = _execution_role(workspace, function)
    arn, role_condition, generated = _role_arn(workspace, function, role)
    code = function_code(workspace, function)
    properties = {name: value for name, value in function.properties.items() if name not in SAM_ONLY}
    properties |= {
        "Code": code.property,
        "Role": arn,
        "TracingConfig": _tracing(workspace, function),
        "DeadLetterConfig": _dead_letter(function),
        "CapacityProviderConfig": _capacity_provider(function),
        "Tags": tag_list(function.properties.get("Tags"), CREATED_BY_SAM),
    }
    metadata = merged_metadata(function, code.metadata)
    workspace.set_main(function, "AWS::Lambda::Function", properties, Metadata=metadata)
    target = publish(workspace, function) or Target.of_function(function.logical_id)
    add_invoke_config(workspace, function, target, role)
    _add_url(workspace, function, target)
    expand_events(workspace, function, target, role if generated else None)
    if generated:
        _add_role(workspace, function, role, role_condition)


def _tracing(workspace: Workspace, function: SamResource) -> dict[str, Any] | None:
    mode = given(function.properties, "Tracing")
    return None if mode is None or workspace.resolved(mode) == "Disabled" else {"Mode": mode}


def _dead_letter(function: SamResource) -> dict[str, Any] | None:
    target = mapping(function.properties.get("DeadLetterQueue")).get("TargetArn")
    return None if is_no_value(target) else {"TargetArn": target}


def _capacity_provider(function: SamResource) -> dict[str, Any] | None:
    config = mapping(function.properties.get("CapacityProviderConfig"))
    if not config:
        return None
    names = ("PerExecutionEnvironmentMaxConcurrency", "ExecutionEnvironmentMemoryGiBPerVCpu")
    others = {name: config.get(name) for name in names}
    provider = compact({"CapacityProviderArn": config.get("Arn"), **others})
    return {"LambdaManagedInstancesCapacityProviderConfig": provider}


def _execution_role(workspace: Workspace, function: SamResource) -> Role:
    """The role that SAM would generate; :func:`_role_arn` decides whether it is made."""
    properties = function.properties
    trusted = given(properties, "AssumeRolePolicyDocument") or trust("lambda.amazonaws.com")
    role = Role(f"{function.logical_id}Role", trusted)
    durable = given(properties, "DurableConfig") is not None
    basic = "AWSLambdaBasicDurableExecutionRolePolicy" if durable else "AWSLambdaBasicExecutionRole"
    role.attach(managed_policy_arn(f"service-role/{basic}"))
    if _tracing(workspace, function):
        role.attach(managed_policy_arn("AWSXrayWriteOnlyAccess"))
    if given(properties, "VpcConfig") is not None:
        role.attach(managed_policy_arn("service-role/AWSLambdaVPCAccessExecutionRole"))
    queue = mapping(properties.get("DeadLetterQueue"))
    if queue:
        action = _SEND.get(text_of(workspace.resolved(queue.get("Type"))) or "")
        if action and not is_no_value(queue.get("TargetArn")):
            role.grant(policy("DeadLetterQueuePolicy", allow(action, queue["TargetArn"])))
        else:
            workspace.note(function.pointer("DeadLetterQueue"), "needs Type SQS or SNS and TargetArn")
    return role


def _role_arn(workspace: Workspace, function: SamResource, role: Role) -> tuple[Any, str | None, bool]:
    """The function's ``Role``, the condition of the generated role, and whether it is generated.

    It is where none is given, also where only one branch of ``Fn::If`` gives one.
    """
    written = function.properties.get("Role")
    made = get_att(role.logical_id, "Arn")
    split = branches(written)
    if is_no_value(written) or (split and is_no_value(split[1]) and is_no_value(split[2])):
        return made, function.condition, True
    if split is None or not (is_no_value(split[1]) or is_no_value(split[2])):
        return written, None, False
    condition, yes, no = split
    when = condition if is_no_value(yes) else workspace.negated(condition)
    arn = if_(condition, made if is_no_value(yes) else yes, made if is_no_value(no) else no)
    return arn, workspace.both(function.condition, when), True


def _add_role(workspace: Workspace, function: SamResource, role: Role, condition: str | None) -> None:
    properties = function.properties
    add_policies(workspace, role, properties.get("Policies"), function.pointer("Policies"))
    workspace.add(
        function,
        role.logical_id,
        "AWS::IAM::Role",
        role.properties(
            Path=given(properties, "RolePath"),
            PermissionsBoundary=given(properties, "PermissionsBoundary"),
            Tags=tag_list(properties.get("Tags"), CREATED_BY_SAM),
        ),
        function.at,
        Condition=condition,
    )


def _add_url(workspace: Workspace, function: SamResource, target: Target) -> None:
    """A function URL and, where anybody may call it, the two permissions that it takes."""
    config = mapping(function.properties.get("FunctionUrlConfig"))
    if not config:
        if given(function.properties, "FunctionUrlConfig") is not None:
            workspace.note(function.pointer("FunctionUrlConfig"), "known only at deployment")
        return
    at = function.pointer("FunctionUrlConfig")
    name = ref(target.logical_id)
    url = {key: config.get(key) for key in ("AuthType", "Cors", "InvokeMode")}
    workspace.add(function, f"{function.logical_id}Url", "AWS::Lambda::Url", {"TargetFunctionArn": name, **url}, at)
    if config.get("AuthType") != "NONE":
        return
    anybody = {"FunctionName": name, "Principal": "*"}
    workspace.add(
        function,
        f"{function.logical_id}UrlPublicPermissions",
        "AWS::Lambda::Permission",
        {**anybody, "Action": "lambda:InvokeFunctionUrl", "FunctionUrlAuthType": "NONE"},
        at,
    )
    workspace.add(
        function,
        f"{function.logical_id}URLInvokeAllowPublicAccess",
        "AWS::Lambda::Permission",
        {**anybody, "Action": "lambda:InvokeFunction", "InvokedViaFunctionUrl": True},
        at,
    )
