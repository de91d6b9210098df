"""Folders of files for tests of discovery."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

BUCKET = {"Resources": {"B": {"Type": "AWS::S3::Bucket"}}}


def write(root: Path, files: dict[str, Any]) -> Path:
    """Write ``files`` below ``root``: bytes and text as they are, anything else as JSON."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content if isinstance(content, str) else json.dumps(content, indent=1))
    return root


def template(**resources: dict[str, Any]) -> dict[str, Any]:
    """A template of these resources."""
    return {"Resources": resources}


def assembly(stacks: dict[str, dict[str, Any]], **more: dict[str, Any]) -> dict[str, Any]:
    """The manifest of a cloud assembly; ``stacks`` are properties and fields of stack artifacts by id."""
    artifacts: dict[str, Any] = {}
    for stack_id, fields in stacks.items():
        properties = {"templateFile": f"{stack_id}.template.json", **fields.get("properties", {})}
        artifacts[stack_id] = {"type": "aws:cloudformation:stack", **fields, "properties": properties}
    return {"version": "55.0.0", "artifacts": {**artifacts, **more}}


def nested_stage(folder: str) -> dict[str, Any]:
    return {"type": "cdk:cloud-assembly", "properties": {"directoryName": folder}}


def asset_manifest(file: str) -> dict[str, Any]:
    return {"type": "cdk:asset-manifest", "properties": {"file": file}}


def published(**keys: tuple[str, str]) -> dict[str, Any]:
    """The content of an asset manifest: hash to source path and object key."""
    return {
        "version": "55.0.0",
        "files": {
            name: {"source": {"path": path}, "destinations": {"here": {"bucketName": "b", "objectKey": key}}}
            for name, (path, key) in keys.items()
        },
        "dockerImages": {},
    }
