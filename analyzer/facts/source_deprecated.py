"""Deprecated members of aws-cdk-lib that CDK source uses, and packages of CDK v1.

Options are compared with the type of the parameter they are passed to, through nested options, variables and spreads;
members with the type of what they are taken from (:mod:`analyzer.code.cdk_inference`). Files that import CDK v1 are
left out: the list is of another version.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from analyzer.code.cdk_kinds import CdkType, Kind, OwnType
from analyzer.code.cdk_sites import Site
from analyzer.code.cdk_tree import Call, Choice, ClassDeclaration, Expression, Items, Member, Module, Record, Scope
from analyzer.code.place import Place
from analyzer.data.cdk_library import Deprecation
from analyzer.facts.source import Source, SourceImport, SourceSubject
from analyzer.records import dataclass, replace

_MOST_OPTIONS: Final = 300
_V1_NAMES: Final = re.compile(
    r"@aws-cdk/(?:core|assert|assertions|pipelines|custom-resources|cloudformation-include|app-delivery|alexa-ask|"
    r"lambda-layer-(?:awscli|kubectl|node-proxy-agent)|aws-(?!service-spec)[\w-]+?)(?:/.*)?$"
)
_V1_OTHERS: Final = ("monocdk", "@monocdk-experiment/assert", "monocdk-experiment")
_NOT_V1: Final = "-alpha"


@dataclass(frozen=True, slots=True)
class DeprecatedUse:
    """A deprecated member where the source uses it. ``written`` is how it is spelled there; ``others`` are the further
    constructs that the same line is poured into."""

    subject: SourceSubject
    place: Place
    written: str
    deprecation: Deprecation
    others: tuple[SourceSubject, ...] = ()


def deprecated_uses(source: Source) -> list[DeprecatedUse]:
    """Every use of a deprecated member, each place once."""
    found: dict[tuple[Place, str], list[DeprecatedUse]] = {}
    for use in _uses(source):
        found.setdefault((use.place, use.deprecation.name), []).append(use)
    merged = [
        replace(first, others=tuple(use.subject for use in rest if use.subject.logical_id != first.subject.logical_id))
        for first, *rest in found.values()
    ]
    return sorted(merged, key=lambda use: use.place)


def _uses(source: Source) -> Iterator[DeprecatedUse]:
    if not source.modules:
        return
    reader = _Reader(source)
    old = {found.module.file for found in source.imports if is_v1(found)}
    for site in source.sites:
        if site.module.file in old:
            continue
        if isinstance(site.expression, Call):
            yield from reader.call(site, site.expression)
        elif isinstance(site.expression, Member):
            yield from reader.member(site, site.expression)
    for module in source.modules:
        if module.file in old:
            continue
        yield from reader.annotated(module)
        yield from reader.bases(module)


class _Reader:
    def __init__(self, source: Source) -> None:
        self._source = source
        self._inference = source.inference
        self._library = source.inference.library

    # --- options --------------------------------------------------------------------------------------

    def call(self, site: Site, call: Call) -> Iterator[DeprecatedUse]:
        """Options that a call is given, and the class that it makes an instance of."""
        subject = self._holder(site, call)
        parameters = self._inference.parameters(call, site.scope)
        for kind, given in zip(parameters, call.arguments, strict=False):
            yield from self._options(given, site.scope, kind, subject, set())
        structs = [kind for kind in parameters if self._library.is_struct(kind)]
        if call.keywords is not None and structs:
            yield from self._options(call.keywords, site.scope, structs[-1], subject, set())
        made = self._inference.constructed(call, site.scope)
        deprecation = self._library.deprecation(made.name) if isinstance(made, CdkType) else None
        if deprecation is not None:
            written = call.callee.name if isinstance(call.callee, Member) else deprecation.name
            yield DeprecatedUse(subject, call.callee.place, written, deprecation)

    def _holder(self, site: Site, call: Call) -> SourceSubject:
        name = self._source.constructs.created(call, site.scope) or self._source.constructs.holder(site)
        return self._source.subject(name, call.place)

    def _options(
        self, given: Expression, scope: Scope, kind: str, subject: SourceSubject, seen: set[tuple[int, str]]
    ) -> Iterator[DeprecatedUse]:
        """Deprecated keys of options of the type ``kind``, and of the options in them."""
        given, scope = self._inference.written(given, scope)
        if not self._library.is_struct(kind) or (id(given), kind) in seen or len(seen) > _MOST_OPTIONS:
            return
        seen.add((id(given), kind))
        match given:
            case Items(items=items):
                parts = items
            case Choice(options=options):
                parts = options
            case Record(entries=entries, spreads=spreads):
                parts = spreads
                for entry in entries:
                    deprecation = self._library.deprecation(kind, entry.key)
                    if deprecation is not None:
                        yield DeprecatedUse(subject, entry.place, entry.key, deprecation)
                    inner = self._library.property(kind, entry.key)
                    if inner:
                        yield from self._options(entry.value, scope, inner, subject, seen)
            case _:
                return
        for part in parts:
            yield from self._options(part, scope, kind, subject, seen)

    def annotated(self, module: Module) -> Iterator[DeprecatedUse]:
        """Options that a variable of an options type holds."""
        for scope in module.scope.every():
            for bindings in scope.bindings.values():
                for binding in bindings:
                    if binding.annotation is None or binding.value is None or binding.attribute:
                        continue
                    kind = self._inference.type_of(binding.annotation, scope)
                    if isinstance(kind, CdkType):
                        subject = self._source.subject(binding.name, binding.place)
                        yield from self._options(binding.value, scope, kind.name, subject, set())

    # --- members and classes --------------------------------------------------------------------------

    def member(self, site: Site, member: Member) -> Iterator[DeprecatedUse]:
        """A member of a CDK type or of a value of one."""
        owner = self._inference.type_of(member.object, site.scope)
        if isinstance(owner, OwnType) and self._is_own(owner, member.name):
            return
        kind = self._inference.cdk_type(owner)
        deprecation = None if kind is None else self._library.deprecation(kind, member.name)
        if deprecation is not None:
            changed = self._source.constructs.named(member.object, site.scope) if _is_value(owner) else ""
            subject = self._source.subject(changed or self._source.constructs.holder(site), member.at)
            yield DeprecatedUse(subject, member.at, member.name, deprecation)

    def _is_own(self, owner: OwnType, name: str) -> bool:
        classes = (one for one in self._inference.lineage(owner.declaration) if isinstance(one, ClassDeclaration))
        return any(name in declared.fields or name in declared.scope.functions for declared in classes)

    def bases(self, module: Module) -> Iterator[DeprecatedUse]:
        """Deprecated classes that the application's own inherit from."""
        for declared in module.classes():
            for base in declared.bases:
                kind = self._inference.type_of(base, declared.scope.parent or declared.scope)
                deprecation = self._library.deprecation(kind.name) if isinstance(kind, CdkType) else None
                if deprecation is not None:
                    subject = self._source.subject(declared.name, base.place)
                    yield DeprecatedUse(subject, base.place, deprecation.name, deprecation)


def _is_value(kind: Kind | None) -> bool:
    return isinstance(kind, CdkType | OwnType) and kind.instance


def creations(source: Source) -> Iterator[SourceSubject]:
    """Every construct of the CDK that the source creates."""
    for site in source.sites:
        call = site.expression
        if isinstance(call, Call) and isinstance(source.inference.constructed(call, site.scope), CdkType):
            name = source.constructs.created(call, site.scope)
            if name:
                yield source.subject(name, call.place)


def is_v1(found: SourceImport) -> bool:
    """Whether an import is of CDK v1: its packages of one service each, its core, or ``monocdk``.

    Packages that end in ``-alpha`` are of v2, and so are the tools below ``@aws-cdk``.
    """
    module = found.entry.module
    if found.module.language == "python":
        return module in ("aws_cdk.core", "monocdk") or (module == "aws_cdk" and "core" in found.entry.names)
    if module in _V1_OTHERS or module.startswith("monocdk/"):
        return True
    return _V1_NAMES.match(module) is not None and not module.partition("/")[2].partition("/")[0].endswith(_NOT_V1)


def cdk_imports(source: Source) -> Iterator[SourceImport]:
    """Every import of the CDK, of whatever version."""
    for found in source.imports:
        module = found.entry.module
        python = found.module.language == "python" and module.partition(".")[0] in ("aws_cdk", "monocdk")
        if python or module.startswith(("aws-cdk-lib", "@aws-cdk/", "monocdk")):
            yield found
