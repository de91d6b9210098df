"""``Fn::ForEach`` of the ``AWS::LanguageExtensions`` transform, written out.

A loop over a list that is written, or that a parameter gives or defaults to, becomes its copies; each copy points at
the loop's body in the user's document. A loop over anything else stays as it is and is noted.

Source: Fn::ForEach, CloudFormation Template Reference (read 2026-11-24): ``${Identifier}`` and ``&{Identifier}`` in
keys and strings and ``Ref: Identifier`` stand for the item; ``&{Identifier}`` keeps letters and digits only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field
from typing import Any

from analyzer.model.expansion import FOR_EACH
from analyzer.model.parameters import parameter_value
from analyzer.model.pointers import escape
from analyzer.model.value import Known, Listing, as_text
from analyzer.records import dataclass

TRANSFORM = "AWS::LanguageExtensions"
MOST_COPIES = 20_000
MOST_DEPTH = 100


@dataclass
class Unrolled:
    """A document without loops. ``written``: ``id()`` of each copied container to its pointer as the user wrote it."""

    document: dict[str, Any]
    written: dict[int, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def has_loops(document: Mapping[str, Any]) -> bool:
    """Whether the template asks for the transform that knows loops."""
    transform = document.get("Transform")
    return transform == TRANSFORM or (isinstance(transform, list) and TRANSFORM in transform)


def unroll(document: dict[str, Any], given: Mapping[str, str]) -> Unrolled:
    """The document with its loops written out; the user's own document is not changed."""
    loops = _Loops(document, given)
    return Unrolled(loops.copy(document, "", {}), loops.written, tuple(loops.notes))


class _Loops:
    def __init__(self, document: Mapping[str, Any], given: Mapping[str, str]) -> None:
        parameters = document.get("Parameters")
        self._parameters = parameters if isinstance(parameters, Mapping) else {}
        self._given = given
        self._copies = 0
        self.written: dict[int, str] = {}
        self.notes: list[str] = []

    def copy(self, raw: Any, pointer: str, bound: Mapping[str, str]) -> Any:
        """``raw`` with loops written out and the bound identifiers replaced."""
        if isinstance(raw, str):
            return _replaced(raw, bound)
        if not isinstance(raw, dict | list) or pointer.count("/") > MOST_DEPTH:
            return raw
        referred = _referred(raw)
        if referred in bound:
            return bound[referred]
        made: Any = [] if isinstance(raw, list) else {}
        if isinstance(raw, list):
            made.extend(self.copy(item, f"{pointer}/{index}", bound) for index, item in enumerate(raw))
        else:
            for key, child in raw.items():
                self._entry(made, str(key), child, f"{pointer}/{escape(key)}", bound)
        self.written[id(made)] = pointer
        return made

    def _entry(self, made: dict[str, Any], key: str, child: Any, pointer: str, bound: Mapping[str, str]) -> None:
        if not key.startswith(FOR_EACH):
            made[_replaced(key, bound)] = self.copy(child, pointer, bound)
            return
        items = self._items(child, bound)
        if items is None or self._copies + len(items) > MOST_COPIES:
            over = "a list that is not known" if items is None else f"more than {MOST_COPIES:,} items, with all others"
            self.notes.append(f"{pointer}: a loop over {over}, so what it makes is not judged")
            made[key] = child
            return
        self._copies += len(items)
        identifier, _, body = child
        for item in items:
            inner = {**bound, identifier: item}
            for name, part in body.items():
                self._entry(made, name, part, f"{pointer}/2/{escape(name)}", inner)

    def _items(self, loop: Any, bound: Mapping[str, str]) -> list[str] | None:
        """What the loop runs over; None where that is not known or the loop is malformed."""
        if (
            not isinstance(loop, list)
            or len(loop) != 3
            or not isinstance(loop[0], str)
            or not isinstance(loop[2], dict)
        ):
            return None
        collection = loop[1]
        referred = _referred(collection)
        if referred:
            return self._of_parameter(referred)
        if not isinstance(collection, list):
            return None
        items = [self._item(item, bound) for item in collection]
        return None if None in items else [item for item in items if item is not None]

    def _item(self, item: Any, bound: Mapping[str, str]) -> str | None:
        referred = _referred(item)
        if referred:
            known = self._of_parameter(referred)
            return bound.get(referred) or (known[0] if known and len(known) == 1 else None)
        return None if isinstance(item, dict | list) else _replaced(as_text(item), bound)

    def _of_parameter(self, name: str) -> list[str] | None:
        declared = self._parameters.get(name)
        if not isinstance(declared, Mapping):
            return None
        value = parameter_value("", name, declared, self._given.get(name))
        values = value.items if isinstance(value, Listing) else (value,)
        known = [as_text(one.value) for one in values if isinstance(one, Known)]
        return known if len(known) == len(values) else None


def _replaced(content: str, bound: Mapping[str, str]) -> str:
    for identifier, item in bound.items():
        content = content.replace("${" + identifier + "}", item)
        content = content.replace("&{" + identifier + "}", re.sub(r"[^A-Za-z0-9]", "", item))
    return content


def _referred(raw: Any) -> str:
    """The name in ``Ref: name``; empty for anything else."""
    name = raw.get("Ref") if isinstance(raw, dict) and len(raw) == 1 else None
    return name if isinstance(name, str) else ""
