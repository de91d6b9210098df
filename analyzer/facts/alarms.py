"""Alarms: what each watches, under which conditions it exists, and whether anybody hears of it.

An alarm watches a resource by the dimensions of its metrics, by a query over a service's metrics, by a metric that a
filter makes of the resource's log, or by a metric that the resource's code publishes.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Final

from analyzer.code.program import Record
from analyzer.facts.alarm_actions import Actions
from analyzer.facts.alarm_metrics import ALARM, Metric, metrics_of
from analyzer.facts.guard_gaps import Guards, gap
from analyzer.facts.log_groups import LOG_GROUP, STAGES, access_log
from analyzer.model.value import Known, Text, Unknown, Value
from analyzer.records import dataclass

if TYPE_CHECKING:
    from analyzer.facts.functions import Functions
    from analyzer.model.application import Application
    from analyzer.model.template import Resource

FUNCTION: Final = "AWS::Lambda::Function"
REST_API: Final = "AWS::ApiGateway::RestApi"
HTTP_API: Final = "AWS::ApiGatewayV2::Api"
GRAPHQL_API: Final = "AWS::AppSync::GraphQLApi"
STATE_MACHINE: Final = "AWS::StepFunctions::StateMachine"
QUEUE: Final = "AWS::SQS::Queue"
APIS: Final = (REST_API, HTTP_API, GRAPHQL_API)
API_NAME: Final = "ApiName"
"""The dimension by which the metrics of a REST API name it."""
NAMESPACES: Final = {
    FUNCTION: "AWS/Lambda",
    REST_API: "AWS/ApiGateway",
    HTTP_API: "AWS/ApiGateway",
    GRAPHQL_API: "AWS/AppSync",
    STATE_MACHINE: "AWS/States",
    QUEUE: "AWS/SQS",
}
"""Where the service itself puts the metrics of a resource."""


@dataclass(frozen=True, eq=False, slots=True)
class Watch:
    """An alarm on a metric of a resource."""

    alarm: Resource
    metric: Metric


class Alarms:
    """The alarms of one application."""

    def __init__(self, application: Application, functions: Functions) -> None:
        self._application = application
        self._functions = functions
        self._names = application.names
        self.all: tuple[Resource, ...] = tuple(application.resources(ALARM))
        self.actions = Actions(application)
        self._namespaces_of: dict[Resource, set[str | None]] = {}

    def __bool__(self) -> bool:
        return bool(self.all)

    @cached_property
    def missing(self) -> Guards | None:
        """Under which guards the application has no alarm at all; None where it always has one."""
        return gap(self._application, [alarm.guards for alarm in self.all])

    @cached_property
    def _metrics(self) -> tuple[Watch, ...]:
        return tuple(Watch(alarm, metric) for alarm in self.all for metric in metrics_of(alarm))

    def on(self, resource: Resource) -> list[Watch]:
        """The alarms that watch the resource."""
        labels = self._labels(resource)
        keys: list[object] = [None, resource, *labels, *self._filtered.get(resource, ())]
        if resource.type == FUNCTION:
            keys += [(namespace,) for namespace in self._published(resource)]
        near = sorted({number for key in keys for number in self._index.get(key, ())})
        watches = (self._metrics[number] for number in near)
        return [watch for watch in watches if self._watches(watch.metric, resource, labels)]

    @cached_property
    def _index(self) -> dict[object, list[int]]:
        """The numbers of the metrics by what they name: a resource, a label, namespace and name, the namespace alone;
        under None those that name nothing by itself."""
        found: dict[object, list[int]] = {}
        for number, watch in enumerate(self._metrics):
            metric = watch.metric
            resources, texts = self._named[metric]
            keys = {*resources, *texts, (metric.namespace, metric.name), (metric.namespace,)}
            if metric.where is not None or not metric.dimensions:
                keys.add(None)
            for key in keys:
                found.setdefault(key, []).append(number)
        return found

    def undecided(self, resource: Resource) -> str:
        """What would tell whether another alarm watches the resource; empty where nothing could."""
        doubts = (self._doubt(watch, resource) for watch in self._doubtful)
        return next((doubt for doubt in doubts if doubt), "")

    @cached_property
    def _doubtful(self) -> list[Watch]:
        return [
            watch
            for watch in self._metrics
            if watch.metric.where
            or watch.metric.undecided
            or any(isinstance(value, Unknown) or name == API_NAME for name, value in watch.metric.dimensions)
        ]

    def unwatched(self, resource: Resource, watches: list[Watch]) -> Guards | None:
        """Under which guards none of ``watches`` exists while the resource does; None where one always does."""
        return gap(self._application, [watch.alarm.guards for watch in watches], resource.guards)

    # --- one metric, one resource ---------------------------------------------------------------------

    def _watches(self, metric: Metric, resource: Resource, labels: set[str]) -> bool:
        if metric.where is not None:
            return metric.namespace == NAMESPACES.get(resource.type) and _selected(metric.where, labels)
        resources, texts = self._named[metric]
        if resource in resources or labels & texts:
            return True
        if metric.namespace == "AWS/Lambda" and not metric.dimensions and not metric.undecided:
            return resource.type == FUNCTION
        return self._made_of_it(metric, resource)

    @cached_property
    def _named(self) -> dict[Metric, tuple[set[Resource], set[str]]]:
        """The resources that the dimensions of each metric name, and their values as canonical text."""
        return {watch.metric: self._named_by(watch.metric) for watch in self._metrics}

    def _named_by(self, metric: Metric) -> tuple[set[Resource], set[str]]:
        resources: set[Resource] = set()
        texts: set[str] = set()
        for _, value in metric.dimensions:
            function = self._functions.behind(value)
            direct = function.resource if function is not None else self._application.behind(value)
            resources |= {*self._application.mentioned(value), *([direct] if direct is not None else [])}
            texts.add(self._names.canonical(value) or "")
        return resources, texts - {""}

    def _labels(self, resource: Resource) -> set[str]:
        """The names that metrics have for the resource."""
        found = {self._names.name(resource), self._names.arn(resource), *self._titles(resource)}
        return {label for label in found if label}

    def _titles(self, resource: Resource) -> set[str | None]:
        """The names that are written for a REST or GraphQL API, in its properties or in its OpenAPI document."""
        if resource.type not in (REST_API, GRAPHQL_API):
            return set()
        written = [node.value for node in (resource["Name"], resource["Body"]["info"]["title"]) if node]
        return {self._names.canonical(value) for value in written}

    @cached_property
    def _all_titles(self) -> set[str | None]:
        return {title for api in self._application.resources(REST_API) for title in self._titles(api)}

    def _doubt(self, watch: Watch, resource: Resource) -> str:
        metric = watch.metric
        if metric.namespace not in (None, NAMESPACES.get(resource.type)):
            return ""
        values = [value for _, value in metric.dimensions]
        unknown = next((value for value in values if isinstance(value, Unknown) and not value.mentions), None)
        if unknown is not None:
            return unknown.needs
        if resource.type == REST_API and not self._titles(resource) and self._called_otherwise(metric):
            return f"the title in the definition of {resource.logical_id}"
        if metric.where and "tag." in metric.where.lower():
            return f"the tags that alarm {watch.alarm.logical_id} selects by"
        return metric.undecided

    def _called_otherwise(self, metric: Metric) -> bool:
        """Whether the metric is that of a REST API whose name no API of the application is known to have."""
        names = {self._names.canonical(value) for name, value in metric.dimensions if name == API_NAME}
        return bool(names) and names.isdisjoint(self._all_titles)

    # --- metrics of logs and of code ------------------------------------------------------------------

    def _made_of_it(self, metric: Metric, resource: Resource) -> bool:
        return (metric.namespace, metric.name) in self._filtered.get(resource, ()) or (
            resource.type == FUNCTION and metric.namespace is not None and self._publishes(resource, metric.namespace)
        )

    @cached_property
    def _filtered(self) -> dict[Resource, set[tuple[str | None, str | None]]]:
        """The metrics that filters make of the log of each function and API."""
        found: dict[Resource, set[tuple[str | None, str | None]]] = {}
        for filter_ in self._application.resources("AWS::Logs::MetricFilter"):
            for resource in self._logging_to(filter_["LogGroupName"].value):
                for made in filter_["MetricTransformations"].items():
                    space, name = made["MetricNamespace"].value, made["MetricName"].value
                    pair = (self._names.canonical(space), self._names.canonical(name))
                    found.setdefault(resource, set()).add(pair)
        return found

    def _logging_to(self, group: Value) -> Iterator[Resource]:
        named = self._group(group)
        if named is None:
            return
        for function in self._functions:
            written = function.resource["LoggingConfig"]["LogGroup"]
            own = self._group(written.value) if written else f"/aws/lambda/{self._names.name(function.resource)}"
            if own == named:
                yield function.resource
        for stage in self._application.resources(*STAGES):
            destination = access_log(stage)["DestinationArn"].value
            mentioned = [self._names.name(r) for r in self._application.mentioned(destination) if r.type == LOG_GROUP]
            api = self._application.behind((stage["RestApiId"] or stage["ApiId"]).value, *APIS)
            if api is not None and named in mentioned:
                yield api

    def _group(self, value: Value) -> str | None:
        found = self._application.behind(value, LOG_GROUP)
        return self._names.name(found) if found is not None else self._names.canonical(value)

    def _publishes(self, resource: Resource, namespace: str) -> bool:
        """Whether the function's code, or Powertools by its environment, publishes metrics in the namespace."""
        return not namespace.startswith("AWS/") and namespace in self._published(resource)

    def _published(self, resource: Resource) -> set[str | None]:
        if resource not in self._namespaces_of:
            self._namespaces_of[resource] = set(self._namespaces(resource))
        return self._namespaces_of[resource]

    def _namespaces(self, resource: Resource) -> Iterator[str | None]:
        function = self._functions.of(resource)
        if function is None:
            return
        values = [function.variable("POWERTOOLS_METRICS_NAMESPACE")]
        for call in function.program.calls:
            if call.operation == "PutMetricData" and isinstance(call.arguments, Record):
                written = call.arguments.get("Namespace")
                values += [function.value_of(written)] if written is not None else []
        yield from (self._names.canonical(value) for value in values if isinstance(value, Known | Text))


def _selected(where: str, labels: set[str]) -> bool:
    """A query without conditions sees every resource of the service, else those whose names it holds."""
    return not where or any(f"'{label}'" in where for label in labels)
