"""One waiver as people write it: a mapping with ``rule``, ``reason``, a scope and what the policy asks for."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any

from analyzer.policy.waivers import Waiver
from analyzer.registry import COMPANIONS, canonical, nearest, tool_of

Known = Callable[[], Collection[str]]
"""Answers the ids of all installed rules, selected or not; asked only where something has to be looked up."""

_FOREIGN = re.compile(r"[a-z-]+:[A-Z0-9_]*")

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def waiver(entry: Mapping[str, Any], origin: str, *, inline: bool = False, **given: str) -> Waiver:
    """The waiver that a well-formed ``entry`` writes, in the input itself if ``inline``; ``given`` are fields that come
    from where it stands and win."""
    evidence = entry.get("evidence")
    scope: dict[str, Any] = {name: entry.get(name) for name in ("stack", "construct", "resource", "type", "template")}
    return Waiver(
        rule=canonical(entry["rule"]),
        reason=entry["reason"].strip(),
        origin=origin,
        fingerprint=entry.get("fingerprint"),
        evidence=None if evidence is None else tuple(evidence),
        owner=entry.get("owner"),
        approver=entry.get("approver"),
        expires=date.fromisoformat(entry["expires"]) if "expires" in entry else None,
        inline=inline,
        **{**scope, **given},
    )


def wrong_rule(rule: str, known: Known) -> str | None:
    """What is wrong with a rule id or prefix (canonical), in words; None where it names at least one rule.

    The rules of companions are not known before they run, so of theirs only the form is looked at."""
    if tool_of(rule):
        return None if _FOREIGN.fullmatch(rule) else f"{rule!r} is no rule id or prefix of {tool_of(rule)}"
    if ":" in rule:
        return f"no companion is called {rule.partition(':')[0].lower()!r}; known: {', '.join(COMPANIONS)}"
    identifiers = known()
    if rule and any(identifier.startswith(rule) for identifier in identifiers):
        return None
    near = nearest(rule, identifiers)
    return f"no rule has the id or prefix {rule!r}" + (f"; did you mean {near}?" if near else "")


def wrong_date(text: str) -> str | None:
    """What is wrong with a day, in words; None for one like 2027-01-31."""
    try:
        if _DATE.fullmatch(text):
            date.fromisoformat(text)
            return None
    except ValueError:
        pass  # 2027-02-30 looks right and is no day
    return f"expires is a date like 2027-01-31, not {text!r}"


def unknown_key(key: str, allowed: Collection[str], within: str = "") -> str:
    """The words for a key that nobody reads, with the one that was probably meant. ``within``: what holds the key."""
    from difflib import get_close_matches

    near = get_close_matches(key, sorted(allowed), n=1, cutoff=0.6)
    hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(allowed)}"
    return f"unknown key {key!r}{f' in {within}' if within else ''}; {hint}"
