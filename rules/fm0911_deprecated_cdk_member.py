"""CDK source uses a member of the library that is deprecated.

## What it checks
Options, methods, enumeration members, static members and classes that TypeScript, JavaScript and Python source uses,
against what `aws-cdk-lib` itself marks as deprecated: `cidr` of a VPC, `pointInTimeRecovery` of a table,
`logRetention` of a function, `SubnetType.PRIVATE_WITH_NAT`, runtimes and engine versions that AWS has retired.

## Why it fails
The failure document (section 9) names deprecated construct patterns. They synthesize, often to the same template, and
print a warning that nobody reads; the next major version of the library removes them. Behind some of them stands
something that has ended already, such as a runtime that Lambda refuses.

## Fix
Use what the library names in its place; it is part of the finding.

CDK (TypeScript): `ipAddresses: ec2.IpAddresses.cidr('10.0.0.0/16')` for `cidr`. CDK (Python):
`point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(…)` for `point_in_time_recovery`.
CloudFormation is not concerned.

## Limits
The list is that of one version of the library, which the finding names. Where the type of a value cannot be told (a
package's, or one made at run time) its members are not judged. Types that are only named in annotations are not seen.

## References
- https://docs.aws.amazon.com/cdk/api/v2/docs/aws-construct-library.html
- https://github.com/aws/aws-cdk
"""

from collections.abc import Iterator

from analyzer.data.cdk_library import cdk_version
from analyzer.facts.source import Keys
from analyzer.facts.source_deprecated import DeprecatedUse, creations, deprecated_uses
from analyzer.rule import Evidence, Judgement, Query, Rule, Severity, fail, passed, unknown

RULE = Rule(
    id="FM0911",
    slug="deprecated-cdk-member",
    failure_mode=9,
    severity=Severity.LOW,
    documented=Severity.MEDIUM,
    source=True,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every construct that the source creates, and every use of a deprecated member."""
    keys = Keys()
    for file in query.source.unread:
        yield unknown(file.subject, file.needs)
    uses = deprecated_uses(query.source)
    failing = {subject.logical_id for use in uses for subject in (use.subject, *use.others)}
    for subject in creations(query.source):
        if subject.logical_id not in failing:
            yield passed(subject)
    for use in uses:
        yield deprecated(query, use, keys)


def deprecated(query: Query, use: DeprecatedUse, keys: Keys) -> Judgement:
    """One use of a deprecated member."""
    at = query.source.place(use.place)
    note = use.deprecation.note
    return fail(
        use.subject,
        f"{use.subject.logical_id} uses {use.written}, and {use.deprecation.name} is deprecated in aws-cdk-lib"
        f"{f' ({note})' if note else ''}.",
        at=at,
        evidence=[
            Evidence(
                "fact",
                f"{use.deprecation.name} is deprecated as of aws-cdk-lib {cdk_version()}",
                at,
                key=use.deprecation.name,
            )
        ],
        related=use.others,
        key=keys.key(use.subject, use.deprecation.name),
    )
