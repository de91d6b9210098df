"""What is given to a companion, and what it answers, in one shape for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from analyzer.records import dataclass


@dataclass(frozen=True, slots=True)
class Template:
    """One template. ``path`` names it in answers; ``text`` is it as written; ``document`` is it parsed, intrinsics in
    long form; ``region`` is where its stack goes, None where nothing says so."""

    path: str
    text: str
    document: Mapping[str, Any]
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """Lines and columns from 1. Column 0 stands for a whole line."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Remark:
    """One failed check. ``id`` is the companion's own, ``level`` its own word for how grave it is (empty: it says
    nothing). ``logical_id`` is the resource, parameter or output, empty where the template itself is meant.
    ``pointer`` (RFC 6901) is as deep as the companion says; it need not exist. ``hidden`` is the reason for which the
    template asks the companion not to tell; None: it does not."""

    id: str
    title: str
    message: str
    template: str
    level: str = ""
    logical_id: str = ""
    pointer: str = ""
    span: Span | None = None
    url: str = ""
    hidden: str | None = None


@dataclass(frozen=True, slots=True)
class Trouble:
    """What a companion did not examine, and why in one line. ``template`` None: nothing at all."""

    template: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """What one companion answers. ``version`` is empty where it did not run."""

    tool: str
    version: str
    templates: int
    remarks: tuple[Remark, ...] = ()
    troubles: tuple[Trouble, ...] = ()


class UnavailableError(Exception):
    """The companion cannot run at all: it is not installed, or not what it should be. One line for people."""


class Companion(Protocol):
    """One analyzer. It is asked for one template after the other, or for all at once, as it likes best."""

    name: str

    def start(self) -> str:
        """Get ready; the version. Raises :class:`UnavailableError`."""

    def examine(self, templates: tuple[Template, ...]) -> tuple[list[Remark], list[Trouble]]:
        """What it says of ``templates``. Never raises for what one of them holds."""
