"""How each function is really invoked, and who takes the events that it fails on.

Sources: AWS Lambda Developer Guide, "Invoking Lambda with events from other AWS services" (lambda-services),
"Invoking a Lambda function asynchronously" (invocation-async); read 2026-11-24.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Final

from analyzer.code.program import CodeValue, Literal, Record
from analyzer.facts.flow_actors import Actor, function_actors
from analyzer.facts.flow_model import FlowNodes
from analyzer.facts.flow_states import state_machine_actors
from analyzer.facts.guard_gaps import Guards, gap
from analyzer.facts.triggers import Kind, Mode, Trigger
from analyzer.facts.truth import unset
from analyzer.judgement import AnyPlace
from analyzer.model.alternatives import merge
from analyzer.model.node import Node
from analyzer.model.value import Known, Value, as_text
from analyzer.records import dataclass

if TYPE_CHECKING:
    from analyzer.facts.functions import Function, Functions
    from analyzer.facts.triggers import Triggers
    from analyzer.model.application import Application
    from analyzer.model.template import Resource

LATEST: Final = "$LATEST"
EVERY_VERSION: Final = "*"
_PUBLISHED: Final = ("AWS::Lambda::Alias", "AWS::Lambda::Version")
_BELONGING: Final = (*_PUBLISHED, "AWS::Lambda::EventInvokeConfig")

_PRINCIPALS: Final[dict[str, tuple[Mode, tuple[Kind, ...], str]]] = {
    "s3": (Mode.ASYNCHRONOUS, (Kind.S3,), "S3"),
    "sns": (Mode.ASYNCHRONOUS, (Kind.SUBSCRIPTION,), "SNS"),
    "events": (Mode.ASYNCHRONOUS, (Kind.RULE, Kind.SCHEDULE), "EventBridge"),
    "logs": (Mode.ASYNCHRONOUS, (Kind.LOGS,), "CloudWatch Logs"),
    "iot": (Mode.ASYNCHRONOUS, (Kind.OTHER,), "AWS IoT"),
    "ses": (Mode.ASYNCHRONOUS, (Kind.OTHER,), "SES"),
    "config": (Mode.ASYNCHRONOUS, (Kind.OTHER,), "AWS Config"),
    "codecommit": (Mode.ASYNCHRONOUS, (Kind.OTHER,), "CodeCommit"),
    "apigateway": (Mode.SYNCHRONOUS, (Kind.API, Kind.AUTHORIZER), "API Gateway"),
    "elasticloadbalancing": (Mode.SYNCHRONOUS, (Kind.OTHER,), "a load balancer"),
    "cognito-idp": (Mode.SYNCHRONOUS, (Kind.OTHER,), "Cognito"),
    "lex": (Mode.SYNCHRONOUS, (Kind.OTHER,), "Lex"),
    "lexv2": (Mode.SYNCHRONOUS, (Kind.OTHER,), "Lex"),
    "connect": (Mode.SYNCHRONOUS, (Kind.OTHER,), "Connect"),
    "bedrock": (Mode.SYNCHRONOUS, (Kind.OTHER,), "Bedrock"),
    "secretsmanager": (Mode.SYNCHRONOUS, (Kind.OTHER,), "Secrets Manager"),
}
"""Service principals that a permission lets invoke: how they do it, the wires that say so themselves, their name."""


@dataclass(frozen=True, eq=False, slots=True)
class Invocation:
    """One way in which a function is invoked, under ``guards``. ``by`` names the invoker for people.

    ``qualifier`` is the alias or version that is invoked (:data:`LATEST` for the function itself, None where it is
    not known). Not ``sure``: only a permission says so. ``kind`` is None for calls in code and state machines.
    """

    mode: Mode
    by: str
    place: AnyPlace
    guards: Guards = ()
    qualifier: str | None = LATEST
    sure: bool = True
    kind: Kind | None = None
    source: Resource | None = None

    @property
    def text(self) -> str:
        """``Uploads invokes it asynchronously``, for evidence."""
        how = {Mode.ASYNCHRONOUS: "invokes it asynchronously", Mode.SYNCHRONOUS: "invokes it and waits"}
        return f"{self.by} {how.get(self.mode, 'is polled for it')}"


@dataclass(frozen=True, eq=False, slots=True)
class Catcher:
    """What takes the events that a function fails on when it is invoked asynchronously as ``qualifier``."""

    words: str
    node: Node
    guards: Guards
    qualifier: str | None


class Invocations:
    """Who invokes which function of an application, and how."""

    def __init__(self, application: Application, functions: Functions, triggers: Triggers) -> None:
        self._application = application
        self._functions = functions
        self._triggers = triggers

    def of(self, function: Function) -> list[Invocation]:
        """Every way in which the function is invoked, those that a template declares first."""
        wires = [self._wire(wire) for wire in self._triggers.into(function.resource) if _invokes(wire)]
        kinds = {wire.kind for wire in wires}
        hints = [hint for hint, shown in self._hints.get(function, ()) if not kinds & set(shown)]
        return [*wires, *self._calls.get(function, ()), *hints]

    def asynchronous(self, function: Function) -> list[Invocation]:
        """The invocations that nobody waits for, the surest first; CloudFormation's last: a deployment shows them."""
        found = [each for each in self.of(function) if each.mode is Mode.ASYNCHRONOUS]
        return sorted(found, key=lambda each: (each.kind is Kind.CUSTOM_RESOURCE, not each.sure))

    def _wire(self, wire: Trigger) -> Invocation:
        own = wire.source is not None and wire.source.logical_id == wire.target.logical_id
        by = f"the {wire.kind} of {wire.name}" if own else wire.name or wire.carrier.logical_id
        source = None if own else wire.source
        guards = merge(wire.carrier.guards, wire.node.guards) or ()
        return Invocation(
            wire.mode, by, wire.node.place, guards, self.qualifier(wire.node.value), True, wire.kind, source
        )

    def qualifier(self, value: Value) -> str | None:
        """The alias or version that a value names beside its function; None where that is not known."""
        for resource in self._application.mentioned(value):
            if resource.type == "AWS::Lambda::Alias":
                return self._application.names.canonical(resource["Name"].value)
            if resource.type == "AWS::Lambda::Version":
                return f"{resource.stack}/{resource.id}"
        canonical = self._application.names.canonical(value)
        if canonical is None:
            return None
        _, found, named = canonical.partition(":function:")
        if not found:
            return LATEST
        return named.partition("/")[0].partition(":")[2] or LATEST

    def uncertain(self, qualifier: str | None) -> bool:
        """Whether it is not known which version a qualifier means."""
        return qualifier is None or self._application.names.uncertain(qualifier)

    def scaled_qualifier(self, value: Value, published: Resource) -> str | None:
        """The alias or version in the ``ResourceId`` of a scalable target: ``function:NAME:QUALIFIER``."""
        if self._functions.of(published) is None:
            return self.qualifier(published.reference)
        canonical = self._application.names.canonical(value) or ""
        return canonical.rpartition(":")[2] or None

    # --- permissions ----------------------------------------------------------------------------------

    @cached_property
    def _hints(self) -> dict[Function, list[tuple[Invocation, tuple[Kind, ...]]]]:
        found: dict[Function, list[tuple[Invocation, tuple[Kind, ...]]]] = {}
        for permission in self._application.resources("AWS::Lambda::Permission"):
            function = self._functions.behind(permission["FunctionName"].value)
            principal = as_text(permission["Principal"].known).partition(".amazonaws.com")[0]
            if function is None or principal not in _PRINCIPALS:
                continue
            mode, kinds, by = _PRINCIPALS[principal]
            qualifier = self.qualifier(permission["FunctionName"].value)
            hint = Invocation(mode, by, permission.place, permission.guards, qualifier, sure=False)
            found.setdefault(function, []).append((hint, kinds))
        return found

    # --- calls ----------------------------------------------------------------------------------------

    @cached_property
    def _calls(self) -> dict[Function, list[Invocation]]:
        found: dict[Function, list[Invocation]] = {}
        nodes = FlowNodes(self._application)
        actors = function_actors(self._application, self._functions, nodes)
        for actor in (*actors, *state_machine_actors(self._application, nodes)):
            for function, invocation in self._called_by(actor):
                found.setdefault(function, []).append(invocation)
        return found

    def _called_by(self, actor: Actor) -> Iterator[tuple[Function, Invocation]]:
        for call in actor.calls:
            if call.service != "lambda" or not call.operation.startswith("Invoke"):
                continue
            arguments = call.arguments if isinstance(call.arguments, Record) else Record(())
            mode = Mode.ASYNCHRONOUS if call.operation == "InvokeAsync" else _mode(arguments.get("InvocationType"))
            named = arguments.get("FunctionName")
            value = actor.value_of(named) if named is not None else None
            function = self._functions.behind(value) if value is not None else None
            if function is None or value is None or mode is None:
                continue
            guards = actor.node.resource.guards if actor.node.resource is not None else ()
            by = actor.node.label
            yield function, Invocation(mode, by, call.place, guards, self.qualifier(value), source=actor.node.resource)

    # --- what it fails on -----------------------------------------------------------------------------

    def catchers(self, function: Function) -> list[Catcher]:
        """The dead-letter queue of the function, and the failure destinations of its versions and aliases."""
        found = list(_catchers("dead-letter queue", function.resource["DeadLetterConfig"]["TargetArn"], EVERY_VERSION))
        for config in self._belonging.get(function, ()):
            if config.type != "AWS::Lambda::EventInvokeConfig":
                continue
            node = config["DestinationConfig"]["OnFailure"]["Destination"]
            for catcher in _catchers("failure destination", node, self._configured(config["Qualifier"].value)):
                guards = merge(config.guards, catcher.guards)
                if guards is not None:
                    found.append(Catcher(catcher.words, catcher.node, guards, catcher.qualifier))
        return found

    @cached_property
    def _belonging(self) -> dict[Function, list[Resource]]:
        """The aliases, versions and configurations of each function."""
        found: dict[Function, list[Resource]] = {}
        for resource in self._application.resources(*_BELONGING):
            function = self._functions.behind(resource["FunctionName"].value)
            if function is not None:
                found.setdefault(function, []).append(resource)
        return found

    def published(self, function: Function) -> list[Resource]:
        """The aliases and versions of a function."""
        return [each for each in self._belonging.get(function, ()) if each.type in _PUBLISHED]

    def _configured(self, value: Value) -> str | None:
        """A ``Qualifier`` as :meth:`qualifier` gives it."""
        if any(r.type.startswith("AWS::Lambda::") for r in self._application.mentioned(value)):
            return self.qualifier(value)
        return as_text(value.value) if isinstance(value, Known) else self._application.names.canonical(value)

    def lost(self, function: Function, invocation: Invocation) -> Guards | None:
        """Under which guards nothing takes what such an invocation fails on; None where something always does."""
        holding = [
            catcher.guards
            for catcher in self.catchers(function)
            if catcher.qualifier in (EVERY_VERSION, invocation.qualifier)
        ]
        base = merge(function.resource.guards, invocation.guards)
        return None if base is None else gap(self._application, holding, base)

    def undecided(self, function: Function, invocation: Invocation) -> str:
        """What would decide whether a failure destination is for this invocation; empty where it is decided."""
        for catcher in self.catchers(function):
            if self.uncertain(catcher.qualifier) or self.uncertain(invocation.qualifier):
                return f"the version of {function.name} that the {catcher.words} is for"
        return ""


def _invokes(wire: Trigger) -> bool:
    off = {"Enabled": False, "State": "DISABLED", "DesiredState": "STOPPED"}
    return wire.mode is not Mode.NONE and not any(wire.carrier[name].known == value for name, value in off.items())


def _catchers(words: str, node: Node, qualifier: str | None) -> Iterator[Catcher]:
    for case in node.cases():
        if not unset(case.value):
            yield Catcher(words, node, case.guards, qualifier)


def _mode(kind: CodeValue | None) -> Mode | None:
    if kind is None or kind == Literal("RequestResponse"):
        return Mode.SYNCHRONOUS
    return Mode.ASYNCHRONOUS if kind == Literal("Event") else None
