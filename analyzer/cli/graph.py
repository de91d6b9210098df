"""``stackproof graph``: the event flow, the network, the grants or the stacks of an application as a picture."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from analyzer.cli.files import replace_file
from analyzer.cli.judging import Plan, Request, plan
from analyzer.cli.output import complain_of
from analyzer.policy.exit_status import ExitStatus

if TYPE_CHECKING:
    from analyzer.picture.graph import Picture
    from analyzer.query import Query

KINDS = ("events", "network", "iam", "stacks")
SUFFIXES = {".mmd": "mermaid", ".mermaid": "mermaid", ".dot": "dot", ".gv": "dot", ".svg": "svg"}
FORMATS = tuple(dict.fromkeys(SUFFIXES.values()))
MANY = 60
"""Nodes from which on a picture is hard to read."""


@click.command("graph", context_settings={"show_default": True})
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--kind", type=click.Choice(KINDS), default="events", help="What to draw.")
@click.option(
    "--format", "format_name", type=click.Choice(FORMATS), help="How to write it.  [default: by suffix, else mermaid]"
)
@click.option("-o", "--output", metavar="FILE", help="Write to this file instead of standard output.")
@click.option("--stack", metavar="NAME", help="Only this stack, with what is one step from it.")
@click.option("--function", metavar="ID", help="Only this function, with what is one step from it.")
@click.option("--parameters", multiple=True, metavar="FILE", help="Parameter values, as for check.")
@click.option("--exclude", multiple=True, metavar="GLOB", help="Not these files and folders, even if named.")
@click.option("--config", metavar="FILE", help="This configuration, and none that lies near the input.")
def command(
    paths: tuple[str, ...],
    kind: str,
    format_name: str | None,
    output: str | None,
    stack: str | None,
    function: str | None,
    parameters: tuple[str, ...],
    exclude: tuple[str, ...],
    config: str | None,
) -> int:
    """Draw who triggers whom (events), what is reached from where (network), who may do what (iam), or one box per
    stack with what flows between them (stacks).

    PATH as for `stackproof check`. Exit status: 0 drawn, 2 wrong use, unreadable input, or nothing to draw.
    """
    chosen = format_name or _by_suffix(output)
    planned = plan(Request(paths=paths, parameters=parameters, exclude=exclude, config=config))
    complain_of(planned.inputs.problems)
    picture = _picture(planned, kind, stack, function)
    if len(picture.nodes) > MANY and not (stack or function):
        fewer = "--stack shows fewer" if kind == "stacks" else "--kind stacks, --stack or --function shows fewer"
        click.echo(f"stackproof: {len(picture.nodes)} nodes; {fewer}", err=True)
    data = _written(picture, chosen).encode()
    if output is not None:
        replace_file(Path(output), data)
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
    return ExitStatus.ERROR if planned.inputs.problems else ExitStatus.CLEAN


def _by_suffix(output: str | None) -> str:
    if output is None:
        return FORMATS[0]
    found = SUFFIXES.get(Path(output).suffix.lower())
    if found is None:
        raise click.UsageError(f"-o {output}: the format is told by {', '.join(SUFFIXES)}, or give --format")
    return found


def _picture(planned: Plan, kind: str, stack: str | None, function: str | None) -> Picture:
    """The picture of all applications together.

    Raises:
        click.ClickException: there is nothing to draw.
    """
    from analyzer.cli.graph_scope import Scope, together

    if not planned.inputs.applications:
        raise click.ClickException("nothing to draw: no cloud assembly, template or CDK source was read")
    queries = _queries(planned)
    scope = Scope(queries, stack, function)
    return together([scope.picture(kind, query) for query in queries], kind, scope.words)


def _queries(planned: Plan) -> list[Query]:
    from analyzer.cli.parameters import read_files
    from analyzer.model.application import load
    from analyzer.policy.effective import settings
    from analyzer.query import Query

    values, found = read_files(planned.request.parameters), []
    for source, chain in zip(planned.inputs.applications, planned.configurations, strict=True):
        own = settings(planned.choices, chain, None)
        configured = own.stack_parameters(each.name for each in source.stacks)
        application = load(source, parameters=values, configured=configured)
        found.append(Query(application, as_of=own.as_of, settings=own.rule_settings))
    return found


def _written(picture: Picture, format_name: str) -> str:
    if format_name == "svg":
        from analyzer.report.drawing.svg import svg

        return f"{svg(picture)}\n"
    if format_name == "dot":
        from analyzer.report.drawing.dot import dot

        return dot(picture)
    from analyzer.report.drawing.mermaid import mermaid

    return mermaid(picture)
