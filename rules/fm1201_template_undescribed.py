"""A template has no description.

## What it checks
The `Description` of every template.

## Why it fails
Section 12 of the failure document asks for documentation of architectural choices. The description is the first thing
that a person sees of a stack in the console, in a change set and in an audit listing.

## Fix
CDK: `new Stack(app, 'Name', { description: '…' })`, in Python `description="…"`. CloudFormation: `Description`, up to
1,024 bytes.

## Limits
Whether the words are any good cannot be measured. Whether a description is there is always known, so there is no
`unknown`.

## References
- https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-description-structure.html
"""

from collections.abc import Iterator

from analyzer.rule import Judgement, Query, Rule, Severity, fail, passed

RULE = Rule(
    id="FM1201",
    slug="template-undescribed",
    failure_mode=12,
    severity=Severity.INFO,
    documented=Severity.LOW,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every template."""
    for template in query.templates:
        subject = template.itself
        if subject.node["Description"].text.strip():
            yield passed(subject)
        else:
            yield fail(subject, f"The template of {template.name} has no description.")
