"""CDK source reaches IAM through the namespace of the library.

## What it checks
Every `cdk.aws_iam` in TypeScript, JavaScript and Python source, line by line: what the name before the point is
imported from.

## Why it fails
The failure document (section 3) blames this for its compilation errors. It overstates: `aws-cdk-lib` exports every
module under its own name (`cdk.aws_iam`), and so does `aws_cdk`; that compiles and synthesizes, and is a matter of
style (info). It does fail where the name is another import: the core of CDK v1 (`@aws-cdk/core`, `aws_cdk.core`) holds
no IAM, and a name that nothing declares holds nothing.

## Fix
Import the module itself, as the CDK guide does.

CDK (TypeScript): `import * as iam from 'aws-cdk-lib/aws-iam';`. CDK (Python): `from aws_cdk import aws_iam as iam`.
CloudFormation has no such thing.

## Limits
A namespace that a package or a file hands on yields `unknown` where its contents cannot be read.

## References
- https://docs.aws.amazon.com/cdk/v2/guide/work-with-cdk-typescript.html
- https://docs.aws.amazon.com/cdk/v2/guide/migrating-v2.html
"""

from collections.abc import Iterator

from analyzer.facts.source import Keys
from analyzer.facts.source_namespaces import NamespaceUse, iam_imports, namespace_uses
from analyzer.rule import Evidence, Judgement, Query, Rule, Severity, fail, passed, unknown

RULE = Rule(
    id="FM0306",
    slug="iam-through-namespace",
    failure_mode=3,
    severity=Severity.INFO,
    documented=Severity.HIGH,
    source=True,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every line that uses the namespace, and every import of IAM."""
    keys = Keys()
    for file in query.source.unread:
        yield unknown(file.subject, file.needs)
    for found in iam_imports(query.source):
        yield passed(found.subject)
    for use in namespace_uses(query.source):
        if use.works is None:
            yield unknown(use.subject, f"what {use.module} exports", key=keys.key(use.subject, use.text))
        else:
            yield through(use, keys)


def through(use: NamespaceUse, keys: Keys) -> Judgement:
    """One line that reaches IAM through a namespace."""
    if use.works:
        message = f"{use.text} reaches IAM through the namespace {use.name} of {use.module} instead of importing it."
    elif use.module:
        message = f"{use.text} fails, because {use.module} holds no {use.text.split('.')[1]}."
    else:
        message = f"{use.text} fails, because nothing in the file declares {use.name}."
    return fail(
        use.subject,
        message,
        evidence=[Evidence("code", use.text, use.subject.place)],
        severity=Severity.INFO if use.works else Severity.CRITICAL,
        key=keys.key(use.subject, use.text),
    )
