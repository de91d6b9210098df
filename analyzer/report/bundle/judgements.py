"""What differs between the judgements of two JSON reports, as lines for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from analyzer.policy.result import OURS

Judgement = tuple[str, str, str, str, str]
"""Status, rule, stack, resource, and what tells it from others of these: a fingerprint, a question, a number."""

STATUSES = ("findings", "waived", "baselined")
"""The lists of a JSON report that hold findings."""

MOST_LINES = 10


def differences(recorded: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """One line for each judgement that only one of the reports has, at most :data:`MOST_LINES` of each kind.

    What companions found or did not examine is left out, as they are not asked again.
    """
    before, after = Counter(_judgements(recorded)), Counter(_judgements(now))
    return [*_lines("only in the bundle", before - after), *_lines("only now", after - before)]


def _judgements(report: dict[str, Any]) -> Iterator[Judgement]:
    for status in STATUSES:
        for each in objects(report.get(status)):
            if each.get("tool") == OURS:
                yield _judgement(status, each, each.get("fingerprint"))
    for each in objects(report.get("unknown")):
        yield _judgement("unknown", each, each.get("needs"))
    for each in objects(report.get("passed")):
        yield _judgement("passed", each, each.get("subjects"))
    companions = [each.get("name") for each in objects(report.get("companions"))]
    for each in objects(report.get("not_evaluated")):
        if each.get("rule_id") not in companions:
            yield _judgement("not_evaluated", each, each.get("application"))


def _judgement(status: str, each: dict[str, Any], distinct: Any) -> Judgement:
    rule, stack, resource = (str(each.get(key) or "") for key in ("rule_id", "stack", "resource"))
    return status, rule, stack, resource, str(distinct)


def objects(value: Any) -> list[dict[str, Any]]:
    """The objects in a list of JSON; none where it is no list."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _lines(where: str, found: Counter[Judgement]) -> Iterator[str]:
    listed = sorted(found.elements())
    for status, rule, stack, resource, distinct in listed[:MOST_LINES]:
        subject = " in ".join(part for part in (resource, stack) if part) or distinct
        yield f"{where}: {status} {rule} {subject} ({distinct})"
    if len(listed) > MOST_LINES:
        yield f"{where}: {len(listed) - MOST_LINES:,} more"
