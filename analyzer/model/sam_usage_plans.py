"""``Auth.UsagePlan`` of REST APIs: a plan with its key for one API, or one that all APIs of the template share."""

from __future__ import annotations

from typing import Any

from analyzer.model.sam_values import is_no_value, mapping, ref
from analyzer.model.sam_workspace import SamResource, Workspace

_SETTINGS = ("UsagePlanName", "Description", "Quota", "Tags", "Throttle")


def add_usage_plan(workspace: Workspace, api: SamResource, stage: str) -> None:
    """Plan, key and their tie for one API, or this API's part in the shared ones."""
    written = mapping(api.properties.get("Auth")).get("UsagePlan")
    plan = mapping(written)
    kind = workspace.resolved(plan.get("CreateUsagePlan"))
    at = api.pointer("Auth", "UsagePlan")
    if is_no_value(written) or kind == "NONE":
        return
    if kind not in ("SHARED", "PER_API"):
        workspace.note(at, "CreateUsagePlan must be SHARED, PER_API or NONE")
        return
    prefix = "Serverless" if kind == "SHARED" else api.logical_id
    ids = {name: prefix + name for name in ("UsagePlan", "ApiKey", "UsagePlanKey")}
    for name, logical_id in ids.items():
        workspace.references[f"{api.logical_id}.{name}"] = logical_id
    if kind == "SHARED" and workspace.resources.get(ids["UsagePlan"]):
        _join_shared(workspace, api, ids, stage)
        return
    settings = {name: plan.get(name) for name in _SETTINGS}
    member = {"ApiId": ref(api.logical_id), "Stage": ref(stage)}
    shared: dict[str, Any] = {} if kind == "PER_API" else {"Condition": None}
    add = workspace.add
    add(
        api,
        ids["UsagePlan"],
        "AWS::ApiGateway::UsagePlan",
        {"ApiStages": [member], **settings},
        at,
        DependsOn=[api.logical_id],
        **shared,
    )
    keys = [{"RestApiId": ref(api.logical_id), "StageName": ref(stage)}]
    add(
        api,
        ids["ApiKey"],
        "AWS::ApiGateway::ApiKey",
        {"Enabled": True, "StageKeys": keys},
        at,
        DependsOn=[ids["UsagePlan"]],
        **shared,
    )
    tie = {"KeyId": ref(ids["ApiKey"]), "KeyType": "API_KEY", "UsagePlanId": ref(ids["UsagePlan"])}
    add(api, ids["UsagePlanKey"], "AWS::ApiGateway::UsagePlanKey", tie, at, DependsOn=[ids["ApiKey"]], **shared)


def _join_shared(workspace: Workspace, api: SamResource, ids: dict[str, str], stage: str) -> None:
    if ids["UsagePlan"] not in workspace.owners or ids["ApiKey"] not in workspace.owners:
        return
    plan = workspace.resources[ids["UsagePlan"]]
    plan["DependsOn"].append(api.logical_id)
    plan["Properties"]["ApiStages"].append({"ApiId": ref(api.logical_id), "Stage": ref(stage)})
    keys = workspace.resources[ids["ApiKey"]]["Properties"]["StageKeys"]
    keys.append({"RestApiId": ref(api.logical_id), "StageName": ref(stage)})
