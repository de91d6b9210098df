"""Stackproof's rules as checks of checkov, where both are installed in one environment::

    checks=$(python -c 'from analyzer.integrations.checkov_checks import FOLDER; print(FOLDER)')
    checkov --framework cloudformation --file template.yaml --external-checks-dir "$checks"

``FM0701`` is ``CKV_STACKPROOF_FM0701`` there. Run it in the folder that it scans: checkov tells a check no other path.
It asks about one resource after the other, so it cannot be told of parameters, outputs and the template itself. What
Stackproof cannot know, and what no rule judged, is ``UNKNOWN``, which checkov does not show.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from checkov.cloudformation.checks.resource.base_resource_check import BaseResourceCheck
from checkov.common.models.enums import CheckCategories, CheckResult

from analyzer.integrations.judged import NotJudgedError, judged, rules

if TYPE_CHECKING:
    from analyzer.rule import Rule

PREFIX = "CKV_STACKPROOF_"


class StackproofCheck(BaseResourceCheck):  # type: ignore[misc]  # checkov has no types
    """One rule of ours, for resources of every type."""

    def __init__(self, rule: Rule) -> None:
        self.rule_id = rule.id
        super().__init__(
            name=rule.title,
            id=f"{PREFIX}{rule.id}",
            categories=[CheckCategories.GENERAL_SECURITY],
            supported_resources=["AWS::*"],
            guideline=rule.references[0] if rule.references else None,
        )

    def scan_resource_conf(self, conf: dict[str, Any]) -> CheckResult:  # noqa: ARG002  the file is judged as a whole
        """What the rule says of the resource that checkov has come to."""
        file, _, logical_id = self.entity_path.rpartition(f":{self.entity_type}:")
        said = judged(_located(file))
        found = [each for each in said.of(self.rule_id) if each.resource == logical_id]
        if found:
            within = ((each.pointer or "").partition(f"/{logical_id}/")[2] for each in found)
            self.evaluated_keys = [key for key in within if key]
            return CheckResult.FAILED
        return CheckResult.PASSED if (self.rule_id, logical_id) in said.passed else CheckResult.UNKNOWN


def _located(told: str) -> Path:
    """checkov tells a check the path below the folder that it scans, and not which folder that is; of files that are
    named one by one it is the working directory."""
    file = Path(told.removeprefix("/"))
    if not file.is_file():
        raise NotJudgedError(f"{file} is not here: run checkov in the folder that it is to scan, with --directory .")
    return file


def register() -> list[StackproofCheck]:
    """Make a check of every rule, which enters it in checkov's registry."""
    return [StackproofCheck(rule) for rule in rules()]
