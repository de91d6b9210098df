"""Where the text of a YAML literal block scalar begins."""

from __future__ import annotations

import re

_HEADER = re.compile(r"\|[-+]?([1-9])?[-+]?[ \t]*(?:#.*)?$")


def text_start(template: str, header_line: int) -> tuple[int, int] | None:
    """Line and column (from 1) of the first line of the literal block scalar whose header (``ZipFile: |``,
    ``- !Sub |-``) ends line ``header_line`` of ``template``; None where that line ends otherwise.

    A folded scalar (``>``) joins lines, so places in its text are no places in the template: None as well.
    """
    lines = template.split("\n")
    if not 1 <= header_line <= len(lines):
        return None
    header = _HEADER.search(lines[header_line - 1].rstrip("\r"))
    if header is None:
        return None
    body = lines[header_line:]
    first = next((line for line in body if line.strip()), None)
    if first is None:
        return None
    return header_line + 1, len(first) - len(first.lstrip(" ")) + 1
