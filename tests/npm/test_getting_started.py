"""``docs/guides/getting-started.md``, installed and run as it says: with aws-cdk-lib and the CDK's command from npm.

Not among the default tests: it takes npm, both registries, and some minutes. ``.ci/run`` brings them.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conformance.conftest import source
from tests.docs import test_guides

__all__ = ["source"]


@pytest.fixture
def folder(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder beside a clone, with the clone installed into an environment of its own."""
    environment = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    subprocess.run([str(environment / "bin" / "pip"), "install", "-q", str(source)], check=True)
    (tmp_path / "stackproof").symlink_to(source)
    # pre-commit comes from the environment of the tests, whose own command must not be found first.
    path = [str(environment / "bin"), os.environ["PATH"], str(Path(sys.executable).parent)]
    monkeypatch.setenv("PATH", os.pathsep.join(path))
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "pre-commit"))
    monkeypatch.setenv("npm_config_loglevel", "error")
    (tmp_path / "repository").mkdir()
    return tmp_path / "repository"


def run(command: str, folder: Path) -> tuple[int, str]:
    """The exit status of ``command`` and all that it writes."""
    ran = subprocess.run(
        ["bash", "-c", command], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    return ran.returncode, ran.stdout


def test_everything_on_the_page_is_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(test_guides, "run", run)
    test_guides.test_everything_on_the_page_is_so(folder, "getting-started")
