"""Whether a function's ``Handler`` names something that is there when Lambda starts it.

Sources: AWS Lambda Developer Guide, the handler pages of each language (what the string means, where the file is
looked for); for Node.js and Python also the runtime interface clients of AWS, which fall back to the module search
paths, so that a layer may hold the handler.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from analyzer.code import handler as handlers
from analyzer.code.javascript import SUFFIXES
from analyzer.facts.packages import Packages
from analyzer.facts.settle import Settled, settle_cases
from analyzer.judgement import Verdict
from analyzer.model.value import Absent, Known, Unknown, Value
from analyzer.records import dataclass, replace

if TYPE_CHECKING:
    from analyzer.code.program import Program
    from analyzer.facts.functions import Function
    from analyzer.sources.files import FileTree

_BOOTSTRAP = "bootstrap"


@dataclass(frozen=True, slots=True)
class Target:
    """What a handler string leads to: ``found`` or not, with the ``problem`` ("its code holds no app.js"), or None with
    what it ``needs``."""

    found: bool | None
    problem: str = ""
    needs: str = ""


@dataclass(frozen=True, slots=True)
class MissingHandler:
    """FAIL where a ``handler`` that the template may give the function leads to nothing, and the ``problem``; the
    handler is empty where none is written."""

    settled: Settled
    handler: str = ""
    problem: str = ""

    @property
    def text(self) -> str:
        """What is wrong, after the function's name."""
        return f'has the handler "{self.handler}", but {self.problem}' if self.handler else "has no handler"


def missing_handler(function: Function) -> MissingHandler:
    """Every handler string that the template may give the function, in its code."""
    runtime = _runtime(function)
    targets = [(case, _target(function, case.value, runtime)) for case in function.resource["Handler"].cases()]
    answers = {id(case): None if target.found is None else not target.found for case, target in targets}
    settled = settle_cases([case for case, _ in targets], lambda case: answers[id(case)])
    if settled.verdict is Verdict.UNKNOWN:
        needs = next((target.needs for _, target in targets if target.needs), settled.needs)
        return MissingHandler(replace(settled, needs=needs))
    failing = next((pair for pair in targets if pair[0] is settled.case), None)
    if failing is None:
        return MissingHandler(settled)
    written = failing[0].value
    return MissingHandler(settled, str(written.value) if isinstance(written, Known) else "", failing[1].problem)


def _runtime(function: Function) -> str | None:
    """The runtime; where several are possible one of them, if they are of one language."""
    cases = [case.value for case in function.resource["Runtime"].cases()]
    names = [str(value.value) for value in cases if isinstance(value, Known)]
    families = {re.split(r"[\d.]", name)[0] for name in names}
    return names[0] if len(families) == 1 and len(names) == len(cases) else None


def _target(function: Function, written: Value, runtime: str | None) -> Target:
    match written:
        case Known(value=handler):
            return target_of(function, str(handler), runtime)
        case Absent():
            return Target(False, "no Handler is written")
        case Unknown(needs=needs):
            return Target(None, needs=needs)
        case _:
            return Target(None, needs=f"the handler of {function.name}")


def target_of(function: Function, handler: str, runtime: str | None) -> Target:
    """What the handler string ``handler`` leads to in the function's code."""
    tree = function.code
    if isinstance(tree, str):
        return Target(None, needs=tree)
    packages = Packages(function)
    if runtime is not None and not runtime.startswith(("nodejs", "python")):
        return _in_files(function, tree, handler, runtime, packages)
    same = handler == function.handler and runtime == function.runtime
    program = function.program if same else handlers.analyze(tree, handler, runtime)
    if program.handler_found:
        return Target(True)
    built = not function.resource["Code"]["ZipFile"]
    if built and program.entry is not None and program.entry.endswith(SUFFIXES) and program.handler_found is None:
        return _before_build(tree, program)
    if program.handler_found is None:
        return Target(None, needs=_needs(function, program))
    return _missing(program, packages, handler)


def _needs(function: Function, program: Program) -> str:
    problem = next(iter(program.problems), "")
    return f"the handler of {function.name}" + (f" ({problem.rstrip('.')})" if problem else "")


def _before_build(tree: FileTree, program: Program) -> Target:
    """A source that a build turns into the handler's file is asked for the export itself."""
    from analyzer.code import javascript

    export = posixpath.basename(program.handler).partition(".")[2]
    source = javascript.analyze(tree, program.entry or "", export)
    if source.handler_found:
        return Target(True)
    return Target(None, needs=f"what a build makes of {program.entry}, which exports no {export}")


def _missing(program: Program, packages: Packages, handler: str) -> Target:
    if packages.awaits_build and packages.build_method not in ("", "esbuild"):
        return Target(None, needs=f"what the build of {packages.function.name} makes ({packages.build_method})")
    if program.entry is not None:
        return Target(False, f"{program.entry} has no {_export(program, handler)}")
    unread = next((layer.content for layer in packages.layers if isinstance(layer.content, str)), None)
    if unread is not None:
        return Target(None, needs=unread)
    if any(_in_layer(layer.content, program.language, handler) for layer in packages.layers):
        return Target(True)
    problem, _, there = next(iter(program.problems), "").partition(". There are: ")
    return Target(False, f"{problem} (its code has {there})" if there else problem)


def _export(program: Program, handler: str) -> str:
    name = handler.rpartition(".")[2] if program.language == "python" else posixpath.basename(handler).partition(".")[2]
    return f"function {name}" if program.language == "python" else f"export {name}"


def _in_layer(layer: FileTree | str, language: str, handler: str) -> bool:
    if isinstance(layer, str):
        return False
    if language == "python":
        module = handler.rpartition(".")[0].replace(".", "/")
        wanted = (f"python/{module}.py", f"python/{module}/__init__.py")
        return any(layer.exists(name) for name in wanted)
    folder, _, name = handler.rpartition("/")
    file = posixpath.join("nodejs/node_modules", folder, name.partition(".")[0])
    return any(layer.exists(f"{file}{suffix}") for suffix in handlers.SCRIPTS)


def _in_files(function: Function, tree: FileTree, handler: str, runtime: str, packages: Packages) -> Target:
    """Languages whose code is not read: whether the file is there that the handler names."""
    if packages.awaits_build and not runtime.startswith("ruby"):
        return Target(None, needs=f"what the build of {function.name} makes")
    wanted = _wanted(handler, runtime)
    if wanted is None:
        return Target(None, needs=f"the classes in the archives of {function.name}")
    if tree.exists(wanted):
        return Target(True)
    if runtime.startswith("java") and any(name.endswith(".jar") for name in tree.names()):
        return Target(None, needs=f"the classes in the archives of {function.name}")
    return _unless_layered(packages, wanted) if wanted == _BOOTSTRAP else Target(False, f"its code holds no {wanted}")


def _wanted(handler: str, runtime: str) -> str | None:
    """The file that must be there; None where the string does not tell it."""
    first = handler.partition("::")[0]
    if runtime.startswith("provided"):
        return _BOOTSTRAP
    if runtime.startswith("java"):
        return f"{first.replace('.', '/')}.class"
    if runtime.startswith("dotnet"):
        return f"{first}.dll"
    if runtime.startswith("ruby"):
        folder, slash, name = handler.rpartition("/")
        return f"{folder}{slash}{name.partition('.')[0]}.rb"
    return handler if runtime.startswith("go") else None


def _unless_layered(packages: Packages, wanted: str) -> Target:
    for layer in packages.layers:
        if isinstance(layer.content, str):
            return Target(None, needs=layer.content)
        if layer.content.exists(wanted):
            return Target(True)
    return Target(False, f"neither its code nor a layer holds {wanted}")
