"""``AWS::Serverless::StateMachine``.

``Definition`` stays the structure the user wrote (SAM turns it into a string); its intrinsic functions stay in place.
"""

from __future__ import annotations

from typing import Any

from analyzer.model.sam_code import Location, local, locate, merged_metadata
from analyzer.model.sam_event import Target
from analyzer.model.sam_events import expand_events
from analyzer.model.sam_policies import Role, add_policies
from analyzer.model.sam_values import get_att, given, managed_policy_arn, mapping, ref, tag_list, trust
from analyzer.model.sam_workspace import SamResource, Workspace

CREATED_BY_SAM = ("stateMachine:createdBy", "SAM")


def expand_state_machine(workspace: Workspace, machine: SamResource) -> None:
    """Put a state machine with its role, alias and events into the workspace."""
    properties = machine.properties
    location = Location()
    if given(properties, "DefinitionUri") is not None:
        location = locate(workspace, properties["DefinitionUri"], machine.pointer("DefinitionUri"))
    metadata = local(location.path, "DefinitionS3Location") if location.path is not None else {}
    role = Role(f"{machine.logical_id}Role", trust("states.amazonaws.com"))
    own_role = given(properties, "Role")
    workspace.set_main(
        machine,
        "AWS::StepFunctions::StateMachine",
        {
            "Definition": properties.get("Definition", workspace.content(location.path)),
            "DefinitionS3Location": location.names("Bucket", "Key", "Version"),
            "DefinitionSubstitutions": properties.get("DefinitionSubstitutions"),
            "RoleArn": get_att(role.logical_id, "Arn") if own_role is None else own_role,
            "StateMachineName": properties.get("Name"),
            "StateMachineType": properties.get("Type"),
            "LoggingConfiguration": properties.get("Logging"),
            "TracingConfiguration": properties.get("Tracing"),
            "Tags": tag_list(properties.get("Tags"), CREATED_BY_SAM),
        },
        Metadata=merged_metadata(machine, metadata),
    )
    expand_events(workspace, machine, _target(workspace, machine), None)
    if own_role is None:
        _add_role(workspace, machine, role)


def _add_role(workspace: Workspace, machine: SamResource, role: Role) -> None:
    properties = machine.properties
    add_policies(workspace, role, properties.get("Policies"), machine.pointer("Policies"))
    if mapping(properties.get("Tracing")).get("Enabled") is True:
        role.attach(managed_policy_arn("AWSXrayWriteOnlyAccess"))
    settings: dict[str, Any] = {
        "Path": given(properties, "RolePath"),
        "PermissionsBoundary": given(properties, "PermissionsBoundary"),
        "Tags": tag_list(properties.get("Tags"), CREATED_BY_SAM),
    }
    workspace.add(machine, role.logical_id, "AWS::IAM::Role", role.properties(**settings), machine.at)


def _target(workspace: Workspace, machine: SamResource) -> Target:
    """What the events start: the state machine, or its alias with ``UseAliasAsEventTarget``."""
    itself = Target(machine.logical_id, ref(machine.logical_id), ref(machine.logical_id), state_machine=True)
    name = given(machine.properties, "AutoPublishAlias")
    if name is None:
        return itself
    at = machine.pointer("AutoPublishAlias")
    version = workspace.add(
        machine,
        f"{machine.logical_id}Version",
        "AWS::StepFunctions::StateMachineVersion",
        {
            "StateMachineArn": ref(machine.logical_id),
            "StateMachineRevisionId": get_att(machine.logical_id, "StateMachineRevisionId"),
        },
        at,
        DeletionPolicy=machine.attributes.get("DeletionPolicy", "Retain"),
        UpdateReplacePolicy=machine.attributes.get("UpdateReplacePolicy", "Retain"),
    )
    preference = mapping(machine.properties.get("DeploymentPreference")) or {"Type": "ALL_AT_ONCE"}
    resolved = workspace.resolved(name)
    alias = workspace.add(
        machine,
        f"{machine.logical_id}Alias{resolved if isinstance(resolved, str) else ''}",
        "AWS::StepFunctions::StateMachineAlias",
        {"Name": name, "DeploymentPreference": {**preference, "StateMachineVersionArn": ref(version)}},
        at,
    )
    if machine.properties.get("UseAliasAsEventTarget") is not True:
        return itself
    return Target(alias, ref(alias), ref(alias), state_machine=True)
