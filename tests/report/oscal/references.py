"""What the official schema does not check: that every reference in a document leads somewhere, and once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any


def problems(document: Any) -> list[str]:
    """Identifiers that are given twice, and references to none."""
    given = Counter(value for path, value in _strings(document) if path[-1] == "uuid")
    twice = [f"{uuid} is given {number} times" for uuid, number in given.items() if number > 1]
    dangling = [
        f"{'/'.join(map(str, path))}: {value} leads nowhere"
        for path, value in _strings(document)
        if (_refers(path) and value not in given)
        or (path[-1] == "href" and value.startswith("#") and value[1:] not in given)
    ]
    return twice + dangling


def _refers(path: tuple[str | int, ...]) -> bool:
    last = path[-1] if isinstance(path[-1], str) else path[-2]
    return str(last).endswith(("-uuid", "-uuids"))


def _strings(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _strings(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _strings(item, (*path, index))
    elif isinstance(value, str):
        yield path, value
