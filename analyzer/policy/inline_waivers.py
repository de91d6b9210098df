"""Waivers that the input itself carries: CDK acknowledgements and template ``Metadata``.

In CDK, ``Validations.of(scope).acknowledge({id: "Stackproof::FM0701", reason: "…"})`` holds for the construct
and everything beneath it. In a template, ``Metadata.stackproof.waivers`` of a resource or of the template is a list of
``{rule, reason, resource?, fingerprint?, owner?, approver?, expires?}``; ``resource`` (a glob over logical ids) makes
sense at the template only.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from analyzer.policy.result import InputProblem
from analyzer.policy.waivers import Waiver
from analyzer.registry import nearest

PREFIX = "Stackproof::"
"""What an acknowledged rule id begins with where it is ours."""

Known = Callable[[], Collection[str]]

_TEXT_KEYS = ("rule", "reason", "resource", "fingerprint", "owner", "approver", "expires")


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
        rule = acknowledgement.rule_id.removeprefix(PREFIX).upper()
        reason = (acknowledgement.reason or "").strip()
        where = acknowledgement.construct_path
        origin = f"CDK acknowledgement at {where or stack.name}"
        wrong = _wrong_rule(rule, known) or ("" if reason else "it gives no reason")
        if wrong:
            file = acknowledgement.source_file or stack.path
            line = acknowledgement.source_line if acknowledgement.source_file else None
            yield InputProblem(file, line, None, f"{origin}: {wrong}")
        else:
            yield Waiver(rule, reason, origin, stack=stack.name, construct=where)


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
                escaped = str(logical_id).replace("~", "~0").replace("/", "~1")
                yield resource, f"/Resources/{escaped}", str(logical_id)


def _block(
    stack: AnnotatedStack, block: object, pointer: str, resource: str | None, known: Known
) -> Iterator[Waiver | InputProblem]:
    if not isinstance(block, Mapping) or not isinstance(block.get("waivers"), list):
        yield _problem(stack, pointer, "Metadata.stackproof is not {waivers: [{rule, reason, …}, …]}")
        return
    for key in block:
        if key != "waivers":
            yield _problem(stack, f"{pointer}/{key}", _unknown_key(str(key), ("waivers",)))
    for index, entry in enumerate(block["waivers"]):
        place = f"{pointer}/waivers/{index}"
        wrong = _wrong_entry(entry, known, at_resource=resource is not None)
        if wrong:
            yield _problem(stack, place, wrong)
        else:
            yield _waiver(stack, entry, resource)


def _waiver(stack: AnnotatedStack, entry: Mapping[str, str], resource: str | None) -> Waiver:
    return Waiver(
        rule=entry["rule"].upper(),
        reason=entry["reason"].strip(),
        origin=f"Metadata of {resource or 'the template'} in {stack.path}",
        stack=stack.name,
        resource=resource or entry.get("resource"),
        fingerprint=entry.get("fingerprint"),
        owner=entry.get("owner"),
        approver=entry.get("approver"),
        expires=date.fromisoformat(entry["expires"]) if "expires" in entry else None,
    )


def _wrong_entry(entry: object, known: Known, *, at_resource: bool) -> str | None:
    """What is wrong with one waiver, in words; None if nothing is."""
    if not isinstance(entry, Mapping):
        return "a waiver is a mapping with rule and reason"
    for key, value in entry.items():
        if key not in _TEXT_KEYS:
            return _unknown_key(str(key), _TEXT_KEYS)
        if not isinstance(value, str) or not value.strip():
            return f"{key} of a waiver is a text that is not empty"
    for key in ("rule", "reason"):
        if key not in entry:
            return f"the waiver has no {key}"
    if at_resource and "resource" in entry:
        return "resource belongs to a waiver of the template; this one is of a resource already"
    if "expires" in entry and not _is_date(entry["expires"]):
        return f"expires is a date like 2027-01-31, not {entry['expires']!r}"
    return _wrong_rule(entry["rule"].upper(), known)


def _wrong_rule(rule: str, known: Known) -> str | None:
    identifiers = known()
    if rule and any(identifier.startswith(rule) for identifier in identifiers):
        return None
    near = nearest(rule, identifiers)
    return f"no rule has the id or prefix {rule!r}" + (f"; did you mean {near}?" if near else "")


def _unknown_key(key: str, allowed: tuple[str, ...]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(key, allowed, n=1, cutoff=0.6)
    return f"unknown key {key!r}" + (f"; did you mean {near[0]}?" if near else f"; known: {', '.join(allowed)}")


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _problem(stack: AnnotatedStack, pointer: str, reason: str) -> InputProblem:
    span = stack.position(pointer)
    line, column = (None, None) if span is None else (span.line, span.column)
    return InputProblem(stack.path, line, column, reason)
