"""What would make figures wrong is refused."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks import traps
from benchmarks.measure import BenchmarkError


def program(folder: Path, first_line: str, name: str = "tool") -> str:
    file = folder / name
    file.write_text(f"{first_line}\nexit 0\n")
    file.chmod(0o755)
    return str(file)


def test_an_interpreter_is_itself_and_a_script_names_it(tmp_path: Path) -> None:
    assert traps.real_interpreter(sys.executable) == Path(sys.executable)
    assert traps.real_interpreter(program(tmp_path, f"#!{sys.executable}")) == Path(sys.executable)


def test_a_script_before_the_interpreter_is_refused(tmp_path: Path) -> None:
    shim = program(tmp_path, "#!/bin/sh", "python")
    tool = program(tmp_path, f"#!{shim}")
    with pytest.raises(BenchmarkError, match="a script in front of the interpreter"):
        traps.real_interpreter(tool)


@pytest.mark.parametrize("line", ["#!/usr/bin/env python3", "#!"])
def test_a_script_that_looks_for_its_interpreter_is_refused(tmp_path: Path, line: str) -> None:
    with pytest.raises(BenchmarkError, match="looks for its interpreter"):
        traps.real_interpreter(program(tmp_path, line))


def test_a_program_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BenchmarkError, match="no such program"):
        traps.real_interpreter(str(tmp_path / "none"))
    with pytest.raises(BenchmarkError, match="gone: No such file"):
        traps.real_interpreter(program(tmp_path, f"#!{tmp_path}/gone"))


def test_bytecode_is_there_once_a_module_was_imported() -> None:
    traps.compiled(Path(sys.executable), "analyzer.cli.main")
    with pytest.raises(BenchmarkError, match="no_such_module cannot be imported"):
        traps.compiled(Path(sys.executable), "no_such_module")


def test_bytecode_that_cannot_be_kept_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lonely.py").write_text("import sys; sys.dont_write_bytecode = True\n")
    (tmp_path / "friend.py").write_text("")
    monkeypatch.setattr(traps, "environment", lambda: {"PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"})
    with pytest.raises(BenchmarkError, match="the bytecode of friend is not kept"):
        traps.compiled(Path(sys.executable), "friend")


def test_other_files_or_no_findings_are_refused() -> None:
    traps.same_files("tool", 3, 3)
    traps.something_found("tool", 1)
    with pytest.raises(BenchmarkError, match="tool read 2 of 3 files"):
        traps.same_files("tool", 2, 3)
    with pytest.raises(BenchmarkError, match="tool found nothing"):
        traps.something_found("tool", 0)
