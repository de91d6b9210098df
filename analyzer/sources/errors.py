"""What can be wrong with an input, as values."""

from __future__ import annotations

from analyzer.records import dataclass


class InputError(Exception):
    """An input that cannot be read or understood.

    ``path`` is the display path, ``line`` and ``column`` start at 1 and are None where they are not known.
    """

    def __init__(self, path: str, reason: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(path, reason, line, column)
        self.path = path
        self.reason = reason
        self.line = line
        self.column = column

    def __str__(self) -> str:
        place = [str(number) for number in (self.line, self.column) if number is not None]
        return ":".join([self.path, *place]) + f": {self.reason}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, InputError) and self.args == other.args

    def __hash__(self) -> int:
        return hash(self.args)


@dataclass(frozen=True, slots=True)
class InputWarning:
    """Something of an input that was read although it is doubtful, such as a key written twice."""

    path: str
    line: int
    column: int
    reason: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.reason}"


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A file or folder that was looked at and not taken as an input, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class MissingAsset:
    """Why the files a resource names cannot be read: ``path`` is the name as written, None where there is none.

    ``unpacked_bytes`` is their size where that is the reason.
    """

    reason: str
    path: str | None = None
    unpacked_bytes: int | None = None
