"""Places in SARIF: URIs relative to the repository, regions of one line."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from analyzer.policy.result import Location


def artifact_uri(path: str) -> str:
    """``path`` as a relative reference (RFC 3986), percent-encoded."""
    text = path.removeprefix("./") or "."
    return quote(text, safe="/~!$&'()*+,;=@-._", errors="replace")


def place_of(file: str, line: int = 1) -> Location:
    """All of one line of a file."""
    return Location(file, line, 1, line, 1)


def location(place: Location) -> dict[str, Any]:
    """A physical location. The region stays on one line, since a pull request shows a result only where all its
    lines are in the change."""
    region = {"startLine": place.line, "startColumn": place.column}
    if place.end_line == place.line and place.end_column > place.column:
        region["endColumn"] = place.end_column
    if place.end_line == place.line and place.end_column == place.column == 1:
        region = {"startLine": place.line}
    artifact = {"uri": artifact_uri(place.file), "uriBaseId": "%SRCROOT%"}
    return {"physicalLocation": {"artifactLocation": artifact, "region": region}}
