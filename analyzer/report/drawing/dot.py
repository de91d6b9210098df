"""A picture in DOT, the language of Graphviz."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.picture.graph import Edge, Family, Line, Node, Picture
from analyzer.report.drawing.plain import Plain
from analyzer.report.sanitize import visible

_SHAPES = {
    Family.COMPUTE: "box",
    Family.STORAGE: "cylinder",
    Family.MESSAGING: "cds",
    Family.NETWORK: "box",
    Family.IDENTITY: "octagon",
    Family.STACK: "box3d",
    Family.OUTSIDE: "box",
    Family.MORE: "plaintext",
}
_HEAD = (
    "  rankdir=LR;",
    '  graph [fontname="sans-serif", fontsize=11, style=rounded, color="#d0d7de"];',
    '  node [fontname="sans-serif", fontsize=11, style="rounded,filled", fillcolor="#ffffff", color="#8c959f"];',
    '  edge [fontname="sans-serif", fontsize=10, color="#57606a"];',
)


def dot(picture: Picture) -> str:
    """The picture as a directed graph from left to right, one cluster per lane."""
    return "\n".join([*_lines(picture), ""])


def _lines(picture: Picture) -> Iterator[str]:
    yield "digraph stackproof {"
    yield from _HEAD
    yield f"  label={_quoted(picture.title)};"
    plain = Plain(picture)
    for lane in plain.lanes:
        inside = [_node(node, name) for name, node in lane.nodes]
        if not lane.name:
            yield from inside
            continue
        yield f"  subgraph cluster_{lane.number} {{"
        yield f"    label={_quoted(lane.name)};"
        yield from (f"  {line}" for line in inside)
        yield "  }"
    yield from (f"  {arrow.source} -> {arrow.target}{_edge(arrow.edge)};" for arrow in plain.arrows)
    yield "}"


def _node(node: Node, identifier: str) -> str:
    label = f"{_inner(node.label)}\\n{_inner(node.told)}" if node.told else _inner(node.label)
    marked = ', color="#a4161a", fillcolor="#fdecec", penwidth=2' if node.marked else ""
    return f'  {identifier} [label="{label}", shape={_SHAPES[node.family]}{marked}];'


def _edge(edge: Edge) -> str:
    attributes = [f"label={_quoted(edge.label)}"] if edge.label else []
    if edge.line is not Line.PLAIN:
        attributes.append("style=dotted" if edge.line is Line.DOTTED else "style=dashed")
    if edge.line is Line.BLOCKED:
        attributes.append("arrowhead=tee")
    if edge.marked:
        attributes.append('color="#a4161a", fontcolor="#a4161a", penwidth=2')
    return f" [{', '.join(attributes)}]" if attributes else ""


def _quoted(text: str) -> str:
    return f'"{_inner(text)}"'


def _inner(text: str) -> str:
    """Text inside double quotes, where a backslash begins an escape and ``&`` an entity."""
    return visible(text).replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;")
