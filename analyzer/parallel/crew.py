"""Who does the work: processes of this machine, or whatever offers the ``concurrent.futures`` interface."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, wait
from typing import Any, Protocol

from analyzer.records import dataclass

Work = Callable[[Any], Any]
"""What is done with one parcel. Importable by name on the other side, like everything in a parcel and its answer."""


@dataclass(frozen=True, slots=True)
class Lost:
    """There is no answer for a parcel, and why in a few words: the process died, took too long, or raised."""

    reason: str


class Gone(Exception):
    """Nobody is left who could do the work; why in a few words."""


class Crew(Protocol):
    """Workers, each of which does one parcel at a time."""

    @property
    def shares_fate(self) -> bool:
        """Whether a parcel that ends its worker may take others with it, which only waited for that worker."""

    @property
    def size(self) -> int:
        """How many parcels can be under way; at least 1."""

    @property
    def vacant(self) -> bool:
        """Whether another parcel can be handed over now."""

    def start(self, number: int, parcel: Any) -> None:
        """Hand a parcel over; its answer will come back under ``number``."""

    def finished(self) -> list[tuple[int, Any]]:
        """Wait for at least one answer, or :class:`Lost`, of what is under way. Raises :class:`Gone`."""

    def close(self) -> None:
        """End it at once; what is under way is dropped. May be called twice."""


class InlineCrew:
    """Nobody else: a parcel is done when its answer is asked for, and what it raises is raised."""

    size = 1
    shares_fate = False

    def __init__(self, work: Work) -> None:
        self._work = work
        self._waiting: list[tuple[int, Any]] = []

    @property
    def vacant(self) -> bool:
        """Whether there is nothing to do."""
        return not self._waiting

    def start(self, number: int, parcel: Any) -> None:
        """Keep a parcel."""
        self._waiting.append((number, parcel))

    def finished(self) -> list[tuple[int, Any]]:
        """Do the parcel."""
        number, parcel = self._waiting.pop()
        return [(number, self._work(parcel))]

    def close(self) -> None:
        """Forget the parcel."""
        self._waiting.clear()


class ExecutorCrew:
    """The workers of an ``Executor``, such as ``distributed.Client.get_executor()``.

    ``close`` ends what the crew was made with; parcels that have not begun are cancelled.
    """

    shares_fate = True

    def __init__(self, executor: Executor, work: Work, size: int, *, close: Callable[[], None]) -> None:
        self._executor = executor
        self._work = work
        self._close = close
        self._running: dict[Future[Any], int] = {}
        self.size = max(size, 1)

    @property
    def vacant(self) -> bool:
        """Whether another parcel can be handed over: one more for each worker than it can do, so that none waits."""
        return len(self._running) < 2 * self.size

    def start(self, number: int, parcel: Any) -> None:
        """Submit a parcel."""
        self._running[self._executor.submit(self._work, parcel)] = number

    def finished(self) -> list[tuple[int, Any]]:
        """The answers that are there; waits for the first. Raises :class:`Gone` when work is cancelled over there."""
        done = wait(self._running, return_when=FIRST_COMPLETED).done
        return sorted(((self._running.pop(future), _answer(future)) for future in done), key=lambda found: found[0])

    def close(self) -> None:
        """Cancel what has not begun and let go of the workers."""
        for future in self._running:
            future.cancel()
        self._running.clear()
        self._close()


def _answer(future: Future[Any]) -> Any:
    try:
        error = future.exception()
    except CancelledError:
        raise Gone("the workers, or who directs them, are gone") from None
    return future.result() if error is None else Lost(describe(error))


def describe(error: BaseException) -> str:
    """``MemoryError: …`` in one line."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
