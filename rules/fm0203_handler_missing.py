"""A function's handler names a file or an export that its code does not have.

## What it checks
`Handler` of every function with its `Runtime`, in every branch of a condition, against the files of the asset:
Node.js and Python down to the exported function, Ruby, Java, .NET, Go and custom runtimes to the file or class.

## Why it fails
It is the missing import of the failure document (section 2) at the other end: nobody looks at the string before
Lambda does. The deployment succeeds, then every invocation fails while the function starts, with
`Runtime.ImportModuleError`, `Runtime.HandlerNotFound` or `Runtime.InvalidEntrypoint`.

## Fix
Write the handler as `file.export` of a file that is in the asset, counted from its top. CDK (TypeScript, Python):
`handler: 'index.handler'` (`handler="index.handler"`) beside `code: Code.fromAsset('dir')`; `NodejsFunction` derives
both. CloudFormation: `Handler: index.handler`; inline code is always the file `index`.

## Limits
Code that is not beside the template, container images, handlers that belong to a layer outside the application,
classes inside jars and files that a build has yet to make yield `unknown`.

## References
- https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
- https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html
- https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html
"""

from collections.abc import Iterator

from analyzer.facts.functions import Function
from analyzer.facts.handlers import missing_handler
from analyzer.rule import Evidence, Judgement, Query, Rule, Severity, unknown

RULE = Rule(
    id="FM0203",
    slug="handler-missing",
    failure_mode=2,
    severity=Severity.CRITICAL,
    documented=Severity.CRITICAL,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every function that the user wrote."""
    for function in query.functions.own():
        yield unknown(function.resource, f"the image of {function.name}") if function.is_image else judge(function)


def judge(function: Function) -> Judgement:
    """One function: every handler that its template may give it."""
    handler = function.resource["Handler"]
    missing = missing_handler(function)
    return missing.settled.judgement(
        function.resource,
        f"{function.name} {missing.text}, so Lambda cannot start it",
        at=handler.place,
        evidence=[
            Evidence("property", f"Handler is {missing.handler or 'not written'}", handler.place),
            Evidence("code", missing.problem),
        ],
    )
