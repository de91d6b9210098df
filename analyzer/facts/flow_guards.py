"""The filter of each kind of wire, read from the settings that carry it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.facts.event_filters import content, criteria, event_types, notification_key, pattern
from analyzer.facts.event_passages import (
    Delivered,
    Free,
    Logged,
    Notified,
    Passage,
    Polled,
    Republished,
    Subscribed,
)
from analyzer.facts.event_values import ANYTHING, Json, Words
from analyzer.facts.flow_model import BUS, FUNCTION, QUEUE, STREAM, TABLES, FlowNode, FlowNodes
from analyzer.facts.triggers import Kind, Trigger
from analyzer.model.node import Node

if TYPE_CHECKING:
    from analyzer.model.names import Names


def passage_of(trigger: Trigger, source: FlowNode, nodes: FlowNodes) -> Passage:
    """What a declared wire lets through."""
    names, settings = nodes.application.names, trigger.settings
    match trigger.kind:
        case Kind.S3:
            key, needs = notification_key(settings, names)
            return Notified(event_types(settings), key, needs, wraps=trigger.target.type != FUNCTION)
        case Kind.EVENT_SOURCE:
            return Polled(_kind_of(source), criteria(settings["FilterCriteria"], names))
        case Kind.SUBSCRIPTION:
            return _subscribed(trigger, nodes.arn(source) or "", names)
        case Kind.RULE | Kind.SCHEDULE:
            transformed = any(settings[name] for name in ("Input", "InputPath", "InputTransformer"))
            return Delivered(to_bus=trigger.target.type == BUS, transformed=transformed)
        case Kind.PIPE:
            return _piped(trigger, source, names)
        case Kind.LOGS:
            return Logged(str(settings["FilterPattern"].known or ""))
        case _:
            return Free(wrapped=trigger.kind in (Kind.API, Kind.OTHER, Kind.URL))


def _kind_of(source: FlowNode) -> str:
    if source.type == QUEUE:
        return "queue"
    return "stream" if source.type == STREAM else "table" if source.type in TABLES else "other"


def _subscribed(trigger: Trigger, topic: str, names: Names) -> Passage:
    item = trigger.settings
    policy = pattern(item["FilterPolicy"], names) if item["FilterPolicy"] else None
    raw = str(item["RawMessageDelivery"].known).lower() == "true" or trigger.target.type == FUNCTION
    return Subscribed(policy, item["FilterPolicyScope"].known == "MessageBody", raw, topic)


def _piped(trigger: Trigger, source: FlowNode, names: Names) -> Passage:
    if trigger.target is trigger.carrier:
        parameters = trigger.settings["SourceParameters"]
        return Polled(_kind_of(source), criteria(parameters["FilterCriteria"], names))
    parameters = trigger.settings["TargetParameters"]
    if trigger.target.type == BUS:
        bus = parameters["EventBridgeEventBusParameters"]
        return Republished(_words(bus["Source"], names), _words(bus["DetailType"], names))
    return Delivered(transformed=bool(trigger.settings["Enrichment"] or parameters["InputTemplate"]))


def _words(node: Node, names: Names) -> Json:
    read = content(node, names) if node else None
    return Words(read) if isinstance(read, str) and not read.startswith("$") else ANYTHING


def described(passage: Passage) -> str:
    """The filter of a wire, for people; empty where everything passes."""
    match passage:
        case Notified(key=key) if key is not None and (key.prefix or key.suffix):
            words = [f"prefix {key.prefix}"] * bool(key.prefix) + [f"suffix {key.suffix}"] * bool(key.suffix)
            return f" with {' and '.join(words)}"
        case Polled(patterns=patterns) if patterns:
            return " with a filter"
        case Subscribed(policy=policy) if policy is not None:
            return " with a filter policy"
        case _:
            return ""
