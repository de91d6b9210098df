"""The default security group of a VPC is left open.

## What it checks
Every VPC: whether something in the application empties its default security group (what CDK does for
`restrictDefaultSecurityGroup: true`), and every rule that opens that group further. In CDK source without a template:
every `Vpc`, its option and the feature flag in `cdk.json`.

## Why it fails
The failure document (section 8) recommends `restrictDefaultSecurityGroup: false` "to prevent deployment issues". It
prevents none, and it leaves the default group as AWS makes it: everything out, and everything in from its own
members. Whatever is launched without a group of its own lands there and is connected to the others. Security Hub's
EC2.2 and the CIS benchmark ask for a default group without rules.

## Fix
Let CDK close the group, or close it by hand after the first deployment.

CDK (TypeScript): `new ec2.Vpc(this, 'Vpc', { restrictDefaultSecurityGroup: true })`.

CDK (Python): `ec2.Vpc(self, "Vpc", restrict_default_security_group=True)`.

CloudFormation: no property does it; a custom resource that revokes the two rules, or AWS Config with remediation.
Give every function, endpoint and task a group of its own.

## Limits
Unknown where a custom resource of another kind is given the group. A group that is closed outside the application is
not seen.

## References
- https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-2
- https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html
"""

from collections.abc import Iterator

from analyzer.facts.network_defaults import Closing, closing_of, rules_of_default_groups
from analyzer.facts.source_endpoints import SourceVpc, vpcs
from analyzer.rule import Confidence, Evidence, Judgement, Query, Rule, Severity, fail, passed, unknown

RULE = Rule(
    id="FM0809",
    slug="default-security-group-open",
    failure_mode=8,
    severity=Severity.LOW,
    documented=Severity.MEDIUM,
    source=True,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every VPC, and every rule of a default security group; the source only where there is no template."""
    if not query.templates:
        yield from (in_source(query, vpc) for vpc in vpcs(query.source))
    for vpc in query.resources("AWS::EC2::VPC"):
        closing = closing_of(query.network.topology, vpc)
        if closing.state is Closing.CLOSED:
            yield passed(vpc)
        elif closing.state is Closing.PERHAPS:
            yield unknown(vpc, f"what {closing.by} does with the default security group of {vpc.logical_id}")
        else:
            message = f"Nothing closes the default security group of {vpc.logical_id}, which connects all its members"
            yield fail(vpc, f"{message}{closing.where}.", confidence=closing.confidence)
    for rule, vpc in rules_of_default_groups(query.network.topology):
        message = f"{rule.logical_id} opens the default security group of {vpc.logical_id} further."
        evidence = Evidence("property", "GroupId is the default security group", rule["GroupId"].place)
        yield fail(rule, message, at=rule["GroupId"].place, evidence=[evidence], related=[vpc])


def in_source(query: Query, vpc: SourceVpc) -> Judgement:
    """One VPC as the source creates it."""
    if vpc.restricts is None:
        return unknown(vpc.subject, vpc.needs)
    if vpc.restricts:
        return passed(vpc.subject)
    name = vpc.subject.logical_id
    written = (
        f"{vpc.entry.key} is false" if vpc.entry else "neither an option nor the feature flag in cdk.json asks for it"
    )
    at = query.source.place(vpc.entry.place) if vpc.entry else vpc.subject.place
    return fail(
        vpc.subject,
        f"Nothing closes the default security group of {name}, which connects all its members, because {written}.",
        at=at,
        evidence=[Evidence("code", written, at)],
        confidence=Confidence.CERTAIN if vpc.entry else Confidence.LIKELY,
        key=vpc.subject.place.place.file,
    )
