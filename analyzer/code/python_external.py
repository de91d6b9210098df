"""Calls that leave the user's code: Python's own functions, the AWS SDK, logging and other packages."""

# Word lists are easier to read as text.
from __future__ import annotations

import ast
from abc import abstractmethod
from typing import Any, Final

from analyzer.code import python_boto, python_powertools
from analyzer.code.program import (
    Client,
    CodeValue,
    Invocation,
    Literal,
    Opaque,
    Record,
    Sdk,
    SdkCall,
)
from analyzer.code.python_builtins import Builtins
from analyzer.code.python_expressions import Arguments
from analyzer.code.python_freeze import derived, freeze
from analyzer.code.python_values import (
    Bound,
    Dictionary,
    Event,
    ExternalObject,
    Function,
    Method,
    SdkObject,
    Sequence,
    Value,
    Wrapper,
    join,
    options,
    truth,
)
from analyzer.records import replace

_LOG_METHODS: Final = frozenset(
    "debug info warning warn error exception critical fatal log msg trace success".split(" ")
)
_LOG_SILENT: Final = frozenset("setLevel addHandler removeHandler append_keys bind new structure_logs".split(" "))
_UNCHANGED: Final = frozenset(
    "builtins.iter builtins.frozenset copy.copy copy.deepcopy typing.cast asyncio.run asyncio.create_task "
    "asyncio.ensure_future asyncio.wait_for asyncio.shield contextlib.closing contextlib.aclosing "
    "types.MappingProxyType "
    "requests.structures.CaseInsensitiveDict functools.wraps builtins.reversed builtins.sorted builtins.aiter".split(
        " "
    )
)
# Calls that run the function they are given: where it is, and where its arguments start.
_RUNNERS: Final = {"submit": (0, 1), "to_thread": (0, 1), "run_in_executor": (1, 2), "apply_async": (0, 1),
                   "call_soon": (0, 1), "run_sync": (0, 1), "retry_call": (0, 1)}  # fmt: skip
_MAPPERS: Final = frozenset("map imap imap_unordered starmap filter".split(" "))
_SERVERS: Final = frozenset("resolve run handle dispatch handle_request __call__ response".split(" "))


class Externals(Builtins):
    """What calling something that is not the user's does."""

    def __init__(self, *context: Any) -> None:
        super().__init__(*context)
        self.escaped: list[Value] = []

    @abstractmethod
    def leave(self, error: Value, node: ast.AST) -> None:
        """End the flow by an error."""

    # --- the call of a name ---

    def call_external(self, path: str, arguments: Arguments, node: ast.AST) -> Value:
        """Call the foreign function or class ``path``."""
        known = self._known.get(path)
        if known is not None:
            return known(arguments, node)
        if path in _UNCHANGED and arguments.positional:
            return arguments.positional[-1] if path == "typing.cast" else arguments.positional[0]
        if path in ("sys.exit", "os._exit", "builtins.exit", "builtins.quit"):
            self.leave(ExternalObject("builtins.SystemExit", tuple(map(freeze, arguments.positional))), node)
        constructed = self._sdk_constructor(path, arguments, node)
        if constructed is not None:
            return constructed
        name = path.rpartition(".")[2]
        if path.startswith(("logging.", "loguru.logger.")) and name in _LOG_METHODS:
            return self._log(arguments, node)
        return self._package(path, arguments, node)

    def _package(self, path: str, arguments: Arguments, node: ast.AST) -> Value:
        if path.startswith("aws_lambda_powertools.utilities.batch.") and "process_partial_response" in path:
            return self._process_batch(arguments, node)
        if path.endswith(".lambda_handler_decorator") and arguments.positional:
            return Wrapper("middleware", arguments.positional[0])
        self._library_call(path, arguments, node)
        if not path.startswith(("builtins.", "boto3.", "botocore.")):
            self.record.invoked(Invocation(path, _flat(arguments), self.place(node)))
        name = path.rpartition(".")[2]
        if python_powertools.part_of(name, "records")[1] or name.endswith(("Event", "EventV2")):
            event = arguments.at(0, "data")
            if isinstance(event, Event) and "data_classes" in path:
                return Event(event.path, event.fragile, event.nullable, name)
        callbacks = self.run_callables(name, arguments, node)
        result = ExternalObject(path, derived(arguments.values(), path).sources)
        for value in arguments.values():
            if isinstance(value, ExternalObject):
                result.callbacks = value.callbacks
        result.callbacks.extend(callbacks)
        self.escaped.extend(callbacks)
        if self.record.handling and result.callbacks and name in _SERVERS:
            self.serve(result, node)
        return derived(arguments.values(), name) if path.startswith("builtins.") and not _is_class(name) else result

    def run_callables(self, name: str, arguments: Arguments, node: ast.AST) -> list[Value]:
        """Run the functions passed to a foreign call; those that it may keep for later are the result."""
        if name in _RUNNERS and len(arguments.positional) > _RUNNERS[name][0]:
            index, start = _RUNNERS[name]
            inner = Arguments(arguments.positional[start:], dict(arguments.keywords), arguments.complete)
            self.call(arguments.positional[index], inner, node)
            return []
        target = arguments.keywords.get("target")
        if name in ("Thread", "Process") and target is not None:
            given = self.elements(arguments.keywords.get("args", Sequence()))[0]
            self.call(target, Arguments(given), node)
            return []
        if name in _MAPPERS and len(arguments.positional) > 1:
            self._map(arguments, node, star=name == "starmap")
            return []
        functions = [value for value in arguments.values() if _is_callable(value)]
        if not self.record.handling:
            return functions
        for function in functions:
            self.run_unsure(function, arguments, node)
        return []

    def run_unsure(self, function: Value, arguments: Arguments, node: ast.AST) -> None:
        """Run a function that foreign code may call, with what it may be given."""
        sources = [value for value in arguments.values() if not _is_callable(value)]
        reached, self.record.reached = self.record.reached, None if self.record.reached else self.record.reached
        guess = derived(sources, "callback")
        try:
            self.call(function, Arguments([guess] * 8, complete=False), node)
        finally:
            self.record.reached = reached

    def serve(self, server: ExternalObject, node: ast.AST) -> None:
        """Run the functions registered with ``server``, as routes are."""
        pending, server.callbacks = server.callbacks, []
        for function in pending:
            self.call(function, Arguments([Opaque("a parameter of the request")] * 8, complete=False), node)

    def _map(self, arguments: Arguments, node: ast.AST, star: bool) -> Value:
        found: list[Value] = []
        for element in self.elements(arguments.positional[1])[0]:
            inner = self.elements(element)[0] if star else [element]
            found.append(self.call(arguments.positional[0], Arguments(inner), node))
        return Sequence(found, complete=False)

    # --- the SDK ---

    def _sdk_constructor(self, path: str, arguments: Arguments, node: ast.AST) -> Value | None:
        if python_boto.is_session(path):
            return SdkObject("", "session")
        if path in ("botocore.config.Config", "botocore.client.Config"):
            return _settings(arguments)
        root, _, last = path.rpartition(".")
        if root in ("boto3", "aioboto3") and last in ("client", "resource"):
            return self._client(last, arguments, node)
        service = python_boto.boto2_service(path)
        if service is None:
            return None
        self.record.client(Client(service, Sdk.BOTO2, self.place(node), _settings(arguments)))
        return ExternalObject(path, tuple(freeze(value) for value in arguments.values()))

    def _client(self, kind: str, arguments: Arguments, node: ast.AST) -> Value:
        """``boto3.client(name, ...)``, ``session.resource(name, ...)``."""
        name = arguments.at(0, "service_name") or Opaque("service")
        found: list[Value] = []
        for option in options(name):
            if not isinstance(option, Literal) or not isinstance(option.value, str):
                self.record.problem(f"{self.place(node).file}: the service of an AWS client is computed")
                found.append(Opaque("an AWS client of an unknown service"))
                continue
            settings = _settings(Arguments(arguments.positional[1:], dict(arguments.keywords), arguments.complete))
            self.record.client(Client(option.value, Sdk.BOTO3, self.place(node), settings))
            found.append(python_boto.new_client(option.value, kind == "resource", Sdk.BOTO3))
        return join(found)

    def sdk_method(self, owner: SdkObject, name: str, arguments: Arguments, node: ast.AST) -> Value:
        """``client.put_object(...)`` and its like."""
        if owner.kind == "session":
            if name in ("client", "resource", "create_client"):
                return self._client("resource" if name == "resource" else "client", arguments, node)
            return Opaque(f"the session's {name}")
        effect = python_boto.call(owner, name, arguments.positional, arguments.keywords, arguments.complete)
        if effect is None:
            self.record.problem(f"{self.place(node).file}: {owner.service} {owner.kind}.{name} is not known")
            return Opaque(f"{owner.service} {name}")
        for operation, given in effect.operations:
            path = tuple(dict.fromkeys(tested for frame in self.frames for tested in frame.path))
            call = SdkCall(owner.service, operation, given, owner.sdk, self.place(node), conditions=path)
            self.record.call(replace(call, presigned=effect.presigned))
        return effect.result

    def _library_call(self, path: str, arguments: Arguments, node: ast.AST) -> None:
        """A package that calls AWS on the user's behalf."""
        if path not in python_powertools.AWS_CALLS:
            short = path.replace(".persistence.dynamodb.", ".").replace(".persistence.", ".")
            if short not in python_powertools.AWS_CALLS:
                return
            path = short
        service, parameter, operations = python_powertools.AWS_CALLS[path]
        place = self.place(node)
        self.record.client(Client(service, Sdk.BOTO3, place))
        name = arguments.at(0, "table_name") or arguments.at(0, "name")
        entries = () if name is None else ((parameter, freeze(name)),)
        for operation in operations.split():
            self.record.call(SdkCall(service, operation, Record(entries, complete=False), Sdk.BOTO3, place))

    # --- the call of a method of a foreign object ---

    def object_method(self, owner: ExternalObject, name: str, arguments: Arguments, node: ast.AST) -> Value:
        """``owner.name(...)`` of an object that a package made."""
        if _is_logger(owner.path):
            if name in _LOG_METHODS:
                return self._log(arguments, node)
            if name in _LOG_SILENT:
                return owner
        if owner.path == "argparse.Namespace" or owner.path.startswith("environs."):
            return self._environment(arguments, node)
        if owner.path == "boto3.dynamodb.conditions.Key" or owner.path == "boto3.dynamodb.conditions.Attr":
            return derived([*owner.sources, *arguments.values()], f"{owner.path.rpartition('.')[2]}.{name}")
        if _reads_entry(owner.path, name):
            return self.plain_method(freeze(owner), name, arguments, node)
        path = f"{owner.path}.{name}"
        self._library_call(path, arguments, node)
        self.record.invoked(Invocation(path, _flat(arguments), self.place(node)))
        kept = self.run_callables(name, arguments, node)
        for value in arguments.values():
            if isinstance(value, ExternalObject):
                kept.extend(value.callbacks)
        owner.callbacks.extend(value for value in kept if value not in owner.callbacks)
        if self.record.handling and owner.callbacks:
            self.serve(owner, node)
        if name in ("result", "__enter__", "__aenter__"):
            return owner
        sources = derived([*owner.sources, *arguments.values()], path).sources
        return ExternalObject(path, sources, owner.callbacks)

    def unknown_call(self, value: Value, arguments: Arguments, node: ast.AST) -> Value:
        """The call of a value about which nothing is known."""
        written = _written(node.func) if isinstance(node, ast.Call) else ""
        name = written.rpartition(".")[2]
        if name in _LOG_METHODS and "log" in written.lower():
            return self._log(arguments, node)
        if written and not isinstance(_receiver(value), Event):
            self.record.invoked(Invocation(written, _flat(arguments), self.place(node)))
        for function in self.run_callables(name, arguments, node):
            self.escaped.append(function)
        if isinstance(value, Method):
            value = value.receiver
        known = [] if isinstance(value, Opaque) else [value]
        return derived([*known, *arguments.values()], name)

    def _process_batch(self, arguments: Arguments, node: ast.AST) -> Value:
        """Powertools' ``process_partial_response``: the record handler for each record, and the failures."""
        event = arguments.at(0, "event")
        handler = arguments.at(1, "record_handler")
        processor = arguments.at(2, "processor")
        wanted = next((n for n in python_powertools.RECORDS if n in repr(freeze(processor or Opaque()))), "SQS")
        if isinstance(event, Event) and handler is not None:
            records = self.part(event, "Records", tolerant=False)
            self.read(records, node)
            item = self.part(records, "*", tolerant=True, kind=python_powertools.RECORDS[wanted])
            self.call(handler, Arguments([item]), node)
        return Dictionary({"batchItemFailures": Sequence(complete=False)})


def _settings(arguments: Arguments) -> CodeValue:
    entries = tuple((name, freeze(value)) for name, value in arguments.keywords.items() if name != "service_name")
    region = (("region_name", freeze(arguments.positional[0])),) if arguments.positional else ()
    return Record((*region, *entries), arguments.complete)


def _flat(arguments: Arguments) -> tuple[CodeValue, ...]:
    """Positional arguments, then the keyword arguments as one record."""
    named = Record(tuple((name, freeze(value)) for name, value in arguments.keywords.items()), arguments.complete)
    positional = tuple(freeze(value) for value in arguments.positional)
    return (*positional, named) if arguments.keywords else positional


def _is_callable(value: Value) -> bool:
    if isinstance(value, Method):
        return isinstance(value.receiver, SdkObject)
    return isinstance(value, Function | Bound | Wrapper)


def _is_logger(path: str) -> bool:
    root, _, rest = path.partition(".")
    name = path.rpartition(".")[2].lower()
    return root in ("logging", "structlog", "loguru") or "logger" in name or (root == "logging" and bool(rest))


def _reads_entry(path: str, name: str) -> bool:
    """Whether ``name`` reads the dict that a function like ``json.loads`` gave."""
    maker = path.rpartition(".")[2]
    return name in ("get", "items", "keys", "values") and maker.islower() and maker not in ("session", "client")


def _is_class(name: str) -> bool:
    return name[:1].isupper() or name == "object"


def _receiver(value: Value) -> Value:
    return value.receiver if isinstance(value, Method) else value


def _written(node: ast.expr) -> str:
    """The dotted name as it is written; empty where it is none."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        return ".".join([node.id, *reversed(parts)])
    return ".".join(["", *reversed(parts)]) if parts else ""


def truthy_keyword(arguments: Arguments, name: str) -> bool:
    """Whether the keyword argument ``name`` is surely true."""
    value = arguments.keywords.get(name)
    return value is not None and truth(value) is True
