"""What a computation keeps of the key of the object that an S3 event tells of: its end, its extension, its stem."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from analyzer.code.program import CodeValue, Derived, Literal
from analyzer.facts.event_text import EXTENSION, RUN, STEM, TAIL

IsKey = Callable[[CodeValue], bool]
"""Whether an expression is the key, as it stands or decoded."""

PATHS: Final = frozenset(("Path", "PurePath", "PurePosixPath"))
UNCHANGED: Final = PATHS | frozenset(
    (
        "decodeURIComponent", "decodeURI", "unquote_plus", "unquote", "unescape", "encodeURIComponent", "quote",
        "str", "String", "toString", "strip", "trim", "encode", "decode", "normalize", "posix", "from", "bytes",
    )
)  # fmt: skip
"""What gives the same text again, in another coding at most."""
_CHANGES = frozenset(dir(str)) - UNCHANGED
_SLASH, _DOT = Literal("/"), Literal(".")


def operation(how: str) -> str:
    """The last name of a dotted operation: ``replace`` of ``urllib.parse.unquote_plus.replace``."""
    return how.rpartition(".")[2]


def changes(how: str) -> bool:
    """Whether a chain of methods (``unquote_plus.lower.split``) makes another text before its last one works on it."""
    return not _CHANGES.isdisjoint(how.split(".")[:-1])


def part_of_key(sources: tuple[CodeValue, ...], how: str, is_key: IsKey) -> str:
    """The part of the key that the computation ``how`` of ``sources`` gives; ``RUN`` where it may be any text."""
    first, name = sources[0], operation(how)
    if changes(how):
        return RUN
    if is_key(first):
        return _of_key(sources, name)
    if not isinstance(first, Derived) or not first.sources:
        return RUN
    if name == "join" and operation(first.how) == "slice":
        return TAIL if _is_slashed(first.sources[0], is_key) and _from_one_index(first.sources) else RUN
    return _of_parts(first, name, sources[1:], is_key)


def _of_key(sources: tuple[CodeValue, ...], name: str) -> str:
    first = sources[0]
    if name in ("extname", "ext", "suffix"):
        return EXTENSION
    is_path = isinstance(first, Derived) and operation(first.how) in PATHS
    behind_slash = name in ("basename", "base") or (name == "name" and is_path) or _from_last_slash(sources, name)
    return TAIL if behind_slash else RUN


def _of_parts(parts: Derived, name: str, arguments: tuple[CodeValue, ...], is_key: IsKey) -> str:
    """One of the parts that the key was taken apart into: ``os.path.splitext(key)[1]``, ``key.split("/").pop()``."""
    if not is_key(parts.sources[0]) or changes(parts.how):
        return RUN
    how, index = operation(parts.how), arguments[0] if arguments else None
    if how == "splitext" and name == "item":
        return STEM if index == Literal(0) else EXTENSION
    if how not in ("split", "rsplit"):
        return RUN
    if _DOT in parts.sources and name == "item" and index == Literal(0):
        return STEM
    last = name == "pop" or (name in ("at", "item") and index == Literal(-1))
    return TAIL if last and _SLASH in parts.sources else RUN


def _is_slashed(value: CodeValue, is_key: IsKey) -> bool:
    """Whether this is ``key.split("/")``."""
    if not isinstance(value, Derived) or operation(value.how) != "split":
        return False
    return _SLASH in value.sources and is_key(value.sources[0])


def _from_one_index(sources: tuple[CodeValue, ...]) -> bool:
    """Whether a slice begins at a known place and goes to the end."""
    return len(sources) == 2 and isinstance(sources[1], Literal)


def _from_last_slash(sources: tuple[CodeValue, ...], name: str) -> bool:
    """Whether this is ``key.substring(key.lastIndexOf("/") + 1)``."""
    if name not in ("substring", "slice", "substr") or len(sources) != 2:
        return False
    match sources[1]:
        case Derived(sources=(Derived(sources=searched, how=how), *_)):
            return operation(how) == "lastIndexOf" and _SLASH in searched
        case _:
            return False
