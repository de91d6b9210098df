"""A configuration that cannot be used."""

from __future__ import annotations

from collections.abc import Sequence


class ConfigError(Exception):
    """``lines`` say why, one problem each, with file and line."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = tuple(lines)
