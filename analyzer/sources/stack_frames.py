"""The user's own frame among those the CDK recorded when it created a construct.

The frames come from Node.js (``new S (app.ts:6:11)``, ``at … (/abs/app.ts:12:5)``, ``file:///…``), from Python
through jsii (``make (/abs/stack.py:12)``, innermost first too) and, between them, notes of the CDK about what
it left out (``...aws-cdk-lib, node internals...``). All were observed with aws-cdk-lib 2.275 and 1.204.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from analyzer.records import dataclass
from analyzer.sources.reading import display_path, is_regular_file

_PLACE = re.compile(r"(?P<file>[^\n]{1,4096}?):(?P<line>\d{1,9})(?::(?P<column>\d{1,9}))?")
_NOT_A_FILE = ("<", "[", "node:", "internal/", "...")
_VENDOR = re.compile(
    r"(?:^|/)(?:node_modules|site-packages|dist-packages|\.yarn|\.pnp\.[cm]?js|jsii-kernel-[^/]*|jsii-runtime[^/]*)(?:/|$)"
    r"|/lib/python\d[^/]*/|/python\d+/lib/",
    re.IGNORECASE,
)
_DRIVE = re.compile(r"[A-Za-z]:[/\\]")
_MOST_FOLDERS = 40


@dataclass(frozen=True, slots=True)
class Frame:
    """A line of a source file, as it was written in a stack trace."""

    file: str
    line: int


def user_frame(frames: Iterable[object]) -> Frame | None:
    """The innermost frame that is neither the CDK's, a package's nor the runtime's; None where there is none."""
    for text in frames:
        frame = parse_frame(text) if isinstance(text, str) else None
        if frame is not None and not _VENDOR.search(frame.file):
            return frame
    return None


def parse_frame(text: str) -> Frame | None:
    """One line of a stack trace; None for what names no file, such as ``Array.forEach (:)``."""
    text = text.strip().removeprefix("at ")
    if text.endswith(")") and " (" in text:
        text = text[text.index(" (") + 2 : -1]
    match = _PLACE.fullmatch(text)
    if match is None or match["file"].startswith(_NOT_A_FILE):
        return None
    return Frame(_file_path(match["file"]), int(match["line"]))


def _file_path(name: str) -> str:
    if name.startswith("file://"):
        from urllib.parse import unquote

        name = unquote(name.removeprefix("file://"))
        if _DRIVE.match(name[1:]):
            name = name[1:]
    return name.replace("\\", "/")


class SourceFiles:
    """Finds the files that frames name, which another machine may have written: below ``source_root``, the
    folder of the CDK application where it is known, or below the working directory."""

    def __init__(self, source_root: Path | None, cwd: Path) -> None:
        self._source_root = source_root
        self._cwd = cwd
        self._shown: dict[str, str] = {}

    def display(self, file: str) -> str:
        """``file`` relative to the working directory where it can be found there; else its last two names
        after ``.../`` (:data:`analyzer.policy.result.ELSEWHERE`), which says that the path leads nowhere here."""
        if file not in self._shown:
            self._shown[file] = self._search(file)
        return self._shown[file]

    def settled(self) -> tuple[object, ...]:
        """Where it searches, and what it has found by now."""
        return self._source_root, self._cwd, tuple(sorted(self._shown.items()))

    def _search(self, file: str) -> str:
        parts = [part for part in file.split("/") if part]
        absolute = file.startswith("/") or _DRIVE.match(file) is not None
        for path in self._candidates(parts, absolute):
            if is_regular_file(path):
                return display_path(path, self._cwd)
        return ".../" + "/".join(parts[-2:])

    def _candidates(self, parts: list[str], absolute: bool) -> Iterator[Path]:
        """Ever shorter ends of an absolute path below the known folders. A bare file name could be any file's,
        so that it counts in the application's own folder only."""
        if ".." in parts or any("\0" in part for part in parts):
            return
        bases = [base for base in (self._source_root, self._cwd) if base is not None]
        if not absolute:
            yield from (base.joinpath(*parts) for base in reversed(bases))
            return
        for base in bases:
            if tuple(parts[: len(base.parts) - 1]) == base.parts[1:]:
                yield base.joinpath(*parts[len(base.parts) - 1 :])
        for start in range(max(1, len(parts) - _MOST_FOLDERS), len(parts) - 1):
            yield from (base.joinpath(*parts[start:]) for base in bases)
        if self._source_root is not None:
            yield self._source_root / parts[-1]
