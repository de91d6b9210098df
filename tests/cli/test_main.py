"""Commands, help, versions, and ends that are not of our making."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest

import analyzer
from analyzer import registry
from analyzer.cli.commands import COMMANDS, cli
from analyzer.cli.main import main
from tests.cli.conftest import Run, function


def test_the_version(run: Run) -> None:
    ran = run("--version")
    assert (ran.status, ran.out, ran.err) == (0, f"stackproof {analyzer.__version__}\n", "")


def test_help_names_every_command(run: Run) -> None:
    ran = run("--help")
    assert ran.status == 0
    assert all(f"  {name}  " in ran.out for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(run: Run, name: str) -> None:
    ran = run(name, "--help")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith(f"Usage: stackproof {name} ")


def test_no_command_shows_the_help_and_is_wrong_use(run: Run) -> None:
    ran = run()
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("Usage: stackproof")


def test_an_unknown_command_is_one_line(run: Run) -> None:
    ran = run("chekc")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("stackproof: No such command 'chekc'.")
    assert ran.err.count("\n") == 1


def test_rules_are_listed_as_text_and_as_json(run: Run) -> None:
    assert run("rules").out == (
        "TT0101  high      timeout  A function may run for long\nTT0901  low       breaks   It breaks\n"
    )
    listed = json.loads(run("rules", "--format", "json", "--select", "TT01").out)
    assert listed == [
        {
            "id": "TT0101",
            "slug": "timeout",
            "title": "A function may run for long",
            "failure_mode": 1,
            "severity": "high",
            "documented_severity": "low",
            "source": False,
            "since": "0.1",
            "controls": [],
            "mapped_controls": [],
            "references": ["https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html"],
        }
    ]


@pytest.mark.parametrize("asked", ["tt0101", "timeout"])
def test_a_rule_is_explained_from_its_documentation(run: Run, asked: str) -> None:
    ran = run("explain", asked)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out == (
        "TT0101 timeout: A function may run for long\n"
        "===========================================\n"
        "\n"
        "Severity high; documented as low. Since 0.1.\n"
        "\n"
        "What it checks\n--------------\nThe timeout of functions.\n\n"
        "Why it fails\n------------\nTime is money.\n\n"
        "Fix\n---\nSet `Timeout` lower.\n\n    Timeout: 3\n\n"
        "Limits\n------\nNone.\n\n"
        "References\n----------\n"
        "- https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html\n"
    )


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ("TT0110", "no rule has the id or prefix 'TT0110'; did you mean TT0101?"),
        ("TT", "TT is a prefix; say which: TT0101, TT0901"),
    ],
)
def test_what_cannot_be_explained_is_an_error(run: Run, asked: str, reason: str) -> None:
    ran = run("explain", asked)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith(f"stackproof: {reason}")


@pytest.mark.parametrize("command", [["rules"], ["explain", "X"], ["check"]])
def test_an_unusable_rule_pack_is_one_line(run: Run, monkeypatch: pytest.MonkeyPatch, command: list[str]) -> None:
    monkeypatch.setattr(registry, "installed", lambda group: [])
    ran = run(*command)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == "stackproof: no rules are installed (entry-point group 'stackproof.rules' names none)\n"


def test_ctrl_c_is_no_traceback(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*arguments: object, **options: object) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "main", interrupted)
    ran = run("check")
    assert (ran.status, ran.out, ran.err) == (130, "", "\nstackproof: interrupted\n")


INTERRUPTING = """
import os, signal, sys

class Interrupting:
    def find_spec(self, name, path=None, target=None):
        if name == sys.argv[1]:
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupting())
from analyzer.cli.main import main
sys.exit(main(["check", "t.yaml"]))
"""


@pytest.mark.parametrize("module", ["click", "analyzer.cli.commands", "analyzer.cli.check", "analyzer.engine"])
def test_ctrl_c_while_modules_load_is_no_traceback(here: Path, module: str) -> None:
    (here / "t.yaml").write_text(function("3"))
    command = [sys.executable, "-c", INTERRUPTING, module]
    ran = subprocess.run(command, cwd=here, capture_output=True, check=False, text=True)
    assert (ran.returncode, ran.stdout, ran.stderr) == (130, "", "\nstackproof: interrupted\n")


def test_a_library_that_cannot_be_loaded_is_no_finding(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "click", None)
    ran = run("check")
    assert (ran.status, ran.out) == (3, "")
    assert "ModuleNotFoundError: import of click halted; None in sys.modules\n" in ran.err


@pytest.mark.parametrize("error", [KeyError("lost"), PermissionError(13, "Permission denied", "t.yaml")])
def test_an_error_of_our_own_is_never_taken_for_findings(
    run: Run, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def broken(*arguments: object, **options: object) -> NoReturn:
        raise error

    monkeypatch.setattr(cli, "main", broken)
    ran = run("check")
    assert (ran.status, ran.out) == (3, "")
    assert ran.err.startswith("Traceback (most recent call last):\n")
    assert ran.err.endswith(
        "stackproof: this is an error in Stackproof, which judged nothing; please report it with the lines above\n"
    )


def test_standard_streams_may_be_closed(here: Path) -> None:
    (here / "t.yaml").write_text("Resources: {}\n")
    program = "import sys; from analyzer.cli.main import main; sys.exit(main(['check', '-', 't.yaml']))"
    closed = ["bash", "-c", '"$@" <&- >&- 2>&-', "-", sys.executable, "-c", program]
    assert subprocess.run(closed, cwd=here, capture_output=True, check=False).returncode == 2


def test_a_reader_that_goes_away_is_no_traceback(here: Path) -> None:
    (here / "t.yaml").write_text(function("3"))
    reader, writer = os.pipe()
    os.close(reader)
    program = "import sys; from analyzer.cli.main import main; sys.exit(main(['--help']))"
    try:
        ran = subprocess.run([sys.executable, "-c", program], stdout=writer, stderr=subprocess.PIPE, check=False)
    finally:
        os.close(writer)
    assert (ran.returncode, ran.stderr) == (141, b"")


def test_main_answers_what_the_console_script_exits_with(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"stackproof {analyzer.__version__}\n"
