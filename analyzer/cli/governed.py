"""What governed a run, told for reports: options, configurations and the digests of the files that were read for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import click

from analyzer.cli.judging import Plan, Request
from analyzer.policy.effective import origins
from analyzer.policy.run import Governed, Run

_ONLY_HOW = ("jobs", "executor")
"""Options that say how the work is done, and by that nothing about what comes out."""


def describe(plan: Plan) -> Run:
    """What governs the run that ``plan`` describes.

    Raises:
        click.ClickException: a file that governs it cannot be read any more.
    """
    governed = tuple(
        Governed(application.path, tuple(each.file for each in chain), tuple(origins(chain)))
        for application, chain in zip(plan.inputs.applications, plan.configurations, strict=True)
    )
    return Run(asked(plan.request), governed, tuple((file, _digest(file)) for file in _files(plan)))


def asked(request: Request) -> dict[str, Any]:
    """The options of ``request`` that differ from what holds without any and may change the result, as plain data."""
    default = asdict(Request(paths=()))
    given = ((name, value) for name, value in asdict(request).items() if name not in _ONLY_HOW)
    return {name: _plain(value) for name, value in given if value != default[name]}


def _files(plan: Plan) -> Iterator[str]:
    chains = plan.configurations or (plan.around,)
    read = (each.file for chain in chains for each in chain)
    yield from dict.fromkeys((*read, *plan.request.waivers, *plan.baselines(), *plan.request.parameters))


def _digest(file: str) -> str:
    try:
        return sha256(Path(file).read_bytes()).hexdigest()
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror or error}") from error


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value
