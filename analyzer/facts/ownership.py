"""What somebody wrote, as against what a framework adds by itself.

Two questions: whether a resource is somebody's at all (:func:`is_own`), so that it is theirs to watch and to log, and
whether they wrote this very resource (:func:`is_written`), so that they could have described it. The stage of a SAM
API and the role of a CDK function are the first and not the second.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from analyzer.model.template import Resource

_CDK_IMPLICIT: Final = re.compile(
    r"/(ServiceRole|DefaultPolicy|EventsRole|Role/DefaultPolicy|CloudWatchRole)/Resource$"
)
"""Paths of what CDK adds to a construct of the user's."""


def is_own(resource: Resource) -> bool:
    """Whether a person wrote the resource, or the SAM resource that it is part of: nothing that CDK adds for a custom
    resource of its own, and no API that SAM makes up for events without one."""
    written = resource.template.source.document.get("Resources")
    return resource.framework is None and isinstance(written, dict) and resource.logical_id in written


def is_written(resource: Resource) -> bool:
    """Whether a person wrote this very resource: neither SAM nor CDK added it by itself."""
    if resource.generated or resource.framework is not None:
        return False
    return not _CDK_IMPLICIT.search(resource.construct_path or "")
