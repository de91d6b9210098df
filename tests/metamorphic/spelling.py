"""Templates as YAML the way people write them: block style, short tags for intrinsic functions."""

from __future__ import annotations

from typing import Any

import yaml

SHORT = frozenset(
    "Base64 Cidr FindInMap GetAtt GetAZs If ImportValue Join Length Select Split Sub ToJsonString Transform And Equals Not Or".split()
)
"""The functions that have a short form; ``Ref`` and ``Condition`` are spelled alike in both."""


class Short:
    """An intrinsic function that is written with a tag."""

    def __init__(self, tag: str, argument: Any) -> None:
        self.tag = tag
        self.argument = argument


class _Dumper(yaml.SafeDumper):
    """Writes :class:`Short`, text of several lines as blocks, and no aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _short(dumper: yaml.SafeDumper, call: Short) -> yaml.Node:
    if isinstance(call.argument, dict):
        return dumper.represent_mapping(call.tag, call.argument)
    if isinstance(call.argument, list):
        return dumper.represent_sequence(call.tag, call.argument)
    text = str(call.argument)
    return dumper.represent_scalar(call.tag, text, style="|" if "\n" in text else None)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(Short, _short)
_Dumper.add_representer(str, _text)


def as_yaml(document: Any) -> str:
    """The document as YAML with short tags, in the order of its keys."""
    return yaml.dump(_shortened(document), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10**6)


def _shortened(content: Any) -> Any:
    if isinstance(content, list):
        return [_shortened(item) for item in content]
    if not isinstance(content, dict):
        return content
    if len(content) == 1:
        ((name, argument),) = content.items()
        call = _call(name, argument)
        if call is not None:
            return call
    return {key: _shortened(value) for key, value in content.items()}


def _call(name: str, argument: Any) -> Short | None:
    """The short form of a call; None where it has none (a tag cannot follow a tag, so ``!Base64 !Sub`` is no YAML)."""
    if name in ("Ref", "Condition"):
        return Short(f"!{name}", argument) if isinstance(argument, str) else None
    bare = name.removeprefix("Fn::")
    if bare == name or bare not in SHORT:
        return None
    if bare == "GetAtt" and isinstance(argument, list):
        plain = all(isinstance(part, str) for part in argument)
        return Short("!GetAtt", ".".join(argument)) if plain else Short("!GetAtt", _shortened(argument))
    inner = _shortened(argument)
    if isinstance(inner, Short) or not isinstance(inner, str | list | dict):
        return None
    return Short(f"!{bare}", inner)
