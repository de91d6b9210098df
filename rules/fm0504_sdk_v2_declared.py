"""AWS SDK for JavaScript v2 is declared as a dependency and never imported.

## What it checks
`dependencies` in the `package.json` of each function's asset: `aws-sdk`, where no file that a function of this asset
loads imports it.

## Why it fails
A build installs and deploys the package all the same: the archive grows, scanners report an SDK that is out of
support since 2025-09-08, and the next import of it works by accident. The failure document counts it as deprecated
SDK usage (section 5); it does no harm while the function runs.

## Fix
Remove `aws-sdk` from `dependencies` and install again. This is done in the handler's `package.json`, for CDK
(TypeScript, Python) and CloudFormation alike: `npm uninstall aws-sdk`.

## Limits
Development dependencies are not deployed and not judged. A package that needs `aws-sdk` beside it (a peer dependency)
is not seen. Code that cannot be read to its end yields `unknown`.

## References
- https://aws.amazon.com/blogs/developer/announcing-end-of-support-for-aws-sdk-for-javascript-v2/
- https://docs.npmjs.com/cli/configuring-npm/package-json#dependencies
"""

from collections.abc import Iterator

from analyzer.facts.packages import Packages
from analyzer.facts.sdk_v2 import declared_v2, folder_of, hides_v2, node_functions, v2_uses
from analyzer.rule import Confidence, Evidence, Judgement, Query, Rule, Severity, fail, passed, unknown

RULE = Rule(
    id="FM0504",
    slug="sdk-v2-declared",
    failure_mode=5,
    severity=Severity.LOW,
    documented=Severity.HIGH,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every function on Node.js whose files can be read."""
    functions = list(node_functions(query.functions))
    importing = {folder_of(function) for function in functions if v2_uses(Packages(function))}
    for function in functions:
        declared = declared_v2(function)
        if function.unread:
            yield unknown(function.resource, function.unread)
        elif declared is None or declared.folder in importing:
            yield passed(function.resource)
        elif hidden := hides_v2(function):
            yield unknown(function.resource, hidden)
        else:
            yield fail(
                function.resource,
                f"The package.json of {function.name} asks for aws-sdk {declared.version}, which no code of it imports "
                "and which is out of support since 2025-09-08.",
                at=declared.place,
                evidence=[Evidence("code", f'"aws-sdk": "{declared.version}"', declared.place)],
                confidence=Confidence.CERTAIN if declared.alone else Confidence.LIKELY,
            )
