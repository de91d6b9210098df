"""Instances answer metadata requests without a session token (IMDSv1).

## What it checks
`MetadataOptions` of instances, launch templates and launch configurations.

## Why it fails
With `HttpTokens: optional` a single forged request from inside the instance, such as through a proxy or a faulty web
application, reads the credentials of the instance's role. Version 2 asks for a session token that such a request
cannot get. AWS's newer images and accounts require it; what is written in a template wins over both. The failure
document names deprecated security features (section 9).

## Fix
Require session tokens.

CDK (TypeScript): `requireImdsv2: true`. CDK (Python): `require_imdsv2=True`. CloudFormation: `MetadataOptions:
{HttpTokens: required}`, in a launch template below `LaunchTemplateData`.

## Limits
Where nothing is written the image or the account decides: `unknown`. An instance that is started from a launch
template is judged there.

## References
- https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-options.html
- https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-8
"""

from collections.abc import Iterator

from analyzer.facts.settle import settle
from analyzer.facts.superseded import METADATA_TYPES, answers_without_token, metadata_options
from analyzer.model.template import Resource
from analyzer.rule import Evidence, Judgement, Query, Rule, Severity, Verdict, passed, unknown

RULE = Rule(
    id="FM0906",
    slug="instance-metadata-v1",
    failure_mode=9,
    severity=Severity.MEDIUM,
    documented=Severity.MEDIUM,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge everything that starts instances."""
    for resource in query.resources(*METADATA_TYPES):
        yield judge(resource)


def judge(resource: Resource) -> Judgement:
    """One resource: what it asks of metadata requests."""
    options = metadata_options(resource)
    if options["HttpEndpoint"].known == "disabled" or (resource["LaunchTemplate"] and not options):
        return passed(resource)
    tokens = options["HttpTokens"]
    settled = settle(tokens, answers_without_token)
    if settled.verdict is Verdict.UNKNOWN and not tokens:
        return unknown(resource, f"what the image or the account of {resource.logical_id} asks of metadata requests")
    return settled.judgement(
        resource,
        f"{resource.logical_id} answers metadata requests without a session token (HttpTokens is {settled.shown})",
        at=tokens.place,
        evidence=[Evidence("property", f"HttpTokens is {settled.shown}", tokens.place)],
    )
