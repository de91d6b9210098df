"""What reports with pages say of a waiver: who signed it, and how long it holds."""

from __future__ import annotations

from datetime import date

from analyzer.report.counts import count_of


def signed(name: str | None) -> str:
    """The owner or approver."""
    return name or "nobody named"


def until(expires: str | None, as_of: date | None) -> str:
    """The last day, and how far it is away from the day of the run; what is no date stands as it was written."""
    if expires is None:
        return "no end named"
    try:
        days = (date.fromisoformat(expires) - as_of).days if as_of is not None else None
    except ValueError:
        days = None
    if days is None:
        return expires
    return f"{expires}, {count_of(days, 'day')} left" if days >= 0 else f"{expires}, {count_of(-days, 'day')} ago"
