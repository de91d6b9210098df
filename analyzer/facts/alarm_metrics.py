"""The metrics that an alarm looks at, in every form a template can write them.

Sources: Amazon CloudWatch User Guide, "Use metric math" and "Query your CloudWatch metrics with Metrics Insights";
AWS::CloudWatch::Alarm in the CloudFormation Template Reference (read 2026-11-24).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from analyzer.model.node import Node
from analyzer.model.value import Known, Text, Value
from analyzer.records import dataclass

if TYPE_CHECKING:
    from analyzer.model.names import Names
    from analyzer.model.template import Resource

ALARM: Final = "AWS::CloudWatch::Alarm"
_QUERY: Final = re.compile(
    r"SELECT\s+\w+\s*\(\s*\"?([^\")\s]+)\"?\s*\)\s+FROM\s+(?:SCHEMA\s*\(\s*)?\"?([\w/.#:-]+)\"?(.*)", re.I | re.S
)


@dataclass(frozen=True, eq=False, slots=True)
class Metric:
    """One metric of an alarm. ``namespace`` and ``name`` are canonical text, None where they are not known.

    ``dimensions`` are the values by name; ``where`` is the rest of a Metrics Insights query, None for a plain metric.
    ``undecided`` is what would tell the dimensions, where they are not known.
    """

    namespace: str | None
    name: str | None
    dimensions: tuple[tuple[str, Value], ...] = ()
    where: str | None = None
    undecided: str = ""


def metrics_of(alarm: Resource) -> list[Metric]:
    """What the alarm looks at: one metric, those that a math expression takes, or those that a query finds."""
    names = alarm.template.application.names
    found = [_plain(alarm["Namespace"], alarm["MetricName"], alarm["Dimensions"], names)] if alarm["MetricName"] else []
    for item in alarm["Metrics"].items():
        metric = item["MetricStat"]["Metric"]
        if metric:
            found.append(_plain(metric["Namespace"], metric["MetricName"], metric["Dimensions"], names))
        else:
            found.extend(_query(item["Expression"], names))
    return found


def _plain(namespace: Node, name: Node, dimensions: Node, names: Names) -> Metric:
    read = tuple(_dimensions(dimensions))
    undecided = next((item.undecided for item in dimensions.items() if item.undecided), "")
    return Metric(names.canonical(namespace.value), names.canonical(name.value), read, undecided=undecided)


def _dimensions(node: Node) -> Iterator[tuple[str, Value]]:
    for item in node.items():
        for case in item["Value"].cases():
            yield item["Name"].text, case.value


def _query(expression: Node, names: Names) -> Iterator[Metric]:
    """A Metrics Insights query; math on other metrics of the alarm adds nothing."""
    value = expression.value
    canonical = names.canonical(value) if isinstance(value, Known | Text) else None
    match = _QUERY.search(canonical or "")
    if match is not None:
        name, namespace, rest = match.groups()
        clause = re.search(r"\bWHERE\b(.*?)(?:\bGROUP\s+BY\b|\bORDER\s+BY\b|\bLIMIT\b|$)", rest, re.I | re.S)
        yield Metric(namespace, name, where=clause[1].strip() if clause else "")
