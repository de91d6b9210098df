"""Pictures of findings, as SVG files that the template places."""

from __future__ import annotations

from analyzer.picture.graph import Picture
from analyzer.picture.sketch import Sketch
from analyzer.records import replace
from analyzer.report.drawing.svg import FONT, svg
from analyzer.report.pdf.pieces import BREAK, Block, words

MOST_PICTURES = 100
"""In one document; the others are what ``stackproof graph`` is for."""

_FONT = "Libertinus Serif"
"""That of the template: typst has no other for running text."""


class Figures:
    """Draws the pictures of one document, up to :data:`MOST_PICTURES`. ``files`` are the drawings, by name."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def of(self, sketch: Sketch | None) -> Block | None:
        """The figure of a finding; None where it has no picture or there are too many."""
        if sketch is None or len(self.files) >= MOST_PICTURES:
            return None
        picture = _legible(sketch())
        if not picture.nodes:
            return None
        name = f"picture-{len(self.files) + 1}.svg"
        self.files[name] = svg(picture).replace(FONT, _FONT).encode()
        return {"figure": name, "alternative": f"{picture.title}. {picture.description}", "caption": picture.caption}


def _legible(picture: Picture) -> Picture:
    """``picture`` in characters that the fonts hold."""
    nodes = (
        replace(each, label=_words(each.label), kind=_words(each.kind), lane=_words(each.lane), name=_words(each.name))
        for each in picture.nodes
    )
    return Picture(
        title=_words(picture.title),
        description=_words(picture.description),
        nodes=tuple(nodes),
        edges=tuple(replace(each, label=_words(each.label)) for each in picture.edges),
        caption=_words(picture.caption),
    )


def _words(text: str) -> str:
    return words(text).replace(BREAK, "")
