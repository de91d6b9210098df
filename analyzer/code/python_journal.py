"""The journal of writes: undoes a branch of the program and joins the ends of several."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any, TypeAlias, TypeVar

from analyzer.code.program import CodeValue
from analyzer.code.python_values import MISSING, Container
from analyzer.records import dataclass

Delta: TypeAlias = dict[tuple[int, Hashable], tuple[Container, Hashable, Any]]
AnyContainer = TypeVar("AnyContainer", bound=Container)


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment: how many writes there were, and the time, which never runs back."""

    position: int
    time: int


class Journal:
    """Every write, so that a branch can be undone and the ends of branches joined."""

    def __init__(self) -> None:
        self._writes: list[tuple[Container, Hashable, Any]] = []
        self._time = 0

    def adopt(self, container: AnyContainer) -> AnyContainer:
        """Note that ``container`` is made now."""
        self._time += 1
        container.born = self._time
        return container

    def write(self, container: Container, key: Hashable, value: Any) -> None:
        """Set ``container``'s ``key``; MISSING removes it."""
        self._writes.append((container, key, container.slots.get(key, MISSING)))
        _put(container, key, value)

    def mark(self) -> Mark:
        """The present moment."""
        return Mark(len(self._writes), self._time)

    def capture(self, mark: Mark) -> Delta:
        """What differs now from the moment ``mark``."""
        return {
            (id(container), key): (container, key, container.slots.get(key, MISSING))
            for container, key, _ in self._writes[mark.position :]
        }

    def written_since(self, mark: Mark) -> Iterator[tuple[Container, Hashable]]:
        """What of the containers that were there at the moment ``mark`` was written since."""
        for container, key, _ in self._writes[mark.position :]:
            if container.born <= mark.time:
                yield container, key

    def changes_since(self, mark: Mark) -> Iterator[tuple[Any, Any]]:
        """Value before and value now of what was there at the moment ``mark`` and was written since."""
        seen: set[tuple[int, Hashable]] = set()
        for container, key, before in self._writes[mark.position :]:
            if container.born <= mark.time and (id(container), key) not in seen:
                seen.add((id(container), key))
                yield before, container.slots.get(key, MISSING)

    def rollback(self, mark: Mark) -> None:
        """Restore the moment ``mark``."""
        while len(self._writes) > mark.position:
            _put(*self._writes.pop())

    def join(self, mark: Mark, ends: list[Delta], conditions: tuple[CodeValue, ...] = ()) -> None:
        """Go back to ``mark`` and continue as if any of ``ends`` had happened since."""
        self.rollback(mark)
        touched = {name: (container, key) for end in ends for name, (container, key, _) in end.items()}
        for name, (container, key) in touched.items():
            before = container.slots.get(key, MISSING)
            if container.born > mark.time:
                found = [end[name][2] for end in ends if name in end]
            else:
                found = [end[name][2] if name in end else before for end in ends]
            if all(value is found[0] for value in found):
                self.write(container, key, found[0])
            elif any(value is not MISSING for value in found):
                self.write(container, key, container.merge(key, found, conditions))


def _put(container: Container, key: Hashable, value: Any) -> None:
    if value is MISSING:
        container.slots.pop(key, None)
    else:
        container.slots[key] = value
