"""Exit codes as ``docs/exit-codes.md`` tells them: every command of its table is run by a shell, as a user would."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import pytest

from tests.cli.conftest import CRASHING, TIMEOUT, function

PAGE = Path(__file__).parents[2] / "docs" / "exit-codes.md"

WAITING = '''
    """It waits."""

    from pathlib import Path
    from time import sleep

    from analyzer.rule import Rule, Severity, passed

    RULE = Rule(id="TT0902", slug="waits", failure_mode=9, severity=Severity.LOW, documented=Severity.LOW)


    @RULE.check
    def check(query):
        for condition in query.resources("AWS::CloudFormation::WaitCondition"):
            Path("waiting").touch()
            sleep(condition["Timeout"].value.value)
            yield passed(condition)
'''

INLINE = "    Metadata: {stackproof: {waivers: [{rule: TT0110, reason: x}]}}\n    Properties"

FILES = {
    "clean.yaml": function("3"),
    "over.yaml": function("300"),
    "broken.yaml": "Resources: [\n",
    "queue.yaml": "Resources: {Queue: {Type: AWS::SQS::Queue}}\n",
    "slow.yaml": "Resources: {Wait: {Type: AWS::CloudFormation::WaitCondition, Properties: {Timeout: 1}}}\n",
    "slower.yaml": "Resources: {Wait: {Type: AWS::CloudFormation::WaitCondition, Properties: {Timeout: 60}}}\n",
    "inline.yaml": function("300").replace("    Properties", INLINE),
    "package.json": "{}",
    "locked/over.yaml": function("300"),
    "accepted.yaml": "waivers: [{rule: TT0101, resource: Fn, reason: a batch job, expires: 2027-01-31}]\n",
    "mistyped.yaml": "igonre: [TT0101]\n",
    "waiver.yaml": "waivers: [{rule: TT0101, resource: Fn, reason: a batch job, expirse: 2027-01-31}]\n",
    "stackproof.yaml": "select: [TT]\n",
}
"""What the page says is in the folder, and the configuration that leaves out the rules of Stackproof."""


@dataclass(frozen=True)
class Row:
    """One line of the table: what happens, the command (empty: it takes more than a command), the code, and a part of
    what is said (empty: nothing is asked)."""

    what: str
    command: str
    code: int
    says: str


def rows() -> list[Row]:
    lines = PAGE.read_text("utf-8").partition("| what happens |")[2].partition("\n\n")[0].splitlines()[2:]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [Row(what, command.strip("`"), int(code), says) for what, command, code, says in cells]


def code_of(what: str) -> int:
    (row,) = [row for row in rows() if row.what == what]
    return row.code


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the page speaks of, with ``bin`` and the test rules beside it."""
    top = tmp_path_factory.mktemp("exit-codes")
    work = top / "work"
    for name, text in FILES.items():
        (work / name).parent.mkdir(parents=True, exist_ok=True)
        (work / name).write_text(text)
    (work / "empty").mkdir()
    (work / ".git").mkdir()
    (work / "locked").chmod(0)
    pack = top / "packs" / "rules_of_exit_codes"
    pack.mkdir(parents=True)
    (pack / "__init__.py").touch()
    for name, text in (("tt0101_timeout", TIMEOUT), ("tt0901_breaks", CRASHING), ("tt0902_waits", WAITING)):
        (pack / f"{name}.py").write_text(dedent(text).lstrip())
    (top / "packs" / "rules_of_exit_codes-1.dist-info").mkdir()
    told = top / "packs" / "rules_of_exit_codes-1.dist-info" / "entry_points.txt"
    told.write_text("[stackproof.rules]\ntests = rules_of_exit_codes\n")
    (top / "bin").mkdir()
    (top / "bin" / "stackproof").write_text(
        f"#!{sys.executable}\nimport sys\nfrom analyzer.cli.main import main\nsys.exit(main())\n"
    )
    (top / "bin" / "stackproof").chmod(0o755)
    return work


def environment(folder: Path) -> dict[str, str]:
    top = folder.parent
    path = os.pathsep.join([str(top / "bin"), os.environ["PATH"]])
    packs = os.pathsep.join([str(top / "packs"), str(Path(__file__).parents[2])])
    return {**os.environ, "PATH": path, "PYTHONPATH": packs, "PYTHONDONTWRITEBYTECODE": "1"}


def obey_permissions() -> None:
    """Called in a new process before the command: root, too, is then refused what may not be read. Linux's
    ``prctl(PR_CAPBSET_DROP)`` for ``CAP_DAC_OVERRIDE`` and ``CAP_DAC_READ_SEARCH``; it fails where nobody is root,
    and there it is not needed."""
    system = ctypes.CDLL(None)
    for capability in (1, 2):
        system.prctl(24, capability, 0, 0, 0)


def shell(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=obey_permissions,
    )


@pytest.mark.parametrize("row", [row for row in rows() if row.command], ids=lambda row: row.what)
def test_the_command_ends_as_the_page_says(folder: Path, row: Row) -> None:
    ran = shell(folder, row.command)
    assert (ran.returncode, "Traceback" in ran.stderr) == (row.code, False), ran.stdout + ran.stderr
    assert row.says in ran.stdout + ran.stderr
    if row.code == 2 and not ran.stdout:
        assert (ran.stderr.count("\n"), ran.stderr.startswith("stackproof: ")) == (1, True), ran.stderr


@pytest.mark.parametrize("options", ["-q", "--format json", "--format sarif", "--format github"])
def test_what_was_not_read_is_on_standard_error_whatever_the_report(folder: Path, options: str) -> None:
    ran = shell(folder, f"stackproof check over.yaml broken.yaml {options}")
    assert ran.returncode == 2
    assert ran.stderr == "stackproof: broken.yaml:2:1: not YAML: did not find expected node content\n"
    assert "Fn may run for 300 s." in ran.stdout


def test_an_expired_waiver_is_on_standard_error_too(folder: Path) -> None:
    ran = shell(folder, "stackproof check over.yaml -q --waivers accepted.yaml --as-of 2027-02-01")
    assert ran.stderr == (
        "stackproof: accepted.yaml:1: the waiver of TT0101 expired on 2027-01-31; 1 finding came back\n"
    )


def test_ctrl_c_is_no_traceback_and_ends_what_was_begun(folder: Path) -> None:
    (folder / "waiting").unlink(missing_ok=True)
    command = [str(folder.parent / "bin" / "stackproof"), "check", "slower.yaml"]
    run = subprocess.Popen(
        command, cwd=folder, env=environment(folder), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    until = time.monotonic() + 30
    while not (folder / "waiting").exists():
        assert run.poll() is None and time.monotonic() < until
        time.sleep(0.02)
    run.send_signal(signal.SIGINT)
    out, err = run.communicate(timeout=30)
    assert run.returncode == code_of("Ctrl-C")
    assert "Traceback" not in err
    assert "interrupted: 0 of 1 applications were judged" in out + err


def test_a_reader_that_goes_away_is_no_traceback(folder: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [str(folder.parent / "bin" / "stackproof"), "check", "over.yaml"]
    try:
        ran = subprocess.run(
            command, cwd=folder, env=environment(folder), stdout=writer, stderr=subprocess.PIPE, check=False
        )
    finally:
        os.close(writer)
    assert (ran.returncode, ran.stderr) == (code_of("the reader of the output goes away"), b"")


def test_the_page_names_what_is_tried_and_no_more() -> None:
    assert [row.what for row in rows() if not row.command] == ["Ctrl-C", "the reader of the output goes away"]
    assert {row.code for row in rows()} == {0, 1, 2, 3, 130, 141}
