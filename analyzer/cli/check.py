"""``stackproof check``: judge what is given and report."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from analyzer.cli.options import Day, Selectors, flatten
from analyzer.cli.output import Target, for_stream, print_report, target, write_report
from analyzer.judgement import Confidence, Severity
from analyzer.policy.result import Gate, Result
from analyzer.policy.settings import Profile, Settings
from analyzer.report import formats
from analyzer.report.options import Verbosity
from analyzer.report.sanitize import terminal

if TYPE_CHECKING:
    from analyzer.policy.assess import Inputs
    from analyzer.registry import Selection

NEVER = "never"
SEVERITIES = [severity.label for severity in Severity]
CONFIDENCES = [confidence.label for confidence in Confidence]
PROFILES = [profile.value for profile in Profile]


@click.command("check", context_settings={"show_default": True})
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--format", "format_name", type=click.Choice(formats.names()), default="text", help="Report on stdout.")
@click.option(
    "-o", "--output", multiple=True, metavar="FILE", help="Also write a report; format by suffix, or FORMAT:FILE."
)
@click.option("--select", type=Selectors(), multiple=True, help="Only these rules (ids or prefixes, comma-separated).")
@click.option("--ignore", type=Selectors(), multiple=True, help="Not these rules.")
@click.option(
    "--fail-on", type=click.Choice([NEVER, *SEVERITIES]), default="medium", help="Least severity that exits 1."
)
@click.option(
    "--min-confidence", type=click.Choice(CONFIDENCES), default="likely", help="Least confidence that exits 1."
)
@click.option("--profile", type=click.Choice(PROFILES), default="default", help="Whose severities are in force.")
@click.option(
    "--parameters", multiple=True, metavar="FILE", help="Parameter values: AWS CLI, CodePipeline or SAM format."
)
@click.option("--as-of", type=Day(), help="Judge dated facts and waivers as on this day.  [default: today]")
@click.option("-q", "--quiet", "verbosity", flag_value=Verbosity.QUIET.value, type=int, help="One line per finding.")
@click.option(
    "-v", "--verbose", "verbosity", flag_value=Verbosity.VERBOSE.value, type=int, help="Passes and skips too."
)
@click.option("--no-color", is_flag=True, help="Plain text, as when NO_COLOR is set or stdout is no terminal.")
@click.option("--no-inline-waivers", is_flag=True, help="Ignore waivers written in the input itself.")
def command(
    paths: tuple[str, ...],
    format_name: str,
    output: tuple[str, ...],
    select: tuple[tuple[str, ...], ...],
    ignore: tuple[tuple[str, ...], ...],
    fail_on: str,
    min_confidence: str,
    profile: str,
    parameters: tuple[str, ...],
    as_of: date | None,
    verbosity: int | None,
    no_color: bool,
    no_inline_waivers: bool,
) -> int:
    """Judge cloud assemblies, templates (JSON, YAML, SAM), CDK source, folders, globs or `-` (stdin).

    Without PATH: cdk.out if it is a folder here, else the current folder.
    Exit status: 0 clean, 1 findings at or over the gate, 2 wrong use or input, 3 not everything was evaluated.
    """
    targets = [target(text) for text in output]
    severity = None if fail_on == NEVER else Severity[fail_on.upper()]
    settings = Settings(
        as_of=as_of or date.today(),
        profile=Profile(profile),
        gate=Gate(severity, Confidence[min_confidence.upper()]),
        inline_waivers=not no_inline_waivers,
    )
    wanted = paths or (("cdk.out",) if Path("cdk.out").is_dir() else (".",))
    result = _judge(wanted, flatten(select), flatten(ignore), settings, parameters)
    _report(result, wanted, format_name, targets, Verbosity(verbosity or 0), colour=not no_color)
    return result.exit_code


def _rules(select: Sequence[str], ignore: Sequence[str], inputs: Inputs) -> Selection:
    from analyzer import registry
    from analyzer.model.written_types import written_types

    try:
        selection = registry.fitting(select, ignore, written_types(inputs.applications))
    except registry.RegistryError as error:
        raise click.ClickException(str(error)) from error
    if not selection.rules and not selection.unneeded:
        raise click.UsageError("--select and --ignore leave no rule")
    return selection


def _judge(
    paths: Sequence[str], select: Sequence[str], ignore: Sequence[str], settings: Settings, parameters: Sequence[str]
) -> Result:
    from analyzer import __version__
    from analyzer.cli.parameters import read_files
    from analyzer.cli.progress import Progress
    from analyzer.data.dates import data_dates
    from analyzer.policy.assess import assess

    values = read_files(parameters)
    inputs = _discover(paths)
    selection = _rules(select, ignore, inputs)
    with Progress(len(selection.rules) * len(inputs.applications), sys.stderr) as progress:
        return assess(
            inputs,
            selection.rules,
            settings,
            unneeded=selection.unneeded,
            version=__version__,
            data_dates=data_dates(),
            parameters=values,
            before=lambda rule: progress.step(rule.id),
        )


def _discover(paths: Sequence[str]) -> Inputs:
    from analyzer.policy.assess import Inputs, problem
    from analyzer.policy.result import InputProblem, PassedOver
    from analyzer.sources.discovery import discover

    found = discover(paths, cwd=Path.cwd(), stdin=sys.stdin.buffer.read)
    problems = [problem(error) for error in found.errors]
    if not problems and not found.applications:
        where = ", ".join(paths)
        problems.append(InputProblem(where, None, None, "no cloud assembly, template or CDK source is here"))
    passed_over = tuple(PassedOver(skipped.path, skipped.reason) for skipped in found.passed_over)
    return Inputs(tuple(found.applications), tuple(problems), passed_over)


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
        _complain(result)
    if nothing_read:
        return
    options = for_stream(sys.stdout, verbosity=verbosity, colour=colour, read_line=read_line, environment=os.environ)
    print_report(result, format_name, options)


def _complain(result: Result) -> None:
    """Say on standard error what could not be read; the report for people says so itself."""
    for problem in result.problems:
        place = ":".join(str(part) for part in (problem.path, problem.line, problem.column) if part is not None)
        click.echo(f"stackproof: {terminal(place)}: {terminal(problem.reason)}", err=True)
