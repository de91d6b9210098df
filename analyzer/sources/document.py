"""One parsed file: JSON or YAML, with lazy positions and digest."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Protocol

from analyzer.sources.errors import InputError, InputWarning
from analyzer.sources.json_document import JsonLocator, parse_json
from analyzer.sources.positions import Position
from analyzer.sources.reading import decode


class _Locator(Protocol):
    def position(self, pointer: str) -> Position | None: ...


class Document:
    """A JSON or YAML file as a value. ``path`` is the display path.

    Text that begins with ``{`` is JSON first and YAML second, since YAML in flow style begins so too; a
    file called ``.json`` is JSON only. Raises :class:`InputError` where it is neither.
    """

    def __init__(self, data: bytes, path: str) -> None:
        self.path = path
        self.data = data
        text = decode(data, path)
        self.is_json = text.lstrip()[:1] in ("{", "[") or path.endswith(".json")
        self.value: Any
        self.warnings: tuple[InputWarning, ...]
        if self.is_json:
            self._read_json(text)
        else:
            self._read_yaml(text)

    def _read_json(self, text: str) -> None:
        try:
            self.value, self.warnings = parse_json(text, self.path)
        except InputError as error:
            if self.path.endswith(".json"):
                raise
            try:
                self._read_yaml(text)
            except InputError:
                raise error from None
            self.is_json = False

    def _read_yaml(self, text: str) -> None:
        from analyzer.sources.yaml_document import parse_yaml

        self.value, self.warnings = parse_yaml(text, self.path)

    @cached_property
    def sha256(self) -> str:
        """The hexadecimal digest of the file's bytes."""
        import hashlib

        return hashlib.sha256(self.data).hexdigest()

    def position(self, pointer: str) -> Position | None:
        """Where ``pointer`` (RFC 6901), or its deepest ancestor that exists, stands; None for no pointer.

        A mapping's entry is its key, together with its value where that is a scalar on the same line; a
        list's element is the value, at most to the end of its first line.
        """
        return self._locator.position(pointer)

    @cached_property
    def _locator(self) -> _Locator:
        text = decode(self.data, self.path)
        if self.is_json:
            return JsonLocator(text, repeated=bool(self.warnings))
        from analyzer.sources.yaml_document import YamlLocator

        return YamlLocator(text)

    def __getstate__(self) -> dict[str, Any]:
        # The locator of YAML knows its containers by their addresses, which mean nothing in another process.
        return {name: value for name, value in self.__dict__.items() if name != "_locator"}
