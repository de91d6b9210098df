"""CDK source imports a name that the file does not export.

## What it checks
Every name that is imported from a file of the application, and every member that is taken of a module imported as a
whole (`layers.ApiLayer`): whether the file has it, with re-exports, `export *`, default exports, namespaces,
enumerations, CommonJS, declaration files, Python submodules and `import *`.

## Why it fails
It is the missing import of the failure document (section 2) with the file in place: a class was renamed or never
written. TypeScript refuses it (TS2305, TS2614), Python raises `ImportError`, JavaScript calls `undefined`; nothing is
synthesized.

## Fix
Import the name that the file exports, or export the one that is imported.

TypeScript: `export class MonitoringLayer extends Construct {…}`. Python: a class of that name at the top level of the
module. CloudFormation templates import nothing.

## Limits
A file that passes on a package (`export * from 'pkg'`), builds its exports while it runs or cannot be parsed yields
`unknown`. Members of classes are not checked.

## References
- https://www.typescriptlang.org/docs/handbook/modules/reference.html
- https://docs.python.org/3/reference/simple_stmts.html#the-import-statement
"""

from collections.abc import Iterator

from analyzer.facts.source import Keys
from analyzer.facts.source_names import ImportedNames, imported_names
from analyzer.rule import Evidence, Judgement, Query, Rule, Severity, fail, passed, unknown

RULE = Rule(
    id="FM0202",
    slug="imported-name-missing",
    failure_mode=2,
    severity=Severity.CRITICAL,
    documented=Severity.CRITICAL,
    source=True,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every import of names from the application's own files."""
    keys = Keys()
    for file in query.source.unread:
        yield unknown(file.subject, file.needs)
    for found in imported_names(query.source):
        if found.missing:
            yield lacking(found, keys)
        elif found.undecided:
            yield unknown(found.subject, f"whether {found.file} passes on {' and '.join(found.undecided)}")
        else:
            yield passed(found.subject)


def lacking(found: ImportedNames, keys: Keys) -> Judgement:
    """One import with names that are not there."""
    names = " and ".join("a default export" if name == "default" else name for name in found.missing)
    offered = ", ".join(found.offered) or "nothing"
    return fail(
        found.subject,
        f"{found.subject.place.file} takes {names} from {found.subject.logical_id}, but {found.file} does not have "
        f"{'it' if len(found.missing) == 1 else 'them'}, so nothing can be synthesized.",
        at=found.subject.place,
        evidence=[Evidence("code", f"{found.file} exports {offered}", found.subject.place, key=names)],
        key=keys.key(found.subject, names),
    )
