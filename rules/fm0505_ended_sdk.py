"""A function uses another AWS SDK that is out of support.

## What it checks
Python: imports of `boto` (version 2). Java: AWS SDK for Java 1.x in the archive, by its classes and the names of its
jars, or declared in the build file of a source. Go: AWS SDK for Go v1 in the binary's own list of modules, or in
`go.mod`.

## Why it fails
What the failure document says of SDK v2 for JavaScript (section 5) holds for its sisters: boto 2 has had no release
since 2018, AWS SDK for Go v1 is out of support since 2025-07-31 and AWS SDK for Java 1.x since 2025-12-31. They run,
but nobody mends them.

## Fix
Move the code to the SDK that is maintained: `boto3`, AWS SDK for Java 2.x or AWS SDK for Go v2. The stack itself, CDK
(TypeScript, Python) or CloudFormation, needs no change: only the code and its dependencies do
(`software.amazon.awssdk:s3`, `github.com/aws/aws-sdk-go-v2/service/s3`, `import boto3`).

## Limits
Container images and code that is not beside the template yield `unknown`. `com.amazonaws:aws-lambda-java-core` and
`-events` are no part of the SDK. A Go binary built without module information is not recognised.

## References
- https://aws.amazon.com/blogs/developer/announcing-end-of-support-for-aws-sdk-for-java-v1-x-on-december-31-2025/
- https://aws.amazon.com/blogs/developer/announcing-end-of-support-for-aws-sdk-for-go-v1-on-july-31-2025/
- https://github.com/boto/boto
"""

from collections.abc import Iterator

from analyzer.facts.ended_sdks import ended_sdk, judged_for_ended_sdks
from analyzer.rule import Evidence, Judgement, Query, Rule, Severity, fail, passed, unknown

RULE = Rule(
    id="FM0505",
    slug="ended-sdk",
    failure_mode=5,
    severity=Severity.MEDIUM,
    documented=Severity.HIGH,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every function in Python, Java or Go, and those whose language is not known."""
    for function in judged_for_ended_sdks(query.functions):
        found = ended_sdk(function)
        if isinstance(found, str):
            yield unknown(function.resource, found)
        elif found is None:
            yield passed(function.resource)
        else:
            place = function.place(found.place)
            yield fail(
                function.resource,
                f"{function.name} uses {found.name} ({found.shown_by}), which {found.ended}.",
                at=place,
                evidence=[Evidence("code", found.shown_by, place)],
            )
