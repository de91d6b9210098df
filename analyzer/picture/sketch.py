"""A picture that nobody has drawn yet. Imported by every run, so it imports nothing itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from analyzer.picture.graph import Picture


class Sketch:
    """A picture that is drawn when somebody first looks at it, and then kept. Pickled, it is what it shows."""

    __slots__ = ("_draw", "_drawn")

    def __init__(self, draw: Callable[[], Picture]) -> None:
        self._draw: Callable[[], Picture] | None = draw
        self._drawn: Picture | None = None

    def __call__(self) -> Picture:
        """The picture."""
        if self._drawn is None:
            assert self._draw is not None
            self._drawn, self._draw = self._draw(), None
        return self._drawn

    def __reduce__(self) -> tuple[Callable[[Picture], Sketch], tuple[Picture]]:
        return drawn, (self(),)


def drawn(picture: Picture) -> Sketch:
    """A sketch of a picture that is there already."""
    return Sketch(lambda: picture)
