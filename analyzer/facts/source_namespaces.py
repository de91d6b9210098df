"""How CDK source reaches the IAM module: by an import of its own, or through a namespace (``cdk.aws_iam``)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from analyzer.code.cdk_inference import declaring
from analyzer.code.cdk_kinds import Package
from analyzer.code.cdk_sites import Site
from analyzer.code.cdk_tree import SUPER, THIS, Imported, Member, Name
from analyzer.facts.source import Source, SourceImport, SourceSubject
from analyzer.records import dataclass

_IAM: Final = "aws_iam"
_V1_CORE: Final = ("@aws-cdk/core", "monocdk", "aws_cdk.core")


@dataclass(frozen=True, slots=True)
class NamespaceUse:
    """All uses of ``name.aws_iam`` in one line. ``module`` is what ``name`` is imported from, empty where nothing
    declares it; ``works``: whether that module has IAM, None where it cannot be told."""

    subject: SourceSubject
    name: str
    module: str
    works: bool | None
    text: str


def namespace_uses(source: Source) -> Iterator[NamespaceUse]:
    """Every line in which IAM is reached through a namespace."""
    seen = set()
    for site in source.sites:
        member = site.expression
        if not isinstance(member, Member) or member.name != _IAM or not isinstance(member.object, Name):
            continue
        line = (site.module.file, member.place.line, member.object.name)
        if line not in seen and (use := _use(source, site, member, member.object)) is not None:
            seen.add(line)
            yield use


def _use(source: Source, site: Site, member: Member, owner: Name) -> NamespaceUse | None:
    module, works = _origin(source, site, owner)
    if module is None:
        return None
    outer = site.parent.expression if site.parent is not None else None
    text = f"{owner.name}.{_IAM}.{outer.name}" if isinstance(outer, Member) else f"{owner.name}.{_IAM}"
    subject = source.subject(module or owner.name, member.place)
    return NamespaceUse(subject, owner.name, module, works, text)


def _origin(source: Source, site: Site, owner: Name) -> tuple[str | None, bool | None]:
    """The module behind a name, and whether it has IAM; no module for a name of another kind."""
    if owner.name in (THIS, SUPER):
        return None, None
    if declaring(owner.name, site.scope) is None:
        star = _star(site)
        return ("", False) if star is None else (star, None)
    kind = source.inference.type_of(owner, site.scope)
    imported = _imported(owner.name, site)
    if isinstance(kind, Package) and kind.submodule == "":
        return kind.name if imported is None else imported.module, True
    if imported is None:
        return None, None
    full = f"{imported.module}.{imported.name}"
    if imported.module in _V1_CORE or full in _V1_CORE:
        return imported.module if imported.name in ("*", "default") else full, False
    target = source.project.resolve(site.module.file, imported.module)
    if target.state != "file" or imported.name != "*":
        return imported.module, None
    return imported.module, source.project.offers(target, _IAM)


def _star(site: Site) -> str | None:
    """The module whose names the file takes all (``from parts import *``), one of which may be the one in question."""
    bindings = site.module.scope.bindings.get("*", [])
    return next((binding.imported.module for binding in bindings if binding.imported is not None), None)


def _imported(name: str, site: Site) -> Imported | None:
    home = declaring(name, site.scope)
    bindings = [] if home is None else home.bindings.get(name, [])
    return bindings[0].imported if len(bindings) == 1 else None


def iam_imports(source: Source) -> Iterator[SourceImport]:
    """Every import that brings the IAM module itself or names from it."""
    for found in source.imports:
        module = found.entry.module
        direct = module.endswith(("/aws-iam", f".{_IAM}"))
        if direct or (module in ("aws-cdk-lib", "aws_cdk") and _IAM in found.entry.names):
            yield found
