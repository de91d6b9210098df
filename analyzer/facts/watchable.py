"""What somebody should watch, and which of it stands for the whole application."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from analyzer.facts.alarms import APIS, QUEUE, STATE_MACHINE
from analyzer.facts.ownership import is_own

if TYPE_CHECKING:
    from analyzer.facts.functions import Functions
    from analyzer.model.application import Application
    from analyzer.model.template import Resource


def watchable(application: Application, functions: Functions) -> Iterator[Resource]:
    """The functions, APIs, state machines and queues that somebody wrote, the most telling kind first."""
    for function in functions.own():
        yield function.resource
    for kind in (*APIS, STATE_MACHINE, QUEUE):
        yield from (resource for resource in application.resources(kind) if is_own(resource))
