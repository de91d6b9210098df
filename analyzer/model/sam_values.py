"""Building and reading raw template content: intrinsic functions, maps that may be anything, tags.

Everything here works on parsed documents with long-form intrinsic functions (``{"Fn::Sub": …}``) and never
changes what it is given.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from analyzer.model.pointers import escape

NO_VALUE = {"Ref": "AWS::NoValue"}
POLICY_VERSION = "2012-10-17"


def ref(name: str) -> dict[str, Any]:
    """``Ref`` to ``name``."""
    return {"Ref": name}


def get_att(logical_id: str, attribute: str) -> dict[str, Any]:
    """``Fn::GetAtt`` of one attribute."""
    return {"Fn::GetAtt": [logical_id, attribute]}


def sub(text: str, **variables: Any) -> dict[str, Any]:
    """``Fn::Sub`` of ``text``, with ``variables`` where there are any."""
    return {"Fn::Sub": [text, variables] if variables else text}


def if_(condition: str, yes: Any, no: Any) -> dict[str, Any]:
    """``Fn::If`` on the named ``condition``."""
    return {"Fn::If": [condition, yes, no]}


def is_intrinsic(value: Any) -> bool:
    """Whether ``value`` is an intrinsic function: a mapping with the one key ``Ref``, ``Condition`` or ``Fn::*``."""
    if not isinstance(value, Mapping) or len(value) != 1:
        return False
    name = next(iter(value))
    return isinstance(name, str) and (name in ("Ref", "Condition") or name.startswith("Fn::"))


def is_no_value(value: Any) -> bool:
    """Whether ``value`` stands for a property that was left out."""
    return value is None or value == NO_VALUE


def given(properties: Mapping[str, Any], name: str) -> Any:
    """The property ``name``; None where it is missing, empty or ``AWS::NoValue``."""
    value = properties.get(name)
    return None if is_no_value(value) or value in ("", {}, []) else value


def mapping(value: Any) -> dict[str, Any]:
    """``value`` itself where it is a plain mapping with text keys, else an empty one."""
    if isinstance(value, dict) and not is_intrinsic(value) and all(isinstance(key, str) for key in value):
        return value
    return {}


def sequence(value: Any) -> list[Any]:
    """``value`` itself where it is a list; a list of the one value where it is something else; nothing for None."""
    if isinstance(value, list):
        return value
    return [] if is_no_value(value) else [value]


def text_of(value: Any) -> str | None:
    """``value`` where it is text."""
    return value if isinstance(value, str) else None


def branches(value: Any) -> tuple[str, Any, Any] | None:
    """Condition and both alternatives of a well-formed ``Fn::If``, else None."""
    if isinstance(value, dict) and len(value) == 1:
        arguments = value.get("Fn::If")
        if isinstance(arguments, list) and len(arguments) == 3 and isinstance(arguments[0], str):
            return arguments[0], arguments[1], arguments[2]
    return None


def map_branches(value: Any, change: Callable[[Any], Any]) -> Any:
    """``change`` applied to ``value``, inside every alternative of ``Fn::If``; ``AWS::NoValue`` stays."""
    split = branches(value)
    if split:
        condition, yes, no = split
        return if_(condition, map_branches(yes, change), map_branches(no, change))
    return value if is_no_value(value) else change(value)


def compact(properties: Mapping[str, Any]) -> dict[str, Any]:
    """``properties`` without those that are None."""
    return {name: value for name, value in properties.items() if value is not None}


def tag_list(tags: Any, *first: tuple[str, Any]) -> Any:
    """SAM's tag map as CloudFormation's list of ``Key`` and ``Value``, after the pairs ``first``.

    Tags that are no plain map (an intrinsic function, already a list) are returned as they are.
    """
    leading = [{"Key": key, "Value": value} for key, value in first]
    if is_no_value(tags):
        return leading
    if not isinstance(tags, dict) or is_intrinsic(tags):
        return tags
    return leading + [{"Key": key, "Value": "" if value is None else value} for key, value in tags.items()]


def referenced_id(value: Any) -> str | None:
    """Logical id (or parameter) that ``Ref``, ``Fn::GetAtt`` or plain text names."""
    if isinstance(value, str):
        return value
    if not isinstance(value, dict) or len(value) != 1:
        return None
    if isinstance(value.get("Ref"), str):
        return str(value["Ref"])
    attribute = value.get("Fn::GetAtt")
    if isinstance(attribute, str):
        return attribute.split(".", 1)[0]
    if isinstance(attribute, list) and attribute and isinstance(attribute[0], str):
        return attribute[0]
    return None


def allow(actions: Any, resource: Any) -> dict[str, Any]:
    """One ``Allow`` statement of an identity policy."""
    return {"Effect": "Allow", "Action": actions, "Resource": resource}


def policy(name: str, *statements: dict[str, Any]) -> dict[str, Any]:
    """An inline policy of a role."""
    return {"PolicyName": name, "PolicyDocument": {"Version": POLICY_VERSION, "Statement": list(statements)}}


def trust(service: str) -> dict[str, Any]:
    """Assume-role policy for a service principal."""
    statement = {"Effect": "Allow", "Action": ["sts:AssumeRole"], "Principal": {"Service": [service]}}
    return {"Version": POLICY_VERSION, "Statement": [statement]}


def managed_policy_arn(path: str) -> dict[str, Any]:
    """ARN of an AWS managed policy; ``path`` as in ``service-role/AWSLambdaBasicExecutionRole``."""
    return sub(f"arn:${{AWS::Partition}}:iam::aws:policy/{path}")


def pointer(*steps: str | int) -> str:
    """JSON pointer (RFC 6901) through ``steps``."""
    return "".join("/" + escape(step) for step in steps)


def negated(conditions: dict[str, Any], condition: str) -> str:
    """Name of the condition that holds where ``condition`` does not; added to ``conditions`` where needed."""
    name = f"NOT{condition}"
    conditions.setdefault(name, {"Fn::Not": [{"Condition": condition}]})
    return name


def both(conditions: dict[str, Any], left: str | None, right: str | None) -> str | None:
    """Name of the condition that holds where both do, None being no condition; added likewise."""
    if left is None or right is None or left == right:
        return left or right
    name = f"{left}AND{right}"
    conditions.setdefault(name, {"Fn::And": [{"Condition": left}, {"Condition": right}]})
    return name


def digest(value: Any) -> str:
    """Ten hexadecimal digits that tell values apart, as SAM appends them to logical ids."""
    text = value if isinstance(value, str) else json.dumps(value, separators=(",", ":"), sort_keys=True, default=str)
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:10]


def literals(content: Any) -> Any:
    """``content`` with ``Fn::Sub`` that has no variable, and ``Fn::Join`` of text, as the text that they are; the same
    object where there is none of them."""
    if isinstance(content, list):
        items = [literals(item) for item in content]
        return content if all(new is old for new, old in zip(items, content, strict=True)) else items
    if not isinstance(content, dict):
        return content
    if is_intrinsic(content):
        text = _literal(*next(iter(content.items())))
        if text is not None:
            return text
    entries = {key: literals(value) for key, value in content.items()}
    return content if all(entries[key] is value for key, value in content.items()) else entries


def _literal(function: str, argument: Any) -> str | None:
    if function == "Fn::Sub" and isinstance(argument, str) and "${" not in argument.replace("${!", ""):
        return argument.replace("${!", "${")
    if function != "Fn::Join" or not isinstance(argument, list) or len(argument) != 2:
        return None
    delimiter, items = argument
    written = isinstance(delimiter, str) and isinstance(items, list) and all(isinstance(item, str) for item in items)
    return delimiter.join(items) if written else None
