"""What decorators do to functions, and what instantiating a class of the user gives."""

from __future__ import annotations

import ast
from typing import Any, Final

from analyzer.code.program import Opaque
from analyzer.code.python_expressions import Arguments
from analyzer.code.python_external import Externals, truthy_keyword
from analyzer.code.python_freeze import derived
from analyzer.code.python_values import (
    MISSING,
    Bound,
    ClassObject,
    Dictionary,
    External,
    ExternalObject,
    FieldDefault,
    Function,
    Instance,
    Method,
    Sequence,
    Value,
    Wrapper,
    options,
)

_FLAVOURS: Final = {
    "builtins.property": "property",
    "functools.cached_property": "property",
    "builtins.staticmethod": "staticmethod",
    "builtins.classmethod": "classmethod",
}
_SETTINGS: Final = ("BaseSettings",)
_MODELS: Final = ("BaseModel", "NamedTuple")


class Definitions(Externals):
    """Makes instances, and applies decorators."""

    def _arguments(self, node: ast.Call) -> Arguments:
        result = Arguments()
        for argument in node.args:
            value = self.evaluate(argument)
            if isinstance(argument, ast.Starred):
                elements, complete = self.elements(value)
                result.positional.extend(elements)
                result.complete = result.complete and complete
            else:
                result.positional.append(value)
        for keyword in node.keywords:
            value = self.evaluate(keyword.value)
            if keyword.arg is not None:
                result.keywords[keyword.arg] = value
            else:
                self._unpack(value, result)
        return result

    def _unpack(self, value: Value, result: Arguments) -> None:
        merged = self.journal.adopt(Dictionary())
        self.update(merged, value)
        for key, entry in merged.entries():
            result.keywords[str(key)] = entry
        result.complete = result.complete and merged.complete

    def decorate(self, value: Value, decorators: list[ast.expr]) -> Value:
        """``value`` under its decorators, innermost last."""
        for node in reversed(decorators):
            value = self._decorated(value, node)
        return value

    def _decorated(self, value: Value, node: ast.expr) -> Value:
        if isinstance(node, ast.Call):
            special = self._called_decorator(value, node)
            if special is not None:
                return special
        elif isinstance(node, ast.Attribute) and node.attr in ("setter", "deleter"):
            return self.lookup(getattr(node.value, "id", ""))
        decorator = self.evaluate(node)
        if isinstance(decorator, External):
            flavour = _FLAVOURS.get(decorator.path)
            if flavour is not None and isinstance(value, Function):
                return Function(value.node, value.scope, value.module, value.defaults, value.owner, flavour)
            if decorator.path.endswith(".lambda_handler_decorator"):
                return Wrapper("middleware", value)
            return value
        if isinstance(decorator, Function | Bound | ClassObject | Wrapper | Instance):
            return self.call(decorator, Arguments([value]), node)
        if isinstance(decorator, Method) and isinstance(decorator.receiver, ExternalObject):
            self._register(decorator.receiver, value)
        elif isinstance(decorator, ExternalObject):
            self._register(decorator, value)
        return value

    def _called_decorator(self, value: Value, node: ast.Call) -> Value | None:
        """Decorators with arguments that matter: event classes, batches, logging of the event, routes."""
        callee = self.chain(node.func)
        if isinstance(callee, External):
            name = callee.path.rpartition(".")[2]
            if name not in ("event_source", "batch_processor", "idempotent", "idempotent_function"):
                return value if not name[:1].isupper() and self._library_decorator(callee, node) else None
            given = self._arguments(node)
            if name == "event_source":
                return Wrapper("event", value, self._class_name(given.at(0, "data_class")))
            if name == "batch_processor":
                handler, processor = given.at(0, "record_handler"), given.at(1, "processor")
                return Bound(Wrapper("batch", value), (handler or Opaque(), processor or Opaque()))
            return value
        if isinstance(callee, Method) and isinstance(callee.receiver, ExternalObject):
            given = self._arguments(node)
            if callee.name == "inject_lambda_context":
                return Wrapper("logged", value, "", self.place(node)) if truthy_keyword(given, "log_event") else value
            self._register(callee.receiver, value)
            return value
        return None

    def _register(self, owner: ExternalObject, function: Value) -> None:
        """Remember that ``owner`` may call ``function``, as a framework calls its routes.

        What only observes calls does not make them.
        """
        name = owner.path.lower()
        if not any(word in name for word in ("tracer", "logger", "metrics", "xray")):
            owner.callbacks.append(function)
            self.escaped.append(function)

    def _library_decorator(self, callee: External, node: ast.Call) -> bool:
        """A foreign decorator with arguments leaves the function as it is; ``wraps`` among them."""
        if callee.path.startswith(("functools.", "builtins.")):
            return True
        self._arguments(node)
        return True

    @staticmethod
    def _class_name(value: Value | None) -> str:
        return value.path.rpartition(".")[2] if isinstance(value, External) else ""

    def _instantiate(self, cls: ClassObject, arguments: Arguments, node: ast.AST) -> Value:
        foreign = [path.rpartition(".")[2] for path in cls.foreign_bases()]
        if any(name in _SETTINGS for name in foreign):
            return Opaque(f"settings of {cls.node.name}")
        instance = self.journal.adopt(Instance(cls))
        initialiser = cls.find("__init__")
        if isinstance(initialiser, Function):
            inner = Arguments([instance, *arguments.positional], arguments.keywords, arguments.complete)
            self.call(initialiser, inner, node)
        elif foreign and not any(name in _MODELS for name in foreign):
            self.journal.write(instance, "args", Sequence(arguments.positional, arguments.complete))
        else:
            self._fill_fields(instance, arguments, node)
        if _is_model(foreign) and len(options(derived(arguments.values(), ""))) and not arguments.complete:
            return derived(arguments.values(), cls.node.name)
        return instance

    def _fill_fields(self, instance: Instance, arguments: Arguments, node: ast.AST) -> None:
        """The fields of a dataclass, named tuple or model from the arguments and the defaults."""
        names: list[str] = []
        for cls in reversed(instance.cls.lineage()):
            for statement in cls.node.body:
                if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                    names.append(statement.target.id)
        given = {**dict(zip(names, arguments.positional, strict=False)), **arguments.keywords}
        for name in names:
            default = instance.cls.find(name)
            value = given.get(name, self._field_default(default, node))
            self.journal.write(instance, name, value)
        after = instance.cls.find("__post_init__")
        if isinstance(after, Function):
            self.call(after, Arguments([instance]), node)

    def _field_default(self, default: Any, node: ast.AST) -> Value:
        if default is MISSING:
            return Opaque("a field that is not given")
        value: Value = default
        if isinstance(value, FieldDefault):
            return self.call(value.factory, Arguments(), node)
        return value


def _is_model(foreign: list[str]) -> bool:
    return "BaseModel" in foreign
