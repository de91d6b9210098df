"""``--inputs``: which inputs a file names."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path

import click

from analyzer.sources import remote
from analyzer.sources.candidates import SUFFIXES
from analyzer.sources.errors import InputError


def named_in(file: str) -> Iterator[str]:
    """The inputs that the manifest ``file`` (``-``: standard input) names, one a line, as they are needed; empty lines
    and those that begin with ``#`` are none.

    Raises:
        click.ClickException: it cannot be read.
    """
    try:
        with nullcontext(sys.stdin.buffer) if file == "-" else Path(file).open("rb") as lines:
            for line in lines:
                name = os.fsdecode(line).strip()
                if name and not name.startswith("#"):
                    yield name
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror or error}") from error


def one_by_one(names: Iterable[str]) -> Iterator[str]:
    """``names`` with those of the templates below it in the place of a URL that ends with ``/``; one that cannot be
    listed stays, to be reported."""
    for name in names:
        found: Sequence[str] = (name,)
        if remote.is_url(name) and name.endswith("/") and remote.local_path(name) is None:
            try:
                found = remote.below(name, SUFFIXES) or found
            except InputError:
                found = (name,)
        yield from found
