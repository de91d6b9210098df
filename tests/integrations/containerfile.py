"""What ``Containerfile`` says, instruction by instruction."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]


class Instruction(NamedTuple):
    """One instruction; ``text`` is what follows its name, continued lines joined."""

    name: str
    text: str


def stages() -> list[list[Instruction]]:
    """The instructions of each stage, each beginning with its ``FROM``."""
    text = (ROOT / "Containerfile").read_text("utf-8")
    joined = re.sub(r"\\\n\s*", " ", re.sub(r"^#.*\n", "", text, flags=re.M))
    found: list[list[Instruction]] = []
    for line in filter(None, joined.splitlines()):
        name, _, rest = line.partition(" ")
        if name == "FROM":
            found.append([])
        found[-1].append(Instruction(name, rest))
    return found
