"""The same values written as intrinsic functions: ``Fn::Sub``, ``Fn::Join``, ``Fn::If``, a parameter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from tests.metamorphic.applications import Copy, Document

Scalar = str | int | float | bool
Path = tuple[str | int, ...]

ALWAYS = "AlwaysTrue0"
LITERAL = "Literal0x"
UNWRAPPED = frozenset("Code CodeUri ContentUri TemplateURL Location BodyS3Location DefinitionUri Content $ref".split())
"""Keys of local paths, which ``aws cloudformation package`` reads before there are functions."""

TYPED = frozenset("Body Definition EventPattern DefinitionBody Metadata".split())
"""Keys of JSON documents in which a number is not the same as its digits."""


def values(document: Document, change: Callable[[Any, Path], Any]) -> None:
    """Apply ``change`` to everything in properties at which CloudFormation takes a function, innermost first."""
    for resource in document.get("Resources", {}).values():
        if not isinstance(resource, dict) or not _takes_functions(resource):
            continue
        properties = resource["Properties"]
        resource["Properties"] = {name: _changed(value, change, (name,)) for name, value in properties.items()}


def _takes_functions(resource: dict[str, Any]) -> bool:
    """SAM reads many properties before there are functions, and a loop or a macro is no resource."""
    kind = resource.get("Type")
    return (
        isinstance(kind, str)
        and not kind.startswith("AWS::Serverless::")
        and isinstance(resource.get("Properties"), dict)
        and _function(resource["Properties"]) is None
    )


def _changed(content: Any, change: Callable[[Any, Path], Any], path: Path) -> Any:
    if path[-1] in UNWRAPPED and isinstance(content, str):
        return content
    if isinstance(content, dict):
        function = _function(content)
        if function == "Fn::If" and isinstance(content[function], list):
            name, *branches = content[function]
            return {function: [name, *(_changed(branch, change, path) for branch in branches)]}
        if function is not None:
            return content
        content = {key: _changed(value, change, (*path, key)) for key, value in content.items()}
    elif isinstance(content, list):
        content = [_changed(value, change, (*path, index)) for index, value in enumerate(content)]
    return change(content, path)


def _function(content: Any) -> str | None:
    if isinstance(content, dict) and len(content) == 1:
        (name,) = content
        if name == "Ref" or name.startswith("Fn::"):
            return str(name)
    return None


def substituted(copy: Copy, random: Random) -> None:
    """Every text as ``Fn::Sub`` without a variable."""

    def change(content: Any, path: Path) -> Any:
        return {"Fn::Sub": content.replace("${", "${!")} if isinstance(content, str) else content

    _everywhere(copy, change)


def joined(copy: Copy, random: Random) -> None:
    """Every text as ``Fn::Join`` of its halves."""

    def change(content: Any, path: Path) -> Any:
        if not isinstance(content, str):
            return content
        half = len(content) // 2
        return {"Fn::Join": ["", [content[:half], content[half:]]]}

    _everywhere(copy, change)


def as_text(copy: Copy, random: Random) -> None:
    """Numbers and truth values in quotes, save in documents where the type of a value counts."""

    def change(content: Any, path: Path) -> Any:
        if isinstance(content, bool) and not TYPED & set(path):
            return "true" if content else "false"
        return str(content) if isinstance(content, int) and not TYPED & set(path) else content

    _everywhere(copy, change)


def conditional_properties(copy: Copy, random: Random) -> None:
    """Every property, and every resource, under a condition that is always true."""

    def change(content: Any, path: Path) -> Any:
        # SAM adds a function's S3 events to the bucket's notifications, and refuses what is no plain mapping.
        if len(path) > 1 or path == ("NotificationConfiguration",):
            return content
        return {"Fn::If": [ALWAYS, content, {"Ref": "AWS::NoValue"}]}

    _everywhere(copy, change)
    for document in copy.templates.values():
        for resource in document.get("Resources", {}).values():
            if isinstance(resource, dict):
                resource.setdefault("Condition", ALWAYS)
        _declare_always(document)


def conditional_parts(copy: Copy, random: Random) -> None:
    """Every item of a list and every inner value under a condition that is always true, save in OpenAPI documents: their
    operations and authorizers are read before conditions are."""

    def change(content: Any, path: Path) -> Any:
        if len(path) == 1 or "Body" in path:
            return content
        return {"Fn::If": [ALWAYS, content, {"Ref": "AWS::NoValue"}]}

    _everywhere(copy, change)
    for document in copy.templates.values():
        _declare_always(document)


def _declare_always(document: Document) -> None:
    document["Conditions"] = {**document.get("Conditions", {}), ALWAYS: {"Fn::Equals": ["yes", "yes"]}}


def parameters_given(copy: Copy, random: Random) -> None:
    """Every literal as a parameter without a default whose value is given."""
    for number, document in enumerate(copy.templates.values()):
        copy.give({name: _text(value) for name, value in _extract(document, number)})


def parameters_by_default(copy: Copy, random: Random) -> None:
    """Every literal as the default of a parameter."""
    for number, document in enumerate(copy.templates.values()):
        for name, value in _extract(document, number):
            document["Parameters"][name]["Default"] = value


def _extract(document: Document, prefix: int) -> Iterator[tuple[str, Scalar]]:
    """Replace the literals in properties by parameters; their names and what they must be."""
    found: dict[str, Scalar] = {}

    def change(content: Any, path: Path) -> Any:
        if not isinstance(content, str | int | float | bool) or (TYPED | UNWRAPPED) & set(path):
            return content
        name = f"{LITERAL}{prefix}x{len(found)}"
        found[name] = _text(content) if isinstance(content, bool) else content
        return {"Ref": name}

    values(document, change)
    kinds = {name: "Number" if isinstance(value, int | float) else "String" for name, value in found.items()}
    document["Parameters"] = {
        **document.get("Parameters", {}),
        **{name: {"Type": kind} for name, kind in kinds.items()},
    }
    return iter(found.items())


def _text(value: Scalar) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _everywhere(copy: Copy, change: Callable[[Any, Path], Any]) -> None:
    for document in copy.templates.values():
        values(document, change)
