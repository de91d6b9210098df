"""References to parts of SAM resources: ``!Ref Function.Version``, ``!Ref Api.Stage``, ``${Function.Alias}``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_VARIABLE = re.compile(r"\$\{([A-Za-z0-9]+\.[A-Za-z0-9]+)(\.[A-Za-z0-9.]+)?\}")


def rewrite(value: Any, references: Mapping[str, str]) -> Any:
    """``value`` with every reference to ``Id.Part`` turned to the generated logical id that stands for it.

    What holds no such reference is answered as the same object, so that its place in the document is still known.
    """
    if isinstance(value, list):
        items = [rewrite(item, references) for item in value]
        return value if all(new is old for new, old in zip(items, value, strict=True)) else items
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        changed = _reference(value, references)
        if changed is not None:
            return changed
    entries = {name: rewrite(item, references) for name, item in value.items()}
    return value if all(entries[name] is value[name] for name in value) else entries


def _reference(value: dict[str, Any], references: Mapping[str, str]) -> dict[str, Any] | None:
    """The rewritten intrinsic function, or None where ``value`` is none that names a part."""
    name = value.get("Ref")
    if isinstance(name, str) and name in references:
        return {"Ref": references[name]}
    attribute = value.get("Fn::GetAtt")
    if attribute is not None:
        return _attribute(attribute, references)
    text = value.get("Fn::Sub")
    if isinstance(text, str):
        return _substituted(text, references)
    if isinstance(text, list) and len(text) == 2 and isinstance(text[0], str):
        changed = _substituted(text[0], references)
        variables = rewrite(text[1], references)
        if changed is None and variables is text[1]:
            return None
        return {"Fn::Sub": [changed["Fn::Sub"] if changed else text[0], variables]}
    return None


def _attribute(attribute: Any, references: Mapping[str, str]) -> dict[str, Any] | None:
    words = attribute.split(".") if isinstance(attribute, str) else attribute
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        return None
    steps = ".".join(words).split(".")
    logical_id = references.get(".".join(steps[:2]))
    if logical_id is None or len(steps) < 3:
        return None
    return {"Fn::GetAtt": [logical_id, ".".join(steps[2:])]}


def _substituted(text: str, references: Mapping[str, str]) -> dict[str, Any] | None:
    def replaced(match: re.Match[str]) -> str:
        logical_id = references.get(match[1])
        return match[0] if logical_id is None else f"${{{logical_id}{match[2] or ''}}}"

    changed = _VARIABLE.sub(replaced, text)
    return None if changed == text else {"Fn::Sub": changed}
