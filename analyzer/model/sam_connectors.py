"""``AWS::Serverless::Connector`` and ``Connectors`` on resources, as the policies and permissions that they come to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from analyzer.model.sam_connector_profiles import (
    DATA_SOURCE,
    FUNCTION,
    GRAPHQL_API,
    HTTP_API,
    PROFILES,
    QUEUE,
    REST_API,
    RULE,
    STATE_MACHINE,
    TABLE,
    TOPIC,
    InvokePermission,
    Profile,
    ResourcePolicy,
    RolePolicy,
)
from analyzer.model.sam_values import (
    POLICY_VERSION,
    allow,
    get_att,
    is_no_value,
    mapping,
    pointer,
    ref,
    referenced_id,
    sequence,
    sub,
    text_of,
)
from analyzer.model.sam_workspace import SamResource, Workspace
from analyzer.records import dataclass

_ROLE_PROPERTY = {FUNCTION: "Role", STATE_MACHINE: "RoleArn", DATA_SOURCE: "ServiceRoleArn"}
_ARN_BY_REF = frozenset({STATE_MACHINE, TOPIC, GRAPHQL_API, DATA_SOURCE})
_PLAIN_TYPES = {
    "AWS::Serverless::Api": REST_API,
    "AWS::Serverless::Function": FUNCTION,
    "AWS::Serverless::HttpApi": HTTP_API,
    "AWS::Serverless::SimpleTable": TABLE,
    "AWS::Serverless::StateMachine": STATE_MACHINE,
}
_HOLE = re.compile(r"\$\{(\w+)\}")


@dataclass(frozen=True)
class _End:
    """Source or destination of a connector; what is not known is None."""

    type: Any
    arn: Any
    role: Any
    queue_url: Any
    id: Any
    name: Any
    qualifier: Any


def connectors(workspace: Workspace, resources: list[SamResource]) -> Iterator[SamResource]:
    """All connectors of the template, those written as an attribute of their source included."""
    yield from (resource for resource in resources if resource.type == "AWS::Serverless::Connector")
    for source, raw in mapping(workspace.document.get("Resources")).items():
        for name, written in mapping(mapping(raw).get("Connectors")).items():
            at = pointer("Resources", source, "Connectors", name)
            properties = dict(mapping(mapping(written).get("Properties")))
            reference = mapping(properties.pop("SourceReference", None))
            properties["Source"] = {**reference, "Id": source}
            yield SamResource(f"{source}{name}", "AWS::Serverless::Connector", properties, mapping(written), at)


def expand_connector(workspace: Workspace, connector: SamResource) -> None:
    """Replace a connector by what it grants; one that is not understood is left out and noted."""
    workspace.resources.pop(connector.logical_id, None)
    source = mapping(connector.properties.get("Source"))
    destinations = connector.properties.get("Destination")
    several = isinstance(destinations, list)
    made: list[str] = []
    for index, destination in enumerate(sequence(destinations)):
        suffix = f"Destination{index}" if several else ""
        made += _connect(workspace, connector, source, mapping(destination), suffix)
    _replace_dependency(workspace, connector.logical_id, made)


def _connect(
    workspace: Workspace,
    connector: SamResource,
    source: dict[str, Any],
    destination: dict[str, Any],
    suffix: str,
) -> list[str]:
    start = _end(workspace, source, destination)
    end = _end(workspace, destination, source)
    profile = PROFILES.get((start.type, end.type)) if _texts(start.type, end.type) else None
    if profile is None:
        workspace.note(connector.at, f"what connects {start.type} to {end.type} is not known here")
        return []
    permissions = [one for one in sequence(connector.properties.get("Permissions")) if isinstance(one, str)]
    values = {
        "Source": start.arn,
        "Destination": end.arn,
        "SourceId": start.id,
        "SourceQualifier": start.qualifier,
        "DestinationName": end.name,
    }
    writer = _Writer(workspace, connector, profile, permissions, values, suffix)
    return writer.write(start, end)


def _texts(*values: Any) -> bool:
    return all(isinstance(value, str) for value in values)


def _end(workspace: Workspace, written: dict[str, Any], other: dict[str, Any]) -> _End:
    logical_id = written.get("Id")
    if not isinstance(logical_id, str):
        type_ = written.get("Type")
        plain = _PLAIN_TYPES.get(type_, type_) if isinstance(type_, str) else None
        names = ("Arn", "RoleName", "QueueUrl", "ResourceId", "Name", "Qualifier")
        return _End(plain, *(written.get(name) for name in names))
    resource = mapping(workspace.resources.get(logical_id))
    type_ = text_of(resource.get("Type"))
    api = type_ in (REST_API, HTTP_API)
    return _End(
        type=type_,
        arn=ref(logical_id) if type_ in _ARN_BY_REF else get_att(logical_id, "Arn"),
        role=_role(type_, mapping(resource.get("Properties")), other),
        queue_url=ref(logical_id) if type_ == QUEUE else None,
        id=get_att(logical_id, "ApiId") if type_ == GRAPHQL_API else ref(logical_id),
        name=get_att(logical_id, "Name") if type_ == STATE_MACHINE else None,
        qualifier=written.get("Qualifier", "*" if api else None),
    )


def _role(type_: Any, properties: dict[str, Any], other: dict[str, Any]) -> Any:
    """``Ref`` to the role of a resource of the template; None where the role is not in it."""
    role = properties.get(_ROLE_PROPERTY.get(type_, "")) if isinstance(type_, str) else None
    if type_ == RULE:
        for target in sequence(properties.get("Targets")):
            arn = mapping(target).get("Arn")
            if referenced_id(arn) == other.get("Id") or (arn is not None and arn == other.get("Arn")):
                role = mapping(target).get("RoleArn")
    logical_id = referenced_id(role)
    return None if logical_id is None or isinstance(role, str) else ref(logical_id)


@dataclass(frozen=True)
class _Writer:
    workspace: Workspace
    connector: SamResource
    profile: Profile
    permissions: list[str]
    values: dict[str, Any]
    suffix: str

    def write(self, start: _End, end: _End) -> list[str]:
        """Add what the profile says; answers the logical ids."""
        if isinstance(self.profile, RolePolicy):
            return self._role_policy(self.profile, start.role if self.profile.of_source else end.role)
        if isinstance(self.profile, InvokePermission):
            return self._permission(self.profile, end)
        return self._resource_policy(self.profile, end)

    def _role_policy(self, profile: RolePolicy, role: Any) -> list[str]:
        if is_no_value(role):
            self._note("the role to attach the policy to is not in the template")
            return []
        grants = [grant for kind, each in profile.grants.items() if kind in self.permissions for grant in each]
        if not grants:
            self._note(f"permissions must be of {', '.join(profile.grants)}")
            return []
        statements = [allow(list(one.actions), [self._filled(each) for each in one.resources]) for one in grants]
        document = {"Version": POLICY_VERSION, "Statement": statements}
        return [self._add("Policy", "AWS::IAM::ManagedPolicy", {"PolicyDocument": document, "Roles": [role]})]

    def _permission(self, profile: InvokePermission, end: _End) -> list[str]:
        if "Write" not in self.permissions:
            self._note("permissions must be Write")
            return []
        properties = {
            "Action": "lambda:InvokeFunction",
            "FunctionName": end.arn,
            "Principal": profile.service,
            "SourceArn": self._filled(profile.source_arn),
            "SourceAccount": sub("${AWS::AccountId}") if profile.with_account else None,
        }
        return [self._add("WriteLambdaPermission", "AWS::Lambda::Permission", properties)]

    def _resource_policy(self, profile: ResourcePolicy, end: _End) -> list[str]:
        if "Write" not in self.permissions:
            self._note("permissions must be Write")
            return []
        statement = {
            **allow(profile.action, end.arn),
            "Principal": {"Service": profile.service},
            "Condition": {"ArnEquals": {"aws:SourceArn": self.values["Source"]}},
        }
        document = {"Version": POLICY_VERSION, "Statement": [statement]}
        policy = {"PolicyDocument": document}
        if end.type == TOPIC:
            return [self._add("TopicPolicy", "AWS::SNS::TopicPolicy", {"Topics": [end.arn], **policy})]
        return [self._add("QueuePolicy", "AWS::SQS::QueuePolicy", {"Queues": [end.queue_url], **policy})]

    def _filled(self, text: str) -> Any:
        names = [name for name in _HOLE.findall(text) if name in self.values]
        if text == f"${{{names[0] if names else ''}}}":
            return self.values[names[0]]
        return sub(text, **{name: self.values[name] for name in names})

    def _add(self, kind: str, type_: str, properties: dict[str, Any]) -> str:
        logical_id = f"{self.connector.logical_id}{kind}{self.suffix}"
        return self.workspace.add(self.connector, logical_id, type_, properties, self.connector.at)

    def _note(self, words: str) -> None:
        self.workspace.note(self.connector.at, words)


def _replace_dependency(workspace: Workspace, logical_id: str, made: list[str]) -> None:
    """A resource that depends on the connector depends on what it became."""
    for name, resource in list(workspace.resources.items()):
        depends = sequence(mapping(resource).get("DependsOn"))
        if logical_id in depends:
            others = [one for one in depends if one != logical_id]
            workspace.resources[name] = {**resource, "DependsOn": [*others, *made]}
