"""State machines: the calls that their tasks make, in all forms of service integration.

Source: AWS Step Functions Developer Guide, "Integrating services" and the Amazon States Language (read 2026-11-24).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from analyzer.code.program import CodeValue, Items, Literal, Opaque, Record
from analyzer.data.sdk_services import services
from analyzer.facts.event_filters import content
from analyzer.facts.event_patterns import Undecided
from analyzer.facts.flow_actors import Actor, Call
from analyzer.facts.flow_model import FlowNodes
from analyzer.judgement import TemplatePlace
from analyzer.model.template import Resource

if TYPE_CHECKING:
    from analyzer.model.application import Application
    from analyzer.model.names import Names
    from analyzer.model.value import Value

MOST_STATES: Final = 2000
MOST_DEPTH: Final = 60
_SUFFIX: Final = re.compile(r"\.(sync(:2)?|waitForTaskToken)$")
_OPTIMIZED: Final = {
    "lambda:invoke": ("lambda", "Invoke"),
    "sqs:sendMessage": ("sqs", "SendMessage"),
    "sns:publish": ("sns", "Publish"),
    "events:putEvents": ("events", "PutEvents"),
    "dynamodb:putItem": ("dynamodb", "PutItem"),
    "dynamodb:updateItem": ("dynamodb", "UpdateItem"),
    "dynamodb:deleteItem": ("dynamodb", "DeleteItem"),
    "states:startExecution": ("stepfunctions", "StartExecution"),
}
_ALIASES: Final = {"sfn": "stepfunctions", "eventbridge": "events", "iotdataplane": "iot-data"}


def state_machine_actors(application: Application, nodes: FlowNodes) -> list[Actor]:
    """The state machines, with what their tasks call."""
    return [_actor(application, nodes, machine) for machine in application.resources(_TYPE)]


_TYPE: Final = "AWS::StepFunctions::StateMachine"


def _actor(application: Application, nodes: FlowNodes, machine: Resource) -> Actor:
    definition, place = _definition(application, machine)
    calls = tuple(_calls(definition, place)) if isinstance(definition, Mapping) else ()
    unread = "" if isinstance(definition, Mapping) else f"the definition of state machine {machine.logical_id}"
    role = application.behind(machine["RoleArn"].value, "AWS::IAM::Role")

    def value_of(expression: CodeValue) -> Value:
        text = expression.value if isinstance(expression, Literal) else None
        return application.names.restore(text if isinstance(text, str) else "")

    return Actor(nodes.of(machine), calls, unread, role, value_of, application.names)


def _definition(application: Application, machine: Resource) -> tuple[Any, TemplatePlace]:
    """The definition with its substitutions made, and where it is written."""
    names = application.names
    for name in ("Definition", "DefinitionString"):
        node = machine[name]
        if node:
            return _parsed(_substituted(content(node, names), machine, names)), node.place
    return _substituted(_file(machine), machine, names), machine.place


def _file(machine: Resource) -> Any:
    """The definition, in JSON or YAML, in the local file that ``DefinitionS3Location`` leads to; None where there is
    none that can be read."""
    from analyzer.sources.document import Document
    from analyzer.sources.errors import InputError, MissingAsset

    if not machine["DefinitionS3Location"]:
        return None
    found = machine.asset("DefinitionS3Location")
    if isinstance(found, MissingAsset):
        return None
    name = next(iter(found.names()), "")
    try:
        return Document(found.read(name) or b"", name).value
    except InputError:
        return None


def _parsed(read: Any) -> Any:
    if not isinstance(read, str):
        return read
    try:
        return json.loads(read)
    except (ValueError, RecursionError):
        return None


def _substituted(read: Any, machine: Resource, names: Names) -> Any:
    """``${Name}`` in every string replaced by what ``DefinitionSubstitutions`` gives for it. What is read is not deep:
    text is parsed later, a template's content and a file are read to a bound."""
    given = {key: content(node, names) for key, node in machine["DefinitionSubstitutions"].entries()}
    known = {key: str(value) for key, value in given.items() if not isinstance(value, Undecided)}

    def replace(value: Any) -> Any:
        if isinstance(value, str):
            return re.sub(r"\$\{([\w-]{1,255})\}", lambda m: known.get(m[1], m[0]), value)
        if isinstance(value, Mapping):
            return {key: replace(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [replace(inner) for inner in value]
        return value

    return replace(read) if known else read


# --- states -------------------------------------------------------------------------------------------------


def _states(definition: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every state, those of branches and maps included."""
    pending: list[Any] = [definition]
    seen = 0
    while pending and seen < MOST_STATES:
        machine = pending.pop()
        states = machine.get("States") if isinstance(machine, Mapping) else None
        for state in states.values() if isinstance(states, Mapping) else ():
            if isinstance(state, Mapping):
                seen += 1
                yield state
                branches = state.get("Branches")
                pending.extend(branches if isinstance(branches, list) else ())
                pending.extend(state[name] for name in ("Iterator", "ItemProcessor") if name in state)


def _calls(definition: Mapping[str, Any], place: TemplatePlace) -> Iterator[Call]:
    for state in _states(definition):
        resource = state.get("Resource")
        if state.get("Type") == "Task" and isinstance(resource, str):
            yield from _task(resource, state, place)
        writer = state.get("ResultWriter")
        if isinstance(writer, Mapping):
            given = writer.get("Parameters") or writer.get("Arguments")
            bucket = given.get("Bucket") if isinstance(given, Mapping) else None
            if isinstance(bucket, str):
                yield Call("s3", "PutObject", Record((("Bucket", Literal(bucket)), ("Key", Opaque()))), place)


def _task(resource: str, state: Mapping[str, Any], place: TemplatePlace) -> Iterator[Call]:
    _, integrated, integration = resource.partition(":states:::")
    if not integrated:
        yield Call("lambda", "Invoke", Record((("FunctionName", Literal(resource)),)), place)
        return
    name = _SUFFIX.sub("", integration)
    found = _OPTIMIZED.get(name) or _sdk(name)
    if found is not None:
        given = state.get("Arguments", state.get("Parameters"))
        yield Call(*found, _expression(_spelled(given)), place)


def _sdk(name: str) -> tuple[str, str] | None:
    """``aws-sdk:s3:putObject`` as client and operation."""
    prefix, _, operation = name.rpartition(":")
    if not prefix.startswith("aws-sdk:") or not operation:
        return None
    service = prefix.removeprefix("aws-sdk:").lower()
    client = _ALIASES.get(service, service)
    return (client, operation[0].upper() + operation[1:]) if client in services() else None


def _spelled(given: Any) -> Any:
    """State machines write the arguments of one service with a capital: ``StateMachineArn``."""
    if isinstance(given, Mapping) and "StateMachineArn" in given:
        return {**given, "stateMachineArn": given["StateMachineArn"]}
    return given


def _expression(given: Any, depth: int = 0) -> CodeValue:
    """Arguments as an expression of code; JSONPath (``Key.$``) and JSONata are of the run."""
    if depth > MOST_DEPTH:
        return Opaque()
    match given:
        case Mapping():
            entries = [
                (str(key).removesuffix(".$"), Opaque() if str(key).endswith(".$") else _expression(value, depth + 1))
                for key, value in given.items()
            ]
            return Record(tuple(entries))
        case list():
            return Items(tuple(_expression(item, depth + 1) for item in given))
        case str() if given.startswith("{%"):
            return Opaque()
        case str() | int() | float() | bool() | None:
            return Literal(given)
        case _:
            return Opaque()
