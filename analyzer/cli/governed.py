"""What governed a run, told for reports: options, configurations and the digests of the files that were read for it."""

from __future__ import annotations

import os
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
from analyzer.records import replace

_ONLY_HOW = ("jobs", "executor", "cache", "pictures")
"""Options that say how the work is done, and by that nothing about what comes out."""


def describe(plan: Plan, *, with_files: bool = False) -> Run:
    """What governs the run that ``plan`` describes; ``with_files``: also the files themselves.

    Raises:
        click.ClickException: a file that governs it cannot be read any more, or there are too many to list.
    """
    governed = tuple(
        Governed(application.path, tuple(each.file for each in chain), tuple(origins(chain)))
        for application, chain in zip(plan.inputs.applications, plan.configurations, strict=True)
    )
    contents = {file: _read(file) for file in _files(plan)}
    told = Run(asked(plan.request), governed, tuple((file, _digest(data)) for file, data in contents.items()))
    if not with_files:
        return told
    return replace(
        told,
        paths=tuple(map(_from_here, plan.request.wanted)),
        examined=_examined(plan),
        copies=tuple((file, data) for file, data in contents.items() if file not in plan.request.parameters),
    )


def asked(request: Request) -> dict[str, Any]:
    """The options of ``request`` that differ from what holds without any and may change the result, as plain data."""
    default = asdict(Request(paths=()))
    given = ((name, value) for name, value in asdict(request).items() if name not in _ONLY_HOW)
    return {name: _plain(value) for name, value in given if value != default[name]}


def _files(plan: Plan) -> Iterator[str]:
    chains = plan.configurations or (plan.around,)
    read = (each.file for chain in chains for each in chain)
    yield from dict.fromkeys((*read, *plan.request.waivers, *plan.baselines(), *plan.request.parameters))


def _from_here(path: str) -> str:
    return path if path == "-" or "://" in path else os.path.relpath(path).replace(os.sep, "/")


def _examined(plan: Plan) -> tuple[tuple[str, str], ...]:
    from analyzer.sources.belongings import NotListed, belongings

    found: dict[str, str] = {}
    try:
        for application in plan.inputs.applications:
            found |= belongings(application, Path.cwd())
    except NotListed as error:
        raise click.ClickException(f"a bundle lists every file of its inputs: {error}") from error
    return tuple(sorted(found.items()))


def _read(file: str) -> bytes:
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror or error}") from error


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value
