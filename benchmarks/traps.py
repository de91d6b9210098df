"""What has made figures wrong before, asked before every run.

Imports that are compiled from source every time cost 2 to 6 times as much, a shell script in front of the interpreter
ten times; a peer that reads other files, or judges nothing, is not compared with anything.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks.measure import BenchmarkError, environment

_ORIGIN = "import importlib.util as u; s = u.find_spec({module!r}); print(u.cache_from_source(s.origin))"


def real_interpreter(program: str) -> Path:
    """The interpreter behind a program: itself, or the one its first line names. Never a script that starts another.

    Raises:
        BenchmarkError: there is none, or a script stands before it.
    """
    found = shutil.which(program)
    if found is None:
        raise BenchmarkError(f"{program}: no such program")
    path = Path(found)
    head = _head(path)
    if head.startswith(b"#!"):
        named = head[2:].split(b"\n", 1)[0].decode().split()
        if not named or Path(named[0]).name == "env":
            raise BenchmarkError(f"{program}: a script that looks for its interpreter; name the program of a venv")
        path = Path(named[0])
        head = _head(path)
    if head.startswith(b"#!"):
        raise BenchmarkError(f"{path}: a script in front of the interpreter, which costs several times as much")
    return path


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(256)
    except OSError as error:
        raise BenchmarkError(f"{path}: {error.strerror}") from error


def compiled(interpreter: Path, module: str) -> None:
    """Raise unless the bytecode of ``module`` is kept, once it has been imported.

    Raises:
        BenchmarkError: the module is not there, or is compiled anew at every start.
    """
    for code in (f"import {module}", _ORIGIN.format(module=module)):
        told = subprocess.run(
            [str(interpreter), "-c", code], env=environment(), capture_output=True, text=True, check=False
        )
        if told.returncode:
            raise BenchmarkError(f"{interpreter.name}: {module} cannot be imported")
    if not Path(told.stdout.strip()).is_file():
        raise BenchmarkError(f"the bytecode of {module} is not kept: every run would compile it anew")


def same_files(tool: str, judged: int, given: int) -> None:
    """Raise unless a tool read what it was given."""
    if judged != given:
        raise BenchmarkError(f"{tool} read {judged} of {given} files: its figure says nothing")


def something_found(tool: str, findings: int) -> None:
    """Raise unless a tool found anything: the inputs have faults for every one of them."""
    if not findings:
        raise BenchmarkError(f"{tool} found nothing: it did not judge")


def ourselves() -> None:
    """The traps that concern this interpreter and this project."""
    real_interpreter(sys.executable)
    compiled(Path(sys.executable), "analyzer.cli.main")
