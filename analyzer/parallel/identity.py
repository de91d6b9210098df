"""What stands for a tool and its orders: a digest that changes when a rule, a dated fact or a setting does."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path

_COUNTED = (".py", ".json", ".gz")


def key_of(*parts: object) -> str:
    """The digest of the tool and of ``parts``, each by its ``repr``: frozen dataclasses, enums, dates and text."""
    digest = sha256(tool_digest().encode())
    for part in parts:
        text = repr(part).encode("utf-8", "surrogateescape")
        digest.update(len(text).to_bytes(8, "big") + text)
    return digest.hexdigest()[:32]


@cache
def tool_digest() -> str:
    """The digest of the analyzer's and all rule packs' files, of Python and of the parsers."""
    import platform
    from importlib.metadata import version

    digest = sha256(platform.python_version().encode())
    for name in ("pyyaml", "tree-sitter", "tree-sitter-javascript", "tree-sitter-typescript"):
        digest.update(f"{name} {version(name)}\n".encode())
    for file in _files():
        digest.update(f"{file.name}\n".encode() + sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _files() -> Iterator[Path]:
    from importlib.util import find_spec

    from analyzer.entry_points import installed
    from analyzer.registry import GROUP

    for module in ("analyzer", *(found.value for found in installed(GROUP))):
        spec = find_spec(module)
        origin = None if spec is None or spec.origin is None else Path(spec.origin)
        if origin is None:
            continue
        found = [origin] if origin.name != "__init__.py" else origin.parent.rglob("*")
        yield from sorted(file for file in found if file.suffix in _COUNTED and file.is_file())
