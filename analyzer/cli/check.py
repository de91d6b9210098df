"""``stackproof check``: judge what is given and report."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from analyzer.cli import options
from analyzer.cli.judging import Request, judge
from analyzer.cli.output import Target, complain, for_stream, print_report, target, write_report
from analyzer.policy.result import Result
from analyzer.report import formats
from analyzer.report.options import Verbosity


@click.command("check", context_settings={"show_default": True})
@options.judging
@options.gate
@click.option("--baseline", metavar="FILE", help="Findings in this file do not count; see `stackproof baseline`.")
@click.option("--format", "format_name", type=click.Choice(formats.names()), default="text", help="Report on stdout.")
@click.option(
    "-o", "--output", multiple=True, metavar="FILE", help="Also write a report; format by suffix, or FORMAT:FILE."
)
@click.option("-q", "--quiet", "verbosity", flag_value=Verbosity.QUIET.value, type=int, help="One line per finding.")
@click.option(
    "-v", "--verbose", "verbosity", flag_value=Verbosity.VERBOSE.value, type=int, help="Passes and skips too."
)
@click.option("--no-color", is_flag=True, help="Plain text, as when NO_COLOR is set or stdout is no terminal.")
def command(format_name: str, output: tuple[str, ...], verbosity: int | None, no_color: bool, **asked: Any) -> int:
    """Judge cloud assemblies, templates (JSON, YAML, SAM), CDK source, folders, globs or `-` (stdin).

    Without PATH: cdk.out if it is a folder here, else the current folder. The configuration is the nearest
    stackproof.yaml or [tool.stackproof] at or above the input; options win over it.
    Exit status: 0 clean, 1 findings at or over the gate, 2 wrong use or input, 3 not everything was evaluated.
    """
    targets = [target(text) for text in output]
    request = Request(**asked)
    result = judge(request)
    _report(result, request.wanted, format_name, targets, Verbosity(verbosity or 0), colour=not no_color)
    return result.exit_code


def _report(
    result: Result,
    paths: Sequence[str],
    format_name: str,
    targets: Sequence[Target],
    verbosity: Verbosity,
    *,
    colour: bool,
) -> None:
    from analyzer.cli.lines import LineReader

    folders = (Path(path) if Path(path).is_dir() else Path(path).parent for path in paths)
    read_line = LineReader(Path.cwd(), [Path.cwd(), *folders])
    for wanted in targets:
        write_report(result, wanted, verbosity=verbosity, read_line=read_line)
    nothing_read = format_name == "text" and not result.inputs
    if format_name != "text" or nothing_read:
        complain(result)
    if nothing_read:
        return
    looks = for_stream(sys.stdout, verbosity=verbosity, colour=colour, read_line=read_line, environment=os.environ)
    print_report(result, format_name, looks)
