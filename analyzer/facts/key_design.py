"""Names that tell how the values of an attribute, or the life of a table's items, are spread.

Source: Designing partition keys, Amazon DynamoDB Developer Guide: a status code with a few values and a rounded date
are its examples of bad keys (read 2026-11-24). Whole names count, in any case style; a composite that only contains
such a word is fine.
"""

from __future__ import annotations

import re

FEW_VALUES = frozenset(
    (
        "status state type category kind flag active enabled deleted gender country region currency language "
        "locale level priority severity environment stage tier role source channel"
    ).split()
)
DATES = frozenset(
    ("date day month year week hour createddate createdday uploaddate eventdate orderdate yearmonth createdon").split()
)
SHORT_LIVED = frozenset(
    (
        "session sessions token tokens otp otps nonce nonces cache caches lock locks idempotency connection "
        "connections login logins verification"
    ).split()
)


def spread(attribute: str) -> str | None:
    """``few values`` or ``a date``, where the name of an attribute tells; else None."""
    whole = "".join(words(attribute))
    if whole in FEW_VALUES or (whole.startswith("is") and words(attribute)[0] == "is" and len(words(attribute)) > 1):
        return "few values"
    return "a date" if whole in DATES else None


def short_lived(*names: str) -> str | None:
    """The word in a table's names that says its items end by themselves; None where none does."""
    return next((word for name in names for word in words(name) if word in SHORT_LIVED), None)


def words(name: str) -> list[str]:
    """The words of a name in camelCase, PascalCase, snake_case or kebab-case, in lower case."""
    parts = re.findall(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+", re.sub(r"[0-9A-F]{8}$", "", name))
    return [part.lower() for part in parts] or [name.lower()]
