"""``stackproof baseline``: accept what is there, so that only what is new fails."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from analyzer.cli import options
from analyzer.cli.files import replace_file
from analyzer.cli.judging import Plan, Request, carry_out, plan, read_baseline
from analyzer.cli.output import complain
from analyzer.policy.exit_status import ExitStatus

if TYPE_CHECKING:
    from analyzer.policy.baseline import Baseline, Entry
    from analyzer.policy.result import Finding, Result

DEFAULT_FILE = "stackproof-baseline.json"

Command = Callable[..., Any]


def _options(command: Command) -> Command:
    """The options of all three commands; those of `check` decide what is found."""
    told = f"The file.  [default: the configuration's, else {DEFAULT_FILE}]"
    file = click.option("-b", "--baseline", metavar="FILE", help=told)
    return options.judging(file(command))


@click.group("baseline", context_settings={"show_default": True})
def command() -> None:
    """Accept the findings of today and fail on new ones only: `check --baseline FILE`, or `baseline:` in the
    configuration."""


@command.command("create")
@_options
@click.option("--force", is_flag=True, help="Replace a baseline that is there.")
def create(force: bool, **asked: Any) -> int:
    """Write the findings of now to a new file."""
    from analyzer.policy.baseline import accept

    planned, file = _plan(asked)
    if not force and os.path.lexists(file):
        raise click.ClickException(f"{file} is there already; `update` adds to it, --force replaces it")
    result = carry_out(planned)
    status = _finish(result, file, None, accept(_acceptable(result), os.path.normpath(Path(file).parent)))
    if os.path.lexists(file) and not planned.baselines():
        click.echo(f"It counts where `baseline: {file}` stands in stackproof.yaml, or with `check --baseline {file}`.")
    return status


@command.command("update")
@_options
def update(**asked: Any) -> int:
    """Add what is new to the file; nothing is taken out."""
    from analyzer.policy.baseline import updated

    planned, file = _plan(asked)
    old, result = read_baseline(file), carry_out(planned)
    return _finish(result, file, old, updated(old, _acceptable(result)))


@command.command("prune")
@_options
def prune(**asked: Any) -> int:
    """Take out of the file what is no longer found; nothing is added."""
    from analyzer.policy.baseline import pruned

    planned, file = _plan(asked)
    old, result = read_baseline(file), carry_out(planned)
    return _finish(result, file, old, pruned(old, result))


def _plan(asked: dict[str, Any]) -> tuple[Plan, str]:
    """What is to be judged, and the one baseline that it is about."""
    planned = plan(Request(**asked, use_baselines=False))
    files = planned.baselines()
    if len(files) > 1:
        raise click.UsageError(f"several baselines are in force, {', '.join(files)}; name the inputs of one of them")
    return planned, files[0] if files else DEFAULT_FILE


def _acceptable(result: Result) -> Sequence[Finding]:
    """What a baseline may excuse: everything but what cannot be waived."""
    return [finding for finding in result.findings if finding.waivable]


def _finish(result: Result, file: str, old: Baseline | None, new: Sequence[Entry]) -> int:
    """Write the file, say what changed, and answer the status of a run without a gate. A run that read nothing changes
    nothing."""
    from analyzer import __version__
    from analyzer.policy.baseline import dumps

    if result.problems and not result.inputs:
        complain(result)
        return ExitStatus.ERROR
    replace_file(Path(file), dumps(new, __version__).encode())
    before, after = _total(old.entries if old else ()), _total(new)
    change = f", {after - before:+d}" if old else ""
    click.echo(f"{file}: {after} finding{'s' * (after != 1)} accepted{change}")
    barred = len(result.findings) - len(_acceptable(result))
    if barred:
        click.echo(f"stackproof: {barred} not accepted, as their rules by policy cannot be waived", err=True)
    complain(result)
    return ExitStatus.of(incomplete=result.not_evaluated, unread=result.problems, over=False)


def _total(entries: Sequence[Entry]) -> int:
    return sum(entry.count for entry in entries)
