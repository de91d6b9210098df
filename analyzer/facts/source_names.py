"""Names that CDK source takes from the application's own files, and whether they are there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from analyzer.code.cdk_inference import declaring
from analyzer.code.cdk_resolution import Target
from analyzer.code.cdk_sites import Site
from analyzer.code.cdk_tree import Imported, Member, Name
from analyzer.facts.source import Source, SourceSubject
from analyzer.records import dataclass

_MOST_SHOWN: Final = 8


@dataclass(frozen=True, slots=True)
class ImportedNames:
    """An import or a use of a module: the ``missing`` names, those that cannot be told, and what ``file`` offers."""

    subject: SourceSubject
    file: str
    missing: tuple[str, ...]
    undecided: tuple[str, ...]
    offered: tuple[str, ...]


def imported_names(source: Source) -> Iterator[ImportedNames]:
    """Every import of names from a file, and every use of a member of a module that lacks it."""
    for found in source.imports:
        if found.target.state in ("file", "folder") and found.needed and _has_names(found.target):
            yield _judged(source, found.subject, found.target, found.entry.names)
    for site in source.sites:
        taken = _taken(source, site)
        if taken is not None:
            judged = _judged(source, *taken)
            if judged.missing:
                yield judged


def _has_names(target: Target) -> bool:
    """Whether what is imported is code: data, style sheets and pictures have no names of their own."""
    return (
        target.state == "folder"
        or target.file.rpartition(".")[2] in ("py", "pyi", "ts", "tsx", "mts", "cts")
        or (target.file.rpartition(".")[2] in ("js", "jsx", "mjs", "cjs"))
    )


def _judged(source: Source, subject: SourceSubject, target: Target, names: tuple[str, ...]) -> ImportedNames:
    answers = {name: source.project.offers(target, name) for name in dict.fromkeys(names)}
    names_there = source.project.names_of(target.file) if target.state == "file" else frozenset[str]()
    offered = sorted(name for name in names_there if name != "default" and not name.startswith("_"))
    return ImportedNames(
        subject,
        source.project.tree.locate(target.file),
        tuple(name for name, there in answers.items() if there is False),
        tuple(name for name, there in answers.items() if there is None),
        (*offered[:_MOST_SHOWN], *(["…"] if len(offered) > _MOST_SHOWN else [])),
    )


def _taken(source: Source, site: Site) -> tuple[SourceSubject, Target, tuple[str, ...]] | None:
    """The member that is taken of a module imported as a whole."""
    member = site.expression
    if not isinstance(member, Member) or not isinstance(member.object, Name):
        return None
    imported = _whole_module(member.object.name, site)
    if imported is None:
        return None
    project = source.project
    target = project.resolve(site.module.file, imported.module)
    if imported.name != "*":  # a submodule: ``from stacks import network``
        below = project.submodule(target, imported.name)
        target = Target("package") if below is None else Target("file", below)
    if target.state != "file" or not _has_names(target):
        return None
    return source.subject(imported.module, member.at), target, (member.name,)


def _whole_module(name: str, site: Site) -> Imported | None:
    home = declaring(name, site.scope)
    bindings = [] if home is None else home.bindings.get(name, [])
    imported = bindings[0].imported if len(bindings) == 1 else None
    if imported is None or (imported.name != "*" and site.module.language != "python"):
        return None
    # ``import stacks.network`` binds ``stacks``, whose members are modules as well.
    return None if imported.name == "*" and site.module.language == "python" and imported.module == name else imported
