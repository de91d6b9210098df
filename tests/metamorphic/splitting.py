"""One stack as two: what others refer to in a stack of its own, which exports it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random
from typing import Any

from tests.metamorphic.applications import Copy, Document, mapped
from tests.metamorphic.judging import Said

_HOLE = re.compile(r"\$\{([^}!][^}]*)\}")
SHARED = "Shared0x"
OF_THE_APPLICATION = frozenset(("FM1008", "FM1013"))
"""Rules that judge the application as a whole and name the first function of its first stack."""

Target = tuple[str, str | None]


def can_be_split(copy: Copy) -> bool:
    """Whether the application is one plain template whose parameters are settled, so that two stacks know as much
    as one does."""
    if copy.assembly or len(copy.templates) != 1:
        return False
    (document,) = copy.templates.values()
    text = str(document)
    if "Transform" in document or any(
        word in text for word in ("AWS::StackName", "AWS::StackId", "AWS::CloudFormation::")
    ):
        return False
    if any("Default" not in parameter for parameter in document.get("Parameters", {}).values()):
        return False
    if any("Condition" in resource for resource in document["Resources"].values()):
        return False  # nothing says that the parameters of two stacks are the same
    return bool(0 < len(_base(document)) < len(document["Resources"]))


def split(copy: Copy, random: Random) -> None:
    """Move the resources that refer to no other one, and what they need, to a second template."""
    ((name, document),) = copy.templates.items()
    base = _base(document)
    exported: dict[Target, str] = {}

    def imported(target: Target) -> Any:
        exported.setdefault(target, f"shared-{target[0]}-{target[1]}".replace(".", "-"))
        return {"Fn::ImportValue": exported[target]}

    rest = {
        logical_id: mapped(_independent(resource, base), lambda content, path: _import(content, base, imported))
        for logical_id, resource in document["Resources"].items()
        if logical_id not in base
    }
    outputs = mapped(document.get("Outputs", {}), lambda content, path: _import(content, base, imported))
    common = {section: content for section, content in document.items() if section not in ("Resources", "Outputs")}
    copy.templates[name] = {**common, "Resources": rest, **({"Outputs": outputs} if outputs else {})}
    copy.templates["shared." + name.rpartition(".")[2]] = {
        **common,
        "Resources": {logical_id: document["Resources"][logical_id] for logical_id in base},
        "Outputs": dict(_exports(document, exported)),
    }


def _independent(resource: Document, base: set[str]) -> Document:
    """The resource without ``DependsOn`` to the other stack, whose deployment comes first anyway."""
    needed = resource.get("DependsOn", [])
    kept = [one for one in ([needed] if isinstance(needed, str) else needed) if one not in base]
    others = {key: value for key, value in resource.items() if key != "DependsOn"}
    return {**others, "DependsOn": kept} if kept else others


def _exports(document: Document, exported: dict[Target, str]) -> Iterator[tuple[str, Any]]:
    for number, ((logical_id, attribute), name) in enumerate(exported.items()):
        value = {"Ref": logical_id} if attribute is None else {"Fn::GetAtt": [logical_id, attribute]}
        condition = document["Resources"][logical_id].get("Condition")
        output = {"Value": value, "Export": {"Name": name}, "Description": "for the other stack"}
        yield f"{SHARED}{number}", {**output, **({"Condition": condition} if condition else {})}


def _base(document: Document) -> set[str]:
    """About half of the resources, closed under references."""
    needs = {name: set(_targets(resource)) for name, resource in document["Resources"].items()}
    base: set[str] = set()
    for name in sorted(needs):
        closure = _closure(name, needs)
        if len(base | closure) < len(needs) and len(base) < len(needs) / 2:
            base |= closure
    return base


def _closure(name: str, needs: dict[str, set[str]]) -> set[str]:
    found, pending = set(), [name]
    while pending:
        one = pending.pop()
        if one not in found and one in needs:
            found.add(one)
            pending += needs[one]
    return found


def _targets(resource: Any) -> Iterator[str]:
    found: list[str] = []

    def note(target: Target) -> Any:
        found.append(target[0])
        return {"Fn::ImportValue": "x"}

    mapped(resource, lambda content, path: _import(content, None, note))
    yield from found


def _import(content: Any, base: set[str] | None, imported: Callable[[Target], Any]) -> Any:
    """``content`` with references to resources of ``base`` (None: to all) as what ``imported`` answers."""
    if not isinstance(content, dict) or len(content) != 1:
        return content
    ((function, argument),) = content.items()
    if function == "Ref" and isinstance(argument, str):
        return imported((argument, None)) if _within(argument, base) else content
    if function == "Fn::GetAtt":
        logical_id, _, attribute = (
            argument.partition(".")
            if isinstance(argument, str)
            else (argument[0], "", ".".join(map(str, argument[1:])))
        )
        return imported((logical_id, attribute)) if _within(logical_id, base) else content
    if function == "Fn::Sub":
        return {function: _substituted(argument, base, imported)}
    return content


def _substituted(argument: Any, base: set[str] | None, imported: Callable[[Target], Any]) -> Any:
    text, variables = argument if isinstance(argument, list) else (argument, {})
    added: dict[str, Any] = {}

    def respell(hole: re.Match[str]) -> str:
        logical_id, dot, attribute = hole[1].strip().partition(".")
        if hole[1].strip() in variables or not _within(logical_id, base):
            return hole[0]
        name = f"{SHARED}{len(added)}"
        added[name] = imported((logical_id, attribute if dot else None))
        return "${" + name + "}"

    spelled = _HOLE.sub(respell, text)
    return [spelled, {**variables, **added}] if variables or added else spelled


def _within(logical_id: str, base: set[str] | None) -> bool:
    return not logical_id.startswith("AWS::") and (base is None or logical_id in base)


def of_resources(said: Said) -> Said | None:
    """What is said of a resource, whatever its stack is called; the stack is part of the fingerprint."""
    if said.type in ("Parameter", "Output", "Template"):
        return None
    if said.rule in OF_THE_APPLICATION:
        return replace(said, stack="", resource="", message="", fingerprint="")
    return replace(said, stack="", fingerprint="")
