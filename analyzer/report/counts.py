"""Numbers with their nouns."""

from __future__ import annotations


def count_of(number: int, noun: str) -> str:
    """``1 finding``, ``2,000 findings``: for people with pages."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def counted(number: int, noun: str) -> str:
    """``1 finding``, ``2000 findings``: on a terminal, where programs read along."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
