"""Reads plain data of a known shape, which may come from anybody: every error says where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


class ShapeError(Exception):
    """The data have not the shape that is asked for; one line for people."""


class Fields:
    """A mapping and where it stands in its document (``findings[3]``)."""

    def __init__(self, value: Any, where: str = "") -> None:
        if not isinstance(value, Mapping):
            raise ShapeError(f"{where or 'the document'} is no object")
        self._value = value
        self._where = where

    def text(self, name: str) -> str:
        """A string.

        Raises:
            ShapeError: there is none; as all methods of this class.
        """
        value = self._get(name)
        return value if isinstance(value, str) else self._fail(name, "is no string")

    def optional(self, name: str) -> str | None:
        """A string or null."""
        return None if self._get(name) is None else self.text(name)

    def flag(self, name: str) -> bool:
        """True or false."""
        value = self._get(name)
        return value if isinstance(value, bool) else self._fail(name, "is neither true nor false")

    def number(self, name: str) -> int:
        """A whole number."""
        value = self._get(name)
        return value if type(value) is int else self._fail(name, "is no whole number")

    def optional_number(self, name: str) -> int | None:
        """A whole number or null."""
        return None if self._get(name) is None else self.number(name)

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of strings."""
        value = self._list(name)
        return tuple(value) if all(isinstance(item, str) for item in value) else self._fail(name, "holds no strings")

    def items(self, name: str) -> Iterator[Fields]:
        """A list of objects."""
        for index, item in enumerate(self._list(name)):
            yield Fields(item, f"{self._path(name)}[{index}]")

    def inner(self, name: str) -> Fields:
        """An object."""
        return Fields(self._get(name), self._path(name))

    def optional_inner(self, name: str) -> Fields | None:
        """An object or null."""
        return None if self._get(name) is None else self.inner(name)

    def names(self) -> tuple[str, ...]:
        """What the object has."""
        return tuple(map(str, self._value))

    def fail(self, name: str, what: str) -> ShapeError:
        """The error that what is called ``name`` is not as it should be."""
        return ShapeError(f"{self._path(name)} {what}")

    def _list(self, name: str) -> list[Any]:
        value = self._get(name)
        return value if isinstance(value, list) else self._fail(name, "is no list")

    def _get(self, name: str) -> Any:
        if name not in self._value:
            self._fail(name, "is missing")
        return self._value[name]

    def _fail(self, name: str, what: str) -> Any:
        raise self.fail(name, what)

    def _path(self, name: str) -> str:
        return f"{self._where}.{name}" if self._where else name
