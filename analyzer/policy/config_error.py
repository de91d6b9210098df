"""A configuration that cannot be used."""

from __future__ import annotations

from collections.abc import Sequence

MOST_LINES = 20
"""Problems that are told one by one; nobody reads a thousand, but how many there are."""


class ConfigError(Exception):
    """``lines`` say why, one problem each, with file and line; where there are many the last counts the rest."""

    def __init__(self, lines: Sequence[str]) -> None:
        more = len(lines) - MOST_LINES
        rest = [f"{more:,} more {'problem' if more == 1 else 'problems'} in the configuration"] if more > 0 else []
        self.lines = (*lines[:MOST_LINES], *rest)
        super().__init__("\n".join(self.lines))
