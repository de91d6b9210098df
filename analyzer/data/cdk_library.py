"""What aws-cdk-lib offers: its types, what their members return and take, and what of it is deprecated.

Types are named as jsii names them, without the package: ``aws_ec2.Vpc``, ``Stack``. Members may be spelled as in
TypeScript (``addGatewayEndpoint``) or as in Python (``add_gateway_endpoint``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from analyzer.data.store import read_json
from analyzer.records import dataclass

CONSTRUCTS = frozenset({"constructs.Construct", "constructs.IConstruct"})
"""The types outside of the library that its types inherit from and that matter."""


@dataclass(frozen=True, slots=True)
class Deprecation:
    """A deprecated member as its type declares it; ``member`` is empty where the type itself is deprecated. ``note`` is
    what the library says instead, empty where it says nothing."""

    owner: str
    member: str
    note: str

    @property
    def name(self) -> str:
        """``VpcProps.cidr``, without the module."""
        short = self.owner.rpartition(".")[2]
        return f"{short}.{self.member}" if self.member else short


@dataclass(frozen=True, slots=True)
class Method:
    """Types of a method's result and parameters; empty where they are primitive or do not matter."""

    result: str
    parameters: tuple[str, ...]


class CdkLibrary:
    """The library of one version, read once."""

    def __init__(self, types: Mapping[str, Any], deprecated: Mapping[str, Mapping[str, str | None]]) -> None:
        self._types = types
        self._deprecated = deprecated
        self._modules = frozenset(name.rpartition(".")[0] for name in types)
        self._spellings: dict[tuple[str, str], dict[str, str]] = {}

    def has(self, name: str) -> bool:
        """Whether there is a type of this name."""
        return name in self._types

    def has_module(self, name: str) -> bool:
        """Whether types are declared in the submodule ``name`` (``aws_ec2``)."""
        return name in self._modules

    def is_struct(self, name: str) -> bool:
        """Whether a type is a bag of options, such as ``VpcProps``."""
        return bool(self._types.get(name, {}).get("k") == "struct")

    def is_enum(self, name: str) -> bool:
        """Whether a type is an enumeration."""
        return bool(self._types.get(name, {}).get("k") == "enum")

    def lineage(self, name: str) -> Iterator[str]:
        """A type and everything that it inherits from, nearest first."""
        pending, seen = [name], set()
        while pending:
            current = pending.pop(0)
            if current not in seen:
                seen.add(current)
                yield current
                pending.extend(self._types.get(current, {}).get("b", ()))

    def is_construct(self, name: str) -> bool:
        """Whether instances of a type are part of the construct tree."""
        return self.is_unlisted(name) or not CONSTRUCTS.isdisjoint(self.lineage(name))

    def is_unlisted(self, name: str) -> bool:
        """Whether a type is a class of the L1 layer without a deprecated member: the data leaves these out."""
        module, _, short = name.rpartition(".")
        generated = short.startswith("Cfn") and not short.endswith("Props")
        return generated and module in self._modules and name not in self._types

    def property(self, name: str, member: str) -> str | None:
        """The type of a property, as far as it matters; None where there is none of that name."""
        found = self._member(name, "p", member)
        return None if found is None else str(found)

    def method(self, name: str, member: str) -> Method | None:
        """A method of a type, static or not, whose result or parameters matter."""
        found = self._member(name, "m", member)
        return None if found is None else Method(found[0], tuple(found[1:]))

    def constructor(self, name: str) -> tuple[str, ...]:
        """Types of the parameters of a class's constructor, inherited ones too."""
        for ancestor in self.lineage(name):
            parameters = self._types.get(ancestor, {}).get("i")
            if parameters:
                return tuple(parameters)
        return ()

    def deprecation(self, name: str, member: str = "") -> Deprecation | None:
        """How ``member`` of a type, or the type itself, is deprecated; None where it is not."""
        for ancestor in self.lineage(name) if member else (name,):
            notes = self._deprecated.get(ancestor, {})
            spelled = member if member in notes else self._spelled(ancestor, "d", notes).get(_plain(member), "")
            if spelled in notes and bool(spelled) == bool(member):
                note = notes[spelled]
                return None if note is None else Deprecation(ancestor, spelled, note)
        return None

    def _member(self, name: str, section: str, member: str) -> Any:
        for ancestor in self.lineage(name):
            members = self._types.get(ancestor, {}).get(section)
            if members:
                spelled = self._spelled(ancestor, section, members).get(_plain(member))
                if spelled is not None:
                    return members[spelled]
        return None

    def _spelled(self, name: str, section: str, members: Mapping[str, Any]) -> dict[str, str]:
        """Plain form → member as the library spells it."""
        if (name, section) not in self._spellings:
            self._spellings[name, section] = {_plain(member): member for member in members}
        return self._spellings[name, section]


def _plain(member: str) -> str:
    """``addGatewayEndpoint`` and ``add_gateway_endpoint`` are the same."""
    return member.replace("_", "").lower()


@cache
def cdk_library() -> CdkLibrary:
    """The library that the data was taken from."""
    return CdkLibrary(read_json("cdk_types.json.gz")["types"], read_json("cdk_deprecated.json.gz")["deprecated"])


@cache
def cdk_version() -> str:
    """The version of aws-cdk-lib that the data was taken from."""
    return str(read_json("cdk_deprecated.json.gz")["meta"]["sources"][0]["version"])
