"""Attributes of values, and the methods of dicts, lists, strings and parts of the event."""

# Word lists are easier to read as text.
from __future__ import annotations

import ast
from abc import abstractmethod
from collections.abc import Callable
from typing import Any, Final

from analyzer.code import python_boto, python_powertools
from analyzer.code.program import Composed, Derived, EnvironmentVariable, Literal, Opaque
from analyzer.code.python_expressions import Arguments, Expressions
from analyzer.code.python_freeze import derived
from analyzer.code.python_text import constant_method, formatted, joined
from analyzer.code.python_values import (
    COMPLETE,
    MISSING,
    Bound,
    ClassObject,
    Dictionary,
    Event,
    EventItems,
    External,
    ExternalObject,
    Function,
    Instance,
    Method,
    ModuleObject,
    Parent,
    SdkObject,
    Sequence,
    Value,
    Wrapper,
    join,
    options,
    truth,
)

_EVENT_METHODS: Final = frozenset("get items keys values copy pop setdefault".split(" "))
_DICT_METHODS: Final = frozenset("get items keys values copy pop setdefault update popitem clear".split(" "))


class Members(Expressions):
    """``value.name`` and ``value.name(...)``."""

    @abstractmethod
    def call(self, value: Value, arguments: Arguments, node: ast.AST, record: bool = True) -> Value:
        """The result of calling ``value``."""

    def attribute(self, value: Value, name: str, node: ast.expr, record: bool) -> Value:
        """``value.name``."""
        match value:
            case Event():
                return self._event_attribute(value, name, node, record)
            case External():
                return _external_attribute(value, name)
            case ExternalObject() if name == "current_event":
                kind = python_powertools.RESOLVERS.get(value.path.rpartition(".")[2], "")
                return Event((), kind=kind)
            case SdkObject():
                found = python_boto.member(value, name)
                return Method(value, name) if found is None else found
            case Instance():
                return self._instance_attribute(value, name, node)
            case ClassObject():
                return self._class_attribute(value, name)
            case Parent():
                found = _class_of(value.instance).find(name, value.owner)
                return Method(value, name) if found is MISSING else self._bind(found, value.instance, node)
            case ModuleObject():
                return self.member_of_module(value, name)
            case Literal() if name in ("value", "name"):
                return value
            case Function():
                return Literal(getattr(value.node, "name", "")) if name == "__name__" else Method(value, name)
        return Method(value, name)

    def member_of_module(self, module: ModuleObject, name: str) -> Value:
        """A variable of a module, or the module below it."""
        if name in module.scope.slots:
            found: Value = module.scope.slots[name]
            return found
        below = f"{module.name}.{name}" if module.name else name
        if self.library.find(below):
            return self.import_module(below)
        if len(module.stars) == 1:
            return External(f"{module.stars[0]}.{name}")
        return Opaque(f"{module.name}.{name}")

    def _instance_attribute(self, value: Instance, name: str, node: ast.expr) -> Value:
        if name in value.slots:
            own: Value = value.slots[name]
            return own
        if name == "__class__":
            return value.cls
        found = value.cls.find(name)
        if found is not MISSING:
            return self._bind(found, value, node)
        foreign = value.cls.foreign_bases()
        return Method(ExternalObject(foreign[0]), name) if foreign else Opaque(f"self.{name}")

    def _bind(self, found: Any, owner: Value, node: ast.AST) -> Value:
        """A class attribute as seen through an instance."""
        value: Value = found
        if not isinstance(value, Function):
            return Bound(value, (owner,)) if isinstance(value, Wrapper) else value
        if value.flavour == "property":
            return self.call(value, Arguments([owner]), node)
        if value.flavour == "staticmethod":
            return value
        receiver: Value = _class_of(owner) if value.flavour == "classmethod" else owner
        return Bound(value, (receiver,))

    def _class_attribute(self, value: ClassObject, name: str) -> Value:
        found = value.find(name)
        if found is MISSING:
            return Literal(value.node.name) if name == "__name__" else Opaque(f"{value.node.name}.{name}")
        if isinstance(found, Function) and found.flavour == "classmethod":
            return Bound(found, (value,))
        result: Value = found
        return result

    # --- the event ---

    def _event_attribute(self, event: Event, name: str, node: ast.expr, record: bool) -> Value:
        if not event.kind or name in _EVENT_METHODS or name in python_powertools.LOOKUPS:
            return Method(event, name)
        if name == "raw_event":
            return Event(event.path)
        path, kind, computed = python_powertools.part_of(event.kind, name)
        part = event
        for key in path:
            part = self.part(part, key, tolerant=key == "*")
        part = Event(part.path, part.fragile, part.nullable, kind)
        if record or computed:
            self.read(part, node)
        return derived([part], name) if computed else part

    def event_method(self, event: Event, name: str, arguments: Arguments, node: ast.AST, record: bool) -> Value:
        """``event_part.name(...)``."""
        key = arguments.at(0, "key") or arguments.at(0, "name")
        if name in python_powertools.LOOKUPS and key is not None:
            outer = self.part(event, python_powertools.LOOKUPS[name], tolerant=True)
            return self._event_get(outer, key, arguments.at(1, "default_value"), node, record)
        if name in ("get", "pop", "setdefault") and key is not None:
            return self._event_get(event, key, arguments.at(1, "default"), node, record)
        if name == "copy":
            return Event(event.path, event.fragile, event.nullable)
        if name in ("items", "keys", "values"):
            part = self.part(event, "*", tolerant=True)
            self.read(part, node)
            if name == "items":
                return EventItems(event)
            return derived([event], "keys") if name == "keys" else Sequence([part], False)
        self.read(event, node)
        return derived([event, *_unfixed(arguments)], name)

    def _event_get(self, event: Event, key: Value, default: Value | None, node: ast.AST, record: bool) -> Value:
        found: list[Value] = []
        nullable = default is None or default == Literal(None)
        for option in options(key):
            name = option.value if isinstance(option, Literal) and isinstance(option.value, str) else "*"
            part = self.part(event, name, tolerant=True, nullable=nullable)
            if record:
                self.read(part, node)
            self.test(part)
            found.append(part)
        if default is not None and truth(default) is not False:
            found.append(default)
        return join(found)

    # --- containers and strings ---

    def plain_method(self, value: Value, name: str, arguments: Arguments, node: ast.AST) -> Value:
        """A method of a dict, a list, a string or a computed value."""
        if isinstance(value, python_boto.Listing) and name in ("delete", "all", "filter", "limit", "page_size"):
            return self.call(Method(value.collection, name), arguments, node)
        if isinstance(value, Dictionary) and name in _DICT_METHODS:
            return self._dict_method(value, name, arguments, node)
        if isinstance(value, Sequence):
            return self._list_method(value, name, arguments)
        if isinstance(value, Literal | Composed | EnvironmentVariable | Derived):
            return _text_method(value, name, arguments)
        return derived([value, *_unfixed(arguments)], name)

    def _dict_method(self, value: Dictionary, name: str, arguments: Arguments, node: ast.AST) -> Value:
        key = arguments.at(0)
        match name:
            case "get" | "pop" if key is not None:
                return self.entry(value, key, node, arguments.at(1) or Literal(None))
            case "setdefault" if key is not None:
                found = self.entry(value, key, node, MISSING_ENTRY)
                if found is MISSING_ENTRY:
                    found = arguments.at(1) or Literal(None)
                    self.set_item(value, key, found)
                return found
            case "items":
                pairs = [Sequence([Literal(k), v]) for k, v in value.entries() if isinstance(k, str | int)]
                return Sequence(pairs, value.complete)
            case "keys":
                return Sequence(self.elements(value)[0], value.complete)
            case "values":
                return Sequence([entry for _, entry in value.entries()], value.complete)
            case "copy":
                return self.copy(value)
            case "update":
                for other in arguments.positional:
                    self.update(value, other)
                for keyword, entry in arguments.keywords.items():
                    self.journal.write(value, keyword, entry)
            case "clear":
                for slot in list(value.slots):
                    self.journal.write(value, slot, MISSING)
        return Literal(None)

    def _list_method(self, value: Sequence, name: str, arguments: Arguments) -> Value:
        first = arguments.at(0)
        change: dict[str, Callable[[], None]] = {
            "append": lambda: self.extend(value, arguments.positional[:1]),
            "add": lambda: self.extend(value, arguments.positional[:1]),
            "extend": lambda: self.extend(value, *self.elements(first or Opaque())),
            "update": lambda: self.extend(value, *self.elements(first or Opaque())),
            "insert": lambda: self.journal.write(value, "items", (*arguments.positional[1:2], *value.items)),
            "remove": lambda: self.journal.write(value, COMPLETE, False),
            "clear": lambda: self.journal.write(value, "items", ()),
        }
        if name in change:
            change[name]()
            return Literal(None)
        if name in ("pop", "popleft"):
            self.journal.write(value, COMPLETE, False)
            return join(value.items) if value.items else Opaque("an element")
        if name == "copy":
            return Sequence(value.items, value.complete)
        return Literal(None) if name in ("sort", "reverse") else derived([value, *_unfixed(arguments)], name)


MISSING_ENTRY: Final = Opaque("no such entry")


def _unfixed(arguments: Arguments) -> list[Value]:
    return [value for value in arguments.values() if not isinstance(value, Literal)]


def _class_of(value: Value) -> ClassObject:
    if isinstance(value, Instance):
        return value.cls
    assert isinstance(value, ClassObject)
    return value


def _external_attribute(value: External, name: str) -> Value:
    if value.path == "http.HTTPStatus":
        from http import HTTPStatus

        status = HTTPStatus.__members__.get(name)
        return Opaque("HTTPStatus") if status is None else Literal(int(status))
    if name == "TYPE_CHECKING" and value.path in ("typing", "typing_extensions"):
        return Literal(False)
    return External(f"{value.path}.{name}")


def _text_method(value: Value, name: str, arguments: Arguments) -> Value:
    first = arguments.at(0)
    if isinstance(value, Literal) and isinstance(value.value, str):
        if name == "join" and first is not None:
            return joined(value, first)
        if name == "format" and arguments.complete:
            return formatted(value.value, arguments.positional, arguments.keywords)
        known = constant_method(value.value, name, arguments.positional)
        if known is not None:
            return known
    if name in ("encode", "decode") and not isinstance(value, Derived):
        return value
    if isinstance(value, Derived) and name in ("get", "items", "values", "read", "pop"):
        default = arguments.at(1)
        if name in ("get", "pop") and not isinstance(first, Literal | Opaque | None):
            value = derived([value, first], "[]")
        return value if default is None or truth(default) is False else join([value, default])
    return derived([value, *_unfixed(arguments)], name)
