"""Values of options that several commands share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import click


class Selectors(click.ParamType[tuple[str, ...]]):
    """Rule ids or prefixes, separated by commas."""

    name = "ids"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        """The ids in ``value``."""
        if isinstance(value, tuple):
            return value
        found = tuple(part.strip() for part in str(value).split(",") if part.strip())
        return found or self.fail("no rule id is given", param, ctx)


class Day(click.ParamType[date]):
    """A date in the form 2027-01-31."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The date that ``value`` writes."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            return self.fail(f"{value!r} is not a date like 2027-01-31", param, ctx)


def flatten(given: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """The ids of a repeatable option of :class:`Selectors`."""
    return tuple(identifier for ids in given for identifier in ids)
