"""Stages of APIs: what they measure and trace.

Source: AWS::ApiGateway::Stage and AWS::ApiGatewayV2::Stage in the CloudFormation Template Reference (read 2026-11-24).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analyzer.facts.guard_gaps import Guards, gap
from analyzer.facts.truth import truth
from analyzer.model.node import Node

if TYPE_CHECKING:
    from analyzer.model.template import Resource

REST_STAGE: Final = "AWS::ApiGateway::Stage"


def detailed_metrics(stage: Resource) -> list[Node]:
    """The switches for metrics by method or route."""
    if stage.type == REST_STAGE:
        return [item["MetricsEnabled"] for item in stage["MethodSettings"].items()]
    routes = [settings for _, settings in stage["RouteSettings"].entries()]
    return [settings["DetailedMetricsEnabled"] for settings in (stage["DefaultRouteSettings"], *routes)]


def all_off(stage: Resource, switches: list[Node]) -> Guards | None:
    """Under which guards none of the switches is on; None where one always is."""
    on = [case.guards for switch in switches for case in switch.cases() if truth(case.value)]
    return gap(stage.template.application, on, stage.guards)
