"""A resource is of a type that AWS has withdrawn, closed or replaced.

## What it checks
The type of every resource, against dated data: services that have ended, types that later accounts cannot create, and
types with a named successor.

## Why it fails
The failure document names outdated patterns (section 9). A type of an ended service fails to deploy, or deploys
nothing that works. A closed type deploys in the account where it always did and fails in the next one: launch
configurations cannot be created by accounts from 2024-10-01 on. A superseded type works and gets no new features.

## Fix
Use the type that the finding names.

CDK (TypeScript): `new ec2.LaunchTemplate(this, 'Template', {…})`. CDK (Python): `ec2.LaunchTemplate(self, "Template",
…)`. CloudFormation: `Type: AWS::EC2::LaunchTemplate`.

## Limits
Only the types of the data are known; a service that ends later is judged by the date of `--as-of`.

## References
- https://docs.aws.amazon.com/autoscaling/ec2/userguide/launch-configurations.html
- https://docs.aws.amazon.com/waf/latest/developerguide/waf-migrating-from-classic.html
- https://docs.aws.amazon.com/kinesisanalytics/latest/dev/discontinuation.html
"""

from collections.abc import Iterator

from analyzer.facts.superseded import fate
from analyzer.rule import Confidence, Evidence, Judgement, Query, Rule, Severity, fail, passed

RULE = Rule(
    id="FM0903",
    slug="superseded-resource",
    failure_mode=9,
    severity=Severity.MEDIUM,
    documented=Severity.MEDIUM,
)
SEVERITY = {"ended": Severity.HIGH, "closed": Severity.MEDIUM, "superseded": Severity.LOW, "ending": Severity.LOW}


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every resource that the user wrote."""
    for resource in query.resources():
        if resource.generated:
            continue
        found = fate(resource.type, query.as_of)
        if found is None:
            yield passed(resource)
            continue
        yield fail(
            resource,
            f"{resource.logical_id} is of the type {resource.type}: {found.text}; use {found.successor} instead.",
            evidence=[Evidence("fact", found.text), Evidence("property", f"Type is {resource.type}", resource.place)],
            severity=SEVERITY[found.status],
            confidence=Confidence.LIKELY if found.status == "closed" else Confidence.CERTAIN,
        )
