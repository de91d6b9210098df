"""An output has no description.

## What it checks
The `Description` of every output that the user declared; the cross-stack outputs that CDK adds are not judged.

## Why it fails
Outputs are what other stacks and people take from a stack; section 12 of the failure document asks that choices can
be understood without asking their author.

## Fix
CDK: `new CfnOutput(this, 'Name', { value, description: '…' })`. CloudFormation: `Description` of the output.

## Limits
Whether the words are any good cannot be measured. Whether a description is there is always known, so there is no
`unknown`.

## References
- https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/outputs-section-structure.html
"""

from collections.abc import Iterator

from analyzer.facts.descriptions import outputs
from analyzer.rule import Judgement, Query, Rule, Severity

RULE = Rule(
    id="FM1203",
    slug="output-undescribed",
    failure_mode=12,
    severity=Severity.INFO,
    documented=Severity.LOW,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every output that the user declared."""
    for template in query.templates:
        for described in outputs(template):
            yield described.judgement("Output")
