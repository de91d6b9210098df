"""Pictures written short, to compare whole ones."""

from __future__ import annotations

from analyzer.picture.graph import Line, Picture

_ARROWS = {Line.PLAIN: "→", Line.DASHED: "⇢", Line.DOTTED: "⋯", Line.BLOCKED: "✕"}


def nodes(picture: Picture) -> list[str]:
    """``label (kind) @ lane``, with ``*`` behind what is marked."""
    return [f"{n.label} ({n.kind}) @ {n.lane}{' *' if n.marked else ''}" for n in picture.nodes]


def edges(picture: Picture) -> list[str]:
    """``source → target: label``, with ``*`` behind what is marked."""
    label = {node.id: node.label for node in picture.nodes}
    return [
        f"{label[e.source]} {_ARROWS[e.line]} {label[e.target]}"
        f"{f': {e.label}' if e.label else ''}{' *' if e.marked else ''}"
        for e in picture.edges
    ]
