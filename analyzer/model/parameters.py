"""Parameters: what each may be, and the files in which values are given.

Read: the AWS CLI's list of ``ParameterKey``/``ParameterValue``, CodePipeline's ``{"Parameters": {...}}``, a plain
mapping, and a SAM configuration's ``parameter_overrides``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from analyzer.model.dynamic import literal
from analyzer.model.value import Guard, Known, Listing, OneOf, Option, Origin, Scalar, Unknown, Value, as_text

_OVERRIDE = re.compile(r"""(?:ParameterKey=)?([\w-]+)(?:,ParameterValue)?=("[^"]*"|'[^']*'|\S*)""")


def parameter_value(stack: str, name: str, declared: Mapping[str, Any], given: str | None) -> Value:
    """The value of a declared parameter, ``given`` or not."""
    kind = declared.get("Type")
    kind = kind if isinstance(kind, str) else "String"
    needs = Unknown(f"the value of parameter {name}", ("parameter", stack, name))
    if given is not None:
        return _typed(given, kind, Origin("given", name))
    if kind.startswith("AWS::SSM::Parameter::Value"):
        return Unknown(f"the stored value of SSM parameter {declared.get('Default', name)}", needs.identity)
    if "Default" in declared:
        default = declared["Default"]
        if isinstance(default, dict | list):
            return needs
        return _typed(default, kind, Origin("default", name))
    allowed = declared.get("AllowedValues")
    if isinstance(allowed, list) and allowed and not any(isinstance(v, dict | list) for v in allowed):
        return _allowed(stack, name, kind, allowed)
    return needs


def _allowed(stack: str, name: str, kind: str, allowed: list[Any]) -> Value:
    options = tuple(
        Option(_typed(value, kind, Origin("allowed", name)), (Guard("allowed", stack, name, value),))
        for value in sorted(allowed, key=as_text)
    )
    return OneOf(options) if len(options) > 1 else options[0].value


def _typed(content: Scalar, kind: str, origin: Origin) -> Value:
    if kind == "CommaDelimitedList" or kind.startswith("List<"):
        items = [item.strip() for item in str(content).split(",")]
        return Listing(tuple(Known(item, origin) for item in items if item))
    if kind == "Number" and isinstance(content, str):
        try:
            return Known(float(content) if "." in content else int(content), origin)
        except ValueError:
            return Known(content, origin)
    return literal(content, origin) if isinstance(content, str) else Known(content, origin)


def read_parameters(content: Any) -> dict[str, str] | None:
    """The values in a parsed parameter file; None where its shape is none that is read."""
    if isinstance(content, list):
        return _cli_list(content)
    if not isinstance(content, Mapping):
        return None
    inner = content.get("Parameters")
    if isinstance(inner, Mapping):
        return read_parameters(inner)
    if isinstance(inner, list):
        return _cli_list(inner)
    overrides = _sam_overrides(content)
    if overrides is not None:
        return overrides
    if all(isinstance(value, str | int | float | bool) for value in content.values()):
        return {str(name): _plain(value) for name, value in content.items()}
    return None


def _cli_list(content: list[Any]) -> dict[str, str] | None:
    found = {}
    for entry in content:
        if isinstance(entry, str):
            found.update(_overrides(entry))
        elif isinstance(entry, Mapping) and "ParameterKey" in entry:
            if "ParameterValue" in entry:
                found[str(entry["ParameterKey"])] = _plain(entry["ParameterValue"])
        else:
            return None
    return found


def _sam_overrides(content: Mapping[str, Any]) -> dict[str, str] | None:
    """``[default.deploy.parameters] parameter_overrides`` of samconfig; later commands win, deploy last."""
    found: dict[str, str] | None = None
    for environment in content.values():
        if not isinstance(environment, Mapping):
            continue
        for command in ("global", "build", "validate", "deploy"):
            section = environment.get(command)
            parameters = section.get("parameters") if isinstance(section, Mapping) else None
            overrides = parameters.get("parameter_overrides") if isinstance(parameters, Mapping) else None
            if isinstance(overrides, str):
                found = {**(found or {}), **_overrides(overrides)}
            elif isinstance(overrides, list):
                found = {**(found or {}), **_overrides(" ".join(map(str, overrides)))}
    return found


def _overrides(line: str) -> dict[str, str]:
    return {match[1]: match[2].strip("\"'") for match in _OVERRIDE.finditer(line)}


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
