"""What keeps cold starts away from callers that wait.

Sources: AWS Lambda Developer Guide, "Configuring provisioned concurrency", "Improving startup performance with Lambda
SnapStart" (read 2026-11-24).
"""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, Final

from analyzer.facts.invocations import LATEST, Invocation
from analyzer.facts.triggers import Kind, Mode
from analyzer.records import dataclass

if TYPE_CHECKING:
    from analyzer.facts.functions import Function
    from analyzer.facts.invocations import Invocations
    from analyzer.model.template import Resource

_WAITING: Final = (Kind.API, Kind.AUTHORIZER, Kind.URL)
_PEOPLE: Final = ("AWS::Cognito::UserPool", "AWS::AppSync::DataSource", "AWS::ElasticLoadBalancingV2::TargetGroup")
_SNAP_START: Final = re.compile(r"java(11|17|21|25)|python3\.(1[2-9]|[2-9]\d)|dotnet(8|9|10)$")


class Warmth(Enum):
    """How a function meets callers: prepared, prepared in a version that they do not call, or not at all."""

    WARM = "warm"
    BESIDE = "beside"
    COLD = "cold"


@dataclass(frozen=True, slots=True)
class Preparation:
    """What is prepared, for which alias or version (None: every published one)."""

    words: str
    resource: Resource
    qualifier: str | None


def callers(invocations: Invocations, function: Function) -> list[Invocation]:
    """The invocations behind which somebody waits for the answer."""
    return [
        each
        for each in invocations.of(function)
        if each.mode is Mode.SYNCHRONOUS
        and (each.kind in _WAITING or (each.source is not None and each.source.type in _PEOPLE))
    ]


def has_snap_start(runtime: str | None) -> bool:
    """Whether Lambda offers SnapStart for the runtime."""
    return _SNAP_START.match(runtime or "") is not None


def preparations(invocations: Invocations, function: Function) -> list[Preparation]:
    """Everything that keeps instances of the function ready."""
    own = function.resource
    found = []
    if own["SnapStart"]["ApplyOn"].known == "PublishedVersions":
        found.append(Preparation("SnapStart", own, None))
    mine = invocations.published(function)
    for published in mine:
        if published["ProvisionedConcurrencyConfig"]:
            qualifier = invocations.qualifier(published.reference)
            found.append(Preparation("provisioned concurrency", published, qualifier))
    for target in function.application.resources("AWS::ApplicationAutoScaling::ScalableTarget"):
        if target["ServiceNamespace"].known != "lambda":
            continue
        for published in function.application.mentioned(target["ResourceId"].value):
            if published is own or published in mine:
                qualifier = invocations.scaled_qualifier(target["ResourceId"].value, published)
                found.append(Preparation("provisioned concurrency", target, qualifier))
    return found


def warmth(invocations: Invocations, caller: Invocation, prepared: list[Preparation]) -> Warmth | None:
    """What a caller meets; None where it is not known which version it calls."""
    if not prepared:
        return Warmth.COLD
    if any(each.qualifier == caller.qualifier for each in prepared):
        return Warmth.WARM
    if invocations.uncertain(caller.qualifier):
        return None
    published = caller.qualifier != LATEST and any(each.qualifier is None for each in prepared)
    return Warmth.WARM if published else Warmth.BESIDE
