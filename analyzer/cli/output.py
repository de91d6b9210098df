"""Where reports go: which format to which file, and what standard output can show."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TextIO

import click

from analyzer.cli.files import replace_file
from analyzer.policy.result import InputProblem, Result
from analyzer.records import dataclass, replace
from analyzer.report import formats
from analyzer.report.options import ReportOptions
from analyzer.report.sanitize import terminal

WIDEST = 120
MOST_WARNINGS = 10


@dataclass(frozen=True, slots=True)
class Target:
    """A report to be written to a file."""

    format: str
    file: str


def target(text: str) -> Target:
    """The target that ``-o`` names: ``FORMAT:FILE``, or a file whose longest suffix tells the format.

    Raises:
        click.UsageError: neither.
    """
    format_name, colon, file = text.partition(":")
    if colon and format_name in (*formats.names(), formats.STREAMED.name) and file:
        return Target(format_name, file)
    told = formats.format_of(text)
    if told is None:
        known = ", ".join(suffix for known in (*formats.FORMATS, formats.STREAMED) for suffix in known.suffixes)
        raise click.UsageError(f"-o {text}: the format is told by {known}, or write FORMAT:FILE")
    return Target(told, text)


def for_stream(
    stream: TextIO, options: ReportOptions, *, colour: bool, environment: Mapping[str, str]
) -> ReportOptions:
    """``options`` for ``stream``: a report is plain and unwrapped unless it is a terminal that can do more."""
    terminal = stream.isatty()
    plain = not colour or bool(environment.get("NO_COLOR")) or environment.get("TERM") == "dumb"
    return replace(
        options,
        colour=terminal and not plain,
        width=_width(stream) if terminal else None,
        symbols="utf" in (stream.encoding or "").lower(),
    )


def print_report(result: Result, format_name: str, options: ReportOptions) -> None:
    """Write a report to standard output; machine formats are UTF-8 whatever the locale.

    Raises:
        click.ClickException: it cannot be made, or it is no text and standard output is a terminal.
    """
    report = _rendered(result, format_name, options)
    if isinstance(report, bytes) and sys.stdout.isatty():
        raise click.ClickException(f"{format_name} is no text for a terminal; write it with -o FILE")
    encoding = (sys.stdout.encoding or "utf-8") if format_name == "text" else "utf-8"
    sys.stdout.flush()
    sys.stdout.buffer.write(report if isinstance(report, bytes) else report.encode(encoding, "replace"))
    sys.stdout.buffer.flush()


def write_report(result: Result, wanted: Target, options: ReportOptions) -> None:
    """Write a report to its file, which is replaced as a whole or left alone.

    Raises:
        click.ClickException: the report cannot be made, or the file cannot be written.
    """
    report = _rendered(result, wanted.format, options)
    replace_file(Path(wanted.file), report if isinstance(report, bytes) else report.encode())


def _rendered(result: Result, format_name: str, options: ReportOptions) -> str | bytes:
    for remark in formats.remarks(format_name, result):
        click.echo(f"stackproof: {format_name}: {remark}", err=True)
    try:
        return formats.renderer(format_name)(result, options=options)
    except formats.ReportError as error:
        raise click.ClickException(f"{format_name}: {error}") from error


def complain(result: Result) -> None:
    """Say on standard error what was not read or not evaluated, where no report for people says so; and what was left
    out where that is all there is."""
    complain_of(result.problems)
    for given in result.inputs:
        for warning in given.warnings[:MOST_WARNINGS]:
            click.echo(f"stackproof: warning: {terminal(warning.place)}: {terminal(warning.reason)}", err=True)
        more = len(given.warnings) - MOST_WARNINGS
        if more > 0:
            click.echo(f"stackproof: warning: {more} more in {terminal(given.path)}", err=True)
    for failure in result.not_evaluated:
        where = f"{failure.rule_id} on {failure.application}"
        click.echo(f"stackproof: not evaluated: {terminal(where)}: {terminal(failure.reason)}", err=True)
    if not result.inputs and not result.problems:
        for skipped in result.passed_over:
            click.echo(f"stackproof: {terminal(skipped.path)}: {terminal(skipped.reason)}", err=True)


def complain_of(problems: Iterable[InputProblem]) -> None:
    """Say on standard error what was not read, and where it goes wrong."""
    for problem in problems:
        click.echo(f"stackproof: {terminal(problem.place)}: {terminal(problem.reason)}", err=True)


def remind(result: Result) -> None:
    """Say on standard error which waivers somebody should look at, where no report for people says so: that one has
    expired is what explains a finding that was not there yesterday."""
    for note in result.waiver_notes:
        click.echo(f"stackproof: {terminal(note.origin)}: {terminal(note.text)}", err=True)


def _width(stream: TextIO) -> int | None:
    try:
        return min(os.get_terminal_size(stream.fileno()).columns, WIDEST) or None
    except (OSError, ValueError):
        return None
