"""Waivers that the input itself carries: CDK acknowledgements and template ``Metadata``.

In CDK, ``Validations.of(scope).acknowledge({id: "Stackproof::FM0701", reason: "…"})`` holds for the construct
and everything beneath it; ``Stackproof::FM0701[digest,digest]`` is bound to that evidence. In a template,
``Metadata.stackproof.waivers`` of a resource or of the template is a list of ``{rule, reason, resource?, type?,
evidence?, fingerprint?, owner?, approver?, expires?}``; ``resource`` and ``type`` (globs) make sense at the template
only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

from analyzer.model.pointers import escape
from analyzer.policy.path_patterns import literal
from analyzer.policy.result import InputProblem
from analyzer.policy.waiver_entries import Known, unknown_key, waiver, wrong_date, wrong_rule
from analyzer.policy.waivers import Waiver
from analyzer.records import dataclass
from analyzer.registry import canonical

PREFIX = "Stackproof::"
"""What an acknowledged rule id begins with where it is ours."""

_TEXT_KEYS = ("rule", "reason", "resource", "type", "fingerprint", "owner", "approver", "expires")
_KEYS = (*_TEXT_KEYS, "evidence")
_AT_TEMPLATE = ("resource", "type")


class Acknowledgement(Protocol):
    """A rule acknowledged in CDK source, as the cloud assembly records it."""

    @property
    def rule_id(self) -> str:
        """Rule id as written, with the plugin's prefix."""

    @property
    def construct_path(self) -> str | None:
        """Construct that it was written for; None: the whole stack."""

    @property
    def reason(self) -> str | None:
        """The reason given, if any."""

    @property
    def source_file(self) -> str | None:
        """File of the CDK source where it is written."""

    @property
    def source_line(self) -> int | None:
        """That line, from 1."""


class _Span(Protocol):
    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...


class _Construct(Protocol):
    @property
    def path(self) -> str | None: ...


class AnnotatedStack(Protocol):
    """A template with its waivers."""

    @property
    def name(self) -> str:
        """Name for people."""

    @property
    def path(self) -> str:
        """Path of the template."""

    @property
    def document(self) -> Mapping[str, Any]:
        """The parsed template."""

    def position(self, pointer: str) -> _Span | None:
        """Where the value at a pointer is written."""

    def construct(self, logical_id: str) -> _Construct:
        """The construct behind a logical id."""

    def acknowledgements(self) -> Iterable[Acknowledgement]:
        """What the CDK source acknowledged in this stack."""


@dataclass(frozen=True, slots=True)
class Collected:
    """Waivers in the order they are written, and what is wrong with those that cannot be used."""

    waivers: tuple[Waiver, ...]
    problems: tuple[InputProblem, ...]


def collect(stacks: Iterable[AnnotatedStack], known: Known) -> Collected:
    """The waivers of ``stacks``. ``known`` answers the ids of all installed rules, selected or not; it is asked
    only where something is waived."""
    waivers: list[Waiver] = []
    problems: list[InputProblem] = []
    for stack in stacks:
        for item in (*_acknowledged(stack, known), *_metadata(stack, known)):
            if isinstance(item, Waiver):
                waivers.append(item)
            else:
                problems.append(item)
    return Collected(tuple(waivers), tuple(problems))


def _acknowledged(stack: AnnotatedStack, known: Known) -> Iterator[Waiver | InputProblem]:
    for acknowledgement in stack.acknowledgements():
        if not acknowledgement.rule_id.startswith(PREFIX):
            continue
        recorded = acknowledgement.rule_id.removeprefix(PREFIX)
        identifier, _, digests = recorded.partition("[")
        rule = canonical(identifier)
        reason = (acknowledgement.reason or "").strip()
        where = acknowledgement.construct_path
        origin = f"CDK acknowledgement at {where or stack.name}"
        wrong = wrong_rule(rule, known) or ("" if reason else "it gives no reason")
        if wrong:
            file = acknowledgement.source_file or stack.path
            line = acknowledgement.source_line if acknowledgement.source_file else None
            yield InputProblem(file, line, None, f"{origin}: {wrong}")
        else:
            evidence = tuple(part.strip() for part in digests.removesuffix("]").split(",")) if digests else None
            resource = None if where is None else _resource_at(stack, where)
            yield Waiver(
                rule,
                reason,
                origin,
                stack=literal(stack.name),
                construct=None if where is None or resource is not None else literal(where),
                resource=None if resource is None else literal(resource),
                evidence=evidence,
                acknowledged=recorded,
                inline=True,
            )


def _resource_at(stack: AnnotatedStack, where: str) -> str | None:
    """The logical id of the resource that the construct ``where`` itself is, where its construct stands for it too:
    findings have the path of that one, so the resource's own would match none."""
    if not where.endswith(("/Resource", "/Default")):
        return None
    ids = (logical_id for _, _, logical_id in _holders(stack.document) if logical_id is not None)
    return next((logical_id for logical_id in ids if stack.construct(logical_id).path == where), None)


def _metadata(stack: AnnotatedStack, known: Known) -> Iterator[Waiver | InputProblem]:
    for holder, pointer, resource in _holders(stack.document):
        metadata = holder.get("Metadata")
        if isinstance(metadata, Mapping) and "stackproof" in metadata:
            block = f"{pointer}/Metadata/stackproof"
            yield from _block(stack, metadata["stackproof"], block, resource, known)


def _holders(document: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], str, str | None]]:
    """What may carry ``Metadata``: the template, then its resources, each with its pointer and logical id."""
    yield document, "", None
    resources = document.get("Resources")
    if isinstance(resources, Mapping):
        for logical_id, resource in resources.items():
            if isinstance(resource, Mapping):
                escaped = escape(logical_id)
                yield resource, f"/Resources/{escaped}", str(logical_id)


def _block(
    stack: AnnotatedStack, block: object, pointer: str, resource: str | None, known: Known
) -> Iterator[Waiver | InputProblem]:
    if not isinstance(block, Mapping) or not isinstance(block.get("waivers"), list):
        yield _problem(stack, pointer, "Metadata.stackproof is not {waivers: [{rule, reason, …}, …]}")
        return
    for key in block:
        if key != "waivers":
            yield _problem(stack, f"{pointer}/{key}", unknown_key(str(key), ("waivers",)))
    for index, entry in enumerate(block["waivers"]):
        place = f"{pointer}/waivers/{index}"
        wrong = _wrong_entry(entry, known, at_resource=resource is not None)
        if wrong:
            yield _problem(stack, place, wrong)
        else:
            yield _waiver(stack, entry, resource)


def _waiver(stack: AnnotatedStack, entry: Mapping[str, Any], resource: str | None) -> Waiver:
    origin = f"Metadata of {resource or 'the template'} in {stack.path}"
    # The path as well: findings in CDK source bear the application's name, which may be that of a stack, too.
    scope = {"stack": literal(stack.name), "template": literal(stack.path)}
    if resource is not None:
        scope["resource"] = literal(resource)
    return waiver(entry, origin, inline=True, **scope)


def _wrong_entry(entry: object, known: Known, *, at_resource: bool) -> str | None:
    """What is wrong with one waiver, in words; None if nothing is."""
    if not isinstance(entry, Mapping):
        return "a waiver is a mapping with rule and reason"
    for key, value in entry.items():
        if key not in _KEYS:
            return unknown_key(str(key), _KEYS)
        if key == "evidence" and not (isinstance(value, list) and all(isinstance(item, str) for item in value)):
            return "evidence of a waiver is a list of digests"
        if key != "evidence" and not (isinstance(value, str) and value.strip()):
            return f"{key} of a waiver is a text that is not empty"
    return _lacking(entry, at_resource=at_resource) or wrong_rule(canonical(entry["rule"]), known)


def _lacking(entry: Mapping[str, Any], *, at_resource: bool) -> str | None:
    for key in ("rule", "reason"):
        if key not in entry:
            return f"the waiver has no {key}"
    for key in _AT_TEMPLATE if at_resource else ():
        if key in entry:
            return f"{key} belongs to a waiver of the template; this one is of a resource already"
    return wrong_date(entry["expires"]) if "expires" in entry else None


def _problem(stack: AnnotatedStack, pointer: str, reason: str) -> InputProblem:
    span = stack.position(pointer)
    line, column = (None, None) if span is None else (span.line, span.column)
    return InputProblem(stack.path, line, column, reason)
