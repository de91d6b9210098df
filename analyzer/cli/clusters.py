"""``--executor``: this machine, or a cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeGuard

import click

if TYPE_CHECKING:
    from analyzer.parallel.crew import Crew, Work

LOCAL = "local"


def is_cluster(executor: str | None) -> TypeGuard[str]:
    """Whether ``--executor`` names a cluster."""
    return executor is not None and executor != LOCAL


def cluster(executor: str, work: Work) -> Crew:
    """The crew of the cluster that ``--executor`` names.

    Raises:
        click.ClickException: it is none, or cannot be used.
    """
    from analyzer import __version__
    from analyzer.parallel.cluster import ClusterError, NotInstalledError, join

    try:
        return join(executor, work, version=__version__)
    except NotInstalledError as error:
        from analyzer.cli.origin import how

        raise click.ClickException(f"{error}{how('cluster')}") from error
    except ClusterError as error:
        raise click.ClickException(str(error)) from error
