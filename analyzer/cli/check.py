"""``stackproof check``: judge what is given and report."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from analyzer.cli import options
from analyzer.cli.clock import moment
from analyzer.cli.judging import Plan, Request, carry_out, plan
from analyzer.cli.output import Target, complain, for_stream, print_report, remind, target, write_report
from analyzer.policy.result import Result
from analyzer.records import replace
from analyzer.report import formats
from analyzer.report.options import ReadLine, ReportOptions, Verbosity

if TYPE_CHECKING:
    from analyzer.policy.run import Run


@click.command("check", context_settings={"show_default": True})
@options.judging
@options.gate
@click.option("--baseline", metavar="FILE", help="Findings in this file do not count; see `stackproof baseline`.")
@click.option(
    "--format",
    "format_name",
    type=click.Choice([*formats.names(), formats.STREAMED.name]),
    default="text",
    help="Report on stdout.",
)
@click.option(
    "-o", "--output", multiple=True, metavar="FILE", help="Also write a report; format by suffix, or FORMAT:FILE."
)
@click.option("--inputs", metavar="FILE", help="Also the inputs that FILE names, one a line; -: standard input.")
@click.option("--resume", is_flag=True, help="With -o FILE.jsonl: leave out what it holds and has not changed.")
@click.option("-q", "--quiet", "verbosity", flag_value=Verbosity.QUIET.value, type=int, help="One line per finding.")
@click.option(
    "-v", "--verbose", "verbosity", flag_value=Verbosity.VERBOSE.value, type=int, help="Passes and skips too."
)
@click.option("--oscal-plan", metavar="HREF", help="OSCAL: the assessment plan that the results belong to.")
@click.option(
    "--oscal-satisfied", is_flag=True, help="OSCAL: call an objective satisfied if all its judgements passed."
)
@click.option("--no-color", is_flag=True, help="Plain text, as when NO_COLOR is set or stdout is no terminal.")
def command(
    format_name: str,
    output: tuple[str, ...],
    verbosity: int | None,
    oscal_plan: str | None,
    oscal_satisfied: bool,
    no_color: bool,
    inputs: str | None,
    resume: bool,
    **asked: Any,
) -> int:
    """Judge cloud assemblies, templates (JSON, YAML, SAM), CDK source, folders, globs, URLs or `-` (stdin).

    Without PATH: cdk.out if it is a folder here, else the current folder. The configuration is the nearest
    stackproof.yaml or [tool.stackproof] at or above the input; options win over it.
    Exit status: 0 clean, 1 findings at or over the gate, 2 wrong use or input, 3 not everything was evaluated.
    """
    targets = [target(text) for text in output]
    asked_for = {format_name, *(each.format for each in targets)}
    for name in sorted(asked_for):  # before anything is judged, which may take long
        if (lacking := formats.missing(name)) is not None:
            from analyzer.cli.origin import how

            raise click.ClickException(f"{name}: {lacking}{how(name)}")
    asked = {**asked, "pictures": formats.shows_pictures(asked_for)}
    if formats.STREAMED.name in asked_for:
        from analyzer.cli.stream import check_each

        return check_each(Request(**asked), inputs, format_name, targets, resume=resume)
    if resume:
        raise click.UsageError("--resume goes with -o FILE.jsonl")
    wanted = ReportOptions(
        verbosity=Verbosity(verbosity or 0),
        generated=moment(os.environ),
        oscal_plan=oscal_plan,
        oscal_satisfied=oscal_satisfied,
    )
    planned = plan(_request(asked, inputs))
    if formats.tells_run(asked_for):
        wanted = replace(wanted, run=_governed(planned, with_files=formats.tells_files(asked_for)))
    result = carry_out(planned, partly=True)
    wanted = replace(wanted, read_line=_line_reader(planned))
    _report(result, format_name, targets, wanted, colour=not no_color)
    return result.exit_code


def _request(asked: dict[str, Any], inputs: str | None) -> Request:
    if inputs is None:
        return Request(**asked)
    from analyzer.cli.manifest import named_in

    named = tuple(named_in(inputs))
    if not named:
        raise click.ClickException(f"{inputs}: names no input")
    return Request(**{**asked, "paths": (*asked["paths"], *named)})


def _line_reader(planned: Plan) -> ReadLine:
    from analyzer.cli.lines import reader

    return reader(planned.request.wanted)


def _governed(planned: Plan, *, with_files: bool) -> Run:
    from analyzer.cli.governed import describe

    return describe(planned, with_files=with_files)


def _report(
    result: Result, format_name: str, targets: Sequence[Target], wanted: ReportOptions, *, colour: bool
) -> None:
    for each in targets:
        write_report(result, each, wanted)
    nothing_read = format_name == "text" and not result.inputs
    if nothing_read or format_name != "text" or wanted.verbosity is Verbosity.QUIET:
        complain(result)
        remind(result)
    if nothing_read:
        return
    print_report(result, format_name, for_stream(sys.stdout, wanted, colour=colour, environment=os.environ))
