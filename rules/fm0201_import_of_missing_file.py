"""CDK source imports a file that is not there.

## What it checks
Every import of the application's own files in TypeScript, JavaScript and Python source that imports the CDK, and in
what it imports in turn: whether it leads to a file, by the language's own rules (`.js` written for `.ts`, `index`,
`.d.ts`, JSON, `paths`, `baseUrl` and `extends` of `tsconfig.json`; packages with and without `__init__`, stubs).

## Why it fails
The failure document (section 2) has a stack that imports `./constructs/networking-layer` and three others which nobody
wrote. TypeScript refuses it (TS2307), Node.js and Python stop at the import (`Cannot find module`,
`ModuleNotFoundError`): there is no `cdk synth`, so there is no deployment.

## Fix
Write the file that is missing, or import the one that is there.

TypeScript: `import { NetworkingLayer } from './constructs/networking-layer';` needs
`constructs/networking-layer.ts` beside the importing file. Python: `from .constructs.networking_layer import
NetworkingLayer` needs `constructs/networking_layer.py`. CloudFormation templates import nothing.

## Limits
What leads out of the folder that was given, and what `.gitignore` keeps out of the repository (a build may write it),
yields `unknown`. An import of a package is FM0204. Imports whose name is computed are not seen.

## References
- https://www.typescriptlang.org/docs/handbook/modules/reference.html
- https://docs.python.org/3/reference/import.html
"""

from collections.abc import Iterator

from analyzer.facts.source import Keys, SourceImport
from analyzer.rule import Evidence, Judgement, Query, Rule, Severity, fail, passed, unknown

RULE = Rule(
    id="FM0201",
    slug="import-of-missing-file",
    failure_mode=2,
    severity=Severity.CRITICAL,
    documented=Severity.CRITICAL,
    source=True,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every import of the application's own files."""
    keys = Keys()
    for file in query.source.unread:
        yield unknown(file.subject, file.needs)
    for found in query.source.imports:
        if found.target.state in ("file", "folder") or not found.needed:
            yield passed(found.subject)
        elif found.target.state == "outside":
            yield unknown(found.subject, f"what {found.entry.module} is, outside of the folder that was given")
        elif found.target.state == "missing":
            yield missing(query, found, keys)


def missing(query: Query, found: SourceImport, keys: Keys) -> Judgement:
    """One import that leads to no file."""
    path = query.source.project.tree.locate(found.target.file)
    if query.source.project.is_made_by_a_build(found.target.file):
        return unknown(found.subject, f"whether a build writes {path}, which .gitignore names")
    importer = found.subject.place.file
    return fail(
        found.subject,
        f"{importer} imports {found.entry.module}, but there is no such file, so nothing can be synthesized.",
        at=found.subject.place,
        evidence=[Evidence("code", f"there is no {path}", found.subject.place)],
        key=keys.key(found.subject, found.entry.module),
    )
