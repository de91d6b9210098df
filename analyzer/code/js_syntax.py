"""JavaScript and TypeScript source text as syntax trees.

Node kinds and field names are those of ``tree-sitter-javascript`` and ``tree-sitter-typescript``; the grammars
are imported on first use, because most runs of the program never see JavaScript.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

from analyzer.code.program import Place
from analyzer.records import dataclass

if TYPE_CHECKING:
    from tree_sitter import Language, Node, Query

MAX_PARSED_BYTES = 2 * 1024 * 1024
"""Above this a file is scanned for marks only: parsing takes about half a second for each megabyte."""

PARSER_ROUNDS = 500
BYTES_PER_ROUND = 8
"""The parser reports after every hundred operations; sound code gives it at least 60 bytes for each report."""
CHUNK_BYTES = 64 * 1024

MOST_IN_ERROR = 5_000
"""Tokens side by side in one ``ERROR`` node; a faulty statement leaves some tens."""

LARGE_BYTES = 128 * 1024

SUFFIXES = (".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx")

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": "", "\r\n": ""}


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """One parsed file. Trees are read through it, since a node alone does not know its file."""

    name: str
    data: bytes
    root: Node
    grammar: str
    following: Sequence[int] = ()
    """The offsets of bytes that continue a character, in order; a bundle is one line of a million characters."""

    @property
    def typescript(self) -> bool:
        """Whether types are erased and unused imports are dropped when the file is compiled."""
        return self.name.endswith((".ts", ".mts", ".cts", ".tsx"))

    @property
    def is_bundle(self) -> bool:
        """Whether the file is as large as only bundles of packages are."""
        return len(self.data) > LARGE_BYTES

    def text(self, node: Node) -> str:
        """The source text of ``node``."""
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def place(self, node: Node) -> Place:
        """Where ``node`` stands; columns count characters, the end is exclusive."""
        start, end = node.start_point, node.end_point
        return Place(
            self.name,
            start[0] + 1,
            self._column(node.start_byte, start[1]),
            end[0] + 1,
            self._column(node.end_byte, end[1]),
        )

    def _column(self, offset: int, column: int) -> int:
        return column + 1 - (bisect_left(self.following, offset) - bisect_left(self.following, offset - column))


def parse(name: str, data: bytes) -> Source:
    """Parses a file; the grammar follows from its suffix. Faulty source gives a tree with ``ERROR`` nodes.

    Raises :class:`UnparsableError` where the parser would go on for ever (its recovery from errors can, which some
    short faulty texts show), or where it made sense of next to nothing.
    """
    grammar = "javascript"
    if name.endswith((".ts", ".mts", ".cts", ".tsx")):
        grammar = "tsx" if name.endswith(".tsx") else "typescript"
    following = () if data.isascii() else tuple(found.start() for found in re.finditer(rb"[\x80-\xbf]", data))
    return Source(name, data, _parse(data, grammar), grammar, following)


class UnparsableError(Exception):
    """The parser did not come to an end, or to nothing."""


def _parse(data: bytes, grammar: str) -> Node:
    from tree_sitter import Parser

    left = PARSER_ROUNDS + len(data) // BYTES_PER_ROUND

    def out_of_rounds(*_: object) -> bool:
        nonlocal left
        left -= 1
        return left < 0

    parser = Parser(_language(grammar))
    try:
        tree = parser.parse(lambda offset, _: data[offset : offset + CHUNK_BYTES], progress_callback=out_of_rounds)
    except ValueError as error:
        raise UnparsableError(str(error)) from error
    if tree.root_node.has_error and _is_rubble(tree.root_node):
        raise UnparsableError("too much of it is no JavaScript")
    return tree.root_node


def _is_rubble(root: Node) -> bool:
    """Whether the parser gave up on a long stretch: queries take quadratic time on what it then leaves side by side."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.is_error and node.child_count > MOST_IN_ERROR:
            return True
        waiting.extend(child for child in node.children if child.has_error)
    return False


@cache
def _language(grammar: str) -> Language:
    from tree_sitter import Language

    if grammar == "javascript":
        import tree_sitter_javascript

        return Language(tree_sitter_javascript.language())
    import tree_sitter_typescript

    is_tsx = grammar == "tsx"
    return Language(tree_sitter_typescript.language_tsx() if is_tsx else tree_sitter_typescript.language_typescript())


@cache
def _query(grammar: str, text: str) -> Query:
    """A compiled query; compiling takes longer than running it over a usual file."""
    from tree_sitter import Query

    return Query(_language(grammar), text)


def captured(source: Source, query: str, *names: str) -> Iterator[Node]:
    """The nodes of a file that a query captures under the ``names``, name by name."""
    from tree_sitter import QueryCursor

    captures = QueryCursor(_query(source.grammar, query)).captures(source.root)
    for name in names:
        yield from captures.get(name, ())


def children(node: Node) -> list[Node]:
    """Named children without comments."""
    return [child for child in node.named_children if child.type != "comment"]


def first_child(node: Node, *kinds: str) -> Node | None:
    """The first named child of one of the ``kinds``."""
    return next((child for child in node.named_children if child.type in kinds), None)


def has_token(node: Node, token: str) -> bool:
    """Whether an unnamed token such as ``async`` or ``static`` stands directly in ``node``."""
    return any(child.type == token for child in node.children)


def descendants(node: Node, *kinds: str) -> Iterator[Node]:
    """All nodes of the given kinds below ``node``, in source order, without recursion."""
    pending = [node]
    while pending:
        current = pending.pop()
        if current.type in kinds:
            yield current
        pending.extend(reversed(current.named_children))


def first_error(node: Node) -> Node | None:
    """The first place that the grammar does not understand; None where all is well."""
    while node.has_error:
        if node.type == "ERROR" or node.is_missing:
            return node
        broken = next((child for child in node.children if child.has_error or child.is_missing), None)
        if broken is None:
            return node
        node = broken
    return None


def string_value(source: Source, node: Node) -> str | None:
    """The value of a string literal or a template literal without substitutions; None for any other node."""
    if node.type not in ("string", "template_string"):
        return None
    if node.type == "template_string" and first_child(node, "template_substitution"):
        return None
    return unescape(source.text(node)[1:-1])


def unescape(text: str) -> str:
    """A literal's inner text with its escape sequences replaced."""
    if "\\" not in text:
        return text
    return _SEQUENCE.sub(_replace_escape, text)


_SEQUENCE = re.compile(
    r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r\n|[\s\S]))",
)


def _replace_escape(match: re.Match[str]) -> str:
    code = match[1] or match[2] or match[3]
    if code:
        number = int(code, 16)
        return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else "\ufffd"
    return _ESCAPES.get(match[4], match[4])
