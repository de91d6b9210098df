"""Pictures in the page: inline, in a box that scrolls, with their words under them."""

from __future__ import annotations

from collections.abc import Callable

from analyzer.picture.graph import Picture
from analyzer.report.drawing.svg import svg
from analyzer.report.html.markup import Html, element

MOST_PICTURES = 250
"""In one page; a picture weighs about 5 KB. The rest is what ``stackproof graph`` is for."""


class Figures:
    """Draws the pictures of one page, each with ids of its own, up to :data:`MOST_PICTURES`."""

    def __init__(self) -> None:
        self._drawn = 0

    def of(self, sketch: Callable[[], Picture] | None, heading: str | None = None) -> Html | None:
        """The figure that ``sketch`` draws, under ``heading``; None where there is no picture or there are too many."""
        if sketch is None or self._drawn >= MOST_PICTURES:
            return None
        picture = sketch()
        if not picture.nodes:
            return None
        self._drawn += 1
        return _figure(picture, f"p{self._drawn}", heading)


def _figure(picture: Picture, prefix: str, heading: str | None) -> Html:
    """A picture with its caption; ``prefix`` makes its ids unique."""
    drawn = Html(svg(picture, prefix=prefix, classes=True))
    box = element("div", drawn, class_="scroll drawn", tabindex=0, role="group", aria_label=picture.title)
    above = element("p", element("b", heading)) if heading else None
    caption = element("figcaption", picture.caption, class_="muted") if picture.caption else None
    return element("figure", above, box, caption)
