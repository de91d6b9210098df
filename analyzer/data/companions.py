"""How what companions say is taken: how grave it is, which of our rules mean the same, and what hides it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from analyzer.data.store import read_json
from analyzer.records import dataclass


@dataclass(frozen=True, slots=True)
class Tool:
    """What holds for all checks of one companion. ``grades`` maps its own words (empty: it says nothing) to severities
    of ours; ``twin`` is another companion that has the same check ids."""

    confidence: str
    grades: Mapping[str, str]
    twin: str | None


@cache
def tool(name: str) -> Tool:
    """The companion ``name``; KeyError where there is none."""
    entry = _content()["tools"][name]
    return Tool(entry["confidence"], MappingProxyType(dict(entry["grades"])), entry.get("twin"))


@cache
def severities() -> Mapping[str, str]:
    """Severity of the checks (``checkov:CKV_AWS_18``) that are graded one by one."""
    graded: dict[str, list[str]] = _content()["checks"]
    return MappingProxyType({check: severity for severity, checks in graded.items() for check in checks})


@cache
def same() -> Mapping[str, tuple[str, ...]]:
    """Check → ids of our rules that judge the same thing, the nearest first."""
    return _lists("same")


@cache
def hides() -> Mapping[str, tuple[str, ...]]:
    """Suppression of a tool that is not run (``cfn_nag:W35``) → the companions' checks of the same meaning."""
    return _lists("hides")


def _lists(name: str) -> Mapping[str, tuple[str, ...]]:
    held: dict[str, list[str]] = _content()[name]
    return MappingProxyType({key: tuple(values) for key, values in held.items()})


@cache
def _content() -> dict[str, Any]:
    return read_json("companions.json")
