"""Holes in inline code: places where a template puts what is known at deployment only.

In the text a hole is one private-use character (:mod:`analyzer.model.names`). Inside a string it stands for a part of
the string, elsewhere for an expression of which nothing is known. A hole that stands as a statement of its own, or
names what is defined or looked up, may be any code: then what the file does is not known.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tree_sitter import Node

_HOLES: Final = range(0xE000, 0xF900)
_HOLE: Final = re.compile(rb"\xee[\x80-\xbf]|\xef[\x80-\xa3]")
_LETTERS: Final = range(0xA000, 0xA48D)
"""Yi syllables: letters to Python, not changed by its normalization, and as long in UTF-8 as the holes."""
_TO_LETTERS: Final = dict(zip(_HOLES, _LETTERS, strict=False))
_TO_HOLES: Final = {letter: hole for hole, letter in _TO_LETTERS.items()}
_TEXT: Final = frozenset(("comment", "string_fragment", "template_chars", "regex_pattern", "html_comment"))
_DEFINING: Final = ("name", "pattern", "parameter", "alias", "label")


def has_holes(data: bytes) -> bool:
    """Whether a file in UTF-8 has holes."""
    return _HOLE.search(data) is not None


def as_letters(text: str) -> str | None:
    """Python source with a letter for each hole; None where the letters have a meaning there already."""
    return None if any(ord(character) in _LETTERS for character in text) else text.translate(_TO_LETTERS)


def fill_strings(tree: ast.AST) -> int | None:
    """Put the holes back into the strings of a tree that was parsed from :func:`as_letters`; the line of the first hole
    that may be any code, None where there is none."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant):
            if isinstance(node.value, str):
                node.value = node.value.translate(_TO_HOLES)
        elif any(ord(character) in _LETTERS for name in _names(node) for character in name) or _is_hole(node):
            return getattr(node, "lineno", 1)
    return None


def _names(node: ast.AST) -> Iterator[str]:
    """The names in a node, but for those that are looked up as variables."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        return
    for _, value in ast.iter_fields(node):
        yield from (one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str))


def _is_hole(node: ast.AST) -> bool:
    """Whether a node is a statement of nothing but a hole."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Name) and ord(node.value.id[0]) in _LETTERS


def stray_in_javascript(root: Node) -> int | None:
    """The line of the first hole in a JavaScript tree that may be any code; None where there is none."""
    pending = [root]
    while pending:
        node = pending.pop()
        if node.type in _TEXT or not has_holes(node.text or b""):
            continue
        if not node.children and not _is_expression(node):
            return node.start_point[0] + 1
        pending.extend(reversed(node.children))
    return None


def _is_expression(leaf: Node) -> bool:
    parent = leaf.parent
    if (
        leaf.type != "identifier"
        or parent is None
        or parent.type in ("expression_statement", "program", "arrow_function")
    ):
        return False
    return all(parent.child_by_field_name(field) != leaf for field in _DEFINING)
