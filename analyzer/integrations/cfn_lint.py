"""Stackproof's rules as rules of cfn-lint, where both are installed in one environment::

    cfn-lint template.yaml --append-rules analyzer.integrations.cfn_lint

cfn-lint reads the severity from the first letter of an id, so ``FM0701`` is ``EFM0701`` there (medium and graver, which
Stackproof's own gate stops), ``WFM…`` (low) or ``IFM…`` (info, which cfn-lint shows with ``--include-checks I``).
One class for each rule is made when cfn-lint looks the module through.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch

from analyzer.integrations.judged import judged, rules
from analyzer.judgement import Severity

if TYPE_CHECKING:
    from cfnlint.template import Template

    from analyzer.policy.result import Finding
    from analyzer.rule import Rule

_LETTER = {Severity.INFO: "I", Severity.LOW: "W"}


class StackproofRule(CloudFormationLintRule):  # type: ignore[misc]  # cfn-lint has no types
    """One rule of ours. It has no id itself, so cfn-lint passes it over."""

    rule_id: ClassVar[str] = ""

    def match(self, cfn: Template) -> list[RuleMatch]:
        """The failures that the rule finds in the template; one that is piped into cfn-lint has no file to judge."""
        if not cfn.filename:
            return []
        return [_match(found, cfn.template) for found in judged(Path(cfn.filename)).of(self.rule_id)]


def _match(found: Finding, template: Any) -> RuleMatch:
    path = list(_path(found, template))
    also = f" In {found.location.file}, line {found.location.line}." if _elsewhere(found) and found.location else ""
    return RuleMatch(path, f"{found.message}{also} ({found.rule_id} on {found.resource})")


def _elsewhere(found: Finding) -> bool:
    return found.location is not None and found.location.file != found.template


def _path(found: Finding, template: Any) -> Iterator[str | int]:
    """The pointer step by step, as far as cfn-lint has read the same; else that of the resource."""
    resources = template.get("Resources") if isinstance(template, dict) else None
    known = isinstance(resources, dict) and found.resource in resources
    pointer = found.pointer or (f"/Resources/{found.resource}" if known else "")
    here = template
    for step in pointer.split("/")[1:]:
        key: str | int = step.replace("~1", "/").replace("~0", "~")
        if isinstance(here, list) and step.isdigit():
            key = int(step)
        if not (isinstance(here, dict) and key in here) and not (isinstance(key, int) and key < len(here)):
            return
        here = here[key]
        yield key


def _class_of(rule: Rule) -> type[StackproofRule]:
    letter = _LETTER.get(rule.severity, "E")
    described = {
        "__module__": __name__,
        "__doc__": rule.title,
        "id": f"{letter}{rule.id}",
        "shortdesc": rule.title,
        "description": rule.section("What it checks") or rule.title,
        "source_url": rule.references[0] if rule.references else "",
        "tags": ["stackproof", f"failure-mode-{rule.failure_mode:02d}"],
        "rule_id": rule.id,
    }
    return type(rule.id, (StackproofRule,), described)


def __dir__() -> list[str]:
    return [*globals(), *(rule.id for rule in rules())]


def __getattr__(name: str) -> type[StackproofRule]:
    for rule in rules():
        if rule.id == name:
            return _class_of(rule)
    raise AttributeError(name)
