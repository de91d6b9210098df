"""JSON with one entry a line, character by character as ``json.dumps(value, indent=…)`` writes it.

The standard library indents in Python alone, token by token, which took a quarter of a run over many templates. Here
the beginnings of a mapping's lines are made once for all mappings with the same keys, scalars are written where they
stand, and what a report repeats is written once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from json.encoder import encode_basestring, encode_basestring_ascii
from typing import Any

_CONTAINERS = (dict, list, tuple)


class Repeated(list[Any]):
    """A list that occurs more than once at the same depth, as the references of a rule do in its findings. It must not
    change."""

    __slots__ = ()


def indented(value: Any, *, indent: int, ascii_only: bool = False) -> str:
    """``value`` as JSON; keys must be strings. Raises ``TypeError`` for what JSON has no word for."""
    pieces: list[str] = []
    writer = _Writer(encode_basestring_ascii if ascii_only else encode_basestring, " " * indent)
    writer.write(("",), (value,), "\n", pieces.append)
    return "".join(pieces)


class _Writer:
    """Writes values at any depth; ``line`` begins a line as far in as they stand."""

    def __init__(self, quote: Callable[[str], str], step: str) -> None:
        self._quote = quote
        self._step = step
        self._heads: dict[tuple[tuple[str, ...], str], list[str]] = {}
        self._written: dict[tuple[int, str], str] = {}

    def write(self, heads: Iterable[str], values: Iterable[Any], line: str, put: Callable[[str], None]) -> None:
        """Put each of ``values`` after its head."""
        quote = self._quote
        for head, value in zip(heads, values, strict=False):
            kind = type(value)
            if kind is str:
                put(f"{head}{quote(value)}")
            elif value is None:
                put(f"{head}null")
            elif kind is int:  # most are lines and columns
                put(f"{head}{value}")
            elif isinstance(value, str):
                put(f"{head}{quote(value)}")
            elif not value or not isinstance(value, _CONTAINERS):
                put(f"{head}{json.dumps(value)}")
            elif kind is Repeated:
                put(f"{head}{self._repeated(value, line)}")
            else:
                put(head)
                self._container(value, line, put)

    def _container(self, value: Any, line: str, put: Callable[[str], None]) -> None:
        deeper = line + self._step
        if isinstance(value, dict):
            self.write(self._heads_of(tuple(value), deeper), value.values(), deeper, put)
            put(line + "}")
        else:
            self.write(("[" + deeper, *("," + deeper for _ in range(len(value) - 1))), value, deeper, put)
            put(line + "]")

    def _heads_of(self, keys: tuple[str, ...], line: str) -> list[str]:
        heads = self._heads.get((keys, line))
        if heads is None:
            heads = [f"{',' if index else '{'}{line}{self._quote(key)}: " for index, key in enumerate(keys)]
            self._heads[keys, line] = heads
        return heads

    def _repeated(self, value: Any, line: str) -> str:
        """``value`` must outlive the writer, as all that is written does."""
        text = self._written.get((id(value), line))
        if text is None:
            pieces: list[str] = []
            self._container(value, line, pieces.append)
            text = self._written[id(value), line] = "".join(pieces)
        return text
