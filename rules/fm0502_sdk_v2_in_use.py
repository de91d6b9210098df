"""A handler uses AWS SDK for JavaScript v2, which is out of support.

## What it checks
Every import of `aws-sdk` or of a part of it in a handler and the local files it loads, where the package is there: in
the asset, in a layer, in the runtime (`nodejs16.x` and before), or through a build that is still to come.

## Why it fails
The failure document names `require('aws-sdk')` (section 5). SDK v2 got its last fixes in maintenance mode and is out
of support since 2025-09-08: no release will close a hole that is found in it. It runs, and authentication is the same
as in SDK v3, so the reason to move is support and not a broken call; what the document says of cold starts depends on
the function.

## Fix
Replace `aws-sdk` by the clients of SDK v3 that the function needs. In the handler, whether the stack is CDK or
CloudFormation: `const { S3Client } = require('@aws-sdk/client-s3')`, on `nodejs22.x` or later (CDK TypeScript
`lambda.Runtime.NODEJS_22_X`, Python `lambda_.Runtime.NODEJS_22_X`). AWS's codemod `aws-sdk-js-codemod` rewrites most
calls.

## Limits
Where nothing brings the package that is FM0501. Whether a layer outside the application brings it is `unknown`. A
copy of SDK v2 that a bundler wrote into the handler is FM0503.

## References
- https://aws.amazon.com/blogs/developer/announcing-end-of-support-for-aws-sdk-for-javascript-v2/
- https://docs.aws.amazon.com/sdk-for-javascript/v3/developer-guide/migrating.html
"""

from collections.abc import Iterator

from analyzer.facts.functions import Function
from analyzer.facts.packages import Packages, Use
from analyzer.facts.sdk_v2 import hides_v2, node_functions, v2_uses
from analyzer.judgement import gravest
from analyzer.rule import Evidence, Judgement, Query, Rule, Severity, passed, unknown

RULE = Rule(
    id="FM0502",
    slug="sdk-v2-in-use",
    failure_mode=5,
    severity=Severity.HIGH,
    documented=Severity.HIGH,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every function on Node.js."""
    for function in node_functions(query.functions):
        packages = Packages(function)
        uses = v2_uses(packages)
        if uses:
            # One folder may bring what another lacks.
            yield gravest(judge(function, packages, use) for use in uses)
        elif hidden := hides_v2(function):
            yield unknown(function.resource, hidden)
        else:
            yield passed(function.resource)


def judge(function: Function, packages: Packages, use: Use) -> Judgement:
    """One function that imports SDK v2: it fails where the package is there."""
    provided, place = packages.provided(use), function.place(use.entry.place)
    return provided.settled.judgement(
        function.resource,
        f"{function.name} imports {use.entry.module} from {provided.supply.by}: AWS SDK for JavaScript v2 is out of "
        "support since 2025-09-08",
        at=place,
        evidence=[
            Evidence("code", f"{use.entry.kind} of {use.entry.module}", place),
            Evidence("fact", f"aws-sdk comes from {provided.supply.by}"),
        ],
        confidence=provided.confidence,
    )
