"""Python's own functions and those of its library that the analysis knows."""

# Every builtin is called alike, with its arguments and the node of the call.
# ruff: noqa: ARG002, ARG005
from __future__ import annotations

import ast
from abc import abstractmethod
from collections.abc import Callable
from typing import Any, TypeAlias

from analyzer.code.program import (
    Literal,
    Logged,
    Opaque,
)
from analyzer.code.python_errors import text_of
from analyzer.code.python_expressions import Arguments
from analyzer.code.python_freeze import derived, freeze
from analyzer.code.python_members import Members
from analyzer.code.python_text import compose
from analyzer.code.python_values import (
    MISSING,
    Bound,
    ClassObject,
    Dictionary,
    Event,
    External,
    FieldDefault,
    Instance,
    Parent,
    SdkObject,
    Sequence,
    Value,
    join,
    map_options,
    options,
)

Builtin: TypeAlias = Callable[[Arguments, ast.AST], Value]


class Builtins(Members):
    """The functions of Python and its library that matter here, by dotted name."""

    def __init__(self, *context: Any) -> None:
        super().__init__(*context)
        self._known: dict[str, Builtin] = {
            "builtins.dict": self._new_dict,
            "collections.OrderedDict": self._new_dict,
            "collections.defaultdict": lambda given, node: self._open_dict(),
            "builtins.list": self._new_list,
            "builtins.tuple": self._new_list,
            "builtins.set": self._new_list,
            "builtins.len": self._length,
            "builtins.str": self._string,
            "builtins.getattr": self._getattr,
            "builtins.hasattr": self._hasattr,
            "builtins.setattr": self._setattr,
            "builtins.enumerate": self._enumerate,
            "builtins.zip": self._zip,
            "builtins.next": lambda given, node: (
                join(self.elements(given.positional[0])[0]) if given.positional else Opaque()
            ),
            "builtins.super": lambda given, node: self._super(),
            "builtins.print": self._print,
            "pprint.pprint": self._print,
            "sys.stdout.write": self._print,
            "sys.stderr.write": self._print,
            "traceback.print_exc": self._print,
            "builtins.exec": self._unreadable,
            "builtins.eval": self._unreadable,
            "builtins.__import__": lambda given, node: self._import_dynamically(given, node, top=True),
            "importlib.import_module": self._import_dynamically,
            "os.getenv": self._environment,
            "os.environ.get": self._environment,
            "decouple.config": self._environment,
            "os.path.join": self._join_path,
            "functools.partial": self._partial,
            "dataclasses.field": self._field,
            "sys.path.append": self._search_path,
            "sys.path.insert": self._search_path,
            "asyncio.gather": lambda given, node: Sequence(given.positional, given.complete),
        }

    def _log(self, arguments: Arguments, node: ast.AST) -> Value:
        values = tuple(freeze(value) for value in arguments.values())
        self.record.logged(Logged(values, self.place(node), self.catching > 0))
        return Literal(None)

    def _new_dict(self, arguments: Arguments, node: ast.AST) -> Value:
        first: Value | None = arguments.at(0)
        if not arguments.keywords and first is not None and isinstance(first, Event | External):
            return first
        result = self.journal.adopt(Dictionary())
        if isinstance(first, Sequence):
            for pair in first.items:
                key, entry, *_ = [*self.elements(pair)[0], Opaque(), Opaque()]
                self.set_item(result, key, entry)
        elif first is not None:
            self.update(result, first)
        for name, value in arguments.keywords.items():
            self.journal.write(result, name, value)
        if not arguments.complete:
            self.update(result, Opaque())
        return result

    def _open_dict(self) -> Value:
        result = self.journal.adopt(Dictionary())
        self.update(result, Opaque())
        return result

    def _new_list(self, arguments: Arguments, node: ast.AST) -> Value:
        first = arguments.at(0)
        if first is None:
            return self.journal.adopt(Sequence())
        return map_options(
            first,
            lambda value: value if isinstance(value, Event) else self.journal.adopt(Sequence(*self.elements(value))),
        )

    def _string(self, arguments: Arguments, node: ast.AST) -> Value:
        return map_options(arguments.at(0) or Literal(""), text_of)

    def _length(self, arguments: Arguments, node: ast.AST) -> Value:
        first = arguments.at(0) or Opaque()
        if isinstance(first, Sequence) and first.complete:
            return Literal(len(first.items))
        if isinstance(first, Dictionary) and first.complete:
            return Literal(len(list(first.entries())))
        if isinstance(first, Literal) and isinstance(first.value, str):
            return Literal(len(first.value))
        return derived([first], "len")

    def _getattr(self, arguments: Arguments, node: ast.AST) -> Value:
        name = arguments.at(1)
        if isinstance(name, Literal) and isinstance(name.value, str) and isinstance(node, ast.expr):
            return map_options(
                arguments.positional[0], lambda value: self.attribute(value, str(name.value), node, True)
            )
        if any(isinstance(option, SdkObject) for option in options(arguments.at(0) or Opaque())):
            self.record.problem(f"{self.place(node).file}: the method of an AWS client is computed")
        return Opaque("an attribute whose name is computed")

    def _hasattr(self, arguments: Arguments, node: ast.AST) -> Value:
        owner, name = arguments.at(0), arguments.at(1)
        if isinstance(owner, ClassObject) and isinstance(name, Literal) and not owner.foreign_bases():
            return Literal(owner.find(str(name.value)) is not MISSING)
        return derived(arguments.values(), "hasattr")

    def _setattr(self, arguments: Arguments, node: ast.AST) -> Value:
        owner, name = arguments.at(0), arguments.at(1)
        if isinstance(owner, Instance | ClassObject) and isinstance(name, Literal) and len(arguments.positional) > 2:
            self.journal.write(owner, name.value, arguments.positional[2])
        return Literal(None)

    def _enumerate(self, arguments: Arguments, node: ast.AST) -> Value:
        elements, complete = self.elements(arguments.at(0) or Opaque())
        counted = [Literal(n) if complete else Opaque("index") for n in range(len(elements))]
        return Sequence([Sequence([n, element]) for n, element in zip(counted, elements, strict=True)], complete)

    def _zip(self, arguments: Arguments, node: ast.AST) -> Value:
        columns = [self.elements(value) for value in arguments.positional]
        rows = zip(*(elements for elements, _ in columns), strict=False)
        return Sequence([Sequence(row) for row in rows], all(complete for _, complete in columns))

    def _super(self) -> Value:
        for frame in reversed(self.frames):
            if frame.function is not None and frame.function.owner is not None and frame.receiver is not None:
                return Parent(frame.receiver, frame.function.owner)
        return Opaque("super()")

    def _print(self, arguments: Arguments, node: ast.AST) -> Value:
        return self._log(arguments, node)

    def _unreadable(self, arguments: Arguments, node: ast.AST) -> Value:
        self.record.problem(f"{self.place(node).file} runs code that it makes at run time (exec, eval)")
        return derived(arguments.values(), "eval")

    def _import_dynamically(self, arguments: Arguments, node: ast.AST, top: bool = False) -> Value:
        name = arguments.at(0, "name")
        if isinstance(name, Literal) and isinstance(name.value, str) and name.value:
            return self.import_named(name.value, node, top)
        self.record.problem(f"{self.place(node).file} imports a module whose name is computed")
        return Opaque("a module whose name is computed")

    @abstractmethod
    def import_named(self, name: str, node: ast.AST, top: bool) -> Value:
        """Import by a call; ``top``: the result is the outermost package."""

    def _environment(self, arguments: Arguments, node: ast.AST) -> Value:
        return self.variable(arguments.at(0, "key") or Opaque(), arguments.at(1, "default"), node)

    def _join_path(self, arguments: Arguments, node: ast.AST) -> Value:
        parts: list[Value] = []
        for value in arguments.positional:
            parts.extend([Literal("/"), value] if parts else [value])
        return compose(parts) if arguments.complete else derived(arguments.values(), "os.path.join")

    def _partial(self, arguments: Arguments, node: ast.AST) -> Value:
        if not arguments.positional:
            return Opaque("functools.partial")
        return Bound(arguments.positional[0], tuple(arguments.positional[1:]), tuple(arguments.keywords.items()))

    def _field(self, arguments: Arguments, node: ast.AST) -> Value:
        factory = arguments.keywords.get("default_factory")
        if factory is not None:
            return FieldDefault(factory)
        return arguments.keywords.get("default", Opaque("a field without a default"))

    def _search_path(self, arguments: Arguments, node: ast.AST) -> Value:
        call = node.args[-1] if isinstance(node, ast.Call) and node.args else None
        texts = [part.value for part in ast.walk(call) if isinstance(part, ast.Constant)] if call else []
        here = self.frame.module.file.rpartition("/")[0]
        for text in texts:
            if isinstance(text, str):
                folder = text.removeprefix("/var/task").lstrip("./")
                for root in (folder, f"{here}/{folder}"):
                    self.library.add_root(root)
        return Literal(None)
