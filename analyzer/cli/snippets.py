"""What ``stackproof init`` writes: configuration, hook and pipelines, ready to be edited."""

from __future__ import annotations

from typing import NamedTuple

CONFIGURATION = """\
# Configuration of Stackproof. Every setting may be left out; `stackproof config show` says what is in force.
# Patterns are relative to the folder of this file.

gate:
  fail_on: medium           # never, info, low, medium, high, critical
  min_confidence: likely    # possible, likely, certain

# exclude:                  # files and folders that are not judged, even if they are named
#   - vendor/**
# ignore: []                # rule ids or prefixes; `stackproof rules` lists them
# severity: {}              # rule id or prefix: severity
# stacks:                   # by glob over stack names
#   "Prod*":
#     parameters: {Stage: prod}
# audit_trail:              # somebody attests that the organization's trail records this application
#   kind: organization
#   owner: security@example.com
#   reason: the organization trail of the management account records all regions
# baseline: stackproof-baseline.json    # after `stackproof baseline create`
# waiver_policy:
#   require: [owner, expires]
#   non_waivable: []
#   warn_days: 14
# waivers:
#   - rule: <rule id>
#     construct: Documents/Compute/**   # or stack, resource, type, template, fingerprint
#     reason: why this is acceptable
#     expires: 2027-01-31
"""

_SYNTH = "npx cdk synth --quiet && "

_HOOK = """\
repos:
  - repo: local
    hooks:
      - id: stackproof
        name: stackproof
        language: system
{entry}
"""

_HOOK_TEMPLATES = """\
        entry: stackproof check . -q
        files: \\.(json|ya?ml|template|[cm]?[jt]s|py)$
        pass_filenames: false"""

_HOOK_APP = """\
        entry: bash -c 'npx cdk synth --quiet && stackproof check cdk.out -q'
        files: \\.([cm]?[jt]sx?|py|json)$
        pass_filenames: false"""

_GITHUB = """\
name: stackproof
on:
  pull_request:
  push:
    branches: [main]
permissions:
  contents: read
  security-events: write    # for the upload of results
jobs:
  stackproof:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
{node}      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - run: pip install stackproof
{synth}      - run: stackproof check --format github -o stackproof.sarif
      - uses: github/codeql-action/upload-sarif@v3
        if: success() || failure()
        with:
          sarif_file: stackproof.sarif
"""

_GITHUB_NODE = """\
      - uses: actions/setup-node@v4
        with:
          node-version: 20
      - run: npm ci
"""

_GITLAB = """\
stackproof:
  image: {image}
  script:
{install}    - {synth}stackproof check -o gitlab:gl-code-quality-report.json -o junit:stackproof.xml
  artifacts:
    when: always
    reports:
      codequality: gl-code-quality-report.json
      junit: stackproof.xml
"""

_CODEBUILD = """\
version: 0.2
phases:
  install:
    commands:
      - pip install stackproof
{install}  build:
    commands:
      - mkdir -p reports
      - {synth}stackproof check -o junit:reports/stackproof.xml
reports:
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
        sh 'python3 -m venv .venv && .venv/bin/pip install stackproof'
{install}        sh '{synth}.venv/bin/stackproof check -o junit:stackproof.xml'
      }}
      post {{
        always {{ junit 'stackproof.xml' }}
      }}
    }}
  }}
}}
"""


class Snippet(NamedTuple):
    """A file to write. ``instead``: where to, if ``path`` is there already; None: the text is shown instead."""

    path: str
    text: str
    instead: str | None = None


def hook(*, app: bool) -> Snippet:
    """The pre-commit hook, on the whole application: of a CDK ``app`` after its synthesis."""
    return Snippet(".pre-commit-config.yaml", _HOOK.format(entry=_HOOK_APP if app else _HOOK_TEMPLATES))


def pipeline(name: str, *, app: bool) -> Snippet:
    """The pipeline for ``github``, ``gitlab``, ``codebuild`` or ``jenkins``; KeyError for another."""
    synth = _SYNTH if app else ""
    match name:
        case "github":
            node, step = (_GITHUB_NODE, "      - run: npx cdk synth --quiet\n") if app else ("", "")
            return Snippet(".github/workflows/stackproof.yml", _GITHUB.format(node=node, synth=step))
        case "gitlab":
            # An image with Node.js for the CDK, which has to be given Python.
            image = "node:20-bookworm" if app else "python:3.12"
            venv = ["apt-get update && apt-get install -y python3-venv", "python3 -m venv /opt/stackproof"]
            steps = ["npm ci", *venv, "export PATH=/opt/stackproof/bin:$PATH"] if app else []
            install = _lines("    - {}", *steps, "pip install stackproof")
            text = _GITLAB.format(image=image, install=install, synth=synth)
            return Snippet(".gitlab-ci.yml", text, ".gitlab/stackproof.gitlab-ci.yml")
        case "codebuild":
            text = _CODEBUILD.format(install=_lines("      - {}", "npm ci") if app else "", synth=synth)
            return Snippet("buildspec.yml", text, "buildspec.stackproof.yml")
        case "jenkins":
            return Snippet("Jenkinsfile", _JENKINS.format(install=_jenkins(app), synth=synth))
    raise KeyError(name)


def _jenkins(app: bool) -> str:
    return _lines("        sh '{}'", "npm ci") if app else ""


def _lines(form: str, *commands: str) -> str:
    return "".join(f"{form.format(command)}\n" for command in commands)
