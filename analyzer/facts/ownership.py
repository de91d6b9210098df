"""What somebody wrote, as against what a framework adds by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analyzer.model.template import Resource


def is_own(resource: Resource) -> bool:
    """Whether a person wrote the resource, or the SAM resource that it is part of: nothing that CDK adds for a custom
    resource of its own, and no API that SAM makes up for events without one."""
    written = resource.template.source.document.get("Resources")
    return resource.framework is None and isinstance(written, dict) and resource.logical_id in written
