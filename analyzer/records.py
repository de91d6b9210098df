"""``dataclass`` as the standard library has it, at a fraction of the cost of making the class and of every instance.

A run makes some 300 record classes before it reads anything, and hundreds of thousands of instances of them in a large
batch. Three things of the standard decorator cost most of that time and give this code base nothing:

- it compiles six methods a class. Here ``__init__`` alone is code, and records of the same shape share one compiled
  text under other names; ``__eq__``, ``__hash__`` and ``__repr__`` are shared functions over the field names;
- it describes every field to whoever may ask. Here :func:`dataclasses.fields` has the answer made when it asks;
- a frozen class assigns every field through ``object.__setattr__``. Here ``frozen`` makes instances hashable, and that
  nobody assigns to them is the type checker's business: this module shows it the standard decorator.

``fields``, ``replace``, ``asdict``, pickling and pattern matching work as on any dataclass. What is rarer than a field
with a default (``order``, ``kw_only``, ``ClassVar``) is left to the standard decorator.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
    from dataclasses import replace as replace
else:
    import dataclasses
    from dataclasses import MISSING, Field
    from functools import cache
    from operator import attrgetter
    from types import FunctionType

    _SPECIAL = ("ClassVar", "InitVar", "KW_ONLY", "typing.", "dataclasses.")

    _PARAMETERS = dataclasses.dataclass(type("_Plain", (), {})).__dataclass_params__

    def dataclass(cls=None, /, *, frozen=False, eq=True, repr=True, slots=False, **rare):
        """As :func:`dataclasses.dataclass`; see the module."""
        if cls is None:
            return lambda made: dataclass(made, frozen=frozen, eq=eq, repr=repr, slots=slots, **rare)
        if rare.get("order"):
            return dataclasses.dataclass(cls, unsafe_hash=frozen, repr=repr, slots=slots, **rare)
        written = None if rare else _written(cls)
        if written is None:
            made = dataclasses.dataclass(cls, eq=False, repr=False, slots=slots, **rare)
            fields = {field.name: field for field in dataclasses.fields(made)}
        else:
            made, fields = _made(cls, written, slots=slots), written
        if repr:
            _add(made, "__repr__", _repr([name for name, each in fields.items() if _wants(each, "repr")]))
        if eq:
            compared = _reader([name for name, each in fields.items() if _wants(each, "compare")])
            _add(made, "__eq__", _eq(compared))
            _add(made, "__hash__", _hash(compared) if frozen else None)
        return made

    def replace(record, /, **changes):
        """As :func:`dataclasses.replace`."""
        values = record.__class__.__dict__.get("_record_values")
        if values is None:
            return dataclasses.replace(record, **changes)
        places, read = values
        given = list(read(record))
        for name, value in changes.items():
            if name not in places:
                return dataclasses.replace(record, **changes)  # says what is wrong with it
            given[places[name]] = value
        return record.__class__(*given)

    # --- the class ------------------------------------------------------------------------------------

    def _written(cls):
        """The fields by name, each as the class body writes it (a ``Field``, a default, or MISSING), those of bases
        first; None where the standard decorator has to make sense of them."""
        fields = {}
        for base in reversed(cls.__mro__[1:-1]):
            if "__dataclass_fields__" in base.__dict__:
                inherited = base.__dict__.get("_record_fields")
                if inherited is None:
                    return None
                fields.update(inherited)
        for name, annotation in cls.__annotations__.items():
            if not isinstance(annotation, str) or annotation.startswith(_SPECIAL):
                return None
            fields[name] = cls.__dict__.get(name, MISSING)
        return fields if all(map(_simple, fields.values())) and _in_order(fields.values()) else None

    def _simple(field):
        """Whether the standard decorator has nothing to say of it: no option but those that are handled here."""
        if not isinstance(field, Field):
            return field.__class__.__hash__ is not None
        bare = field.default is MISSING and field.default_factory is MISSING
        return (field.init or bare) and field.hash is None and field.kw_only is MISSING

    def _in_order(fields):
        optional = [_optional(field) for field in fields if _wants(field, "init")]
        return optional == sorted(optional)

    def _optional(field):
        if isinstance(field, Field):
            return field.default is not MISSING or field.default_factory is not MISSING
        return field is not MISSING

    def _wants(field, option):
        return getattr(field, option) if isinstance(field, Field) else True

    def _made(cls, fields, *, slots):
        for name in cls.__annotations__:
            field = cls.__dict__.get(name, MISSING)
            if isinstance(field, Field):
                if field.default is MISSING:
                    delattr(cls, name)
                else:
                    setattr(cls, name, field.default)
        given = tuple(name for name, field in fields.items() if _wants(field, "init"))
        cls.__init__ = _init(cls, fields, given)
        if "__match_args__" not in cls.__dict__:
            cls.__match_args__ = given
        cls._record_fields = fields
        places = {name: index for index, name in enumerate(given)}
        cls._record_values = (places, _reader(given) if len(given) != 1 else _alone(given[0]))
        cls.__dataclass_fields__ = _Described()
        cls.__dataclass_params__ = _PARAMETERS
        return _slotted(cls, fields) if slots else cls

    def _slotted(cls, fields):
        """``cls`` again, with slots for the fields that no base has."""
        inherited = {name for base in cls.__mro__[1:-1] for name in base.__dict__.get("__slots__", ())}
        body = {name: value for name, value in cls.__dict__.items() if name not in fields}
        body["__slots__"] = tuple(name for name in fields if name not in inherited)
        for name in ("__dict__", "__weakref__"):
            body.pop(name, None)
        made = type(cls)(cls.__name__, cls.__bases__, body)
        made.__qualname__ = cls.__qualname__
        return made

    class _Described:
        """``__dataclass_fields__`` before anybody has asked for it: the standard decorator makes it of a class with
        the same fields and nothing else."""

        def __get__(self, instance, owner):
            fields = owner._record_fields
            hints = {n: hint for base in reversed(owner.__mro__[:-1]) for n, hint in base.__annotations__.items()}
            body = {name: field for name, field in fields.items() if field is not MISSING}
            body["__annotations__"] = {name: hints[name] for name in fields}
            plain = dataclasses.dataclass(type(owner.__name__, (), body), init=False, repr=False, eq=False)
            owner.__dataclass_fields__ = plain.__dataclass_fields__
            return owner.__dataclass_fields__

    # --- the methods ----------------------------------------------------------------------------------

    def _init(cls, fields, given):
        """``__init__`` with the names of these fields; those that are not ``given`` are left to ``__post_init__``."""
        factories = {}
        defaults = []
        for index, name in enumerate(given):
            field = fields[name]
            made = isinstance(field, Field) and field.default_factory is not MISSING
            if made:
                factories[f"F{index}"] = field.default_factory
            if _optional(field):
                defaults.append(MISSING if made else field.default if isinstance(field, Field) else field)
        kinds = "".join("f" if f"F{index}" in factories else "p" for index in range(len(given)))
        shared = _shape(kinds, hasattr(cls, "__post_init__"))
        names = {f"p{index}": name for index, name in enumerate(given)}
        code = shared.replace(
            co_names=tuple([names.get(name, name) for name in shared.co_names]),
            co_varnames=tuple([names.get(name, name) for name in shared.co_varnames]),
            co_qualname=f"{cls.__qualname__}.__init__",
        )
        return FunctionType(code, {"MISSING": MISSING, **factories}, "__init__", tuple(defaults))

    @cache
    def _shape(kinds, followed):
        """The code of an ``__init__`` whose parameters are all called ``p`` and a number: given ones (``p``), and
        those that a factory makes where they are not (``f``)."""
        parameters = "".join(f", p{index}" for index in range(len(kinds)))
        lines = [
            f"  self.p{index} = " + (f"F{index}() if p{index} is MISSING else p{index}" if kind == "f" else f"p{index}")
            for index, kind in enumerate(kinds)
        ]
        lines.append("  self.__post_init__()" if followed else "  pass")
        scope = {}
        exec(f"def __init__(self{parameters}):\n" + "\n".join(lines), scope)
        return scope["__init__"].__code__

    def _add(cls, name, method):
        """Give ``cls`` a method that it lacks; beside an own ``__eq__`` Python writes ``__hash__ = None``."""
        if cls.__dict__.get(name) is None:
            setattr(cls, name, method)

    def _reader(names):
        """What reads these fields of an instance, as one value that compares and hashes as they do."""
        return attrgetter(*names) if names else _nothing

    def _alone(name):
        """What reads one field, as a tuple."""
        read = attrgetter(name)
        return lambda instance: (read(instance),)

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
