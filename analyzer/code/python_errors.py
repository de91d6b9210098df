"""Errors: their text, their classes, and which ``except`` catches them."""

from __future__ import annotations

import builtins

from analyzer.code.program import Derived, Literal, Opaque
from analyzer.code.python_freeze import derived
from analyzer.code.python_values import (
    ClassObject,
    External,
    ExternalObject,
    Instance,
    Sequence,
    Value,
)


def message_of(error: Value) -> Value:
    """The text of an error."""
    if isinstance(error, Instance):
        if isinstance(error.slots.get("args"), Sequence):
            items = error.slots["args"].items
            return items[0] if items else Literal("")
        return Opaque(f"an error of class {error.cls.node.name}")
    if isinstance(error, ExternalObject):
        return error.sources[0] if error.sources else Literal("")
    if isinstance(error, External | ClassObject):
        return Literal("")
    return error if isinstance(error, Opaque | Derived) else derived([error], "raise")


def text_of(value: Value) -> Value:
    """What ``str`` makes of a value: the message of an error, else the value itself."""
    if isinstance(value, Instance) and "args" in value.slots:
        return message_of(value)
    if isinstance(value, ExternalObject) and value.path.endswith(("Error", "Exception")):
        return message_of(value)
    return value


def names_of(error: Value) -> list[str]:
    """Dotted names of the class of an error and of its bases; empty where they are not known."""
    if isinstance(error, Instance):
        return [*(cls.node.name for cls in error.cls.lineage()), *error.cls.foreign_bases()]
    if isinstance(error, ClassObject):
        return [*(cls.node.name for cls in error.lineage()), *error.foreign_bases()]
    return [error.path] if isinstance(error, External | ExternalObject) else []


def matches(expected: Value | None, error: Value) -> bool | None:
    """Whether ``except expected`` catches ``error``. None stands for a bare ``except``."""
    if expected is None or (isinstance(expected, External) and expected.path == "builtins.BaseException"):
        return True
    names = names_of(error)
    wanted = expected.node.name if isinstance(expected, ClassObject) else getattr(expected, "path", "")
    if not names or not wanted:
        return None
    if wanted in names:
        return True
    verdicts = [_builtin_subclass(name, wanted) for name in names]
    return True if True in verdicts else (None if None in verdicts else False)


def _builtin_subclass(name: str, wanted: str) -> bool | None:
    actual = getattr(builtins, name.removeprefix("builtins."), None)
    above = getattr(builtins, wanted.removeprefix("builtins."), None)
    if isinstance(actual, type) and isinstance(above, type):
        return issubclass(actual, above)
    if isinstance(above, type):  # an error of a package or of the user
        return True if above is Exception and not isinstance(actual, type) and "." in name else None
    return False if isinstance(actual, type) else (None if "." in name else False)
