"""Makes JSON pointers of the paths that companions write."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from analyzer.model.pointers import escape

_STEP = re.compile(r"\[(\d+)\]|([^.\[\]/]+)")


def pointer(steps: Iterable[object]) -> str:
    """The pointer of a path that is given step by step."""
    return "".join(f"/{escape(step)}" for step in steps)


def parsed(path: str) -> str:
    """The pointer of a path like ``Properties.Tags[0].Key`` or ``Properties/Tags/[0]/Key``."""
    return pointer(index or name for index, name in _STEP.findall(path))


def owner(steps: tuple[object, ...], document: Mapping[str, Any]) -> str:
    """The logical id of the resource, parameter or output that a path leads into; empty where it leads elsewhere."""
    if len(steps) < 2 or steps[0] not in ("Resources", "Parameters", "Outputs"):
        return ""
    held = document.get(str(steps[0]))
    return str(steps[1]) if isinstance(held, Mapping) and steps[1] in held else ""
