"""CDK source imports CDK v1.

## What it checks
Every import of the CDK in TypeScript, JavaScript and Python source: whether it is of v1 (`@aws-cdk/core`,
`@aws-cdk/aws-…`, `aws_cdk.core`, `monocdk`).

## Why it fails
The failure document (section 9) names outdated constructs; these are the oldest. CDK v1 went into maintenance on
2022-06-01 and out of support on 2023-06-01: no fixes, no new services, and the two versions cannot be mixed in one
application.

## Fix
Move to `aws-cdk-lib` 2: one package, the same modules below it.

CDK (TypeScript): `import * as s3 from 'aws-cdk-lib/aws-s3'; import { Stack } from 'aws-cdk-lib';`. CDK (Python):
`from aws_cdk import Stack, aws_s3 as s3`. CloudFormation is not concerned.

## Limits
Packages that end in `-alpha` and the tools below `@aws-cdk` are of v2. In Python the modules of services have the same
names in both versions; only the core tells them apart.

## References
- https://docs.aws.amazon.com/cdk/v2/guide/migrating-v2.html
- https://docs.aws.amazon.com/cdk/v2/guide/versioning.html
"""

from collections.abc import Iterator

from analyzer.facts.source import Keys
from analyzer.facts.source_deprecated import cdk_imports, is_v1
from analyzer.rule import Evidence, Judgement, Query, Rule, Severity, fail, passed, unknown

RULE = Rule(
    id="FM0912",
    slug="cdk-v1",
    failure_mode=9,
    severity=Severity.MEDIUM,
    documented=Severity.MEDIUM,
    source=True,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every import of the CDK."""
    keys = Keys()
    for file in query.source.unread:
        yield unknown(file.subject, file.needs)
    for found in cdk_imports(query.source):
        if not is_v1(found):
            yield passed(found.subject)
            continue
        module = found.entry.module
        what = "core of aws_cdk" if module == "aws_cdk" else module
        yield fail(
            found.subject,
            f"{found.subject.place.file} imports {what}, which is CDK v1, without support since 2023-06-01.",
            evidence=[Evidence("code", f"import of {what}", found.subject.place)],
            key=keys.key(found.subject, what),
        )
