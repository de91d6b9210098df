"""A run that is ended while companions are at work: what they started ends with it, and a report says what is missing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

HANGING = f"""#!{sys.executable}
import os, pathlib, subprocess, sys, time
if "--version" in sys.argv:
    print("3.3.30"); sys.exit(0)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
pathlib.Path(__file__).with_name("started").write_text(f"{{os.getpid()}} {{child.pid}}")
time.sleep(60)
"""
TEMPLATE = "Resources:\n  Fn: {Type: AWS::Lambda::Function, Properties: {ReservedConcurrentExecutions: 0}}\n"


@pytest.fixture
def hanging(tmp_path: Path) -> Path:
    """The folder of a command that takes itself for checkov, starts another program, and waits."""
    (tmp_path / "checkov").write_text(HANGING)
    (tmp_path / "checkov").chmod(0o755)
    (tmp_path / "t.yaml").write_text(TEMPLATE)
    return tmp_path


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # What its parent has not asked about yet is still there by number.
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"


def until(done: Callable[[], object], seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end
        time.sleep(0.05)


def interrupted(folder: Path, *arguments: str) -> tuple[int, str, str]:
    """The command, with Ctrl-C once the companion has started."""
    program = "import sys; from analyzer.cli.main import main; sys.exit(main())"
    command = [sys.executable, "-c", program, *arguments, "t.yaml", "--select", "FM1303", "--with", "checkov"]
    run = subprocess.Popen(
        [*command, "--checkov", "./checkov"], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    started = folder / "started"
    until(lambda: started.exists() and started.read_text().count(" "))
    run.send_signal(signal.SIGINT)
    out, err = run.communicate(timeout=30)
    pids = [int(pid) for pid in started.read_text().split()]
    until(lambda: not any(map(is_running, pids)))
    return run.returncode, out, err


def test_ctrl_c_ends_the_companion_with_what_it_started_and_leaves_a_report(hanging: Path) -> None:
    status, out, err = interrupted(hanging, "check", "--format", "json")
    assert (status, "Traceback" in err) == (130, False), err
    report = json.loads(out)
    assert [problem["reason"] for problem in report["problems"]] == ["interrupted: 0 of 1 applications were judged"]
    assert report["findings"] == []


def test_nothing_is_accepted_by_a_baseline_then(hanging: Path) -> None:
    status, out, err = interrupted(hanging, "baseline", "create")
    assert (status, out, err) == (130, "", "\nstackproof: interrupted\n")
    assert not (hanging / "stackproof-baseline.json").exists()
