"""Stackproof as a policy validation plugin of Python CDK apps: the rules run inside ``cdk synth`` and stop it.

    from aws_cdk import App, Validations
    from analyzer.integrations.cdk import StackproofPlugin

    app = App()
    Validations.of(app).add_plugins(StackproofPlugin())

CDK calls the plugin when the cloud assembly is written. The plugin lets the command judge the assembly in a child
process, so that neither disturbs the other, and hands its report on; what is sent how is the business of
:mod:`analyzer.report.cdk`. It writes nothing into the assembly, which CDK would refuse.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import jsii
from aws_cdk import (
    IPolicyValidationContext,
    IPolicyValidationPlugin,
    PolicyValidationPluginReport,
    PolicyViolatingResource,
    PolicyViolation,
)

from analyzer import __version__

CONFIGURATIONS = ("stackproof.yaml", "stackproof.yml")


class StackproofError(RuntimeError):
    """The command said no more than why it could not judge; CDK shows it as the failure of the plugin."""


@jsii.implements(IPolicyValidationPlugin)
class StackproofPlugin:
    """Judges the app at every synthesis and stops it where ``stackproof check`` would fail.

    ``config`` names the configuration; without it the nearest at or above the assembly is in force, and where the
    assembly is not written below the working directory, that of the working directory. ``fail_on`` and
    ``min_confidence`` are the gate, as of ``stackproof check``; ``arguments`` are further options of it, such as
    ``("-o", "stackproof.json")``.
    """

    def __init__(
        self,
        *,
        config: str | None = None,
        fail_on: str | None = None,
        min_confidence: str | None = None,
        arguments: Sequence[str] = (),
    ) -> None:
        given = {"--config": config, "--fail-on": fail_on, "--min-confidence": min_confidence}
        self._configured = config is not None
        self._options = [f"{name}={value}" for name, value in given.items() if value is not None] + [*arguments]

    @property
    def name(self) -> str:
        """What acknowledgements are prefixed with: ``Stackproof::FM0701``."""
        return "Stackproof"

    @property
    def version(self) -> str:
        """That of the analyzer."""
        return __version__

    @property
    def rule_ids(self) -> list[str] | None:
        """None: CDK asks for statistics only."""
        return None

    def validate(self, context: IPolicyValidationContext) -> PolicyValidationPluginReport:
        """The report on the assembly that CDK has just written.

        Raises:
            StackproofError: it could not be judged.
        """
        assembly = os.path.commonpath([Path(path).parent for path in context.template_paths])
        options = [*self._options, *([] if self._configured else _configuration(Path(assembly)))]
        return _report(_judge(assembly, options))


def _configuration(assembly: Path) -> list[str]:
    """The option that names the configuration of the working directory where a search from the assembly, which CDK
    writes to a temporary folder unless it is told another, would not come upon it."""
    here = Path.cwd().resolve()
    found = next((name for name in CONFIGURATIONS if (here / name).is_file()), None)
    if found is None or assembly.resolve().is_relative_to(here):
        return []
    return [f"--config={found}"]


def _judge(assembly: str, options: Sequence[str]) -> Mapping[str, Any]:
    # -P: the working directory belongs to the app, and nothing in it may pass for a module of the analyzer.
    command = [sys.executable, "-P", "-m", "analyzer.cli.main", "check", *options, "--format=cdk", "--", assembly]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    try:
        report = json.loads(done.stdout)
    except ValueError as error:
        said = done.stderr.decode(errors="replace").strip()
        raise StackproofError(said or f"the command ended with status {done.returncode}") from error
    assert isinstance(report, dict)
    return report


def _report(report: Mapping[str, Any]) -> PolicyValidationPluginReport:
    return PolicyValidationPluginReport(
        success=report["success"],
        violations=[_violation(violation) for violation in report["violations"]],
        metadata=report["metadata"],
        plugin_version=report["pluginVersion"],
    )


def _violation(violation: Mapping[str, Any]) -> PolicyViolation:
    return PolicyViolation(
        rule_name=violation["ruleName"],
        description=violation["description"],
        severity=violation["severity"],
        fix=violation.get("fix"),
        rule_metadata=violation.get("ruleMetadata"),
        violating_resources=[_resource(resource) for resource in violation["violatingResources"]],
    )


def _resource(resource: Mapping[str, Any]) -> PolicyViolatingResource:
    return PolicyViolatingResource(
        resource_logical_id=resource.get("resourceLogicalId"),
        template_path=resource.get("templatePath"),
        construct_path=resource.get("constructPath"),
        locations=resource["locations"],
    )
