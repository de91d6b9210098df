"""A parameter has no description.

## What it checks
The `Description` of every parameter that the user declared; those that CDK adds (bootstrap version, assets) are not
judged.

## Why it fails
A parameter is a question to whoever deploys the stack. Without a description its meaning, its unit and what may be
given are to be guessed.

## Fix
CDK: `new CfnParameter(this, 'Name', { description: '…' })`. CloudFormation: `Description` of the parameter.

## Limits
Whether the words are any good cannot be measured. Whether a description is there is always known, so there is no
`unknown`.

## References
- https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
"""

from collections.abc import Iterator

from analyzer.facts.descriptions import parameters
from analyzer.rule import Judgement, Query, Rule, Severity

RULE = Rule(
    id="FM1202",
    slug="parameter-undescribed",
    failure_mode=12,
    severity=Severity.INFO,
    documented=Severity.LOW,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every parameter that the user declared."""
    for template in query.templates:
        for described in parameters(template):
            yield described.judgement("Parameter")
