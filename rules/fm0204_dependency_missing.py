"""A handler imports a package or file that will not be there.

## What it checks
Every import of a Node.js or Python handler and of the local files it loads that is not built into the language:
whether the asset, a layer or the runtime brings it. Where a build still comes (the `CodeUri` of a SAM function) what
`package.json` or `requirements.txt` asks for counts as there; in a finished asset a declaration brings nothing. And
every package that CDK source imports: whether a manifest beside or above the file asks for it.

## Why it fails
The failure document's missing imports (section 2) break the build; in a handler nothing looks before Lambda does. The
deployment succeeds and every invocation fails while the function starts, with `Runtime.ImportModuleError`.
Development dependencies are not installed by `sam build`, and modules that a newer runtime has dropped (`distutils`
from `python3.12` on) fail the same way. In CDK source it is synthesis that stops.

## Fix
Ship the package with the code: in the asset, in a layer, or through the manifest that the build reads. CDK:
`NodejsFunction` and `PythonFunction` (TypeScript `aws-lambda-nodejs`, `@aws-cdk/aws-lambda-python-alpha`; Python
`aws_lambda_nodejs`, `aws_lambda_python_alpha`) bundle what the code imports. SAM: add it to `dependencies` or
`requirements.txt` and run `sam build`. CloudFormation: install into the folder that `Code` names.

## Limits
A layer outside the application, a SAM source without a manifest, code that cannot be read to its end and container
images yield `unknown`. Imports inside packages are not followed, nor are imports behind a `catch` or `except
ImportError`. `aws-sdk` is FM0501. CDK source without a manifest beside it is `unknown`; what a workspace around the
folder installs is not seen, so that a finding there is likely, and only possible where neither a lock file nor the top
of a repository lies in the folder. Tests are left out.

## References
- https://docs.aws.amazon.com/lambda/latest/dg/nodejs-package.html
- https://docs.aws.amazon.com/lambda/latest/dg/python-package.html
- https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html
"""

from collections.abc import Iterator

from analyzer.facts.functions import Function
from analyzer.facts.packages import Packages, Shortage, read_languages
from analyzer.facts.source import Keys
from analyzer.facts.source_packages import SourcePackage, source_packages
from analyzer.rule import Confidence, Evidence, Judgement, Query, Rule, Severity, fail, passed, unknown

RULE = Rule(
    id="FM0204",
    slug="dependency-missing",
    failure_mode=2,
    severity=Severity.HIGH,
    documented=Severity.CRITICAL,
    source=True,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every function in Node.js or Python, and every import of a package in CDK source."""
    yield from functions(query)
    keys = Keys()
    for file in query.source.unread:
        yield unknown(file.subject, file.needs)
    for found in source_packages(query.source):
        if found.declared is None:
            yield unknown(found.subject, found.needs)
        else:
            yield passed(found.subject) if found.declared else undeclared(found, keys)


def functions(query: Query) -> Iterator[Judgement]:
    """Judge every function in Node.js or Python."""
    for function in read_languages(query.functions):
        packages = Packages(function)
        shortages = packages.shortages()
        if shortages:
            yield short(function, shortages)
        elif packages.undecided:
            yield unknown(function.resource, packages.undecided)
        else:
            yield passed(function.resource)


def short(function: Function, shortages: list[Shortage]) -> Judgement:
    """One function that lacks something: one finding for all of it, at the first import."""
    names = list(dict.fromkeys(shortage.name for shortage in shortages))
    first, them = shortages[0], "it" if len(names) == 1 else "them"
    return fail(
        function.resource,
        f"{function.name} imports {' and '.join(names)}, but {first.who} {them}, so it fails "
        f"{first.moment}{first.where}.",
        at=function.place(first.entry.place),
        evidence=[
            Evidence("code", f"{shortage.entry.kind} of {shortage.entry.module}", function.place(shortage.entry.place))
            for shortage in shortages
        ],
        confidence=max(shortage.confidence for shortage in shortages),
    )


def undeclared(found: SourcePackage, keys: Keys) -> Judgement:
    """One import of CDK source that no manifest asks for."""
    importer = found.subject.place.file
    manifests = " nor ".join(found.manifests)
    nobody = f"neither {manifests} asks" if len(found.manifests) > 1 else f"{manifests} does not ask"
    return fail(
        found.subject,
        f"{importer} imports {found.package}, but {nobody} for it, so synthesis fails where nothing else installs it.",
        evidence=[Evidence("code", f"import of {found.subject.logical_id}", found.subject.place)],
        confidence=Confidence.LIKELY if found.alone else Confidence.POSSIBLE,
        key=keys.key(found.subject, found.package),
    )
