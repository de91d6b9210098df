"""The pipelines that ``stackproof init`` writes: their shell runs, in bash, and leaves the reports that they collect."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from analyzer.cli.apps import app_of
from analyzer.cli.pipelines import PIPELINES, Commands

INSTALL = 'pip install "stackproof==0.1.0"'


@dataclass
class Service:
    """A pipeline's file, and how its commands and reports are read from it."""

    name: str
    commands: Callable[[str], list[str]]
    reports: Callable[[str], list[str]]


def _github(text: str) -> list[str]:
    steps = yaml.safe_load(text)["jobs"]["stackproof"]["steps"]
    return [step["run"] for step in steps if "run" in step]


def _github_reports(text: str) -> list[str]:
    steps = yaml.safe_load(text)["jobs"]["stackproof"]["steps"]
    return [step["with"]["sarif_file"] for step in steps if "upload-sarif" in step.get("uses", "")]


def _gitlab_reports(text: str) -> list[str]:
    return list(yaml.safe_load(text)["stackproof"]["artifacts"]["reports"].values())


def _codebuild(text: str) -> list[str]:
    phases = yaml.safe_load(text)["phases"]
    return [*phases["install"]["commands"], *phases["build"]["commands"]]


def _codebuild_reports(text: str) -> list[str]:
    (group,) = yaml.safe_load(text)["reports"].values()
    assert group["file-format"] == "JUNITXML"
    return [f"{group['base-directory']}/{file}" for file in group["files"]]


SERVICES = [
    Service("github", _github, _github_reports),
    Service("gitlab", lambda text: list(yaml.safe_load(text)["stackproof"]["script"]), _gitlab_reports),
    Service("codebuild", _codebuild, _codebuild_reports),
    Service(
        "jenkins",
        lambda text: re.findall(r"^ *sh '(.*)'$", text, flags=re.M),
        lambda text: re.findall(r"(?:junit |pattern: )'(.*?)'", text),
    ),
]


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder with the real ``stackproof``, and stand-ins for what fetches from elsewhere; they log their calls."""
    folder = tmp_path / "programs"
    folder.mkdir()
    log = tmp_path / "calls"
    scripts = dict.fromkeys(["npm", "npx", "pip", "apt-get"], f'echo "$(basename "$0") $*" >>"{log}"')
    scripts["npx"] += f'\nmkdir cdk.out && cp "{tmp_path}"/assembly/* cdk.out'
    scripts["python3"] = f'echo "python3 $*" >>"{log}"'
    scripts["stackproof"] = f'exec "{sys.executable}" -P -m analyzer.cli.main "$@"'
    for name, script in scripts.items():
        (folder / name).write_text(f"#!/bin/bash\n{script}\n")
        (folder / name).chmod(stat.S_IRWXU)
    return folder


@pytest.fixture
def repository(tmp_path: Path, here: Path) -> Path:
    """A CDK app whose synthesis writes a function with an ended runtime."""
    for name in ("cdk.json", "package.json", "package-lock.json"):
        (here / name).write_text("{}")
    assembly = tmp_path / "assembly"
    assembly.mkdir()
    artifact = {"type": "aws:cloudformation:stack", "properties": {"templateFile": "Old.template.json"}}
    (assembly / "manifest.json").write_text(json.dumps({"version": "48.0.0", "artifacts": {"Old": artifact}}))
    properties = {"Runtime": "nodejs12.x", "Handler": "index.handler", "Code": {"ZipFile": "exports.handler = 1"}}
    template = {"Resources": {"Fn": {"Type": "AWS::Lambda::Function", "Properties": properties}}}
    (assembly / "Old.template.json").write_text(json.dumps(template))
    return here


def execute(commands: list[str], where: Path, programs: Path) -> int:
    """The exit status of ``commands``, run one after the other in one shell until one fails, as all services do."""
    environment = {"PATH": f"{programs}:{os.environ['PATH']}", "HOME": str(where)}
    script = "\n".join(["set -e", *commands])
    return subprocess.run(
        ["bash", "-c", script], cwd=where, env=environment, capture_output=True, check=False
    ).returncode


def content(file: Path) -> Any:
    """What a report says was found: the ids of rules."""
    text = file.read_text("utf-8")
    if file.suffix == ".xml":
        root = ElementTree.fromstring(text)
        return {
            case.get("classname", "").split()[0] for case in root.iter("testcase") if case.find("failure") is not None
        }
    told = json.loads(text)
    if isinstance(told, list):
        return {issue["check_name"].split()[0] for issue in told}
    return {each["ruleId"] for each in told["runs"][0]["results"] if each["kind"] == "fail"}


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_the_commands_fail_the_build_and_leave_the_reports(
    service: Service, repository: Path, programs: Path, tmp_path: Path
) -> None:
    text = PIPELINES[service.name](Commands(INSTALL, app_of(repository))).text
    assert execute(service.commands(text), repository, programs) == 1
    found = {name: content(repository / name) for name in service.reports(text)}
    assert found
    assert [name for name, rules in found.items() if "FM0901" not in rules] == []
    calls = (tmp_path / "calls").read_text().splitlines()
    assert [call for call in calls if call.startswith("np")] == ["npm ci", "npx cdk synth --quiet"]
    assert "pip install stackproof==0.1.0" in calls


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_a_synthesis_that_fails_is_not_judged(service: Service, repository: Path, programs: Path) -> None:
    (programs / "npx").write_text("#!/bin/sh\nexit 7\n")
    shutil.copytree(repository.parent / "assembly", repository / "cdk.out")
    text = PIPELINES[service.name](Commands(INSTALL, app_of(repository))).text
    assert execute(service.commands(text), repository, programs) == 7
    assert [name for name in service.reports(text) if (repository / name).exists()] == []


def test_templates_need_neither_node_nor_synthesis(here: Path, programs: Path, tmp_path: Path) -> None:
    (here / "topic.yaml").write_text("Resources: {Topic: {Type: AWS::SNS::Topic}}\n")
    texts = {service.name: PIPELINES[service.name](Commands(INSTALL, None)).text for service in SERVICES}
    assert [name for name, text in texts.items() if re.search("node|npm|npx|cdk", text)] == []
    scripts = {tuple(service.commands(texts[service.name])) for service in SERVICES}
    assert {command.partition(" -o ")[0] for script in scripts for command in script} == {
        INSTALL,
        "python3 -m venv .venv",
        "mkdir -p reports",
        "stackproof check",
        "stackproof check --format github",
    }
    assert execute(SERVICES[1].commands(texts["gitlab"]), here, programs) == 0
    assert (tmp_path / "calls").read_text() == "pip install stackproof==0.1.0\n"
