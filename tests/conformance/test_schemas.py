"""The action and the pipelines that ``stackproof init`` writes, against the schemas that ``check-jsonschema`` carries.

Not among the default tests: it needs the package that ``.ci/run`` installs for it.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from analyzer.cli.apps import App
from analyzer.cli.pipelines import PIPELINES, Commands
from tests.integrations.action_steps import ROOT

APPS = {
    "node": App("npm ci", "npx cdk synth --quiet"),
    "other": App("", "npx --yes aws-cdk@2 synth --quiet"),
    "none": None,
}
SCHEMAS = {"github": ["vendor.github-workflows"], "gitlab": ["vendor.gitlab-ci", "--data-transform", "gitlab-ci"]}
"""CodeBuild's and Jenkins's files have no schema there."""


def problems(file: Path, schema: list[str]) -> str:
    command = [sys.executable, "-m", "check_jsonschema", "--verbose", "--builtin-schema", *schema, str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_the_action_is_one() -> None:
    assert problems(ROOT / "action.yml", ["vendor.github-actions"]) == ""


@pytest.mark.parametrize("app", APPS)
@pytest.mark.parametrize("name", SCHEMAS)
def test_a_pipeline_is_one(tmp_path: Path, name: str, app: str) -> None:
    file = tmp_path / "pipeline.yml"
    file.write_text(PIPELINES[name](Commands('pip install "stackproof==0.1.0"', APPS[app])).text)
    assert problems(file, SCHEMAS[name]) == ""


def test_the_schema_would_notice(tmp_path: Path) -> None:
    file = tmp_path / "action.yml"
    file.write_text((ROOT / "action.yml").read_text("utf-8").replace("name: Stackproof\n", "", 1))
    assert "'name' is a required property" in problems(file, ["vendor.github-actions"])
