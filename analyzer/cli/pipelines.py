"""The pipelines that ``stackproof init`` writes, from the same few commands: make ready, install, synthesize, check."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from analyzer.cli.apps import App

NODE = 22
PYTHON = "3.11"


class Snippet(NamedTuple):
    """A file to write. ``instead``: where to, if ``path`` is there already; None: the text is shown instead."""

    path: str
    text: str
    instead: str | None = None


class Commands(NamedTuple):
    """What a pipeline runs, in shell. ``install`` brings Stackproof; ``app`` is None for templates."""

    install: str
    app: App | None

    @property
    def before(self) -> list[str]:
        """What is installed, in turn."""
        prepare = self.app.prepare if self.app else ""
        return [*([prepare] if prepare else []), self.install]

    def check(self, options: str) -> list[str]:
        """The synthesis and the check of what it wrote."""
        return [*([self.app.synth] if self.app else []), f"stackproof check {options}"]


_GITHUB = """\
name: stackproof
on:
  pull_request:
  push:
    branches: [main]
permissions:
  contents: read
  security-events: write    # for the upload to code scanning
jobs:
  stackproof:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
{node}      - uses: actions/setup-python@v6
        with:
          python-version: "{python}"
{commands}      - uses: github/codeql-action/upload-sarif@v4
        if: always() && hashFiles('stackproof.sarif') != ''
        with:
          sarif_file: stackproof.sarif
"""

_GITHUB_NODE = """\
      - uses: actions/setup-node@v6
        with:
          node-version: {node}
"""

_GITLAB = """\
stackproof:
  image: {image}
  script:
{commands}  artifacts:
    when: always
    reports:
      codequality: gl-code-quality-report.json
      junit: stackproof.xml
"""

_CODEBUILD = """\
version: 0.2
phases:
  install:
    runtime-versions:
      python: {python}
{node}    commands:
{before}  build:
    commands:
{check}reports:
  stackproof:
    base-directory: reports
    files: [stackproof.xml]
    file-format: JUNITXML
"""

_JENKINS = """\
pipeline {{
  agent any
  stages {{
    stage('stackproof') {{
      steps {{
        sh 'python3 -m venv .venv'
        withEnv(["PATH+STACKPROOF=${{WORKSPACE}}/.venv/bin"]) {{
{commands}        }}
      }}
      post {{
        always {{
          junit 'stackproof.xml'
          // With the plugin Warnings, findings on their lines:
          // recordIssues tools: [sarif(pattern: 'stackproof.sarif')]
        }}
      }}
    }}
  }}
}}
"""


def _github(commands: Commands) -> Snippet:
    node = _GITHUB_NODE.format(node=NODE) if commands.app else ""
    lines = [*commands.before, *commands.check("--format github -o code-scanning:stackproof.sarif")]
    text = _GITHUB.format(node=node, python=PYTHON, commands=_lines("      - run: {}", lines))
    return Snippet(".github/workflows/stackproof.yml", text)


def _gitlab(commands: Commands) -> Snippet:
    lines = [
        *commands.before,
        *commands.check("-o gitlab:gl-code-quality-report.json -o junit:stackproof.xml"),
    ]
    image = f"python:{PYTHON}"
    if commands.app:  # an image with Node.js, which has to be given an environment for Python packages
        image = f"node:{NODE}-bookworm"
        venv = ["apt-get update && apt-get install -y python3-venv", "python3 -m venv /venv"]
        lines = [*venv, "export PATH=/venv/bin:$PATH", *lines]
    text = _GITLAB.format(image=image, commands=_lines("    - {}", lines))
    return Snippet(".gitlab-ci.yml", text, ".gitlab/stackproof.gitlab-ci.yml")


def _codebuild(commands: Commands) -> Snippet:
    text = _CODEBUILD.format(
        python=PYTHON,
        node=f"      nodejs: {NODE}\n" if commands.app else "",
        before=_lines("      - {}", commands.before),
        check=_lines("      - {}", ["mkdir -p reports", *commands.check("-o junit:reports/stackproof.xml")]),
    )
    return Snippet("buildspec.yml", text, "buildspec.stackproof.yml")


def _jenkins(commands: Commands) -> Snippet:
    lines = [*commands.before, *commands.check("-o junit:stackproof.xml -o code-scanning:stackproof.sarif")]
    return Snippet("Jenkinsfile", _JENKINS.format(commands=_lines("          sh '{}'", lines)))


def _lines(form: str, commands: list[str]) -> str:
    return "".join(f"{form.format(command)}\n" for command in commands)


PIPELINES: Mapping[str, Callable[[Commands], Snippet]] = MappingProxyType(
    {"github": _github, "gitlab": _gitlab, "codebuild": _codebuild, "jenkins": _jenkins}
)
"""How each pipeline is written, by the name of the service."""
