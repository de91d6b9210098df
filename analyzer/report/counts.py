"""Numbers with their nouns, as the formats for people with pages write them."""

from __future__ import annotations


def count_of(number: int, noun: str) -> str:
    """``1 finding``, ``2,000 findings``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
