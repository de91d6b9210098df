"""A picture as a Mermaid flow chart, for Markdown that GitHub, GitLab and others draw."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.picture.graph import Edge, Family, Line, Node, Picture
from analyzer.report.drawing.plain import Plain
from analyzer.report.sanitize import visible

_SHAPES = {
    Family.COMPUTE: ('(["', '"])'),
    Family.STORAGE: ('[("', '")]'),
    Family.MESSAGING: ('[["', '"]]'),
    Family.NETWORK: ('["', '"]'),
    Family.IDENTITY: ('{{"', '"}}'),
    Family.STACK: ('["', '"]'),
    Family.OUTSIDE: ('["', '"]'),
    Family.MORE: ('("', '")'),
}
_KEPT = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,:/-_()+=?!'…→")
"""Characters that mean nothing to Mermaid inside quotes; all others are written as character entities."""


def mermaid(picture: Picture) -> str:
    """The picture as a flow chart from left to right, one subgraph per lane."""
    return "\n".join([*_lines(picture), ""])


def _lines(picture: Picture) -> Iterator[str]:
    yield "flowchart LR"
    yield f"accTitle: {_plain(picture.title)}"
    yield f"accDescr: {_plain(picture.description)}"
    plain = Plain(picture)
    for lane in plain.lanes:
        inside = [_node(node, name) for name, node in lane.nodes]
        if not lane.name:
            yield from inside
            continue
        yield f'  subgraph s{lane.number}["{_quoted(lane.name)}"]'
        yield from (f"  {line}" for line in inside)
        yield "  end"
    arrows = plain.arrows
    yield from (f"  {arrow.source} {_arrow(arrow.edge)} {arrow.target}" for arrow in arrows)
    marked = plain.marked
    if marked:
        yield f"  class {','.join(marked)} failed"
        yield "  classDef failed fill:#fdecec,stroke:#a4161a,stroke-width:2px,color:#1b1f24"
    numbers = [str(number) for number, arrow in enumerate(arrows) if arrow.edge.marked]
    if numbers:
        yield f"  linkStyle {','.join(numbers)} stroke:#a4161a,stroke-width:2.5px"


def _node(node: Node, identifier: str) -> str:
    opening, closing = _SHAPES[node.family]
    kind = f"<br/>{_quoted(node.told)}" if node.told else ""
    return f"  {identifier}{opening}{_quoted(node.label)}{kind}{closing}"


def _arrow(edge: Edge) -> str:
    arrow = {Line.PLAIN: "-->", Line.DASHED: "-.->", Line.DOTTED: "-.->", Line.BLOCKED: "--x"}[edge.line]
    return f'{arrow}|"{_quoted(edge.label)}"|' if edge.label else arrow


def _quoted(text: str) -> str:
    """Text inside double quotes, where ``#`` begins an entity and Markdown and HTML would be read."""
    return "".join(character if character in _KEPT else f"#{ord(character)};" for character in visible(text))


def _plain(text: str) -> str:
    """Text up to the end of a line."""
    return "".join(character if character in _KEPT else " " for character in visible(text)).strip() or "picture"
