"""How large a function is once Lambda has unpacked it with its layers.

Source: AWS Lambda Developer Guide, "Lambda quotas" (read 2026-11-24).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analyzer.facts.functions import LAYER, Function
from analyzer.records import dataclass
from analyzer.sources.errors import MissingAsset

if TYPE_CHECKING:
    from analyzer.model.template import Resource

LIMIT: Final = 250 * 1024 * 1024
"""Bytes of the unpacked code with its layers."""


@dataclass(frozen=True, slots=True)
class Size:
    """``known`` bytes at least; ``needs`` is what would tell the rest, empty where nothing is missing."""

    known: int
    needs: str = ""

    @property
    def text(self) -> str:
        """``63 MiB``."""
        return f"{self.known / 1024 / 1024:.0f} MiB"


def size_of(function: Function) -> Size:
    """The size of the code and all layers."""
    if function.is_image:
        return Size(0, f"the image of {function.name}")
    if function.resource["Code"]["ZipFile"]:
        parts = [Size(0)]
    else:
        parts = [_measured(function.resource, "Code", f"the code of {function.name}")]
    for node in function.resource["Layers"].items():
        layer = function.application.behind(node.value, LAYER)
        words = f"the content of layer {node.text or node.undecided}"
        parts.append(_measured(layer, "Content", words) if layer is not None else Size(0, words))
    return Size(sum(part.known for part in parts), next((part.needs for part in parts if part.needs), ""))


def _measured(resource: Resource, property_path: str, words: str) -> Size:
    found = resource.asset(property_path)
    if not isinstance(found, MissingAsset):
        return Size(found.unpacked_bytes())
    return Size(0, words) if found.unpacked_bytes is None else Size(found.unpacked_bytes)
