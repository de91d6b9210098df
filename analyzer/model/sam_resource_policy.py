"""``Auth.ResourcePolicy`` of a REST API and of its events, as the API's ``Policy``.

Lists of accounts, address ranges and networks become the statements that SAM writes: accounts are allowed or denied;
for the others everybody is allowed and a second statement denies by condition.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from analyzer.model.openapi_emit import Operation
from analyzer.model.sam_routes import IMPLICIT_REST
from analyzer.model.sam_values import POLICY_VERSION, given, is_intrinsic, is_no_value, mapping, sequence, sub
from analyzer.model.sam_workspace import Route, SamResource, Workspace

_ADDRESSES = {"IpRangeWhitelist": "NotIpAddress", "IpRangeBlacklist": "IpAddress"}
_NETWORKS = {
    "StringEquals": ("SourceVpcBlacklist", "IntrinsicVpcBlacklist", "IntrinsicVpceBlacklist"),
    "StringNotEquals": ("SourceVpcWhitelist", "IntrinsicVpcWhitelist", "IntrinsicVpceWhitelist"),
}


def resource_policy(
    workspace: Workspace,
    api: SamResource,
    operations: list[Operation],
    routes: list[Route],
    own: dict[str, Any],
) -> dict[str, Any] | None:
    """The policy document, or None where neither the API nor an event asks for one.

    ``own`` is the policy of the API's definition, whose statements come first.
    """
    written = mapping(api.properties.get("Auth")).get("ResourcePolicy")
    if is_intrinsic(written):
        if is_no_value(written):
            return None
        workspace.note(api.pointer("Auth", "ResourcePolicy"), "this policy is known only at deployment")
        return {"Version": POLICY_VERSION, "Statement": written}
    stage = api.properties.get("StageName")
    statements: list[Any] = []
    for route in routes:
        asked = mapping(mapping(route.properties.get("Auth")).get("ResourcePolicy"))
        _extend(statements, _statements(workspace, asked, operations, route.path, _event_stage(api, stage)))
        _extend(statements, sequence(asked.get("CustomStatements")))
    paths = list(dict.fromkeys(operation.path for operation in operations))
    for path in paths:
        _extend(statements, _statements(workspace, mapping(written), operations, path, stage))
    _extend(statements, sequence(mapping(written).get("CustomStatements")))
    if not statements:
        return None
    return {**own, "Version": POLICY_VERSION, "Statement": [*sequence(own.get("Statement")), *statements]}


def _event_stage(api: SamResource, stage: Any) -> Any:
    """An event knows its API's stage by name only."""
    if isinstance(stage, str):
        return stage
    return "Prod" if api.logical_id == IMPLICIT_REST else "Stage"


def _extend(statements: list[Any], added: Any) -> None:
    statements.extend(one for one in added if one not in statements)


def _statements(
    workspace: Workspace, policy: dict[str, Any], operations: list[Operation], path: str, stage: Any
) -> Iterator[dict[str, Any]]:
    if not policy:
        return
    resources = _resources(operations, path, stage)
    for name, effect in (("AwsAccountWhitelist", "Allow"), ("AwsAccountBlacklist", "Deny")):
        if given(policy, name) is not None:
            yield {**_statement(effect, resources), "Principal": {"AWS": sequence(policy[name])}}
    for name, operator in _ADDRESSES.items():
        if given(policy, name) is not None:
            yield from _all_but(resources, {operator: {"aws:SourceIp": sequence(policy[name])}})
    for operator, (plain, networks, endpoints) in _NETWORKS.items():
        named = [workspace.resolved(item) for item in sequence(policy.get(plain))]
        keys = _network_keys(named, policy.get(networks), policy.get(endpoints))
        if keys:
            yield from _all_but(resources, {operator: keys})


def _resources(operations: list[Operation], path: str, stage: Any) -> list[Any]:
    pattern = "/".join("*" if step.startswith("{") else step for step in path.split("/"))
    methods = dict.fromkeys(operation.method for operation in operations if operation.path == path)
    texts = (f"execute-api:/${{__Stage__}}/{'*' if method == 'ANY' else method}{pattern}" for method in methods)
    return [sub(text, __Stage__=stage) for text in texts]


def _statement(effect: str, resources: list[Any]) -> dict[str, Any]:
    return {"Effect": effect, "Action": "execute-api:Invoke", "Resource": resources}


def _all_but(resources: list[Any], condition: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield {**_statement("Allow", resources), "Principal": "*"}
    yield {**_statement("Deny", resources), "Principal": "*", "Condition": condition}


def _network_keys(plain: list[Any], networks: Any, endpoints: Any) -> dict[str, Any]:
    named = [item for item in plain if isinstance(item, str)]
    unknown = [item for item in plain if not isinstance(item, str)]
    vpcs = [item for item in named if item.startswith("vpc-")] + unknown + sequence(networks)
    vpces = [item for item in named if item.startswith("vpce-")] + sequence(endpoints)
    keys = {"aws:SourceVpc": vpcs, "aws:SourceVpce": vpces}
    return {key: values for key, values in keys.items() if values}
