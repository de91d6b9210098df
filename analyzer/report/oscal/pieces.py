"""The small parts that OSCAL documents are made of: identifiers, texts that its data types allow, properties."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from analyzer.report.sanitize import visible

NAMESPACE = "urn:stackproof:oscal"
"""Of properties, and of the names that identifiers are made from."""

Json = dict[str, Any]

_SPACE = re.compile(r"^[\s\ufeff]+|[\s\ufeff]+$")


class Identifiers:
    """UUIDs of version 5, which OSCAL allows beside version 4: the same things have the same ones in every run."""

    def __init__(self) -> None:
        self._given: Counter[tuple[str, ...]] = Counter()

    def of(self, *name: str) -> str:
        """The identifier of the one thing with this name; the first part says of which kind it is."""
        return str(uuid5(uuid5(NAMESPACE_URL, NAMESPACE), "\x1f".join(map(visible, name))))

    def next(self, *name: str) -> str:
        """As :meth:`of`, for things of which several may have the same name: each call tells another."""
        self._given[name] += 1
        ordinal = self._given[name]
        return self.of(*name) if ordinal == 1 else self.of(*name, str(ordinal))


def text(told: str) -> str:
    """``told`` as OSCAL's string type wants it: one line, not empty, no white space around it."""
    return _SPACE.sub("", visible(told)) or "(empty)"


def href(path: str) -> str:
    """A path as a relative reference."""
    return quote(visible(path), safe="/-._~") or "."


def prop(name: str, value: str, **more: str) -> Json:
    """A property in our namespace."""
    return {"name": name, "ns": NAMESPACE, "value": text(value), **more}


def props(**named: str | None) -> list[Json]:
    """Properties by name, those without a value left out; ``_`` in a name stands for ``-``."""
    return [prop(name.replace("_", "-"), value) for name, value in named.items() if value]


def lean(**fields: Any) -> Json:
    """The fields that hold something: an empty array is not valid OSCAL. ``_`` in a name stands for ``-``."""
    return {name.replace("_", "-"): value for name, value in fields.items() if value not in (None, "", [], {})}
