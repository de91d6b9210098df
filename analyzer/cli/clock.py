"""When a report is made."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import click

VARIABLE = "SOURCE_DATE_EPOCH"
"""Seconds since 1970 in UTC, as https://reproducible-builds.org/specs/source-date-epoch/ says."""


def moment(environment: Mapping[str, str]) -> datetime:
    """The time that :data:`VARIABLE` names, else now; in UTC, to the second.

    Raises:
        click.ClickException: the variable names none.
    """
    told = environment.get(VARIABLE, "")
    if not told:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        return datetime.fromtimestamp(int(told), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise click.ClickException(f"{VARIABLE} is {told!r}, which is no number of seconds since 1970") from error
