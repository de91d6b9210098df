"""Which calls write to the log."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from analyzer.code.js_machine import Frame, Machine
from analyzer.code.js_reflect import reflect
from analyzer.code.js_values import External, Foreign, Value
from analyzer.code.program import Logged, Opaque

if TYPE_CHECKING:
    from tree_sitter import Node

LEVELS = frozenset(
    (
        *("log", "info", "warn", "warning", "error", "debug", "trace", "fatal", "critical", "notice"),
        *("verbose", "silly", "dir", "table", "emergency", "alert"),
    )
)

_LOGGER = re.compile(
    r"(?<![a-zA-Z])[lL]og(?:s|ging)?(?![a-z])|[a-z]Log(?:s|ging)?(?![a-z])|[lL]ogger|(?<![A-Z])LOG(?![A-Z])"
    r"|winston|pino|bunyan|log4js|loglevel"
)


def is_log_call(owner: Value, name: str, written: str) -> bool:
    """Whether ``owner.name(…)`` writes to the log; ``written`` is the owner's source text."""
    if name not in LEVELS:
        return False
    if isinstance(owner, External):
        return owner == External("", ("console",)) or (bool(owner.module) and is_logger(owner.target))
    if isinstance(owner, Foreign):
        return is_logger(owner.target)
    return isinstance(owner, Opaque) and is_logger(written.rsplit(".", 1)[-1])


def is_logger(name: str) -> bool:
    """Whether a dotted name speaks of a logger: ``@aws-lambda-powertools/logger.Logger``, ``pino``."""
    return _LOGGER.search(name) is not None


def note_log(machine: Machine, args: tuple[Value, ...], node: Node, frame: Frame) -> None:
    """Notes what is written."""
    values = tuple(reflect(argument) for argument in args)
    machine.recorder.logged(Logged(values, frame.place(node), frame.in_catch))
