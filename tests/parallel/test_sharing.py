"""Sharing out: order, second attempts, and how far ahead anybody may be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from analyzer.parallel.crew import Crew, ExecutorCrew, Gone, Lost
from analyzer.parallel.sharing import AHEAD, Sharing

Items = tuple[int, ...]


class ScriptedCrew:
    """Answers parcels in the order that ``choose`` says; what ``work`` raises is lost."""

    def __init__(self, size: int, work: Callable[[Items], list[Any]], choose: Callable[[list[int]], int]) -> None:
        self.size = size
        self.shares_fate = False
        self.handed: list[Items] = []
        self.closed = 0
        self._work = work
        self._choose = choose
        self._running: dict[int, Items] = {}

    @property
    def vacant(self) -> bool:
        return len(self._running) < self.size

    def start(self, number: int, parcel: Items) -> None:
        assert self.vacant and number not in self._running
        self.handed.append(parcel)
        self._running[number] = parcel

    def finished(self) -> list[tuple[int, Any]]:
        number = self._choose(sorted(self._running))
        try:
            return [(number, self._work(self._running.pop(number)))]
        except ValueError as error:
            return [(number, Lost(str(error)))]

    def close(self) -> None:
        self.closed += 1


def squares(items: Items) -> list[int]:
    return [item * item for item in items]


def share(crew: Crew, items: Sequence[int] | Iterator[int], size: int) -> Iterator[Any]:
    return Sharing(crew, items, size, tuple).answers()


@pytest.mark.parametrize("choose", [min, max, lambda running: running[len(running) // 2]])
@pytest.mark.parametrize("size", [1, 3, 100])
def test_answers_come_in_the_order_of_the_items_whoever_is_first(choose: Callable[[list[int]], int], size: int) -> None:
    crew = ScriptedCrew(4, squares, choose)
    assert list(share(crew, range(50), size)) == squares(tuple(range(50)))
    assert crew.closed == 1


def test_nothing_to_do_is_no_answer() -> None:
    crew = ScriptedCrew(2, squares, min)
    assert (list(share(crew, [], 3)), crew.handed) == ([], [])


def test_what_is_lost_is_tried_once_more_item_by_item() -> None:
    def work(items: Items) -> list[int]:
        if 3 in items:
            raise ValueError("three")
        return squares(items)

    crew = ScriptedCrew(2, work, min)
    assert list(share(crew, range(8), 3)) == [0, 1, 4, Lost("three"), 16, 25, 36, 49]
    assert crew.handed == [(0, 1, 2), (3, 4, 5), (6, 7), (3,), (4,), (5,)]


class DoomedCrew(ScriptedCrew):
    """Each item 3 ends the one worker, with everything that waits for it."""

    def __init__(self) -> None:
        super().__init__(3, squares, min)
        self.shares_fate = True

    def finished(self) -> list[tuple[int, Any]]:
        number = min(self._running)
        if 3 not in self._running[number]:
            return super().finished()
        lost = [(number, Lost("three")) for number in self._running]
        self._running.clear()
        return lost


def test_where_parcels_share_a_fate_none_is_blamed_for_another() -> None:
    crew = DoomedCrew()
    assert list(share(crew, [0, 3, 2, 3, 4, 5, 6, 7, 8, 9], 2)) == [
        0,
        Lost("three"),
        4,
        Lost("three"),
        *squares((4, 5, 6, 7, 8, 9)),
    ]
    assert crew.handed == [(0, 3), (2, 3), (4, 5), (0,), (3,), (2,), (3,), (4,), (5,), (6, 7), (8, 9)]


def test_an_item_that_fails_once_is_answered_the_second_time() -> None:
    seen: list[Items] = []

    def work(items: Items) -> list[int]:
        seen.append(items)
        if seen.count(items) == 1 and 2 in items:
            raise ValueError("once")
        return squares(items)

    assert list(share(ScriptedCrew(1, work, min), [1, 2], 1)) == [1, 4]
    assert seen == [(1,), (2,), (2,)]


def test_items_are_taken_only_when_they_are_needed_and_nobody_runs_far_ahead() -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for item in range(10_000):
            taken.append(item)
            yield item

    crew = ScriptedCrew(2, squares, max)  # the first parcel comes last
    answers = share(crew, items(), 5)
    assert taken == []
    assert next(answers) == 0
    assert len(taken) == (AHEAD * crew.size + 1) * 5
    answers.close()  # type: ignore[attr-defined]
    assert crew.closed == 1


def test_an_executor_is_a_crew() -> None:
    ended = []
    with ThreadPoolExecutor(2) as pool:

        def work(items: Items) -> list[int]:
            if 4 in items:
                raise MemoryError
            return squares(items)

        crew = ExecutorCrew(pool, work, 2, close=lambda: ended.append(True))
        assert list(share(crew, range(7), 2)) == [0, 1, 4, 9, Lost("MemoryError"), 25, 36]
    assert ended == [True]


def test_work_that_is_cancelled_over_there_means_that_nobody_is_left() -> None:
    class Closed(ThreadPoolExecutor):
        def submit(self, *arguments: Any, **named: Any) -> Future[Any]:
            future: Future[Any] = Future()
            future.cancel()
            future.set_running_or_notify_cancel()
            return future

    ended = []
    crew = ExecutorCrew(Closed(), squares, 2, close=lambda: ended.append(True))
    with pytest.raises(Gone, match="the workers, or who directs them, are gone"):
        list(share(crew, range(7), 2))
    assert ended == [True]
