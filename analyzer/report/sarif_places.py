"""Places in SARIF: URIs relative to the repository, regions of one line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from analyzer.policy.result import Input, Location

_SAFE = "/~!$&'()*+,;=@-._"


def artifact(path: str) -> dict[str, Any]:
    """A file: relative to the working directory, or by itself where it is on another drive."""
    text = path.removeprefix("./") or "."
    if text.startswith("/"):
        return {"uri": f"file://{quote(text, safe=_SAFE, errors='replace')}"}
    return {"uri": quote(text, safe=_SAFE, errors="replace"), "uriBaseId": "%SRCROOT%"}


def place_of(file: str, line: int = 1) -> Location:
    """All of one line of a file."""
    return Location(file, line, 1, line, 1)


def file_of(stack: str, inputs: Iterable[Input]) -> str:
    """The file to show for a stack of which no place is known: its template, else the first file of its application,
    else what was given. A result without a file makes GitHub refuse the whole log."""
    given = next((each for each in inputs if stack in each.stacks), None)
    if given is None:
        return "."
    named = (file for file in given.files if file.rpartition("/")[2].startswith(f"{stack}."))
    return next(named, given.files[0] if given.files else given.path)


def location(place: Location) -> dict[str, Any]:
    """A physical location. The region stays on one line, since a pull request shows a result only where all its
    lines are in the change."""
    region = {"startLine": place.line, "startColumn": place.column}
    if place.end_line == place.line and place.end_column > place.column:
        region["endColumn"] = place.end_column
    if place.end_line == place.line and place.end_column == place.column == 1:
        region = {"startLine": place.line}
    return {"physicalLocation": {"artifactLocation": artifact(place.file), "region": region}}
