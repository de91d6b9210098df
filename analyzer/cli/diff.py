"""``stackproof diff``: what a change adds, mends or worsens."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from analyzer.cli import options
from analyzer.cli.files import replace_file
from analyzer.cli.judging import Request, judge
from analyzer.cli.lines import reader
from analyzer.cli.output import for_stream
from analyzer.records import replace
from analyzer.report.options import ReportOptions, Verbosity
from analyzer.report.sanitize import terminal

if TYPE_CHECKING:
    from analyzer.policy.comparison.change import Bar, Difference
    from analyzer.policy.comparison.side import Side

FORMATS = {"text": (".txt",), "json": (".json",), "markdown": (".md", ".markdown")}
"""The formats and the suffixes that ask for them. Each is a module of `analyzer.report.comparison`."""

_MODULES = {"text": "text", "json": "json_format", "markdown": "markdown"}
_LINES = (".jsonl", ".ndjson")


@click.command("diff", context_settings={"show_default": True})
@click.argument("old")
@click.argument("new")
@options.how_to_judge
@options.gate
@click.option("--format", "format_name", type=click.Choice([*FORMATS]), default="text", help="What comes on stdout.")
@click.option("-o", "--output", multiple=True, metavar="FILE", help="Also write it; format by suffix: .txt .json .md")
@click.option("-q", "--quiet", "verbosity", flag_value=Verbosity.QUIET.value, type=int, help="One line per change.")
@click.option("-v", "--verbose", "verbosity", flag_value=Verbosity.VERBOSE.value, type=int, help="Every change.")
@click.option("--no-color", is_flag=True, help="Plain text, as when NO_COLOR is set or stdout is no terminal.")
def command(
    old: str,
    new: str,
    format_name: str,
    output: tuple[str, ...],
    verbosity: int | None,
    no_color: bool,
    **asked: Any,
) -> int:
    """Say what differs between two runs: what is added, worsened, mended, and what is no longer judged.

    OLD and NEW are what `stackproof check` takes (a folder, a cloud assembly, a template), which is judged now, or JSON
    reports that it wrote (-: NEW or OLD from stdin). Options that judge hold for what is judged now.
    Exit status: 0 nothing added or worsened at or over the gate, 1 something is, 2 wrong use or NEW was not read whole,
    3 not everything was evaluated in NEW.
    """
    targets = [(_format_of(file), file) for file in output]
    asked["as_of"] = asked["as_of"] or date.today()
    before, after = _given(old, asked), _given(new, asked)
    difference = _compare(before, after, asked)
    wanted = ReportOptions(verbosity=Verbosity(verbosity or 0))
    for name, file in targets:
        replace_file(Path(file), _rendered(difference, name, wanted).encode())
    if after.judged:  # what an earlier run saw may have other lines now
        wanted = replace(wanted, read_line=reader([new]))
    if format_name != "text":
        _complain(difference)
    _print(difference, format_name, wanted, colour=not no_color)
    return difference.exit_code


class _Given(NamedTuple):
    """A side. ``judged``: now, by what was asked; else it is a report of an earlier run."""

    side: Side
    judged: bool


def _given(path: str, asked: Mapping[str, Any]) -> _Given:
    from analyzer.report.comparison.fields import ShapeError
    from analyzer.report.comparison.reader import side
    from analyzer.report.json_format import document

    report = _report_in(path)
    if report is None:
        result = judge(Request(paths=(path,), **asked))
        if result.problems and not result.inputs:
            why = result.problems[0]
            raise click.ClickException(terminal(f"{why.place}: {why.reason}"))
        return _Given(side(document(result), path), True)
    try:
        return _Given(side(report, path), False)
    except ShapeError as error:
        raise click.ClickException(terminal(f"{path}: {error}")) from error


def _report_in(path: str) -> Any:
    """The document of a JSON report; None where ``path`` is something to judge.

    Raises:
        click.ClickException: it is neither.
    """
    from analyzer.report.comparison.reader import is_report

    if path.lower().endswith(_LINES):
        raise click.UsageError(f"{path}: JSON Lines cannot be compared; write a report with -o FILE.json")
    file = Path(path)
    if path != "-" and not file.is_file():
        return None
    try:
        data = sys.stdin.buffer.read() if path == "-" else file.read_bytes()
        document = json.loads(data)
    except OSError as error:
        raise click.ClickException(f"{terminal(path)}: {error.strerror or error}") from error
    except (ValueError, RecursionError):  # not JSON; it may be a template in YAML
        document = None
    if is_report(document):
        return document
    if path == "-":
        raise click.UsageError("standard input is no JSON report of stackproof")
    return None


def _compare(old: _Given, new: _Given, asked: Mapping[str, Any]) -> Difference:
    from analyzer.policy.comparison.compare import compare

    chosen = _chosen(asked)
    before, after = (given.side.narrowed(chosen) for given in (old, new))
    return compare(before, after, _bar(new, asked))


def _chosen(asked: Mapping[str, Any]) -> Callable[[str], bool]:
    """Whether a rule is asked for: a report may tell of more."""
    from analyzer.policy.settings import Settings
    from analyzer.registry import canonical

    select, ignore, frameworks = (options.flatten(asked[name]) for name in ("select", "ignore", "frameworks"))
    return Settings(
        as_of=asked["as_of"],
        select=tuple(map(canonical, select)),
        ignore=tuple(map(canonical, ignore)),
        narrowed_to=frameworks,
    ).chosen


def _bar(new: _Given, asked: Mapping[str, Any]) -> Bar:
    """What fails the comparison: as the options say, else as the gate of the new run does. What was judged now was
    judged by the options, too, so there each finding knows."""
    from analyzer.judgement import Confidence, Severity
    from analyzer.policy.comparison.change import Bar

    given = asked["fail_on"], asked["min_confidence"]
    fail_on, confidence = given[0] or new.side.fail_on or "never", given[1] or new.side.min_confidence
    severity = None if fail_on == "never" else Severity[fail_on.upper()]
    return Bar(severity, Confidence[confidence.upper()], own=new.judged or given == (None, None))


def _complain(difference: Difference) -> None:
    """Say on standard error what was not read or evaluated, as no report for people says it."""
    from analyzer.report.comparison.words import gaps

    for gap in gaps(difference):
        click.echo(f"stackproof: {terminal(gap)}", err=True)


def _format_of(file: str) -> str:
    for name, suffixes in FORMATS.items():
        if file.lower().endswith(suffixes):
            return name
    raise click.UsageError(
        f"-o {file}: the format is told by {', '.join(s for each in FORMATS.values() for s in each)}"
    )


def _rendered(difference: Difference, name: str, wanted: ReportOptions) -> str:
    report: str = import_module(f"analyzer.report.comparison.{_MODULES[name]}").render(difference, options=wanted)
    return report


def _print(difference: Difference, name: str, wanted: ReportOptions, *, colour: bool) -> None:
    shown = for_stream(sys.stdout, wanted, colour=colour, environment=os.environ)
    encoding = (sys.stdout.encoding or "utf-8") if name == "text" else "utf-8"
    sys.stdout.flush()
    sys.stdout.buffer.write(_rendered(difference, name, shown).encode(encoding, "replace"))
    sys.stdout.buffer.flush()
