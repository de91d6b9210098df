"""What came out, what was examined and by which settings, and what that says of controls."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from analyzer.policy.result import Result
from analyzer.policy.run import Run
from analyzer.report import outcomes
from analyzer.report.judged import judged_files
from analyzer.report.pdf.pieces import Block, code, facts, heading, number, row, table
from analyzer.report.text_summary import bar, examined_by, idle_rules


def tiles(result: Result) -> list[dict[str, Any]]:
    """A number for each severity and outcome; those of which there is nothing say so."""
    return [{"kind": kind, "label": label, "count": f"{count:,}"} for kind, label, count in outcomes.tiles(result)]


def stacks(result: Result) -> Iterator[Block]:
    """The judgements by stack."""
    heads, counted = outcomes.by_stack(result)
    rows = [row(code(stack), *map(number, counts)) for stack, counts in counted]
    yield heading(1, "By stack")
    yield table("Judgements by stack", ["Stack", *heads], ["1fr", *["number"] * len(heads)], rows)


def examined(result: Result, run: Run | None) -> Iterator[Block]:
    """The inputs with their digests, what could not be read, the rules with the dates of their data, the settings."""
    yield heading(1, "What was examined")
    rules = len(result.rules) + len(result.unneeded)
    yield facts(
        [
            ("Tool", (f"stackproof {result.version}",)),
            ("Rules", (f"{rules} selected, {len(idle_rules(result))} found nothing to judge",)),
            *((each.name, (examined_by(each),)) for each in result.companions),
            ("Gate", (bar(result.gate.severity, result.gate.confidence),)),
            ("As of", (str(result.as_of),) if result.as_of else ()),
        ]
    )
    rows = [
        row(code(each.path), each.kind, ", ".join(each.stacks), f"{each.resources:,}", code(each.sha256))
        for each in result.inputs
    ]
    heads = ["Input", "kind", "stacks", "resources", "SHA-256"]
    yield table("Inputs", heads, ["2fr", "auto", "2fr", "number", "3fr"], rows)
    files = [row(code(path), code(digest)) for each in result.inputs for path, digest in judged_files(each)]
    if files:
        yield table("Files that were judged", ["File", "SHA-256"], ["1fr", "1fr"], files)
    if result.problems:
        unread = [row(code(each.place), each.reason) for each in result.problems]
        yield table("Not read: the result is incomplete", ["File", "why"], ["1fr", "2fr"], unread)
    if run is not None:
        yield from _settings(run)
    dates = [row(key, day) for key, day in result.data.items()]
    yield table("Dates of the data that rules judge by", ["Data", "as of"], ["1fr", "1fr"], dates)


def _settings(run: Run) -> Iterator[Block]:
    yield heading(2, "Configuration in force")
    if run.asked:
        asked = [row(code(name), _value(value)) for name, value in run.asked.items()]
        yield table("Options of the command", ["Option", "value"], ["1fr", "3fr"], asked)
    if run.read:
        read = [row(code(path), code(digest)) for path, digest in run.read]
        yield table("Files that governed the run", ["File", "SHA-256"], ["1fr", "1fr"], read)
    for each in run.governed:
        rows = [row(code(one.name), _value(one.value), one.origin) for one in each.settings]
        heads = ["Setting", "value", "from"]
        yield table(f"Settings of {each.application}", heads, ["1fr", "2fr", "1fr"], rows)


def _value(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
