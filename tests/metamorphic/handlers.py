"""Inline code as files beside the template, and the other way round."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.metamorphic.applications import Copy

INLINE_ONLY = ("cfnresponse", "cfn-response")
"""What Lambda puts beside inline code only."""


def has_inline_code(copy: Copy) -> bool:
    """Whether there is code to move."""
    text = str(copy.templates)
    if any("InlineCode" in str(document.get("Globals")) for document in copy.templates.values()):
        return False  # which would win over the files
    return ("ZipFile" in text or "InlineCode" in text) and not any(name in text for name in INLINE_ONLY)


def inline_to_files(copy: Copy, random: Random) -> None:
    """Every inline handler as a file in a folder of its own."""
    for template, document in copy.templates.items():
        common = document.get("Globals", {}).get("Function", {}) if isinstance(document.get("Globals"), dict) else {}
        for logical_id, resource in document.get("Resources", {}).items():
            properties = resource.get("Properties") if isinstance(resource, dict) else None
            if not isinstance(properties, dict):
                continue
            code = properties.get("Code")
            runtime = properties.get("Runtime", common.get("Runtime"))
            if not isinstance(runtime, str):
                continue
            if (
                resource.get("Type") == "AWS::Lambda::Function"
                and isinstance(code, dict)
                and isinstance(code.get("ZipFile"), str)
            ):
                properties["Code"] = _file(copy, template, logical_id, code["ZipFile"], runtime)
            elif resource.get("Type") == "AWS::Serverless::Function" and isinstance(properties.get("InlineCode"), str):
                properties["CodeUri"] = _file(copy, template, logical_id, properties.pop("InlineCode"), runtime)


def _file(copy: Copy, template: str, logical_id: str, code: str, runtime: Any) -> str:
    suffix = "py" if runtime.startswith("python") else "js"
    name = f"code{logical_id}"
    folder = (copy.folder / template).parent / name
    folder.mkdir()
    (folder / f"index.{suffix}").write_text(code, encoding="utf-8")
    return f"./{name}"
