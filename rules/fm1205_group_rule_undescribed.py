"""A security group rule has no description.

## What it checks
`Description` of every security group rule that the user declared, in a group or as a resource of its own.

## Why it fails
A rule says who may speak to whom, not why. Without the reason nobody dares to remove it, so groups only ever grow;
section 12 of the failure document asks for the reasons of security decisions.

## Fix
CDK: the last argument of `addIngressRule(peer, port, 'why')`, in Python `add_ingress_rule(peer, port, "why")`.
CloudFormation: `Description` of the rule, up to 255 characters.

## Limits
Whether the words are any good cannot be measured. Whether a description is there is always known, so there is no
`unknown`.

## References
- https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroupingress.html
"""

from collections import defaultdict
from collections.abc import Iterator

from analyzer.facts.descriptions import group_rules
from analyzer.rule import Judgement, Query, Rule, Severity, Subject, fail, passed

RULE = Rule(
    id="FM1205",
    slug="group-rule-undescribed",
    failure_mode=12,
    severity=Severity.INFO,
    documented=Severity.LOW,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every security group and every rule outside one."""
    for template in query.templates:
        rules: dict[Subject, list[bool]] = defaultdict(list)
        for described in group_rules(template):
            rules[described.subject].append(bool(described.node.text.strip()))
        for subject, told in rules.items():
            silent = told.count(False)
            if silent:
                number = f"{silent} of its {len(told)} rules have" if len(told) > 1 else "its rule has"
                yield fail(subject, f"{subject.logical_id}: {number} no description.")
            else:
                yield passed(subject)
