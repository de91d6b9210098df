"""A Condition block taken apart: one test for each operator and key."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any, Final, Literal

from analyzer.records import dataclass


class Unresolved(Enum):
    """The type of `UNRESOLVED`."""

    UNRESOLVED = "unresolved"


UNRESOLVED: Final[Literal[Unresolved.UNRESOLVED]] = Unresolved.UNRESOLVED
"""Stands for what cannot be known before deployment."""

Block = Mapping[str, Any] | Unresolved | None
"""A Condition block; `None` where the statement has none."""

_WILDCARD_OPERATORS = frozenset({"stringlike", "stringnotlike", "arnlike", "arnnotlike", "arnequals", "arnnotequals"})
_NEGATED = {
    "stringnotequals",
    "stringnotequalsignorecase",
    "stringnotlike",
    "numericnotequals",
    "datenotequals",
    "notipaddress",
    "arnnotequals",
    "arnnotlike",
}
_POSITIVE = {
    "stringequals",
    "stringequalsignorecase",
    "stringlike",
    "numericequals",
    "numericlessthan",
    "numericlessthanequals",
    "numericgreaterthan",
    "numericgreaterthanequals",
    "dateequals",
    "datelessthan",
    "datelessthanequals",
    "dategreaterthan",
    "dategreaterthanequals",
    "bool",
    "binaryequals",
    "ipaddress",
    "arnequals",
    "arnlike",
    "null",
}


@dataclass(frozen=True, slots=True)
class Test:
    """One operator on one key. `operator` is in lower case, without set prefix and `IfExists`; `quantifier` is
    `forallvalues`, `foranyvalue` or empty; `key` in lower case, `written_key` as the policy has it."""

    __test__ = False

    operator: str
    quantifier: str
    if_exists: bool
    key: str
    written_key: str
    values: tuple[str | Unresolved, ...]

    @property
    def unreadable(self) -> bool:
        """Whether operator or key cannot be known, or AWS has no such operator."""
        return self.operator not in _POSITIVE and self.operator not in _NEGATED

    @property
    def negated(self) -> bool:
        """Whether it is one of the `Not` operators."""
        return self.operator in _NEGATED

    @property
    def is_null(self) -> bool:
        """Whether it asks for a key's presence or absence."""
        return self.operator == "null"

    @property
    def takes_wildcards(self) -> bool:
        """Whether `*` and `?` in its values are wildcards."""
        return self.operator in _WILDCARD_OPERATORS

    @property
    def texts(self) -> tuple[str, ...]:
        """The values that are known."""
        return tuple(value for value in self.values if not isinstance(value, Unresolved))

    @property
    def passes_without_key(self) -> bool:
        """Whether a request that lacks the key passes.

        A `Null` test that cannot be read counts as passing: it demands nothing for sure.
        """
        if self.is_null:
            return self.values != ("false",)
        if self.quantifier == "foranyvalue":
            return self.if_exists
        return self.quantifier == "forallvalues" or self.if_exists or self.negated or self.unreadable


def read_tests(block: Block) -> tuple[Test, ...] | None:
    """Every test of a block; `None` if the block itself is not known."""
    if isinstance(block, Unresolved):
        return None
    found = []
    for operator, keys in (block or {}).items():
        if isinstance(keys, Mapping):
            found += [_test(operator, key, values) for key, values in keys.items()]
        else:
            found.append(Test("", "", False, "", "", (UNRESOLVED,)))
    return tuple(found)


def _test(written: str, key: str, values: Any) -> Test:
    operator = written.lower()
    quantifier, colon, rest = operator.partition(":")
    if colon and quantifier in ("forallvalues", "foranyvalue"):
        operator = rest
    else:
        quantifier = ""
    plain = operator.removesuffix("ifexists")
    listed = values if isinstance(values, (list, tuple)) else [values]
    return Test(plain, quantifier, plain != operator, key.lower(), key, tuple(_value(value) for value in listed))


def _value(value: Any) -> str | Unresolved:
    if isinstance(value, Unresolved):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else str(value)
