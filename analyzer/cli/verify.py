"""``stackproof verify``: whether an evidence bundle is whole, and whether the same inputs still give what it says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from analyzer.policy.exit_status import ExitStatus
from analyzer.report.sanitize import terminal


@click.command("verify")
@click.argument("bundle", metavar="BUNDLE")
@click.option("--inputs", metavar="FOLDER", help="Judge the inputs in FOLDER again, and compare.")
def command(bundle: str, inputs: str | None) -> int:
    """Check every digest of an evidence bundle, and that its reports agree.

    With --inputs the inputs are judged again, by the settings that the bundle records: FOLDER is the folder in which
    `stackproof check` ran, or a copy of it. Exit status: 0 all as it was, 1 something differs, 2 wrong use or no bundle
    that can be opened, 3 not everything could be compared.
    """
    from analyzer.report.bundle import checking
    from analyzer.report.bundle.archive import BundleError, unpack

    try:
        files = unpack(_read(bundle))
        run, problems = checking.told(files), checking.problems(files)
        left_open: list[str] = []
        if inputs is not None and not problems:
            from analyzer.cli.rejudging import rejudge

            problems, left_open = rejudge(files, run, Path(inputs))
    except BundleError as error:
        raise click.ClickException(f"{bundle}: {terminal(str(error))}") from error
    _tell(bundle, len(files), run, problems, left_open, judged=inputs is not None)
    if problems:
        return ExitStatus.FINDINGS
    return ExitStatus.INCOMPLETE if left_open else ExitStatus.CLEAN


def _read(bundle: str) -> bytes:
    from analyzer.report.bundle.archive import MOST_BYTES

    path = Path(bundle)
    try:
        if not path.is_file():
            raise click.ClickException(f"{bundle}: no such file")
        if path.stat().st_size > MOST_BYTES:
            raise click.ClickException(f"{bundle}: larger than any bundle ({MOST_BYTES:,} bytes)")
        return path.read_bytes()
    except OSError as error:
        raise click.ClickException(f"{bundle}: {error.strerror or error}") from error
    except ValueError as error:  # a NUL in the name
        raise click.ClickException(f"{bundle}: {error}") from error


def _tell(
    bundle: str, count: int, run: dict[str, Any], problems: list[str], left_open: list[str], *, judged: bool
) -> None:
    made = f"made {run.get('generated')} by stackproof {run['tool'].get('version')}, as of {run.get('as_of')}"
    click.echo(terminal(f"{bundle}: {count} files, {made}; verdict: {run.get('verdict')}"))
    for line in problems:
        click.echo(terminal(f"  differs: {line}"))
    for line in left_open:
        click.echo(terminal(f"  not compared: {line}"))
    click.echo(_conclusion(problems, left_open, judged=judged))


def _conclusion(problems: list[str], left_open: list[str], *, judged: bool) -> str:
    if problems:
        return "Not verified: the bundle or the inputs are not what they were."
    if left_open:
        return "Verified in part: every digest is as listed, but not everything could be compared."
    if judged:
        return "Verified: every digest is as listed, and the inputs, judged again, give the same reports."
    return (
        "Verified: every digest is as listed and the reports agree. That does not say who made the bundle (see its "
        "signature), nor that the inputs give this result (--inputs FOLDER judges them again)."
    )
