"""Rule documentation as plain text: it is written to be read as it is, so little has to change."""

from __future__ import annotations

from collections.abc import Iterator


def plain(text: str) -> str:
    """Markdown for a terminal: headings underlined, fences taken away and code set in, all else as written."""
    return "\n".join(_lines(text)).strip("\n")


def _lines(text: str) -> Iterator[str]:
    in_code = False
    for line in text.splitlines():
        if line.startswith("```"):
            in_code = not in_code
        elif in_code:
            yield f"    {line}".rstrip()
        elif line.startswith("#"):
            heading = line.lstrip("#").strip()
            yield heading
            yield ("=" if line.startswith("# ") else "-") * len(heading)
        else:
            yield line
