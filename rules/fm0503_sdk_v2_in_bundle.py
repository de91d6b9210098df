"""A bundle carries AWS SDK for JavaScript v2 inside the handler's own file.

## What it checks
The bytes of each file that the handler loads, for what no minifier can take out of SDK v2: its version beside the
names of its signers, and the beginning of its user agent.

## Why it fails
A bundler (esbuild, webpack, CDK's `NodejsFunction`) writes `aws-sdk` into the handler's file, and
`require('aws-sdk')` is gone. What the failure document calls deprecated SDK usage (section 5) is then still there:
SDK v2 is out of support since 2025-09-08, and every cold start loads all of it.

## Fix
Replace `aws-sdk` by the clients of SDK v3 in the source and bundle again. CDK: `NodejsFunction` (TypeScript) and
`aws_lambda_nodejs.NodejsFunction` (Python) leave `@aws-sdk/*` to the runtime from `nodejs18.x` on. CloudFormation and
SAM: the same in the handler; `External: ['@aws-sdk/*']` in SAM's `BuildProperties`.

## Limits
Code that cannot be read yields `unknown`. A single client of v2 that was built without its core is not recognised.

## References
- https://aws.amazon.com/blogs/developer/announcing-end-of-support-for-aws-sdk-for-javascript-v2/
- https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_lambda_nodejs-readme.html
"""

from collections.abc import Iterator

from analyzer.facts.sdk_v2 import hides_v2, node_functions, v2_inlined
from analyzer.rule import Evidence, Judgement, Query, Rule, Severity, fail, passed, unknown

RULE = Rule(
    id="FM0503",
    slug="sdk-v2-in-bundle",
    failure_mode=5,
    severity=Severity.HIGH,
    documented=Severity.HIGH,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every function on Node.js."""
    for function in node_functions(query.functions):
        inlined = v2_inlined(function)
        if inlined is not None:
            version, place = inlined
            yield fail(
                function.resource,
                f"The bundle of {function.name} carries AWS SDK for JavaScript v2 {version}, which is out of support "
                "since 2025-09-08.",
                at=function.place(place),
                evidence=[Evidence("code", f"marks of aws-sdk {version} in {place.file}", function.place(place))],
            )
        elif hidden := hides_v2(function):
            yield unknown(function.resource, hidden)
        else:
            yield passed(function.resource)
