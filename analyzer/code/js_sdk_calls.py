"""Calls of the AWS SDKs: constructing clients and commands, sending them, presigning, paginating."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.code.js_machine import Frame, Machine
from analyzer.code.js_members import get_member, resolve
from analyzer.code.js_reflect import derived, light, reflect
from analyzer.code.js_sdk import (
    CALLING_FUNCTIONS,
    DOCUMENT_OPERATIONS,
    NOT_OPERATIONS,
    PERSISTENCE_OPERATIONS,
    WAITERS,
    client_class,
    command_class,
    is_v3,
    operation_name,
    paginated,
)
from analyzer.code.js_values import (
    UNDEFINED,
    Class,
    Command,
    External,
    Foreign,
    Func,
    Native,
    Obj,
    OneOf,
    Option,
    Pending,
    Request,
    SdkClient,
    Value,
    join,
    values,
)
from analyzer.code.program import Client, Derived, Literal, Opaque, Sdk, SdkCall

if TYPE_CHECKING:
    from tree_sitter import Node

Arguments = tuple[Value, ...]

CALLABLE = (Func, Native)

DOCUMENT_CLIENT = SdkClient("dynamodb", Sdk.JS_V3, True)


def construct_external(machine: Machine, made: External, args: Arguments, node: Node, frame: Frame) -> Value | None:
    """``new`` of a class of an SDK; None where the class is none."""
    if made == External("@aws-sdk/lib-storage", ("Upload",)):
        return Command("s3", "PutObject", _member(machine, args, "params", frame, node))
    if made.target.startswith("@aws-lambda-powertools/idempotency") and made.target.endswith(
        "DynamoDBPersistenceLayer"
    ):
        _note_persistence(machine, args, node, frame)
        return Foreign(made.target, (), (), True)
    command = command_class(made)
    if command is not None:
        return Command(command.service, command.operation, args[0] if args else UNDEFINED, command.document)
    found = client_class(made)
    if found is None:
        return None
    if found.document and found.sdk is Sdk.JS_V3:
        return DOCUMENT_CLIENT
    settings = args[0] if args else UNDEFINED
    machine.recorder.client(Client(found.service, found.sdk, frame.place(node), reflect(settings)))
    defaults = _member(machine, args, "params", frame, node) if found.sdk is Sdk.JS_V2 else UNDEFINED
    return SdkClient(found.service, found.sdk, found.document, defaults)


def _member(machine: Machine, args: Arguments, key: str, frame: Frame, node: Node) -> Value:
    if not args or not isinstance(resolve(args[0]), Obj):
        return UNDEFINED
    return get_member(machine, args[0], key, frame, node)


def _note_persistence(machine: Machine, args: Arguments, node: Node, frame: Frame) -> None:
    table = machine.object({"TableName": _member(machine, args, "tableName", frame, node)}, complete=False)
    for operation in PERSISTENCE_OPERATIONS:
        number = note_call(machine, SdkClient("dynamodb", Sdk.JS_V3), operation, table, node, frame)
        frame.awaited.add(number)


def call_external(machine: Machine, called: External, args: Arguments, node: Node, frame: Frame) -> Value | None:
    """A function of an SDK's package, or of another that calls an API; None where it is neither."""
    if called.target in CALLING_FUNCTIONS:
        service, operation = CALLING_FUNCTIONS[called.target]
        position = 1 if service == "s3" else 0
        arguments = args[position] if len(args) > position else UNDEFINED
        first = len(machine.recorder.calls)
        result = _pending(machine, SdkClient(service, Sdk.JS_V3), operation, arguments, node, frame)
        if called.path[-1:] == ("createPresignedPost",):
            machine.recorder.presigned(first)
        return result
    if called.path[-1:] in (("marshall",), ("unmarshall",), ("input",), ("output",)) and _is_converter(called):
        return args[0] if args else UNDEFINED
    if not is_v3(called.module):
        return None
    if called.path[:1] in (("DynamoDBDocumentClient",), ("DynamoDBDocument",)) and called.path[1:] == ("from",):
        return DOCUMENT_CLIENT
    if called.path == ("getSignedUrl",) and len(args) > 1:
        first = len(machine.recorder.calls)
        signed = send(machine, args[0], args[1], node, frame)
        machine.recorder.presigned(first)
        return signed
    command = paginated(called)
    if command is not None:
        sender = SdkClient(command.service, Sdk.JS_V3, command.document)
        return _pending(machine, sender, command.operation, args[1] if len(args) > 1 else UNDEFINED, node, frame)
    return None


def _is_converter(called: External) -> bool:
    return called.module == "@aws-sdk/util-dynamodb" or "Converter" in called.path


def note_call(machine: Machine, client: SdkClient, operation: str, arguments: Value, node: Node, frame: Frame) -> int:
    """Notes one call; parameters bound to the client lie under those of the call."""
    passed = arguments
    if isinstance(client.defaults, Obj):
        merged = machine.object(dict(client.defaults.slots))
        if isinstance(arguments, Obj):
            merged.slots.update(arguments.slots)
        merged.complete = isinstance(arguments, Obj) and arguments.complete
        passed = merged
    call = SdkCall(
        client.service,
        operation,
        reflect(passed),
        client.sdk,
        frame.place(node),
        document_client=client.document,
        conditions=frame.path,
    )
    return machine.recorder.call(call)


def _result(operation: str, arguments: Value) -> Derived:
    return Derived(light((reflect(arguments),)), f"await {operation}")


def _pending(
    machine: Machine, client: SdkClient, operation: str, arguments: Value, node: Node, frame: Frame
) -> Pending:
    number = note_call(machine, client, operation, arguments, node, frame)
    return Pending(_result(operation, arguments), frozenset((number,)))


def send(machine: Machine, client: Value, command: Value, node: Node, frame: Frame) -> Value:
    """``client.send(command)``, whatever is known of the client."""
    results: list[Option] = []
    for option in values(resolve(command)):
        for alternative in values(option.value) if isinstance(option, Pending) else (option,):
            if isinstance(alternative, Command):
                results.append(Option(send_command(machine, client, alternative, node, frame)))
            elif alternative != UNDEFINED:
                where = f"{frame.module.name}:{node.start_point[0] + 1}"
                machine.problem(f"{where}: which command is sent there cannot be told")
                results.append(Option(Opaque("unknown command")))
    return join(results)


def send_command(machine: Machine, client: Value, command: Command, node: Node, frame: Frame) -> Pending:
    """Sends a known command. A document client changes what a plain command's input looks like."""
    client = resolve(client)
    document = command.document or (isinstance(client, SdkClient) and client.document)
    sender = SdkClient(command.service, Sdk.JS_V3, document)
    return _pending(machine, sender, command.operation, command.input, node, frame)


def client_method(machine: Machine, client: SdkClient, name: str, args: Arguments, node: Node, frame: Frame) -> Value:
    """A method of a client."""
    if name in ("on", "addPlugin") or name in NOT_OPERATIONS:
        return derived(name, *args) if name != "on" else client
    if client.sdk is Sdk.JS_V3 and name == "send":
        result = send(machine, client, args[0] if args else Opaque(), node, frame)
        return _with_callback(machine, args[1:], result, node, frame)
    special = _special_v2(machine, client, name, args, node, frame) if client.sdk is Sdk.JS_V2 else None
    if special is not None:
        return special
    operation = DOCUMENT_OPERATIONS.get(name) if client.document else operation_name(name)
    if operation is None or name == "*":
        if name == "*":
            machine.problem(f"{frame.module.name}:{node.start_point[0] + 1}: a method of a computed name is called")
        return Opaque(name)
    arguments = args[0] if args and not isinstance(args[0], CALLABLE) else UNDEFINED
    result = _pending(machine, client, operation, arguments, node, frame)
    if client.sdk is Sdk.JS_V3 or callback_of(args) is not None:
        return _with_callback(machine, args, result, node, frame)
    return Request(next(iter(result.calls)), result.value)


def _special_v2(
    machine: Machine, client: SdkClient, name: str, args: Arguments, node: Node, frame: Frame
) -> Value | None:
    """Methods of v2 that are no operation's own name."""
    if name in ("getSignedUrl", "getSignedUrlPromise", "makeRequest", "waitFor") and args:
        method = resolve(args[0])
        if not isinstance(method, Literal) or not isinstance(method.value, str):
            machine.problem(f"{frame.module.name}:{node.start_point[0] + 1}: which operation is meant cannot be told")
            return Opaque(name)
        operation = WAITERS.get(method.value) if name == "waitFor" else operation_name(method.value)
        arguments = args[1] if len(args) > 1 and not isinstance(args[1], CALLABLE) else UNDEFINED
        if operation is None:
            return Opaque(name)
        first = len(machine.recorder.calls)
        result = _pending(machine, client, operation, arguments, node, frame)
        if name.startswith("getSignedUrl"):
            machine.recorder.presigned(first)
        if name in ("makeRequest", "waitFor") and callback_of(args) is None:
            return Request(next(iter(result.calls)), result.value)
        frame.awaited |= result.calls
        return _with_callback(machine, args, result, node, frame)
    if client.service == "s3" and name in ("upload", "createPresignedPost"):
        first = len(machine.recorder.calls)
        result = _pending(machine, client, "PutObject", args[0] if args else UNDEFINED, node, frame)
        if name == "createPresignedPost":
            machine.recorder.presigned(first)
        if callback_of(args) is not None or name == "createPresignedPost":
            return _with_callback(machine, args, result, node, frame)
        return Request(next(iter(result.calls)), result.value)
    return None


def callback_of(args: Arguments) -> Value | None:
    """The callback at the end of a call's arguments."""
    last = resolve(args[-1]) if args else None
    if isinstance(last, OneOf):
        return last if any(isinstance(option.value, CALLABLE) for option in last.options) else None
    return last if isinstance(last, CALLABLE) and not isinstance(last, Class) else None


def _with_callback(machine: Machine, args: Arguments, result: Value, node: Node, frame: Frame) -> Value:
    """Runs the callback of a call with an error that may be there, and with the result."""
    callback = callback_of(args)
    if callback is None:
        return result
    calls = result.calls if isinstance(result, Pending) else frozenset()
    frame.awaited |= calls
    value = result.value if isinstance(result, Pending) else result
    error = derived("error of the call", value)
    return machine.call(machine, callback, (error, value), UNDEFINED, node, frame)


def request_method(machine: Machine, request: Request, name: str, args: Arguments, node: Node, frame: Frame) -> Value:
    """A method of a v2 request: only ``promise``, ``send`` and their like put it on its way."""
    sent = Pending(request.value, frozenset((request.call,)))
    if name == "promise":
        return sent
    if name in ("send", "eachPage", "eachItem", "on"):
        for argument in args:
            if isinstance(resolve(argument), CALLABLE):
                frame.awaited.add(request.call)
                passed = (
                    (request.value,) if name == "on" else (derived("error of the call", request.value), request.value)
                )
                machine.call(machine, argument, passed, UNDEFINED, node, frame)
        return request
    if name in ("then", "catch", "finally"):
        return request
    machine.recorder.escaped.add(request.call)
    return request.value
