"""A comparison for programs: one JSON object, described by ``comparison.schema.json`` beside this module."""

from __future__ import annotations

from typing import Any

from analyzer.policy.comparison.change import Change, Difference, Kind
from analyzer.policy.comparison.side import Side
from analyzer.policy.result import Undecided
from analyzer.report import json_format as report
from analyzer.report.comparison import words
from analyzer.report.options import ReportOptions

SCHEMA_VERSION = 1


def render(difference: Difference, *, options: ReportOptions) -> str:  # noqa: ARG001  one signature for all formats
    """The comparison as indented JSON. Keys keep the order of the schema."""
    return report.dumps(document(difference), indent=2)


def document(difference: Difference) -> dict[str, Any]:
    """The comparison as plain data."""
    bar = difference.bar
    return {
        "comparison_schema_version": SCHEMA_VERSION,
        "old": _side(difference.old),
        "new": _side(difference.new),
        **{kind.value: [_change(change, difference) for change in difference.of(kind)] for kind in Kind},
        "lapsed": [{"rule_id": each.rule_id, "why": each.why, "subjects": each.subjects} for each in difference.lapsed],
        "notes": list(words.notes(difference)),
        "summary": {
            **{kind.value: len(difference.of(kind)) for kind in Kind},
            "unchanged": difference.unchanged,
            "still_undecided": difference.still_open,
            "blocking": len(difference.blocking),
            "gate": difference.verdict,
            "fail_on": None if bar.severity is None else bar.severity.label,
            "min_confidence": bar.confidence.label,
            "exit_status": difference.exit_code,
        },
    }


def _side(side: Side) -> dict[str, Any]:
    return {
        "name": side.name,
        "version": side.version,
        "as_of": side.as_of,
        "data": dict(side.data),
        "inputs": [{"path": given.path, "kind": given.kind, "sha256": given.sha256} for given in side.inputs],
        "rules": sorted(side.rules),
        "problems": [{"path": problem.path, "reason": problem.reason} for problem in side.problems],
        "not_evaluated": [
            {"rule_id": failure.rule_id, "application": failure.application, "reason": failure.reason}
            for failure in side.not_evaluated
        ],
    }


def _change(change: Change, difference: Difference) -> dict[str, Any]:
    shown = change.shown
    about = shown if isinstance(shown, Undecided) else shown.finding
    return {
        "rule_id": about.rule_id,
        "stack": about.stack,
        "resource": about.resource,
        "resource_type": about.resource_type,
        "construct_path": about.construct_path,
        "before": change.before.value,
        "after": change.after.value,
        "why": change.why,
        "aspects": [
            {
                "name": aspect.name,
                "before": list(aspect.before),
                "after": list(aspect.after),
                "worse": aspect.worse,
            }
            for aspect in change.aspects
        ],
        "blocking": difference.bar.stops(change),
        "needs": shown.needs if isinstance(shown, Undecided) else None,
        "finding": None if isinstance(shown, Undecided) else report.finding(shown.finding),
        "waiver": None if isinstance(shown, Undecided) or shown.waived is None else report.waiver(shown.waived),
    }
