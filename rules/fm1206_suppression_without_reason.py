"""A check of another tool is switched off in the template without a reason.

## What it checks
The suppressions that templates carry for other tools in `Metadata`: `cfn_nag` (`rules_to_suppress`, `reason`),
`checkov` (`skip`, `comment`) and `cdk_nag` (`rules_to_suppress`, `reason`), of resources and of the template.

## Why it fails
A suppression is a security decision. Without the reason nobody can tell an accepted risk from a check that was in the
way; section 12 of the failure document asks for exactly these words. Stackproof's own waivers are refused without
one.

## Fix
Write the reason beside the id: `reason` (cfn_nag, cdk-nag), `comment` (checkov); say who accepted the risk and until
when.

## Limits
Whether the words are any good cannot be measured. `cfn-lint`'s `ignore_checks` has no place for a reason and is not
judged. Whether a reason is there is always known, so there is no `unknown`.

## References
- https://github.com/stelligent/cfn_nag#per-resource-rule-suppression
- https://www.checkov.io/2.Basics/Suppressing%20and%20Skipping%20Policies.html
"""

from collections.abc import Iterator

from analyzer.model.node import Node
from analyzer.model.template import Entry, Resource
from analyzer.rule import Judgement, Query, Rule, Severity, fail, passed

RULE = Rule(
    id="FM1206",
    slug="suppression-without-reason",
    failure_mode=12,
    severity=Severity.INFO,
    documented=Severity.LOW,
)
SUPPRESSIONS = (
    ("cfn_nag", "rules_to_suppress", "reason"),
    ("cdk_nag", "rules_to_suppress", "reason"),
    ("checkov", "skip", "comment"),
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge everything that carries a suppression."""
    for template in query.templates:
        subjects: list[Resource | Entry] = [template.itself, *template.resources.values()]
        for subject in subjects:
            found = list(suppressions(subject.node["Metadata"]))
            silent = [(tool, id_) for tool, id_, reason in found if not reason.text.strip()]
            if silent:
                listed = ", ".join(f"{tool} {id_}" for tool, id_ in silent)
                yield fail(subject, f"{subject.logical_id} switches {listed} off without a reason.")
            elif found:
                yield passed(subject)


def suppressions(metadata: Node) -> Iterator[tuple[str, str, Node]]:
    """Tool, the tool's own id and the node of the reason."""
    for tool, key, reason in SUPPRESSIONS if metadata else ():
        for item in metadata[tool][key].items():
            yield tool, item["id"].text, item[reason]
