"""Tells a result apart by the tools that made it, for formats that report each by itself."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.policy.result import OURS, Companion, Result
from analyzer.records import dataclass, replace


@dataclass(frozen=True, slots=True)
class Part:
    """What one tool found. ``version`` is empty for a companion that did not run."""

    tool: str
    version: str
    result: Result


def by_tool(result: Result) -> Iterator[Part]:
    """The parts of ``result``: ours, which also says what was not read, then those of the companions in their order."""
    yield Part(OURS, result.version, _of(result, OURS))
    for companion in result.companions:
        yield Part(companion.name, companion.version, _of_companion(result, companion))


def _of(result: Result, tool: str) -> Result:
    companions = {companion.name for companion in result.companions}
    mine = {tool} if tool != OURS else {failure.rule_id for failure in result.not_evaluated} - companions
    return replace(
        result,
        findings=tuple(found for found in result.findings if found.tool == tool),
        baselined=tuple(found for found in result.baselined if found.tool == tool),
        waived=tuple(waived for waived in result.waived if waived.finding.tool == tool),
        not_evaluated=tuple(failure for failure in result.not_evaluated if failure.rule_id in mine),
    )


def _of_companion(result: Result, companion: Companion) -> Result:
    part = _of(result, companion.name)
    return replace(part, rules=companion.rules, unknown=(), passed=(), problems=(), unneeded=(), attested=())
