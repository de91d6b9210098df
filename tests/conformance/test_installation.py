"""Places that install Stackproof by themselves, for real and from a package index: the Action, the container.

Not among the default tests: it takes an index, and a minute.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from reference_stack.synthesis import ASSEMBLIES
from tests.integrations.action_steps import Runner
from tests.integrations.containerfile import stages

AS_DOCUMENTED = ASSEMBLIES / "as_documented"


def python311() -> str:
    """An interpreter that belongs to no environment."""
    return str(Path(sys.base_prefix) / "bin" / "python3.11")


def test_the_action_installs_itself_with_its_extras_and_checks(source: Path, tmp_path: Path) -> None:
    inputs = {"extras": "engines", "args": "--with=cfn-lint"}
    runner = Runner(tmp_path / "runner", tmp_path / "repository", inputs, action=source)
    runner.temporary.mkdir()
    shutil.copytree(AS_DOCUMENTED, runner.workspace / "cdk.out")
    # Files that would be imported if the working directory were searched.
    for name in ("venv.py", "pip.py", "click.py", "analyzer.py"):
        (runner.workspace / name).write_text("raise SystemExit('ran code of the repository under test')\n")
    runner.known["steps.python.outputs.python-path"] = python311()
    assert runner.run("Install Stackproof") == 0, runner.log
    assert runner.run("Check") == 1, runner.log
    log = json.loads(Path(runner.output("sarif-file")).read_text("utf-8"))
    ours, companion = ({each["ruleId"] for each in run["results"]} for run in log["runs"])
    assert "FM0701" in ours
    assert "cfn-lint:W3005" in companion
    assert runner.would_upload()


def test_the_commands_of_the_container_make_a_command_that_works(source: Path, tmp_path: Path) -> None:
    """Every ``COPY`` and every call of pip, in folders of their own instead of a container's."""
    build, final = stages()
    places = {
        "/source": tmp_path / "source",
        "/wheels": tmp_path / "wheels",
        "/constraints.txt": source / "constraints.txt",
    }
    python = tmp_path / "container" / "bin" / "python"
    subprocess.run([python311(), "-m", "venv", str(tmp_path / "container")], check=True)
    places["/source"].mkdir()
    for name, text in build:
        if name == "COPY":
            *paths, target = text.split()
            subprocess.run(["cp", "-r", *paths, str(places["/source"] / target)], cwd=source, check=True)
    (wheel,) = (json.loads(text) for name, text in build if name == "RUN")
    _pip(python, wheel, places, places["/source"])
    (install,) = (text for name, text in final if name == "RUN")
    command = shlex.split(install[install.index("python ") : install.index("&&")])
    _pip(python, command, places, tmp_path)
    checked = subprocess.run(
        [str(python.with_name("stackproof")), "check", "-q", str(AS_DOCUMENTED)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 1, checked.stderr
    assert " FM0701 " in checked.stdout


def _pip(python: Path, command: list[str], places: dict[str, Path], where: Path) -> None:
    program, *arguments = command
    assert program == "python"
    for inside, outside in places.items():
        arguments = [str(outside) + a.removeprefix(inside) if a.startswith(inside) else a for a in arguments]
    expanded = [str(found) for a in arguments for found in ([*Path("/").glob(a[1:])] if "*" in a else [a])]
    subprocess.run(
        [str(python), *expanded], cwd=where, check=True, env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    )
