"""Which classes and modules of CDK source say what they are for."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.code.cdk_tree import Module
from analyzer.code.place import Place
from analyzer.facts.source import Source, SourceSubject
from analyzer.records import dataclass


@dataclass(frozen=True, slots=True)
class Documented:
    """A ``class`` or ``module``, and whether it has a doc comment or docstring."""

    subject: SourceSubject
    kind: str
    name: str
    documented: bool


def documented_things(source: Source) -> Iterator[Documented]:
    """Every class that is a construct, and every Python module with code of the CDK; tests apart."""
    for module in source.cdk_modules:
        constructs = [declared for declared in module.classes() if not declared.is_type]
        constructs = [declared for declared in constructs if source.inference.is_construct(declared)]
        for declared in constructs:
            subject = source.subject(declared.name, declared.place)
            yield Documented(subject, "class", declared.name, declared.documented)
        if module.language == "python":
            yield _module(source, module, constructs[0].name if constructs else "")


def _module(source: Source, module: Module, telling: str) -> Documented:
    """A module goes by the name of its first construct, where it has one."""
    name = source.project.tree.locate(module.file)
    place = Place(module.file, 1, 1, 1, 1)
    return Documented(source.subject(telling or name.rpartition("/")[2], place), "module", name, module.documented)
