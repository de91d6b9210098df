"""Calls: functions are run in place, classes make instances, decorators wrap."""

from __future__ import annotations

import ast
from typing import Any

from analyzer.code.program import CodeValue, Literal, Logged, Opaque, Raised
from analyzer.code.python_definitions import Definitions
from analyzer.code.python_errors import matches, message_of
from analyzer.code.python_expressions import Arguments
from analyzer.code.python_freeze import derived, freeze
from analyzer.code.python_machine import MAX_CALLS, Attempt, Frame
from analyzer.code.python_values import (
    MISSING,
    Alternatives,
    Bound,
    ClassObject,
    Dictionary,
    Event,
    External,
    ExternalObject,
    Function,
    FunctionNode,
    Instance,
    Method,
    Outcome,
    Parent,
    Scope,
    SdkObject,
    Sequence,
    Value,
    Wrapper,
    join,
    options,
)
from analyzer.code.python_weight import unique


class Diverted(Exception):
    """The flow left an expression by an error of the program that is analysed."""


class Calls(Definitions):
    """Calls values, makes functions and classes."""

    def leave(self, error: Value, node: ast.AST) -> None:
        """End the flow by an error."""
        self.raise_error(error, node)
        raise Diverted

    # --- dispatch ---

    def call_expression(self, node: ast.Call, record: bool) -> Value:
        """The value of a call."""
        callee = self.chain(node.func)
        arguments = self._arguments(node)
        return self._each(callee, arguments, node, record)

    def _each(self, callee: Value, arguments: Arguments, node: ast.AST, record: bool = True) -> Value:
        if not isinstance(callee, Alternatives):
            return self.call(callee, arguments, node, record)
        return join([self.call(option, arguments, node, record) for option in callee.options], callee.conditions)

    def call(self, value: Value, arguments: Arguments, node: ast.AST, record: bool = True) -> Value:
        """The result of calling ``value``."""
        match value:
            case Function():
                return self.call_function(value, arguments)
            case Bound():
                keywords = {**dict(value.keywords), **arguments.keywords}
                inner = Arguments([*value.positional, *arguments.positional], keywords, arguments.complete)
                return self._each(value.function, inner, node, record)
            case Method():
                return self._call_method(value, arguments, node, record)
            case External():
                return self.call_external(value.path, arguments, node)
            case ClassObject():
                return self._instantiate(value, arguments, node)
            case Instance() if value.cls.find("__call__") is not MISSING:
                bound = self._bind(value.cls.find("__call__"), value, node)
                return self.call(bound, arguments, node)
            case Wrapper():
                return self._call_wrapper(value, arguments, node)
            case ExternalObject() if python_is_environment(value.path):
                return self._environment(arguments, node)
            case ExternalObject():
                return self.object_method(value, "__call__", arguments, node)
            case Alternatives():
                return self._each(value, arguments, node, record)
        return self.unknown_call(value, arguments, node)

    def _call_method(self, method: Method, arguments: Arguments, node: ast.AST, record: bool) -> Value:
        owner = method.receiver
        match owner:
            case Event():
                return self.event_method(owner, method.name, arguments, node, record)
            case SdkObject():
                return self.sdk_method(owner, method.name, arguments, node)
            case ExternalObject():
                return self.object_method(owner, method.name, arguments, node)
            case Parent():
                return self._call_parent(owner, method.name, arguments)
            case Function() if method.name == "__wrapped__":
                return self.call(owner, arguments, node)
            case Method(receiver=Parent() | ExternalObject()) if isinstance(owner.receiver, ExternalObject):
                inner = ExternalObject(f"{owner.receiver.path}.{owner.name}", owner.receiver.sources)
                return self.object_method(inner, method.name, arguments, node)
            case Opaque() | Function() | Method() | Instance() | ClassObject() | Bound():
                return self.unknown_call(method, arguments, node)
        return self.plain_method(owner, method.name, arguments, node)

    def _call_parent(self, parent: Parent, name: str, arguments: Arguments) -> Value:
        """``super().name(...)`` where the base class is not the user's."""
        if name == "__init__" and isinstance(parent.instance, Instance):
            self.journal.write(parent.instance, "args", Sequence(arguments.positional, arguments.complete))
        return derived(arguments.values(), name)

    def _call_wrapper(self, wrapper: Wrapper, arguments: Arguments, node: ast.AST) -> Value:
        if wrapper.kind == "middleware":
            if any(isinstance(value, Function | Bound | Wrapper) for value in arguments.positional):
                return Bound(wrapper.function, tuple(arguments.positional), tuple(arguments.keywords.items()))
            settings = tuple(arguments.keywords.items())
            return Wrapper("middleware", Bound(wrapper.function, (), settings))
        positional = list(arguments.positional)
        if wrapper.kind == "batch":
            handler, processor, *positional = positional
            keywords = {"record_handler": handler, "processor": processor}
            self._process_batch(Arguments(positional[:1], keywords), node)
        index = next((i for i, value in enumerate(positional) if isinstance(value, Event)), None)
        if wrapper.kind == "event" and index is not None:
            event = positional[index]
            assert isinstance(event, Event)
            positional[index] = Event(event.path, event.fragile, event.nullable, wrapper.argument)
        if wrapper.kind == "logged" and index is not None:
            place = wrapper.place or self.place(node)
            self.record.logged(Logged((freeze(positional[index]),), place, self.catching > 0))
        return self.call(wrapper.function, Arguments(positional, arguments.keywords, arguments.complete), node)

    # --- functions ---

    def call_function(self, function: Function, arguments: Arguments) -> Value:
        """Run a function of the user's code in place."""
        name = getattr(function.node, "name", "lambda")
        if any(frame.function is not None and frame.function.node is function.node for frame in self.frames):
            return derived(arguments.values(), name)
        if len(self.frames) > MAX_CALLS:
            self.record.problem(f"calls nested deeper than {MAX_CALLS} functions were not followed")
            return derived(arguments.values(), name)
        self.executed.add(function.node)
        scope = Scope(function.scope)
        receiver = arguments.positional[0] if function.owner is not None and arguments.positional else None
        frame = Frame(function.module, scope, self.journal.mark(), function, receiver)
        frame.is_handler = self.record.handling and not any(outer.function for outer in self.frames)
        self._bind_parameters(function, arguments, scope)
        self.frames.append(frame)
        try:
            return self._run(frame, function.node)
        finally:
            self.frames.pop()
            caller = self.frames[-1] if self.frames else None
            if caller is not None and frame.escaped:
                caller.conditions = unique(caller.conditions, frame.escaped)

    def _bind_parameters(self, function: Function, arguments: Arguments, scope: Scope) -> None:
        spec = function.node.args
        names = [parameter.arg for parameter in (*spec.posonlyargs, *spec.args)]
        given = list(arguments.positional)
        keywords = dict(arguments.keywords)
        for name in names:
            if given:
                scope.slots[name] = given.pop(0)
            else:
                scope.slots[name] = self._parameter(function, name, keywords, arguments.complete)
        for parameter in spec.kwonlyargs:
            scope.slots[parameter.arg] = self._parameter(function, parameter.arg, keywords, arguments.complete)
        if spec.vararg is not None:
            scope.slots[spec.vararg.arg] = Sequence(given, arguments.complete)
        if spec.kwarg is not None:
            rest = Dictionary()
            rest.slots.update(keywords)
            if not arguments.complete:
                self.update(rest, Opaque())
            scope.slots[spec.kwarg.arg] = rest

    def _parameter(self, function: Function, name: str, keywords: dict[str, Value], complete: bool) -> Value:
        if name in keywords:
            return keywords.pop(name)
        default = function.defaults.get(name)
        if default is None:
            return Opaque(f"parameter {name}")
        return default if complete else join([default, Opaque(f"parameter {name}")])

    def _run(self, frame: Frame, node: FunctionNode) -> Value:
        if isinstance(node, ast.Lambda):
            value = self.evaluate(node.body)
            self._answer(frame, value, node.body)
            return value
        if self.execute(node.body):
            end = node.body[-1]
            outcome = Outcome(Literal(None), frame.conditions, self.catching > 0, self.place(end))
            frame.outcomes.append((outcome, self.journal.capture(frame.mark)))
            if not frame.yields:
                self._answer(frame, Literal(None), end)
        if not frame.outcomes:
            raise Diverted
        conditions = unique(*(outcome.conditions for outcome, _ in frame.outcomes))
        if len(frame.outcomes) > 1:
            self.journal.join(frame.mark, [delta for _, delta in frame.outcomes], conditions)
        elif frame.exits:
            self.journal.join(frame.mark, [frame.outcomes[0][1]])
        return self._result(frame, conditions)

    def _result(self, frame: Frame, conditions: tuple[CodeValue, ...]) -> Value:
        if frame.yields:
            return Sequence(frame.yields, complete=False)
        outcomes = tuple(outcome for outcome, _ in frame.outcomes)
        value = join([outcome.value for outcome in outcomes], conditions)
        return Alternatives(value.options, value.conditions, outcomes) if isinstance(value, Alternatives) else value

    def _answer(self, frame: Frame, value: Value, node: ast.AST) -> None:
        """Hook: the function of ``frame`` ends with ``value``."""

    def function(self, node: Any) -> Function:
        """A function object for a ``def`` or ``lambda``."""
        frame = self.frame
        scope = frame.scope
        owner = frame.class_body
        if owner is not None and scope.parent is not None:
            scope = scope.parent
        spec: ast.arguments = node.args
        positional = [parameter.arg for parameter in (*spec.posonlyargs, *spec.args)]
        defaults = {
            name: self.evaluate(value)
            for name, value in zip(positional[len(positional) - len(spec.defaults) :], spec.defaults, strict=True)
        }
        for parameter, default in zip(spec.kwonlyargs, spec.kw_defaults, strict=True):
            if default is not None:
                defaults[parameter.arg] = self.evaluate(default)
        return Function(node, scope, frame.module, defaults, owner)

    # --- errors ---

    def catches(self, attempt: Attempt, error: Value) -> bool | None:
        """Whether a ``try`` catches ``error``; None where that cannot be told."""
        verdicts = [matches(expected, error) for expected in attempt.expected]
        if True in verdicts:
            return True
        return None if None in verdicts else False

    def escape(self, error: Value, node: ast.AST) -> None:
        """Note an error that nothing catches."""
        for option in options(error):
            self.record.raised(Raised(freeze(message_of(option)), self.place(node), self.catching > 0))


def python_is_environment(path: str) -> bool:
    """Whether calling an object of that class reads an environment variable."""
    return path in ("environs.Env", "environs.EnvParser")
