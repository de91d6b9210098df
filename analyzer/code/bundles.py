"""Signs of an SDK in the bytes of a bundle, where imports are gone.

``aws-sdk`` v2 writes its version as ``VERSION: "2.1693.0"`` right before ``Signers`` and ``Protocol`` (lib/core.js),
and puts ``"aws-sdk-"`` before the engine in its user agent (lib/util.js); property names and strings survive every
minifier. SDK v3 has neither, and a comment or a string that speaks of v2 does not have both in this shape. Its last
releases also read an environment variable of their own (lib/maintenance_mode_message.js).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer.code.program import Import, Place

V2_MARK = "aws-sdk-js-v2"

_SPACE = rb"(?:\s|/\*(?:[^*]|\*(?!/)){0,400}\*/|//[^\n]{0,400}\n)*"
_V2_VERSION = re.compile(
    rb"\bVERSION"
    + _SPACE
    + rb":"
    + _SPACE
    + rb"([\"'])(2\.\d{1,6}\.\d{1,6})\1"
    + _SPACE
    + rb","
    + _SPACE
    + rb"Signers\b"
)
_V2_SILENCED = re.compile(rb"\bAWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE\b")
_V2_ANY_VERSION = re.compile(rb"\bVERSION\s{0,9}[:=]\s{0,9}([\"'])(2\.\d{1,6}\.\d{1,6})\1")
_V2_AGENT = re.compile(rb"([\"'`])aws-sdk-(?:\1|\$\{)")

_IMPORTS = re.compile(
    rb"\b(?:(?P<require>(?:__)?require)\(|(?P<dynamic>import)\(|(?P<static>from|import)\s*)"
    rb"(?P<quote>[\"'])(?P<module>[@\w./:-]{1,200})(?P=quote)"
)


def marks_in(name: str, data: bytes) -> tuple[tuple[str, Place], ...]:
    """Marks with their place: ``("aws-sdk-js-v2 2.1693.0", place of the version)``."""
    if b"Signers" not in data or b"aws-sdk-" not in data:
        return ()
    if not any(_is_code(data, agent.start()) for agent in _V2_AGENT.finditer(data)):
        return ()
    silenced = any(_is_code(data, name.start()) for name in _V2_SILENCED.finditer(data))
    found: dict[tuple[str, Place], None] = {}
    for match in (_V2_ANY_VERSION if silenced else _V2_VERSION).finditer(data):
        if _is_code(data, match.start()):
            found[f"{V2_MARK} {match[2].decode()}", place_of(name, data, match.start(), match.end(2) + 1)] = None
    return tuple(found)


_TOKENS = re.compile(
    rb"//[^\n]*|/\*.*?(?:\*/|\Z)|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`"
    rb"|(?<=[=(,:;!&|?{}\[])\s*/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/",
    re.S,
)
"""Comments, literals and, where an operand is due, regular expressions."""

_WINDOW = 4096


def _is_code(data: bytes, offset: int) -> bool:
    """Whether an offset lies outside comments and literals, as far as the text from the line's start shows.

    A minified file is one line, so that no more than a window before the offset is read; block comments that
    begin before it are looked for by themselves.
    """
    opened, closed = data.rfind(b"/*", max(0, offset - 65536), offset), data.rfind(b"*/", 0, offset)
    line = data.rfind(b"\n", 0, offset) + 1
    if opened > closed and _is_code_in_line(data, max(line, offset - _WINDOW), opened):
        return False
    return _is_code_in_line(data, max(line, offset - _WINDOW), offset)


def _is_code_in_line(data: bytes, start: int, offset: int) -> bool:
    if start >= offset:
        return True
    if start and data[start - 1 : start] != b"\n":
        return True
    tokens = _TOKENS.finditer(data, start, offset + _WINDOW)
    return all(token.end() <= offset or token.start() >= offset for token in tokens)


def place_of(name: str, data: bytes, start: int, end: int) -> Place:
    """The place of a range of bytes; columns count characters from 1, the end is exclusive."""
    return Place(name, *_position(data, start), *_position(data, end))


def _position(data: bytes, offset: int) -> tuple[int, int]:
    line_start = data.rfind(b"\n", 0, offset) + 1
    return data.count(b"\n", 0, offset) + 1, len(data[line_start:offset].decode("utf-8", "replace")) + 1


def imports_in_bytes(name: str, data: bytes) -> Iterator[Import]:
    """Imports of a file that is too large to parse. Text in comments and strings may be among them, so that the
    program that holds them is never complete."""
    seen: set[str] = set()
    for match in _IMPORTS.finditer(data):
        module = match["module"].decode()
        if module in seen:
            continue
        seen.add(module)
        kind = "require" if match["require"] else "dynamic" if match["dynamic"] else "import"
        yield Import(module, ("*",), kind, place_of(name, data, match.start(), match.end()))
