"""JavaScript and TypeScript handlers: what the code behind a function does.

The module's top level and then the handler are run by an abstract machine: each value is what is known of it, a
branch that depends on the run is taken both ways, a loop once for all rounds. Nothing of the input is executed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import MappingProxyType

from analyzer.code.js_calls import call_value
from analyzer.code.js_evaluate import EXPRESSIONS
from analyzer.code.js_execute import STATEMENTS
from analyzer.code.js_handler import find_export, handler_functions, run_given_away, run_handler, run_unreached
from analyzer.code.js_loading import LINKING, import_module, load
from analyzer.code.js_loops import LOOPS
from analyzer.code.js_machine import Machine, Module, OutOfBudgetError
from analyzer.code.js_modules import provides
from analyzer.code.js_recorder import Phase, longest_reads, once
from analyzer.code.js_syntax import SUFFIXES
from analyzer.code.js_values import Value
from analyzer.code.program import Program
from analyzer.sources.files import FileTree

__all__ = ["SUFFIXES", "analyze", "provides"]

LANGUAGE = "javascript"

PYTHON_FRAMES = 4000
UNREACHED_STEPS = 40_000
_ALL_STATEMENTS = MappingProxyType({**STATEMENTS, **LOOPS, **LINKING})


def analyze(tree: FileTree, entry: str, export: str) -> Program:
    """The program behind ``entry``'s export ``export`` (``"handler"``; dots lead into exported objects).

    Never raises for what is in the files: what cannot be read or followed makes the program incomplete, with a
    problem that says so.
    """
    if not tree.exists(entry):
        problem = f"{entry}: there is no such file"
        return Program(LANGUAGE, None, export, handler_found=False, complete=False, problems=(problem,))
    machine = Machine(tree, entry, EXPRESSIONS, _ALL_STATEMENTS, call_value, import_module)
    with _deeper_stack():
        found = _run(machine, export)
    return _program(machine, export, found)


@contextmanager
def _deeper_stack() -> Iterator[None]:
    """Room for ``MAX_NESTING`` nodes inside each other, at up to eight Python frames for each."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, PYTHON_FRAMES))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def _run(machine: Machine, export: str) -> bool | None:
    found: bool | None = None
    try:
        module = load(machine, machine.entry)
        if module is None:
            return None
        value, found = find_export(machine, module, export)
        _run_reached(machine, value, found, export)
    except OutOfBudgetError:
        machine.problem("the code is too large to follow to its end")
    except RecursionError:
        machine.problem("the code is nested too deeply to follow to its end")
    machine.recorder.unreached = False if found else None
    _run_rest(machine)
    return found


def _run_reached(machine: Machine, value: Value, found: bool | None, export: str) -> None:
    machine.recorder.phase = Phase.HANDLER
    functions = handler_functions(value)
    for function in functions:
        run_handler(machine, function)
    if not functions and found is not False:
        machine.problem(
            f"{machine.entry}: the function behind the export {export!r} is made by code that is not followed"
        )
    run_given_away(machine)


def _run_rest(machine: Machine) -> None:
    """Files that only unreached code imports, then unreached functions; what goes wrong there decides nothing."""
    machine.recorder.phase = Phase.UNREACHED
    machine.steps = UNREACHED_STEPS
    machine.nesting = 0
    machine.attempts.clear()
    try:
        _load_rest(machine)
        run_unreached(machine)
    except (OutOfBudgetError, RecursionError):
        return


def _load_rest(machine: Machine) -> None:
    position = 0
    while position < len(machine.recorder.imports):
        entry = machine.recorder.imports[position]
        position += 1
        if entry.resolved is not None and entry.kind != "type":
            load(machine, entry.resolved)


def _program(machine: Machine, export: str, found: bool | None) -> Program:
    recorder = machine.recorder
    return Program(
        language=LANGUAGE,
        entry=machine.entry,
        handler=export,
        files=_files(machine.modules),
        imports=once(recorder.imports),
        clients=once(recorder.clients),
        calls=recorder.finished_calls(),
        reads=longest_reads(recorder.reads),
        returns=once(recorder.returns),
        raises=once(recorder.raises),
        catches=once(recorder.catches),
        logs=once(recorder.logs),
        invocations=once(recorder.invocations),
        environment=once(recorder.environment),
        marks=once(machine.marks),
        handler_found=found,
        promises=next(iter(machine.promises)) if len(machine.promises) == 1 else None,
        complete=not machine.problems,
        problems=tuple(machine.problems),
    )


def _files(modules: dict[str, Module]) -> tuple[str, ...]:
    return tuple(modules)
