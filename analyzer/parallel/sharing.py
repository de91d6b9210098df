"""Shares items out over a crew and gives their answers back in the order of the items."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import field
from itertools import islice
from typing import Any, Generic, TypeVar

from analyzer.parallel.crew import Crew, Lost
from analyzer.records import dataclass

Item = TypeVar("Item")

AHEAD = 32
"""Parcels per worker that may be answered before the first one is: answers are kept until their turn comes."""


@dataclass
class _Parcel(Generic[Item]):
    """Items that are done together; ``first`` is the number of the first of them. ``alone``: the second attempt."""

    first: int
    items: Sequence[Item]
    alone: bool = False


@dataclass
class Sharing(Generic[Item]):
    """What is under way. ``pack`` makes of some items what the crew is handed; its answer is a list as long.

    Where there is no answer for a parcel each of its items is tried once more, alone; where there is none again its
    answer is :class:`Lost`. Where parcels share the fate of a worker nothing else is under way meanwhile, so that none
    is blamed for another. ``items`` are taken only when they are needed.
    """

    crew: Crew
    items: Iterable[Item]
    size: int
    pack: Callable[[Sequence[Item]], Any]
    _again: deque[_Parcel[Item]] = field(default_factory=deque)
    _running: dict[int, _Parcel[Item]] = field(default_factory=dict)
    _answers: dict[int, Any] = field(default_factory=dict)
    _turn: int = 0

    def answers(self) -> Iterator[Any]:
        """The answer for each item, or :class:`Lost`, in the order of the items. Closes the crew at the end, and when
        it is given up. Raises :class:`analyzer.parallel.crew.Gone`."""
        try:
            fresh = self._parcels()
            while True:
                self._hand_out(fresh)
                if not self._running:
                    return
                for number, answer in self.crew.finished():
                    self._take(self._running.pop(number), answer)
                while self._turn in self._answers:
                    yield self._answers.pop(self._turn)
                    self._turn += 1
        finally:
            self.crew.close()

    def _parcels(self) -> Iterator[_Parcel[Item]]:
        items, first = iter(self.items), 0
        while chunk := tuple(islice(items, self.size)):
            yield _Parcel(first, chunk)
            first += len(chunk)

    def _hand_out(self, fresh: Iterator[_Parcel[Item]]) -> None:
        while self.crew.vacant and not self._waits():
            parcel = self._again.popleft() if self._again else self._next(fresh)
            if parcel is None:
                return
            self._running[parcel.first] = parcel
            self.crew.start(parcel.first, self.pack(parcel.items))

    def _waits(self) -> bool:
        """Whether what is under way has to be answered before anything else is handed out."""
        second_attempt = bool(self._again) or any(parcel.alone for parcel in self._running.values())
        return self.crew.shares_fate and second_attempt and bool(self._running)

    def _next(self, fresh: Iterator[_Parcel[Item]]) -> _Parcel[Item] | None:
        if len(self._answers) >= AHEAD * self.crew.size * self.size:
            return None
        return next(fresh, None)

    def _take(self, parcel: _Parcel[Item], answer: Any) -> None:
        if not isinstance(answer, Lost):
            self._answers.update(enumerate(answer, parcel.first))
        elif parcel.alone:
            self._answers[parcel.first] = answer
        else:
            self._again.extend(_Parcel(parcel.first + i, (item,), alone=True) for i, item in enumerate(parcel.items))
