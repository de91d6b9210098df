"""The picture of an application whose stacks work together, for reports that show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer import engine
from analyzer.picture.sketch import Sketch

if TYPE_CHECKING:
    from analyzer.picture.graph import Picture
    from analyzer.query import Query


def overview(query: Query) -> Sketch | None:
    """One box per stack; None where there is one stack only. A picture that cannot be drawn says why and is empty, so
    that no report is lost for it."""
    if len(query.application.templates) < 2:
        return None

    def draw() -> Picture:
        from analyzer.facts.stack_picture import stack_picture
        from analyzer.picture.graph import Picture

        try:
            return stack_picture(query.application, query.events)
        except Exception as error:  # noqa: BLE001  whatever it is, the judgements stand without the picture
            return Picture("Stacks", f"could not be drawn: {engine.describe(error)}", (), ())

    return Sketch(draw)
