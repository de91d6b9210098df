"""A role, policy, key, alarm or API has no description.

## What it checks
`Description` (alarms: `AlarmDescription`) of IAM roles and managed policies, KMS keys, alarms and API Gateway APIs
that the user declared. What CDK and SAM add by themselves, such as a function's implicit service role, is not judged.

## Why it fails
Section 12 of the failure document misses explanations of security decisions. These are the resources that embody one:
who reads them in the console, in an incident or in an audit must learn what they are for without finding their
author.

## Fix
CDK: `description: '…'` (alarms: `alarmDescription`; in Python `alarm_description`). CloudFormation: `Description`,
`AlarmDescription`.

## Limits
Whether the words are any good cannot be measured.

## References
- https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html
- https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-key.html
"""

from collections.abc import Iterator

from analyzer.facts.descriptions import resources
from analyzer.facts.settle import settle
from analyzer.facts.truth import unset
from analyzer.rule import Judgement, Query, Rule, Severity

RULE = Rule(
    id="FM1204",
    slug="resource-undescribed",
    failure_mode=12,
    severity=Severity.INFO,
    documented=Severity.LOW,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every resource of these types that the user declared."""
    for template in query.templates:
        for described in resources(template):
            yield settle(described.node, unset).judgement(
                described.subject, f"The {described.kind} {described.subject.logical_id} has no description"
            )
