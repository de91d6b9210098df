"""The hooks in a new git repository, as pre-commit installs and runs them: what ``stackproof init`` writes, and the
hooks of this repository.

Not among the default tests: it takes a package index, and a minute.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.integrations.action_steps import ROOT

LOOP = ROOT / "fixtures" / "FM0701" / "bad-thumbnail-into-the-same-bucket"
MENDED = ROOT / "fixtures" / "FM0701" / "good-key-moved-to-another-folder"
GIT = ("git", "-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false")
ONLY_LOOPS = "select: [FM0701]\n"
SYNTHESIS = '#!/bin/sh\n[ "$*" = "cdk synth --quiet" ] && rm -rf cdk.out && cp -r app cdk.out\n'


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new repository, in which programs of this environment are found first."""
    folder = tmp_path / "repository"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "pre-commit"))
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    subprocess.run([*GIT, "init", "-q"], check=True)
    return folder


def put(application: Path, where: Path) -> None:
    """``application`` in the place of what was in ``where``, and known to git."""
    shutil.rmtree(where, ignore_errors=True)
    shutil.copytree(application, where, ignore=shutil.ignore_patterns("expect.json"))
    subprocess.run([*GIT, "add", "-A"], check=True)


def hooks() -> tuple[int, str]:
    """The exit status of pre-commit on all files, and what it printed."""
    command = [sys.executable, "-m", "pre_commit", "run", "--all-files", "--color=never"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_the_hook_on_changed_templates(source: Path, repository: Path) -> None:
    head = subprocess.run([*GIT, "rev-parse", "HEAD"], cwd=source, capture_output=True, text=True, check=True)
    use = {"repo": str(source), "rev": head.stdout.strip(), "hooks": [{"id": "stackproof"}]}
    (repository / ".pre-commit-config.yaml").write_text(yaml.safe_dump({"repos": [use]}))
    (repository / "stackproof.yaml").write_text(ONLY_LOOPS)
    put(LOOP, repository / "app")
    status, said = hooks()
    assert (status, " critical FM0701 " in said) == (1, True), said
    put(MENDED, repository / "app")
    status, said = hooks()
    assert (status, said.splitlines()[-1].endswith("Passed")) == (0, True), said


def test_what_init_writes_for_a_cdk_app(
    source: Path, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The synthesis is a stand-in that writes the assembly from the folder ``app``; everything else is real."""
    synthesis = tmp_path / "bin" / "npx"
    synthesis.parent.mkdir()
    synthesis.write_text(SYNTHESIS)
    synthesis.chmod(stat.S_IRWXU)
    monkeypatch.setenv("PATH", f"{synthesis.parent}:{os.environ['PATH']}")
    for name in ("cdk.json", "package.json"):
        (repository / name).write_text("{}")
    (repository / ".gitignore").write_text("cdk.out/\n")
    (repository / "stackproof.yaml").write_text(ONLY_LOOPS)
    init = [sys.executable, "-P", "-m", "analyzer.cli.main", "init", "--install", f"stackproof @ file://{source}"]
    subprocess.run(init, check=True, capture_output=True)
    put(assembly_of(LOOP, tmp_path), repository / "app")
    status, said = hooks()
    assert (status, " critical FM0701 " in said) == (1, True), said
    synthesis.write_text("#!/bin/sh\nexit 1\n")
    status, said = hooks()
    assert (status, "FM0701" in said) == (1, False), "what an earlier synthesis wrote was judged"
    synthesis.write_text(SYNTHESIS)
    put(assembly_of(MENDED, tmp_path), repository / "app")
    status, said = hooks()
    assert [line.rpartition(".")[2] for line in said.splitlines()] == ["Passed", "Passed"], said


def assembly_of(fixture: Path, scratch: Path) -> Path:
    """A cloud assembly of the one template of ``fixture``."""
    folder = scratch / f"assembly-of-{fixture.name}"
    shutil.copytree(fixture, folder)
    (template,) = folder.glob("template.*")
    artifact = {"type": "aws:cloudformation:stack", "properties": {"templateFile": template.name}}
    manifest = {"version": "48.0.0", "artifacts": {"Documents": artifact}}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder
