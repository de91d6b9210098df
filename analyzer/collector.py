"""How often the cycle collector looks for what nothing refers to any more."""

from __future__ import annotations

import gc


def late() -> None:
    """A run builds few, large, long-lived structures, of which the default pace only costs time."""
    gc.set_threshold(1_000_000, 20, 20)


def early() -> None:
    """What is judged one by one leaves nothing behind, and processes may be many: little is to come together."""
    gc.set_threshold(100_000, 20, 20)
