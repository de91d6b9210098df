"""`manifest.json`: the date of every data file, so that a report can print them without opening any."""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import Any


def write(folder: Path) -> None:
    """Collects `meta.date` of each data file in the folder."""
    content = json.dumps(dates(folder), indent=1, sort_keys=True)
    (folder / "manifest.json").write_text(content + "\n")


def dates(folder: Path) -> dict[str, str]:
    """File name without suffix → date; files without `meta` (JSON Schemas) are no dated facts."""
    found = {}
    for path in sorted([*folder.glob("*.json"), *folder.glob("*.json.gz")]):
        content = _first_document(path)
        if path.name != "manifest.json" and isinstance(content, dict) and "meta" in content:
            found[path.name.partition(".")[0]] = content["meta"]["date"]
    return found


def _first_document(path: Path) -> Any:
    raw = path.read_bytes()
    return json.loads(zlib.decompressobj(31).decompress(raw) if path.suffix == ".gz" else raw)
