"""A handler loads AWS SDK for JavaScript v2, and nothing brings it.

## What it checks
Every import of `aws-sdk` or of a part of it (`require`, `import`, `import()`, re-exports, in any local file that the
handler loads) of functions on `nodejs18.x` or later: whether the asset's `node_modules`, a layer, or a build that is
still to come brings the package.

## Why it fails
The failure document names `require('aws-sdk')` (section 5). Lambda's runtimes up to `nodejs16.x` hold SDK v2; from
`nodejs18.x` on they hold SDK v3 only. The import then throws `Cannot find module 'aws-sdk'` while the function
starts, so every invocation fails with `Runtime.ImportModuleError`, and nothing before the first call shows it: the
deployment succeeds. (The document speaks of cold starts and authentication; the signature is the same in both SDKs.)

## Fix
Move the handler to the clients of SDK v3, which the runtime brings. CDK (TypeScript and Python): in the handler,
`const { S3Client, PutObjectCommand } = require('@aws-sdk/client-s3')`; the construct stays as it is. CloudFormation:
the same in the handler. Shipping `aws-sdk` with the code also ends the crash, but not that it is out of support
(FM0502).

## Limits
A layer outside the application, a runtime that is a parameter, a container image and code that cannot be read yield
`unknown`; so does a SAM function's source without a `package.json`. An import that another package in `node_modules`
makes is not followed. Code that goes on without the package (`try`, `catch`) is not a failure.

## References
- https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html
- https://aws.amazon.com/blogs/developer/why-and-how-you-should-use-aws-sdk-for-javascript-v3-on-node-js-18/
- https://docs.aws.amazon.com/sdk-for-javascript/v3/developer-guide/migrating.html
"""

from collections.abc import Iterator

from analyzer.facts.functions import Function
from analyzer.facts.packages import Packages, Use
from analyzer.facts.sdk_v2 import hides_v2, node_functions, v2_uses
from analyzer.judgement import gravest
from analyzer.rule import Evidence, Judgement, Query, Rule, Severity, Verdict, passed, unknown

RULE = Rule(
    id="FM0501",
    slug="sdk-v2-not-there",
    failure_mode=5,
    severity=Severity.CRITICAL,
    documented=Severity.HIGH,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every function on Node.js."""
    for function in node_functions(query.functions):
        packages = Packages(function)
        uses = [use for use in v2_uses(packages) if use.entry.kind != "optional"]
        if uses:
            # One folder may bring what another lacks.
            yield gravest(judge(function, packages, use) for use in uses)
        elif hidden := hides_v2(function):
            yield unknown(function.resource, hidden)
        else:
            yield passed(function.resource)


def judge(function: Function, packages: Packages, use: Use) -> Judgement:
    """One function that loads SDK v2: whether it is there in every runtime that the function may get."""
    missing, place = packages.missing(use), function.place(use.entry.place)
    name, runtime = missing.runtime, function.resource["Runtime"]
    moment = "when it first runs that code" if use.entry.deferred else "whenever it starts"
    evidence = [Evidence("code", f"{use.entry.kind} of {use.entry.module}", place)]
    if missing.settled.verdict is Verdict.FAIL:
        evidence += [
            Evidence("property", f"Runtime is {name}, which has SDK v3 only", runtime.place),
            Evidence("fact", missing.supply.by),
        ]
    return missing.settled.judgement(
        function.resource,
        f"{function.name} imports {use.entry.module}, which {name} does not have and neither its files nor its layers "
        f"bring, so it fails {moment}{missing.supply.where}",
        at=place,
        evidence=evidence,
        confidence=missing.confidence,
    )
