"""Runs ``action.yml`` as GitHub's runner would, as far as its steps are shell: expressions go into ``env``, never into
scripts; a step has the working directory of the repository under test and the runner's own shell."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
STEPS: dict[str, dict[str, Any]] = {step["name"]: step for step in ACTION["runs"]["steps"]}
SHELL = ("bash", "--noprofile", "--norc", "-eo", "pipefail")
"""What the runner calls for ``shell: bash``."""

_EXPRESSION = re.compile(r"\$\{\{ *([^}]*?) *\}\}")


@dataclass
class Runner:
    """One job: ``temporary`` and ``workspace`` are its folders, ``known`` the values of expressions."""

    temporary: Path
    workspace: Path
    inputs: dict[str, str]
    action: Path = ROOT
    known: dict[str, str] = field(default_factory=dict)
    log: str = ""

    def __post_init__(self) -> None:
        defaults = {name: given["default"] for name, given in ACTION["inputs"].items()}
        unknown = self.inputs.keys() - defaults.keys()
        assert not unknown, f"the action has no input {unknown}"
        self.known |= {f"inputs.{name}": value for name, value in {**defaults, **self.inputs}.items()}

    def run(self, name: str) -> int:
        """The exit status of the step called ``name``; its outputs become known."""
        step = STEPS[name]
        assert step["shell"] == "bash"
        environment = {key: self.evaluated(value) for key, value in step["env"].items()}
        script = self.temporary / "script.sh"
        script.write_text(step["run"])
        done = subprocess.run(
            [*SHELL, str(script)],
            cwd=self.workspace,
            env={**self._environment(), **environment},
            capture_output=True,
            text=True,
            check=False,
        )
        self.log += done.stdout + done.stderr
        self._learn(step.get("id"))
        return done.returncode

    def evaluated(self, text: str) -> str:
        """``text`` with its expressions replaced; one that is not known is empty, as with GitHub."""
        return _EXPRESSION.sub(lambda found: self.known.get(found[1], ""), text)

    def would_upload(self) -> bool:
        """Whether the condition of the upload holds: a conjunction of comparisons with texts."""
        (condition,) = _EXPRESSION.findall(STEPS["Upload to code scanning"]["if"])
        first, *others = condition.split(" && ")
        assert first == "always()"
        return all(self._holds(other) for other in others)

    def _holds(self, comparison: str) -> bool:
        name, operator, text = re.fullmatch(r"(\S+) (==|!=) '(.*)'", comparison).groups()  # type: ignore[union-attr]
        return (self.known.get(name, "") == text) is (operator == "==")

    @property
    def summary(self) -> str:
        """What the job's page shows."""
        file = self.temporary / "summary.md"
        return file.read_text("utf-8") if file.exists() else ""

    def output(self, name: str) -> str:
        """An output of the action."""
        return self.evaluated(ACTION["outputs"][name]["value"])

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.temporary),
            "RUNNER_TEMP": str(self.temporary),
            "GITHUB_ACTION_PATH": str(self.action),
            "GITHUB_WORKSPACE": str(self.workspace),
            "GITHUB_OUTPUT": str(self.temporary / "output"),
            "GITHUB_STEP_SUMMARY": str(self.temporary / "summary.md"),
        }

    def _learn(self, step: str | None) -> None:
        file = self.temporary / "output"
        if file.exists():
            for line in file.read_text("utf-8").splitlines():
                name, _, value = line.partition("=")
                self.known[f"steps.{step}.outputs.{name}"] = value
            file.unlink()
