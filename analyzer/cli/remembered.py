"""``--cache``: outcomes of earlier runs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from analyzer.cli.clusters import is_cluster

if TYPE_CHECKING:
    from analyzer.cache.remembering import Memory
    from analyzer.cli.judging import Request
    from analyzer.policy.assess import Outcome


def remembered(request: Request) -> Memory | None:
    """Where outcomes are kept; None where ``request`` asks for no cache.

    Raises:
        click.ClickException: they cannot be kept there, or a cluster judges, whose workers have other disks.
    """
    if request.cache is None:
        return None
    if is_cluster(request.executor):
        raise click.UsageError("--cache is a folder of this machine, which the workers of a cluster cannot see")
    from analyzer.cache.folder import CacheError, Folder
    from analyzer.cache.remembering import Memory
    from analyzer.parallel.identity import tool_digest

    folder = Folder(os.path.abspath(request.cache))  # noqa: PTH100  links stay as they were named
    try:
        folder.prepare()
    except CacheError as error:
        raise click.ClickException(f"--cache {error}") from error
    return Memory(folder, tool_digest())


def pruned(memory: Memory, outcomes: Iterator[Outcome]) -> Iterator[Outcome]:
    """``outcomes``; what was not used for longest makes room when they have come to their end."""
    yield from outcomes
    memory.folder.prune()
