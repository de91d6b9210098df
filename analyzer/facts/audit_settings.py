"""What the configuration says of auditing: ``audit_trail``, ``audit_retention_days``, ``log_retention_days``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analyzer.facts.buckets import YEAR


def attested(settings: Mapping[str, Any]) -> bool:
    """Whether somebody attests that a trail of the organization records what this application does."""
    return settings.get("audit_trail") == "organization"


def audit_days(settings: Mapping[str, Any]) -> int:
    """For how many days audit files are kept at least."""
    return _days(settings, "audit_retention_days") or YEAR


def log_days(settings: Mapping[str, Any]) -> int | None:
    """For how many days the configuration asks for logs to be kept; None where it does not ask."""
    return _days(settings, "log_retention_days")


def _days(settings: Mapping[str, Any], name: str) -> int | None:
    asked = settings.get(name)
    return asked if isinstance(asked, int) and not isinstance(asked, bool) and asked > 0 else None
