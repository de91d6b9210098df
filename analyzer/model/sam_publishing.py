"""Versions, aliases and gradual deployments of functions: ``AutoPublishAlias``, ``DeploymentPreference``.

SAM appends a hash of the code to a version's logical id; here it is ``<function>Version``, so that ids do not change
with the code. References such as ``!Ref Function.Version`` are rewritten, so nobody can tell the difference.
"""

from __future__ import annotations

from typing import Any

from analyzer.model.sam_event import Target
from analyzer.model.sam_values import (
    branches,
    get_att,
    given,
    is_no_value,
    managed_policy_arn,
    map_branches,
    mapping,
    ref,
    sub,
    trust,
)
from analyzer.model.sam_workspace import SamResource, Workspace

APPLICATION = "ServerlessDeploymentApplication"
SERVICE_ROLE = "CodeDeployServiceRole"
_ROLLBACK = ("DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST")


def publish(workspace: Workspace, function: SamResource) -> Target | None:
    """Version and alias of a function with ``AutoPublishAlias``; answers the alias, which the events then call."""
    written = given(function.properties, "AutoPublishAlias")
    if written is None:
        if given(function.properties, "ProvisionedConcurrencyConfig") is not None:
            workspace.note(function.pointer("ProvisionedConcurrencyConfig"), "takes effect only with AutoPublishAlias")
        return None
    version = _add_version(workspace, function)
    name = workspace.resolved(written)
    suffix = name.replace("-", "D").replace("_", "U") if isinstance(name, str) else ""
    at = function.pointer("AutoPublishAlias")
    alias = workspace.add(
        function,
        f"{function.logical_id}Alias{suffix}",
        "AWS::Lambda::Alias",
        {
            "Name": written,
            "FunctionName": ref(function.logical_id),
            "FunctionVersion": get_att(version, "Version"),
            "ProvisionedConcurrencyConfig": function.properties.get("ProvisionedConcurrencyConfig"),
        },
        at,
    )
    workspace.references[f"{function.logical_id}.Version"] = version
    workspace.references[f"{function.logical_id}.Alias"] = alias
    _deploy_gradually(workspace, function, alias)
    return Target(alias, ref(alias), ref(alias))


def _add_version(workspace: Workspace, function: SamResource) -> str:
    properties = function.properties
    managed_instances = given(properties, "CapacityProviderConfig") is not None
    retention = properties.get("VersionDeletionPolicy", "Delete" if managed_instances else "Retain")
    return workspace.add(
        function,
        f"{function.logical_id}Version",
        "AWS::Lambda::Version",
        {
            "FunctionName": ref(function.logical_id),
            "Description": properties.get("VersionDescription"),
            "FunctionScalingConfig": properties.get("FunctionScalingConfig") if managed_instances else None,
        },
        function.pointer("AutoPublishAlias"),
        DeletionPolicy=function.attributes.get("DeletionPolicy", retention),
    )


def _deploy_gradually(workspace: Workspace, function: SamResource, alias: str) -> None:
    preference = mapping(function.properties.get("DeploymentPreference"))
    enabled = workspace.resolved(preference.get("Enabled", True))
    if not preference or enabled in (False, "false", "False"):
        return
    if isinstance(enabled, dict):
        workspace.note(function.pointer("DeploymentPreference", "Enabled"), "taken for true")
    at = function.pointer("DeploymentPreference")
    conditional = workspace.resolved(preference.get("PassthroughCondition")) in (True, "true", "True")
    when = {"Condition": function.condition if conditional else None}
    apart: dict[str, Any] = {"DeletionPolicy": None, "UpdateReplacePolicy": None}
    group = f"{function.logical_id}DeploymentGroup"
    _add_application(workspace, function, at, needs_role="Role" not in preference)
    role = preference.get("Role", get_att(SERVICE_ROLE, "Arn"))
    written = workspace.resolved(preference.get("Type"))
    kind = map_branches(written, lambda one: _deployment_type(workspace.resolved(one)))
    properties = _deployment_group(preference, kind, role)
    workspace.add(function, group, "AWS::CodeDeploy::DeploymentGroup", properties, at, **when, **apart)
    hooks = mapping(preference.get("Hooks"))
    update = {"ApplicationName": ref(APPLICATION), "DeploymentGroupName": ref(group)}
    for hook, name in (("PreTraffic", "BeforeAllowTrafficHook"), ("PostTraffic", "AfterAllowTrafficHook")):
        if not is_no_value(hooks.get(hook)):
            update[name] = hooks[hook]
    if workspace.owners.get(alias) == function.logical_id:
        workspace.resources[alias]["UpdatePolicy"] = {"CodeDeployLambdaAliasUpdate": update}


def _deployment_group(preference: dict[str, Any], kind: Any, role: Any) -> dict[str, Any]:
    triggers = preference.get("TriggerConfigurations")
    return {
        "ApplicationName": ref(APPLICATION),
        "AutoRollbackConfiguration": {"Enabled": True, "Events": list(_ROLLBACK)},
        "DeploymentConfigName": kind,
        "DeploymentStyle": {"DeploymentType": "BLUE_GREEN", "DeploymentOption": "WITH_TRAFFIC_CONTROL"},
        "ServiceRoleArn": role,
        "TriggerConfigurations": None if is_no_value(triggers) else triggers,
        "AlarmConfiguration": _alarms(preference.get("Alarms")),
    }


def _deployment_type(name: Any) -> Any:
    """CodeDeploy's own configurations go by their short names in SAM; a name with a dot is the user's own."""
    predefined = isinstance(name, str) and (
        name == "AllAtOnce" or name.startswith(("Canary10Percent", "Linear10PercentEvery"))
    )
    return sub("CodeDeployDefault.Lambda${ConfigName}", ConfigName=name) if predefined else name


def _alarms(alarms: Any) -> Any:
    def configured(names: Any) -> Any:
        if not isinstance(names, list):
            return names
        return {"Enabled": True, "Alarms": [{"Name": name} for name in names]} if names else {}

    if is_no_value(alarms) or (alarms == [] and not branches(alarms)):
        return None
    return map_branches(alarms, configured)


def _add_application(workspace: Workspace, function: SamResource, at: str, *, needs_role: bool) -> None:
    """What all gradual deployments of a template share."""
    apart: dict[str, Any] = {"Condition": None, "DeletionPolicy": None, "UpdateReplacePolicy": None}
    if APPLICATION not in workspace.resources:
        properties = {"ComputePlatform": "Lambda"}
        workspace.add(function, APPLICATION, "AWS::CodeDeploy::Application", properties, at, **apart)
    if needs_role and SERVICE_ROLE not in workspace.resources:
        policies = [managed_policy_arn("service-role/AWSCodeDeployRoleForLambda")]
        properties_ = {"AssumeRolePolicyDocument": trust("codedeploy.amazonaws.com"), "ManagedPolicyArns": policies}
        workspace.add(function, SERVICE_ROLE, "AWS::IAM::Role", properties_, at, **apart)
