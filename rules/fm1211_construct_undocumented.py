"""A construct in CDK source says nowhere what it is for.

## What it checks
Every class of TypeScript, JavaScript and Python source that is part of the construct tree (stacks, stages, constructs,
subclasses of CDK's own, over any number of steps), and every Python module that imports the CDK: whether it has a doc
comment or a docstring.

## Why it fails
Section 12 of the failure document misses explanations of architectural choices. A stack is where somebody looks first
who has to change or audit it; the template keeps nothing of what its author knew.

## Fix
Write above the class what it holds and why it is a unit of its own.

CDK (TypeScript): `/** Buckets and tables; kept when the stack is deleted. */` above `export class`. CDK (Python): a
docstring as the first line of the class and of the module. CloudFormation: `Description` of the template.

## Limits
Whether the words are any good cannot be measured. Classes whose base class is in a package are not known to be
constructs; classes written as expressions are not seen. In TypeScript any comment right above the class counts.

## References
- https://docs.aws.amazon.com/cdk/v2/guide/best-practices.html
- https://peps.python.org/pep-0257/
"""

from collections.abc import Iterator

from analyzer.facts.source_documents import documented_things
from analyzer.rule import Judgement, Query, Rule, Severity, fail, passed, unknown

RULE = Rule(
    id="FM1211",
    slug="construct-undocumented",
    failure_mode=12,
    severity=Severity.INFO,
    documented=Severity.LOW,
    source=True,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every construct class, and every Python module with code of the CDK."""
    for file in query.source.unread:
        yield unknown(file.subject, file.needs)
    for thing in documented_things(query.source):
        if thing.documented:
            yield passed(thing.subject)
        else:
            words = "docstring" if thing.subject.place.place.file.endswith(".py") else "doc comment"
            key = f"{thing.subject.place.place.file} {thing.kind}"
            yield fail(thing.subject, f"The {thing.kind} {thing.name} has no {words}.", key=key)
