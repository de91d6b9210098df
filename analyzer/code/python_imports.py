"""Import statements: the modules of the user's code are run when they are first imported."""

from __future__ import annotations

import ast

from analyzer.code.program import (
    Import,
    Literal,
    Opaque,
    Place,
)
from analyzer.code.python_calls import Calls
from analyzer.code.python_machine import Frame
from analyzer.code.python_modules import Source, absolute, imports_of
from analyzer.code.python_values import (
    MISSING,
    External,
    ModuleObject,
    Sequence,
    Unset,
    Value,
    join,
)


class Imports(Calls):
    """Imports modules."""

    def _import(self, node: ast.Import) -> bool:
        for alias in node.names:
            module = self._required(alias.name)
            if alias.asname is not None:
                self.bind(alias.asname, module)
            else:
                top = alias.name.partition(".")[0]
                self.bind(top, module if top == alias.name else self.import_module(top))
        return True

    def _import_from(self, node: ast.ImportFrom) -> bool:
        name = absolute(node.module, node.level, self.frame.module.package)
        if node.module == "__future__":
            return True
        module = self._required(name, written="." * node.level + (node.module or ""))
        for alias in node.names:
            if alias.name == "*":
                self._import_star(module)
                continue
            value = (
                self.member_of_module(module, alias.name)
                if isinstance(module, ModuleObject)
                else self.attribute(module, alias.name, ast.Name(alias.name, ast.Load()), False)
                if isinstance(module, External)
                else Opaque(alias.name)
            )
            self.bind(alias.asname or alias.name, value)
        return True

    def _import_star(self, module: Value) -> None:
        if isinstance(module, External):
            self.frame.module.stars.append(module.path)
        elif isinstance(module, ModuleObject):
            chosen = module.scope.slots.get("__all__")
            names = [i.value for i in chosen.items if isinstance(i, Literal)] if isinstance(chosen, Sequence) else None
            for name, value in list(module.scope.slots.items()):
                if name in names if names is not None else not str(name).startswith("_"):
                    self.bind(str(name), value)
            self.frame.module.stars.extend(module.stars)

    def _required(self, name: str, written: str = "") -> Value:
        """Import ``name``; where the user's code lacks it, say so."""
        if self.library.find(name) is None and not self._in_guard():
            file = self.frame.module.file
            if written.startswith("."):
                self.record.problem(f"{file} imports {written}, which is not among the files")
            elif name and not self.library.foreign(name):
                self.record.problem(f"{file} imports {name}, which is not among the files; a layer may bring it")
        return self.import_module(name)

    def _in_guard(self) -> bool:
        expected = [part for attempt in self.attempts for part in attempt.expected]
        return any(
            isinstance(part, External) and part.path.endswith(("ImportError", "NotFoundError")) for part in expected
        )

    def import_named(self, name: str, node: ast.AST, top: bool) -> Value:
        """Import by a call; ``top``: the result is the outermost package."""
        package = self.frame.module.package
        level = len(name) - len(name.lstrip("."))
        full = absolute(name.lstrip("."), level, package) if level else name
        found = self.library.find(full)
        place: Place = self.place(node)
        self.record.imports[Import(name, (), "dynamic", place, (found.file or None) if found else None)] = None
        module = self._required(full, name)
        return self.import_module(full.partition(".")[0]) if top else module

    def import_module(self, name: str) -> Value:
        """The module of that absolute dotted name, run if it is the user's and has not been."""
        if name in self.modules:
            known = self.modules[name]
            return External(name) if known is None else known
        found = self.library.find(name)
        if found is None:
            self.modules[name] = None
            return External(name)
        if "." in name:
            self.import_module(name.rpartition(".")[0])
        is_package = found.kind == "folder" or found.file.endswith("__init__.py")
        package = name if is_package else name.rpartition(".")[0]
        module = ModuleObject(name, found.file, package)
        self.modules[name] = module
        if found.kind == "compiled":
            self.record.problem(f"{found.file} is compiled and cannot be read")
        elif found.kind == "source":
            self.run_module(module)
        return module

    def run_module(self, module: ModuleObject) -> None:
        """Run the file of a module, outside any function that imports it."""
        source = self.library.parse(module.file)
        if not isinstance(source, Source):
            self.record.problem(source)
            return
        self.files.append(module.file)
        for found in imports_of(source, module.package, self.library):
            self.record.imports[found] = None
        attempts, self.attempts = self.attempts, []
        caught, self.catching = self.catching, 0
        handling, self.record.handling = self.record.handling, False
        self.frames.append(Frame(module, module.scope, self.journal.mark()))
        try:
            self.execute(source.tree.body)
            self._loosen(module, source)
        finally:
            self.frames.pop()
            self.attempts, self.catching = attempts, caught
            self.record.handling = handling

    def _loosen(self, module: ModuleObject, source: Source) -> None:
        """Variables that functions set by ``global`` are not constants: a later call sees another value."""
        for node in ast.walk(source.tree):
            for name in node.names if isinstance(node, ast.Global) else ():
                value = module.scope.slots.get(name, MISSING)
                if value == Literal(None):
                    self.journal.write(module.scope, name, Unset())
                elif isinstance(value, Literal):
                    self.journal.write(module.scope, name, join([value, Opaque("set by an earlier call")]))
