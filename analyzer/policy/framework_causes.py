"""What in an application made the framework add a resource: the constructs to change, as nobody can change the rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from analyzer.data.framework import FrameworkOwned
from analyzer.policy.result import FrameworkCause

_INNER = ("/Default", "/Default", "/Resource", "/CustomResource")
"""How CDK calls the constructs within one that stands for a custom resource, the innermost first."""


class _Construct(Protocol):
    @property
    def path(self) -> str | None: ...


class Template(Protocol):
    """The template that the resource is in."""

    @property
    def document(self) -> Mapping[str, Any]:
        """The parsed template."""

    def construct(self, logical_id: str) -> _Construct:
        """The construct behind a logical id."""


def cause(owned: FrameworkOwned, path: str | None, template: Template) -> FrameworkCause:
    """Why CDK made the resource at construct ``path`` (None: not known), which is part of ``owned``."""
    on = _above(owned, path) if owned.beneath else _users(owned, template)
    return FrameworkCause(owned.name, owned.causes, on)


def _above(owned: FrameworkOwned, path: str | None) -> tuple[str, ...]:
    """The construct that holds the framework's own."""
    components = path.split("/") if path else []
    for index, component in enumerate(components):
        if component.startswith(owned.construct_ids):
            return ("/".join(components[:index]),)
    return ()


def _users(owned: FrameworkOwned, template: Template) -> tuple[str, ...]:
    """The constructs that have a custom resource of the provider."""
    resources = template.document.get("Resources")
    if not owned.custom_resource_types or not isinstance(resources, Mapping):
        return ()
    users = [
        str(logical_id)
        for logical_id, resource in resources.items()
        if isinstance(resource, Mapping) and resource.get("Type") in owned.custom_resource_types
    ]
    paths = (template.construct(str(logical_id)).path for logical_id in resources)
    main = {path for path in paths if path is not None and path.endswith("/Resource")}
    return tuple(sorted({_user(template.construct(user).path, main) or user for user in users}))


def _user(path: str | None, main: set[str]) -> str | None:
    """The construct that a custom resource belongs to: the one around it if that has a main resource (as a bucket has
    around its ``AutoDeleteObjectsCustomResource``), else itself."""
    if path is None:
        return None
    own = path
    for inner in _INNER:
        own = own.removesuffix(inner)
    around = own.rpartition("/")[0]
    return around if f"{around}/Resource" in main else own
