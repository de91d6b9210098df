"""The sections of the failure document: title, grade, and where a claim is too strong and what is true instead."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from analyzer.data.store import read_json


class Overstatement(NamedTuple):
    """A claim of the document in short, what holds instead, and a link to who says so (None: own judgement)."""

    claim: str
    truth: str
    source: str | None


class FailureMode(NamedTuple):
    """One section of the document; ``documented`` is the grade it gave."""

    title: str
    documented: str
    overstated: tuple[Overstatement, ...]


@cache
def failure_modes() -> Mapping[int, FailureMode]:
    """Section number to section."""
    return MappingProxyType(
        {
            int(number): FailureMode(
                mode["title"],
                mode["documented"],
                tuple(Overstatement(o["claim"], o["truth"], o.get("source")) for o in mode["overstated"]),
            )
            for number, mode in read_json("failure_modes.json")["modes"].items()
        }
    )
