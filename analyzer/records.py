"""``dataclass`` as the standard library has it, at less than half the cost of making the class and of every instance.

A run makes some 250 record classes before it reads anything, and hundreds of thousands of instances of them in a large
batch. Two things of the standard decorator cost most of that time and give this code base nothing:

- it compiles six methods a class. Here ``__init__`` alone is compiled; ``__eq__``, ``__hash__`` and ``__repr__`` are
  shared functions over the field names;
- a frozen class assigns every field through ``object.__setattr__``. Here ``frozen`` makes instances hashable, and that
  nobody assigns to them is the type checker's business: this module shows it the standard decorator.

``fields``, ``replace``, ``asdict``, pickling and pattern matching work as on any dataclass.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:
    import dataclasses
    from operator import attrgetter

    def dataclass(cls=None, /, *, frozen=False, eq=True, order=False, repr=True, **options):
        """As :func:`dataclasses.dataclass`; see the module."""
        if cls is None:
            return lambda made: dataclass(made, frozen=frozen, eq=eq, order=order, repr=repr, **options)
        if order:
            return dataclasses.dataclass(cls, order=True, unsafe_hash=frozen, repr=repr, **options)
        made = dataclasses.dataclass(cls, eq=False, repr=False, **options)
        fields = dataclasses.fields(made)
        if repr:
            _add(made, "__repr__", _repr([field.name for field in fields if field.repr]))
        if eq:
            compared = _reader([field.name for field in fields if field.compare])
            _add(made, "__eq__", _eq(compared))
            _add(made, "__hash__", _hash(compared) if frozen else None)
        return made

    def _add(cls, name, method):
        """Give ``cls`` a method that it lacks; beside an own ``__eq__`` Python writes ``__hash__ = None``."""
        if cls.__dict__.get(name) is None:
            setattr(cls, name, method)

    def _reader(names):
        """What reads these fields of an instance, as one value that compares and hashes as they do."""
        return attrgetter(*names) if names else _nothing

    def _nothing(instance):  # noqa: ARG001  the signature of a reader
        return ()

    def _eq(compared):
        def __eq__(self, other):
            if self is other:
                return True
            return compared(self) == compared(other) if other.__class__ is self.__class__ else NotImplemented

        return __eq__

    def _hash(compared):
        def __hash__(self):
            return hash(compared(self))

        return __hash__

    def _repr(names):
        def __repr__(self):
            shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
            return f"{self.__class__.__qualname__}({shown})"

        return __repr__
