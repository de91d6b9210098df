"""A crew on a Dask cluster (extra ``cluster``), through the ``concurrent.futures`` interface of its client.

Whoever can reach the scheduler can run code on the workers, and the workers' answers are unpickled here: a cluster has
to be trusted like the machine itself.
"""

from __future__ import annotations

import logging
import re
from typing import Any

from analyzer.parallel.crew import ExecutorCrew, Work, describe
from analyzer.parallel.examination import check_version

_ADDRESS = re.compile(r"dask://((?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::[0-9]{1,5})?)/?")
_DEFAULT_PORT = 8786
_LOGGERS = ("distributed", "distributed.client", "distributed.utils", "tornado.application")
"""Those that Dask gives a level of their own when it is imported, and those that it tells tracebacks to."""

_PATIENCE = 30
"""Seconds for the scheduler to answer, and for the first worker to."""


class ClusterError(Exception):
    """The cluster cannot be used; one line for people."""


class NotInstalledError(ClusterError):
    """What speaks to a cluster is not installed."""


def scheduler(url: str) -> str:
    """``tcp://host:8786`` for ``dask://host``. Raises :class:`ClusterError` for anything else."""
    match = _ADDRESS.fullmatch(url)
    if match is None:
        raise ClusterError(f"{url!r} is not the address of a scheduler: dask://HOST:PORT")
    place = match[1]
    return f"tcp://{place}" if re.search(r":[0-9]+$", place) else f"tcp://{place}:{_DEFAULT_PORT}"


def join(url: str, work: Work, *, version: str) -> ExecutorCrew:
    """The workers of the scheduler at ``url`` (``dask://HOST:PORT``), each thread of theirs as one.

    Raises:
        ClusterError: nobody answers there, there is no worker, or the workers have another version of the tool.
    """
    address = scheduler(url)
    try:
        from distributed import Client
    except ImportError as error:
        raise NotInstalledError("a cluster needs distributed; install the extra `cluster`") from error
    for name in _LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what goes wrong is told once, by us
    try:
        made: Any = Client  # distributed has no types
        client = made(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, TimeoutError) as error:
        raise ClusterError(f"no scheduler answers at {address}: {describe(error)}") from error
    try:
        client.wait_for_workers(1, timeout=_PATIENCE)
        threads = sum(client.nthreads().values())
        executor = client.get_executor(pure=False)
        executor.submit(check_version, version).result(_PATIENCE)
    except Exception as error:
        client.close()
        raise ClusterError(f"the workers of {address} cannot be used: {describe(error)}") from error
    return ExecutorCrew(executor, work, threads, close=client.close)
