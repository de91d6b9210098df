"""Loops in words: what happens, who could stop it, and what would break it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.facts.event_flow import Loop
from analyzer.facts.flow_model import (
    BUCKET,
    BUS,
    FUNCTION,
    LOG_GROUP,
    QUEUE,
    STREAM,
    TABLES,
    TOPIC,
    Certainty,
    FlowNode,
)

if TYPE_CHECKING:
    from analyzer.model.template import Resource

_BREAKS = {
    BUCKET: "write to another bucket, or give the notification a prefix that no key written there has",
    QUEUE: "send to another queue than the one that is read",
    TOPIC: "publish to another topic, or add a filter policy that the own messages do not match",
    BUS: "let the rule's pattern leave out the events that the function itself sends",
    TABLES[0]: "write to another table, or add FilterCriteria that the own changes do not match",
    TABLES[1]: "write to another table, or add FilterCriteria that the own changes do not match",
    STREAM: "write to another stream, or add FilterCriteria that the own records do not match",
    LOG_GROUP: "send the function's own log to another log group than the one that is subscribed",
    FUNCTION: "let the function end instead of invoking itself",
}


def sentence(loop: Loop) -> str:
    """What the loop is, in one sentence."""
    write = loop.edges[0]
    if loop.certainty is Certainty.GRANTED:
        held = f"{write.source} may write to {write.target} and its code cannot be read" if write.writes else ""
        return f"{loop.path} may be a loop{loop.where}: {held or 'not every step of it is declared'}; {stopping(loop)}."
    unless = " as long as something on it fails" if loop.on_failure else ""
    unless += " unless a test in the code ends it" if loop.cycle.guarded else ""
    back = f"{write.evidence[0].text}, which starts it again"
    return f"{loop.path} is a loop{unless}{loop.where}: {back}; {stopping(loop)}."


def stopping(loop: Loop) -> str:
    """Whether Lambda's recursive loop detection ends the loop."""
    services = list(dict.fromkeys(node.service for node in loop.undetected))
    if services:
        names = " and ".join([", ".join(services[:-1]), services[-1]] if len(services) > 1 else services)
        verb = "is" if len(services) == 1 else "are"
        return f"Lambda's loop detection cannot stop it, because {names} {verb} on the path"
    allowing = next((node for node in loop.functions if allows_recursion(node.resource)), None)
    if allowing is not None:
        return f"Lambda's loop detection would stop it, but {allowing} has RecursiveLoop: Allow"
    return "Lambda's loop detection stops it after about 16 rounds"


def allows_recursion(function: Resource | None) -> bool:
    """Whether the function certainly switches recursive loop detection off."""
    return function is not None and function["RecursiveLoop"].known == "Allow"


def breaking(loop: Loop) -> str:
    """What would break the loop, one sentence."""
    target = loop.edges[0].target
    rank = {type_: number for number, type_ in enumerate(_BREAKS)}
    best = min(loop.nodes, key=lambda node: _order(node, target, rank))
    ways = _BREAKS.get(best.type, "let no step of the loop lead back to its start")
    return f"Break {loop.path}: {ways}."


def _order(node: FlowNode, target: FlowNode, rank: dict[str, int]) -> tuple[bool, int]:
    return node != target or node.type not in rank, rank.get(node.type, len(rank))
