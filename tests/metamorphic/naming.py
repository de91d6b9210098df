"""Every logical id of an application renamed, wherever it is spoken of."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection
from dataclasses import replace
from random import Random
from typing import Any

from tests.metamorphic.applications import Copy, Document, mapped
from tests.metamorphic.judging import PARAMETERS, Said

MARK = "Renamed0"
"""Stands before every id: so ids keep their order (some findings name the first of several equals), what SAM or the CDK
hangs on an id's end stays there, and what was renamed is told from any other text."""

SECTIONS = ("Resources", "Parameters", "Conditions", "Mappings")
FROM_CDK = re.compile(
    r"BootstrapVersion|SsmParameterValue.*Parameter|AssetParameters.*|Custom[A-Z].*CustomResourceProvider(Handler|Role)[0-9A-F]{8}"
)
"""Names that the CDK gives and by which it is known to have written something."""

OF_AN_API = re.compile(r".*Endpoint[0-9A-F]{8}")
"""Outputs that the CDK calls after the API whose address they tell; users' outputs are no logical ids."""

NESTING = ("AWS::CloudFormation::Stack", "AWS::Serverless::Application")

_HOLE = re.compile(r"\$\{([^}!][^}]*)\}")
_ID = re.compile(r"[A-Za-z0-9]+")

Rename = Callable[[str], str]


def rename(copy: Copy, random: Random) -> None:
    """Rename what the templates declare, and what an assembly or parameter file says of it."""
    parameters = {name for document in copy.templates.values() for name in document.get("Parameters", {})}
    copy.templates = {name: renamed(document) for name, document in copy.templates.items()}
    for document in copy.templates.values():
        for resource in document.get("Resources", {}).values():
            if isinstance(resource, dict) and resource.get("Type") in NESTING:
                _pass_on(resource.get("Properties", {}), parameters)
    for pattern in ("manifest.json", "*.metadata.json", "tree.json"):
        for file, content in copy.json_files(pattern):
            file.write_text(json.dumps(_recorded(content)), encoding="utf-8")
    for file, content in copy.json_files(PARAMETERS):
        given = {marked(key) if key in parameters else key: value for key, value in content.items()}
        file.write_text(json.dumps(given), encoding="utf-8")


def marked(name: str) -> str:
    """The new name."""
    return name if FROM_CDK.fullmatch(name) else MARK + name


def _pass_on(properties: Document, declared: Collection[str]) -> None:
    """Pass values to the nested stack's parameters by their new names."""
    passed = properties.get("Parameters")
    if isinstance(passed, dict):
        properties["Parameters"] = {marked(key) if key in declared else key: value for key, value in passed.items()}


def restored(said: Said) -> Said:
    """A judgement of the renamed application in the original's words; the fingerprint is another, rightly."""
    words = {name: _without_mark(getattr(said, name)) for name in said.__slots__}
    return replace(said, **{**words, "fingerprint": ""})


def _without_mark(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(sorted(_without_mark(item) for item in value))
    return value.replace(MARK, "") if isinstance(value, str) else value


def renamed(document: Document) -> Document:
    """The document with another name for everything that it declares."""
    new = _renaming(document)
    sections = dict(document)
    for section in SECTIONS:
        if isinstance(document.get(section), dict):
            sections[section] = {new(name): content for name, content in document[section].items()}
    if isinstance(document.get("Outputs"), dict):
        outputs = document["Outputs"].items()
        sections["Outputs"] = {
            marked(name) if OF_AN_API.fullmatch(name) else name: content for name, content in outputs
        }
    return {
        section: mapped(content, lambda inner, path: _respelled(inner, path, new))
        for section, content in sections.items()
    }


def _renaming(document: Document) -> Rename:
    declared = {name for section in SECTIONS for name in document.get(section, {})}
    serverless = "Transform" in document

    def new(name: str) -> str:
        if name in declared:
            return marked(name)
        owner = _owner(name, declared) if serverless and not name.startswith("AWS::") else None
        return MARK + name if owner else name

    return new


def _owner(name: str, declared: Collection[str]) -> str | None:
    """The resource from whose id SAM makes ``name``: ``Fn`` of ``FnRole``, ``FnAliaslive``, ``FnPostPermission``."""
    return max((each for each in declared if name.startswith(each)), key=len, default=None)


def _respelled(content: Any, path: tuple[str | int, ...], new: Rename) -> Any:
    if not isinstance(content, dict):
        return content
    content = dict(content)
    for key in ("DependsOn", "Condition"):
        if key in content and len(path) < 2:
            content[key] = _names(content[key], new)
    if len(content) == 1:
        ((name, argument),) = content.items()
        return {name: _argument(name, argument, new)}
    if "Connectors" in content or path[-1:] == ("Destination",) or path[-1:] == ("Source",):
        content = {key: new(v) if key == "Id" and isinstance(v, str) else v for key, v in content.items()}
    return content


def _argument(function: str, argument: Any, new: Rename) -> Any:
    if function in ("Ref", "Condition") and isinstance(argument, str):
        head, dot, attribute = argument.partition(".")
        return new(head) + dot + attribute
    if function == "Fn::GetAtt":
        head, dot, attribute = argument.partition(".") if isinstance(argument, str) else (argument[0], "", "")
        return new(head) + dot + attribute if isinstance(argument, str) else [new(head), *argument[1:]]
    if function == "Fn::Sub":
        if isinstance(argument, list):
            return [_holes(argument[0], new, argument[1]), *argument[1:]]
        return _holes(argument, new, ()) if isinstance(argument, str) else argument
    if function == "Fn::If" and isinstance(argument, list) and isinstance(argument[0], str):
        return [new(argument[0]), *argument[1:]]
    if function == "Fn::FindInMap" and isinstance(argument, list) and isinstance(argument[0], str):
        return [new(argument[0]), *argument[1:]]
    if function == "Id" and isinstance(argument, str):
        return new(argument)
    return argument


def _holes(text: str, new: Rename, variables: Collection[str]) -> str:
    def respell(hole: re.Match[str]) -> str:
        name = hole[1].strip()
        head, dot, attribute = name.partition(".")
        return hole[0] if name in variables else "${" + new(head) + dot + attribute + "}"

    return _HOLE.sub(respell, text)


def _names(value: Any, new: Rename) -> Any:
    if isinstance(value, list):
        return [_names(item, new) for item in value]
    return new(value) if isinstance(value, str) else value


def _recorded(content: Any) -> Any:
    """What a cloud assembly records, with the new ids."""

    def change(inner: Any, path: tuple[str | int, ...]) -> Any:
        if isinstance(inner, dict) and inner.get("type") == "aws:cdk:logicalId":
            return {**inner, "data": marked(inner["data"])}
        if path[-1:] == ("aws:cdk:cloudformation:logicalId",):
            return marked(inner)
        return inner

    return mapped(content, change)
