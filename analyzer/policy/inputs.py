"""What a report says of an input: its kind, digest, stacks and files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from analyzer.model.expansion import FOR_EACH
from analyzer.policy.result import Input, InputProblem, JudgedTemplate

if TYPE_CHECKING:
    from analyzer.model.template import Template
    from analyzer.sources.assembly import Application, StackSource

CDK_SOURCE = "cdk-source"
"""The kind of application that has source code and no template: only source rules run on it."""


def describe_input(source: Application, templates: Mapping[str, Template], *, read_source: bool) -> Input:
    """What reports say of the application itself. ``templates`` are its stacks as the rules see them; ``read_source``:
    whether a rule looked at its CDK source."""
    stacks = {key: template.source for key, template in templates.items()}
    digests = _digests(source, stacks)
    return Input(
        path=source.path,
        kind=source.kind,
        sha256=_digest(digests),
        stacks=tuple(stack.name for stack in stacks.values()),
        resources=sum(len(_resources(stack)) for stack in stacks.values()),
        files=_files(source, stacks, read_source=read_source),
        digests=digests,
        templates=tuple(map(_declared, templates.values())),
        warnings=tuple(dict.fromkeys(_warnings(templates.values()))),
    )


def _warnings(templates: Iterable[Template]) -> Iterator[InputProblem]:
    """Keys written twice, and what the model could not take apart (macros, APIs described elsewhere)."""
    for template in templates:
        for warning in template.source.warnings:
            yield InputProblem(warning.path, warning.line, warning.column, warning.reason)
        for note in template.notes:
            pointer, _, reason = note.partition(": ")
            at = template.source.position(pointer)
            yield InputProblem(template.source.path, at.line if at else None, at.column if at else None, reason)


def _declared(template: Template) -> JudgedTemplate:
    written = (str(name) for name in _resources(template.source) if not str(name).startswith(FOR_EACH))
    return JudgedTemplate(
        template.source.path,
        template.source.name,
        tuple(sorted({*written, *template.resources})),
        *(tuple(sorted(map(str, template.section(name)))) for name in ("Parameters", "Outputs")),
    )


def _files(source: Application, stacks: Mapping[str, StackSource], *, read_source: bool) -> tuple[str, ...]:
    """What was judged: the templates, and the CDK source."""
    root = source.source_root if read_source else None
    written = () if root is None else tuple(root.locate(name) for name in source.cdk_files)
    return (*dict.fromkeys(stack.path for stack in stacks.values()), *written)


def _resources(stack: StackSource) -> Mapping[str, object]:
    resources = stack.document.get("Resources")
    return resources if isinstance(resources, Mapping) else {}


def _digests(source: Application, stacks: Mapping[str, StackSource]) -> tuple[tuple[str, str], ...]:
    """The (path, digest) of every template; where there is none, of the CDK source files. Sorted by path."""
    if source.kind == CDK_SOURCE and source.source_root is not None:
        from hashlib import sha256

        read = source.source_root.read
        return tuple(sorted((name, sha256(read(name) or b"").hexdigest()) for name in source.cdk_files))
    return tuple(sorted({(stack.path, stack.sha256) for stack in stacks.values()}))


def _digest(digests: Sequence[tuple[str, str]]) -> str:
    """The digest of the one file; else of a list of what was read: ``digest  path`` a line, sorted by path."""
    from hashlib import sha256

    if len(digests) == 1:
        return digests[0][1]
    listing = "".join(f"{digest}  {path}\n" for path, digest in digests)
    return sha256(listing.encode("utf-8", "surrogateescape")).hexdigest()
