"""The npm package, tested by its own tests in Node.js with the aws-cdk-lib that is inside the Python package."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from analyzer import __version__

PACKAGE = Path(__file__).resolve().parents[2] / "integrations" / "cdk-typescript"


NEEDED = ("aws_cdk", "aws_cdk.cloud_assembly_schema", "constructs")
"""The Python packages that wrap aws-cdk-lib and what it cannot do without."""


def unpack(wrapper: str, modules: Path) -> None:
    """Put the npm package that a Python package wraps into the folder ``modules``."""
    spec = importlib.util.find_spec(f"{wrapper}._jsii")
    assert spec is not None
    assert spec.origin is not None
    (archive,) = Path(spec.origin).parent.glob("*.jsii.tgz")
    with tarfile.open(archive) as packed:
        # The declarations are half of the files, and nothing is compiled here.
        members = [member for member in packed if not member.name.endswith((".d.ts", ".jsii", ".tabl.json"))]
        packed.extractall(modules, members, filter="data")
    unpacked = modules / "package"
    place = modules / json.loads((unpacked / "package.json").read_text())["name"]
    place.parent.mkdir(parents=True, exist_ok=True)
    unpacked.rename(place)


@pytest.mark.needs_cdk
def test_the_tests_of_the_package_pass(tmp_path: Path) -> None:
    project = tmp_path / "project"
    shutil.copytree(PACKAGE, project, ignore=shutil.ignore_patterns("node_modules"))
    for wrapper in NEEDED:
        unpack(wrapper, tmp_path / "node_modules")
    command = json.dumps([sys.executable, "-P", "-m", "analyzer.cli.main"])
    done = subprocess.run(
        ["node", "--test", "--test-reporter=tap", "test/plugin.test.js"],
        cwd=project,
        env={**os.environ, "STACKPROOF": command},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    counted = dict(re.findall(r"^# (pass|fail|skipped|todo|cancelled) (\d+)$", done.stdout, flags=re.MULTILINE))
    declared = len(re.findall(r"^ *test\(", (PACKAGE / "test" / "plugin.test.js").read_text(), flags=re.MULTILINE))
    assert counted == {"pass": str(declared), "fail": "0", "skipped": "0", "todo": "0", "cancelled": "0"}


def test_the_package_has_the_version_of_the_analyzer_and_needs_nothing_at_run_time() -> None:
    told = json.loads((PACKAGE / "package.json").read_text())
    assert told["version"] == __version__
    assert "dependencies" not in told
    assert [name for name in told["files"] if not (PACKAGE / name).is_file()] == []
