"""Takes out of a cloud assembly what belongs to the machine that wrote it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FEATURE_FLAG_REPORT = "aws-cdk-lib/feature-flag-report"


def make_portable(assembly: Path, *, root: Path) -> None:
    """Rewrite the assembly in place: source lines relative to `root`, no report of CDK's own texts.

    Raises ValueError when a path of this machine is left anywhere.
    """
    for metadata in sorted(assembly.glob("*.metadata.json")):
        _rewrite(metadata, _portable_metadata(_read(metadata), root))
    manifest = _read(assembly / "manifest.json")
    # CDK's list of its feature flags: a thousand lines of its prose that say nothing about this app.
    manifest["artifacts"].pop(FEATURE_FLAG_REPORT, None)
    _rewrite(assembly / "manifest.json", manifest)
    # A version marker for command-line tools from before manifest.json.
    (assembly / "cdk.out").unlink(missing_ok=True)
    for path in machine_paths(assembly, (str(root), str(assembly))):
        raise ValueError(f"{path.name} still names a folder of this machine")


def machine_paths(assembly: Path, folders: tuple[str, ...]) -> Iterator[Path]:
    """The files of `assembly` that contain one of `folders` literally."""
    for path in sorted(p for p in assembly.rglob("*") if p.is_file()):
        text = path.read_text(encoding="utf-8")
        if any(folder in text for folder in folders):
            yield path


def _portable_metadata(metadata: dict[str, Any], root: Path) -> dict[str, Any]:
    for entries in metadata.values():
        for entry in entries:
            if entry["type"] == "aws:cdk:creationStack":
                entry["data"] = _own_frames(entry["data"], root)
            entry.pop("trace", None)  # of warnings: frames of CDK's own code
    return metadata


def _own_frames(frames: list[str], root: Path) -> list[str]:
    """The frames of the app itself: those of Node.js and of `runpy` differ between versions of both."""
    app = f"({root.as_posix()}/reference_stack/app/"
    return [frame.replace(f"({root.as_posix()}/", "(") for frame in frames if app in frame]


def _read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def _rewrite(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
