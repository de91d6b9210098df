"""The Python front end of :mod:`analyzer.code`: from a handler's files to a Program, without running anything.

What it cannot decide it takes both ways; what it cannot follow it names in ``Program.problems``. The positional
arguments of an :class:`~analyzer.code.program.Invocation` are followed by one Record of the keyword arguments.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from analyzer.code.program import Opaque, Program
from analyzer.code.python_calls import Diverted
from analyzer.code.python_expressions import Arguments
from analyzer.code.python_machine import Exhausted, Frame
from analyzer.code.python_modules import Library, Source, provides
from analyzer.code.python_record import Recorder
from analyzer.code.python_statements import Statements
from analyzer.code.python_values import (
    Alternatives,
    Bound,
    ClassObject,
    Event,
    External,
    ExternalObject,
    Function,
    Instance,
    ModuleObject,
    Scope,
    Value,
    Wrapper,
)
from analyzer.sources.files import FileTree

__all__ = ["analyze", "provides"]

STEPS_AFTER = 15_000
"""Steps for functions that nothing calls, beyond the budget of the handler itself."""


def analyze(tree: FileTree, entry: str, function: str) -> Program:
    """What the function ``function`` of the file ``entry`` does.

    ``entry`` is a name of ``tree``; a file that is not there gives a Program without an entry. ``function`` may be
    dotted (a class's method). Never raises for what the files contain.
    """
    if not tree.exists(entry):
        return Program(
            "python", None, function, handler_found=False, complete=False, problems=(f"{entry} is not there",)
        )
    recorder = Recorder()
    machine = Statements(Library(tree), recorder)
    machine.entry_file = entry
    found = _run(machine, entry, function)
    files = tuple(dict.fromkeys([entry, *machine.files]))
    return Program(
        language="python",
        entry=entry,
        handler=function,
        files=files,
        imports=tuple(recorder.imports),
        clients=tuple(recorder.clients),
        calls=tuple(recorder.calls.values()),
        reads=recorder.event_reads(),
        returns=tuple(recorder.returns.values()),
        raises=tuple(recorder.raises),
        catches=tuple(recorder.catches.values()),
        logs=tuple(recorder.logs),
        invocations=tuple(recorder.invocations),
        environment=tuple(recorder.environment),
        handler_found=found,
        complete=not recorder.problems,
        problems=tuple(recorder.problems),
    )


def _run(machine: Statements, entry: str, function: str) -> bool | None:
    """Run the module and the handler, then what neither reaches; whether the handler is there."""
    found: bool | None = None

    def handler() -> None:
        nonlocal found
        module = _load(machine, entry)
        if module is None:
            return
        found = _find(machine, module, function)
        value = _resolve(machine, module, function)
        if value is not None:
            _call_handler(machine, module, value)

    _bounded(machine, handler)
    machine.record.handling = False
    machine.record.muted = 0
    machine.budget = machine.steps + STEPS_AFTER
    _bounded(machine, lambda: _sweep(machine))
    return found


def _bounded(machine: Statements, work: Callable[[], None]) -> None:
    """Do ``work`` within the budget; what it reached is kept where it needs more."""
    machine.nesting = machine.catching = machine.key_guards = 0
    machine.frames.clear()
    machine.attempts.clear()
    try:
        work()
    except Diverted:
        return
    except Exhausted:
        machine.record.problem("the code is too large or too entangled to be followed to its end")
    except RecursionError:
        machine.record.problem("some code is nested too deeply to be followed")


def _load(machine: Statements, entry: str) -> ModuleObject | None:
    """Run the entry file as the module that Lambda imports."""
    name = entry.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    source = machine.library.parse(entry)
    if not isinstance(source, Source):
        machine.record.problem(source)
        return None
    module = machine.import_module(name)
    if isinstance(module, ModuleObject) and module.file == entry:
        return module
    package = name if entry.endswith("__init__.py") else name.rpartition(".")[0]
    own = ModuleObject(name, entry, package)
    machine.modules[name] = own
    machine.run_module(own)
    return own


def _find(machine: Statements, module: ModuleObject, function: str) -> bool | None:
    first = function.partition(".")[0]
    if first in module.scope.slots or machine.library.find(f"{module.name}.{first}"):
        return True
    return None if module.stars or not function else False


def _resolve(machine: Statements, module: ModuleObject, function: str) -> Value | None:
    parts = function.split(".")
    if parts[0] not in module.scope.slots:
        return None
    value: Value = module.scope.slots[parts[0]]
    machine.frames.append(Frame(module, module.scope, machine.journal.mark()))
    for part in parts[1:]:
        value = machine.attribute(value, part, ast.Name(part, ast.Load()), False)
    machine.frames.pop()
    return value


def _call_handler(machine: Statements, module: ModuleObject, value: Value) -> None:
    machine.record.handling = True
    machine.frames.append(Frame(module, Scope(module.scope), machine.journal.mark()))
    node = _definition(value)
    arguments = Arguments([Event(()), Opaque("the invocation's context")])
    options = value.options if isinstance(value, Alternatives) else (value,)
    for option in options:
        try:
            if isinstance(option, ExternalObject):
                _serve(machine, option, arguments, node)
            elif isinstance(option, Function | Bound | Wrapper | Instance | ClassObject):
                machine.call(option, arguments, node)
            elif isinstance(option, External):
                machine.record.problem(f"the handler comes from the package {option.path.partition('.')[0]}")
            else:
                machine.record.problem("the handler is a value that cannot be followed")
        except Diverted:
            continue
    machine.frames.clear()


def _serve(machine: Statements, wrapper: ExternalObject, arguments: Arguments, node: ast.AST) -> None:
    """A handler that a package made of the user's functions: a wrapped handler, or a framework with routes."""
    if not wrapper.callbacks:
        machine.record.problem(f"the handler is made by {wrapper.path}, which cannot be followed")
    pending, wrapper.callbacks = wrapper.callbacks, []
    for function in pending:
        inner = function.function if isinstance(function, Wrapper) else function
        takes = len(inner.node.args.args) if isinstance(inner, Function) else 0
        if takes >= 2:
            machine.call(function, arguments, node)
        else:
            machine.call(function, Arguments([Opaque("a parameter of the request")] * 8, complete=False), node)


def _definition(value: Value) -> ast.AST:
    inner = value
    while isinstance(inner, Wrapper | Bound):
        inner = inner.function
    return (
        inner.node if isinstance(inner, Function) else ast.Pass(lineno=1, col_offset=0, end_lineno=1, end_col_offset=0)
    )


def _sweep(machine: Statements) -> None:
    """Look for SDK calls in the functions that nothing called: foreign code may call those that it was given."""
    for value in machine.escaped:
        for function in _functions(value):
            if function.node not in machine.executed:
                _run_uncalled(machine, function, None)
    for module in [module for module in machine.modules.values() if module is not None]:
        for value in list(module.scope.slots.values()):
            for function in _functions(value):
                if function.module is module and function.node not in machine.executed:
                    _run_uncalled(machine, function, False)


def _functions(value: Value) -> list[Function]:
    if isinstance(value, Wrapper | Bound):
        return _functions(value.function)
    if isinstance(value, ClassObject):
        return [inner for entry in value.slots.values() for inner in _functions(entry)]
    return [value] if isinstance(value, Function) else []


def _run_uncalled(machine: Statements, function: Function, reached: bool | None) -> None:
    machine.record.reached = reached
    machine.frames.append(Frame(function.module, function.module.scope, machine.journal.mark()))
    arguments = Arguments()
    try:
        if function.owner is not None and function.flavour != "staticmethod":
            receiver = machine.call(function.owner, Arguments(complete=False), function.node)
            arguments.positional.append(function.owner if function.flavour == "classmethod" else receiver)
        machine.call_function(function, arguments)
    except Diverted:
        return
    finally:
        machine.frames.clear()
        machine.record.reached = True
