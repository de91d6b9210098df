"""The configuration and the pre-commit hook that ``stackproof init`` writes, ready to be edited."""

from __future__ import annotations

from analyzer.cli.apps import App
from analyzer.cli.pipelines import Snippet

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

_HOOK = """\
repos:
  - repo: local
    hooks:
{synth}      - id: stackproof
        name: stackproof
{language}        entry: stackproof check {path} -q
        files: {files}
        pass_filenames: false
"""

_SYNTH = """\
      - id: cdk-synth
        name: cdk synth
        language: system
        entry: {synth}
        files: {files}
        pass_filenames: false
        fail_fast: true    # what an earlier synthesis wrote is not what is committed
"""

_OF_APP = r"(\.([cm]?[jt]sx?|py|json)|(^|/)stackproof\.ya?ml)$"
_OF_TEMPLATES = r"\.(json|ya?ml|template|[cm]?[jt]s|py)$"
"""Which files a commit must change for the hook to run: the application, its packages and waivers."""


def hook(app: App | None, requirement: str | None) -> Snippet:
    """The pre-commit hook on the whole application; of a CDK app after its synthesis.

    pre-commit installs ``requirement`` into an environment of the hook's own; None: the ``stackproof`` on the search
    path of whoever commits.
    """
    files = _OF_APP if app else _OF_TEMPLATES
    synth = _SYNTH.format(synth=app.synth, files=files) if app else ""
    text = _HOOK.format(synth=synth, language=_language(requirement), path="cdk.out" if app else ".", files=files)
    return Snippet(".pre-commit-config.yaml", text)


def _language(requirement: str | None) -> str:
    if requirement is None:
        return "        language: system\n"
    return f'        language: python\n        additional_dependencies: ["{requirement}"]\n'
