"""The intrinsic functions of one template, each turned into a :data:`~analyzer.model.value.Value`.

Containers are evaluated on demand and remembered by identity: a parsed document never changes.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from analyzer.model import dynamic
from analyzer.model.alternatives import combine, one_of, options_of
from analyzer.model.value import (
    Absent,
    Guard,
    Known,
    Listing,
    Option,
    Origin,
    Part,
    Reference,
    Structure,
    Unknown,
    Value,
    as_text,
    origin_of,
    parts_of,
    references,
    text,
)

if TYPE_CHECKING:
    from analyzer.model.template import Template

FUNCTIONS = frozenset({"Ref", "Condition"})
MOST_DEPTH = 100
_HOLE = re.compile(r"\$\{([^{}!][^{}]*)\}|\$\{!([^{}]*)\}")  # no brace within: else "${${${…" takes quadratic time


def intrinsic(raw: Any) -> tuple[str, Any] | None:
    """The function's name and argument where ``raw`` is an intrinsic function, else None."""
    if type(raw) is dict and len(raw) == 1:  # parsed documents hold plain dicts only, and this is asked of everything
        ((name, argument),) = raw.items()
        if isinstance(name, str) and (name.startswith("Fn::") or name in FUNCTIONS):
            return name, argument
    return None


class Resolver:
    """Evaluates raw template content of ``template``."""

    def __init__(self, template: Template) -> None:
        self._template = template
        self._known: dict[int, tuple[Any, Value]] = {}  # keeps its key alive, so that an id is never reused
        self._depth = 0

    @property
    def idle(self) -> bool:
        """Whether no value is being computed: what is read meanwhile may hang on a value that is not there yet, and is
        not to be remembered."""
        return not self._depth

    def value(self, raw: Any) -> Value:
        """What ``raw`` is; never raises on malformed content."""
        if isinstance(raw, str):
            return dynamic.literal(raw)
        if not isinstance(raw, (dict, list)):
            return Known(raw)
        known = self._known.get(id(raw))
        if known is not None:
            return known[1]
        if self._depth >= MOST_DEPTH:
            return Unknown("a value nested less deeply")
        self._known[id(raw)] = (raw, Unknown("a value that does not depend on itself"))
        self._depth += 1
        try:
            value = self._container(raw)
        finally:
            self._depth -= 1
        self._known[id(raw)] = (raw, value)
        return value

    def _container(self, raw: dict[str, Any] | list[Any]) -> Value:
        if isinstance(raw, list):
            items = (self.value(item) for item in raw)
            return Listing(tuple(item for item in items if not isinstance(item, Absent)))
        call = intrinsic(raw)
        if call is None:
            return Structure(raw)
        name, argument = call
        method = _METHODS.get(name)
        return method(self, argument) if method else Unknown(f"what {name} returns")

    def combine(self, values: Sequence[Value], join: Callable[[Sequence[Value]], Value]) -> Value:
        """``join`` over every consistent choice of alternatives."""
        return combine(values, join, self._template.conditions.consistent)

    # --- references -----------------------------------------------------------------------------------

    def _ref(self, argument: Any) -> Value:
        if not isinstance(argument, str):
            return Unknown("a Ref to a name")
        return self._template.ref(argument)

    def _get_att(self, argument: Any) -> Value:
        if isinstance(argument, str):
            argument = argument.split(".", 1)
        if not isinstance(argument, list) or len(argument) < 2 or not isinstance(argument[0], str):
            return Unknown("a Fn::GetAtt of a resource and an attribute")
        attribute = self.value(argument[1])
        if len(argument) > 2 and all(isinstance(part, str) for part in argument[1:]):
            attribute = Known(".".join(argument[1:]))
        return self.combine([attribute], lambda v: self._attribute(argument[0], v[0]))

    def _attribute(self, logical_id: str, attribute: Value) -> Value:
        if not isinstance(attribute, Known):
            return Unknown(f"the attribute of {logical_id} that Fn::GetAtt names")
        return self._template.attribute(logical_id, as_text(attribute.value))

    def _import_value(self, argument: Any) -> Value:
        return self.combine([self.value(argument)], lambda v: self._template.imported(v[0]))

    # --- strings --------------------------------------------------------------------------------------

    def _sub(self, argument: Any) -> Value:
        names: Mapping[str, Any] = {}
        if isinstance(argument, list) and len(argument) == 2 and isinstance(argument[1], Mapping):
            argument, names = argument
        if not isinstance(argument, str):
            return Unknown("a Fn::Sub of a string")
        pieces: list[Value] = []
        last = 0
        for hole in _HOLE.finditer(argument):
            pieces.append(Known(argument[last : hole.start()]))
            last = hole.end()
            if hole[1] is None:
                pieces.append(Known("${" + hole[2] + "}"))
                continue
            name = hole[1].strip()
            if name in names:
                pieces.append(self.value(names[name]))
            elif "." in name:
                pieces.append(self._get_att(name))
            else:
                pieces.append(self._template.ref(name))
        pieces.append(Known(argument[last:]))
        return self.combine(pieces, concatenate)

    def _join(self, argument: Any) -> Value:
        if not isinstance(argument, list) or len(argument) != 2:
            return Unknown("a Fn::Join of a delimiter and a list")
        delimiter, items = self.value(argument[0]), self.value(argument[1])
        if not isinstance(delimiter, Known):
            return Unknown("the delimiter of Fn::Join")
        glue = as_text(delimiter.value)

        def join(chosen: Sequence[Value]) -> Value:
            pieces = [piece for piece in chosen if not isinstance(piece, Absent)]
            glued = [part for piece in pieces for part in (Known(glue), piece)]
            return concatenate(glued[1:])

        def each(listing: Value) -> Value:
            if isinstance(listing, Listing):
                return self.combine(listing.items, join)
            return Unknown("the items of Fn::Join", mentions=references(listing))

        return self.combine([items], lambda v: each(v[0]))

    def _select(self, argument: Any) -> Value:
        if not isinstance(argument, list) or len(argument) != 2:
            return Unknown("a Fn::Select of an index and a list")
        return self.combine([self.value(argument[0]), self.value(argument[1])], _select)

    def _split(self, argument: Any) -> Value:
        if not isinstance(argument, list) or len(argument) != 2 or not isinstance(argument[0], str):
            return Unknown("a Fn::Split of a delimiter and a string")
        delimiter = argument[0]
        return self.combine([self.value(argument[1])], lambda v: self._split_one(delimiter, v[0]))

    def _split_one(self, delimiter: str, whole: Value) -> Value:
        if isinstance(whole, Reference) and delimiter == ":":
            whole = self._template.arn_of(whole) or whole
        parts = parts_of(whole)
        if parts is None or not delimiter:
            return Unknown("the string that Fn::Split divides", mentions=references(whole))
        if any(not isinstance(part, str) and not _whole(part, delimiter) for part in parts):
            inner = Unknown("a part of a string", ("split", delimiter, tuple(parts)), references(whole))
            return Listing((inner,)) if len(parts) > 1 else inner
        pieces: list[list[Part]] = [[]]
        for part in parts:
            if isinstance(part, str):
                first, *rest = part.split(delimiter)
                pieces[-1].append(first)
                pieces.extend([piece] for piece in rest)
            else:
                pieces[-1].append(part)
        return Listing(tuple(text(piece, origin_of(whole)) for piece in pieces))

    def _base64(self, argument: Any) -> Value:
        def encode(chosen: Sequence[Value]) -> Value:
            content = chosen[0]
            if isinstance(content, Known):
                return Known(base64.b64encode(as_text(content.value).encode()).decode(), content.origin)
            return Unknown("the encoded text", mentions=references(content))

        return self.combine([self.value(argument)], encode)

    def _to_json_string(self, argument: Any) -> Value:
        from analyzer.model.json_string import serialize

        return concatenate(serialize(self.value, argument))

    # --- lookups --------------------------------------------------------------------------------------

    def _if(self, argument: Any) -> Value:
        if not isinstance(argument, list) or len(argument) != 3 or not isinstance(argument[0], str):
            return Unknown("a Fn::If of a condition and two values")
        name, *branches = argument
        options = []
        decided = self._template.conditions.decide(name)
        for holds, branch in zip((True, False), branches, strict=True):
            if decided is None or decided == holds:
                guards = () if decided == holds else (self._template.conditions.guard(name, holds),)
                options.append(Option(self.value(branch), guards))
        return one_of(options)

    def _find_in_map(self, argument: Any) -> Value:
        if not isinstance(argument, list) or len(argument) < 3:
            return Unknown("a Fn::FindInMap of a map and two keys")
        fallback = argument[3].get("DefaultValue") if len(argument) > 3 and isinstance(argument[3], dict) else None
        keys = [self.value(key) for key in argument[:3]]
        return self.combine(keys, lambda chosen: self._find(chosen, fallback))

    def _find(self, keys: Sequence[Value], fallback: Any) -> Value:
        level: list[tuple[Any, tuple[Guard, ...]]] = [(self._template.mappings, ())]
        for key in keys:
            level = [found for content, guards in level for found in self._step(content, key, guards)]
        origin = origin_of(*keys) if len(level) == 1 else None  # of several rows the guards tell which
        options = [Option(self._mapped(content, origin), guards) for content, guards in level]
        if not options:
            return self.value(fallback) if fallback is not None else Unknown("the mapping's entry")
        return one_of(options)

    def _mapped(self, content: Any, origin: Origin | None) -> Value:
        found = self.value(content)
        return Known(found.value, origin) if isinstance(found, Known) else found

    def _step(self, content: Any, key: Value, guards: tuple[Guard, ...]) -> list[tuple[Any, tuple[Guard, ...]]]:
        if not isinstance(content, Mapping):
            return []
        if isinstance(key, Known):
            name = as_text(key.value)
            chosen = self._rows(key, content)
            if chosen:
                return [(content[row.value], (*guards, row)) for row in chosen]
            return [(content[name], guards)] if name in content else []
        return [
            (inner, (*guards, Guard("key", "", str(key).strip("<>"), name)))
            for name, inner in sorted(content.items())
            if isinstance(name, str)
        ]

    def _rows(self, key: Known, content: Mapping[Any, Any]) -> list[Guard]:
        """The rows that a parameter with a default chooses from, each likely or not; none for any other key.

        What the default chooses is not all that can be deployed; ``AllowedValues`` and given values narrow it.
        """
        name = key.origin.parameter if key.origin is not None and key.by_default else None
        declared = self._template.section("Parameters").get(name) if name else None
        if name is None or not isinstance(declared, Mapping) or as_text(declared.get("Default")) != as_text(key.value):
            return []
        allowed = declared.get("AllowedValues")
        admitted = {as_text(value) for value in allowed} if isinstance(allowed, list) else None
        rows = sorted(row for row in content if isinstance(row, str) and (admitted is None or row in admitted))
        likely = as_text(key.value)
        return [Guard("key", self._template.key, name, row, row == likely) for row in rows] if len(rows) > 1 else []

    def _get_azs(self, argument: Any) -> Value:
        return Unknown("the Region's availability zones", ("azs", repr(argument)))

    def _cidr(self, argument: Any) -> Value:
        return Unknown("the blocks that Fn::Cidr computes", ("cidr", repr(argument)))

    def _length(self, argument: Any) -> Value:
        def count(chosen: Sequence[Value]) -> Value:
            listing = chosen[0]
            if isinstance(listing, Listing) and not any(isinstance(i, Unknown) for i in listing.items):
                return Known(len(listing.items))
            return Unknown("the length of the list")

        return self.combine([self.value(argument)], count)

    def _alternatives(self, argument: Any) -> Value:
        return Unknown(f"which of {argument} alternatives holds")

    def _transform(self, argument: Any) -> Value:
        name = argument.get("Name") if isinstance(argument, Mapping) else None
        return Unknown(f"what the macro {name} returns" if isinstance(name, str) else "what the macro returns")


def concatenate(pieces: Sequence[Value]) -> Value:
    """The pieces as one string; Unknown where one of them is no string."""
    parts: list[Part] = []
    for piece in pieces:
        inner = parts_of(piece)
        if inner is None:
            mentions = tuple(ref for one in pieces for ref in references(one))
            return Unknown("a string made only of strings", mentions=mentions)
        parts.extend(inner)
    return dynamic.composed(parts, origin_of(*pieces))


def _select(chosen: Sequence[Value]) -> Value:
    index, listing = chosen
    if isinstance(listing, Unknown) and isinstance(index, Known):
        identity = ("select", as_text(index.value), listing.identity) if listing.identity else None
        return Unknown(listing.needs, identity, listing.mentions)
    if not isinstance(index, Known) or not isinstance(listing, Listing):
        return Unknown("the item that Fn::Select picks", mentions=references(listing))
    number = as_text(index.value)
    if not number.isdecimal() or int(number) >= len(listing.items):
        return Unknown(f"an item {number} in the list of Fn::Select", mentions=references(listing))
    before = listing.items[: int(number) + 1]
    if len(options_of(before[-1])) == 1 and any(_several(item) for item in before):
        return Unknown("the items before the one that Fn::Select picks", mentions=references(listing))
    return before[-1]


def _several(item: Value) -> bool:
    return isinstance(item, Unknown) and isinstance(item.identity, tuple) and item.identity[0] == "split"


def _whole(part: Part, delimiter: str) -> bool:
    """Whether a hole cannot contain the delimiter: a Region has dashes, names have neither ``:``, ``/`` nor ``,``."""
    if isinstance(part, Reference) and part.pseudo:
        return part.logical_id in _WITHIN and delimiter not in _WITHIN[part.logical_id]
    return isinstance(part, Reference) and delimiter in ":/," and part.attribute in (None, "@name")


_WITHIN = {
    "AWS::AccountId": "",
    "AWS::Partition": "-",
    "AWS::Region": "-",
    "AWS::StackName": "-",
    "AWS::URLSuffix": ".",
}
"""The separators that may occur inside a pseudo parameter."""


_METHODS: dict[str, Callable[[Resolver, Any], Value]] = {
    "Ref": Resolver._ref,
    "Fn::GetAtt": Resolver._get_att,
    "Fn::ImportValue": Resolver._import_value,
    "Fn::Sub": Resolver._sub,
    "Fn::Join": Resolver._join,
    "Fn::Select": Resolver._select,
    "Fn::Split": Resolver._split,
    "Fn::Base64": Resolver._base64,
    "Fn::ToJsonString": Resolver._to_json_string,
    "Fn::If": Resolver._if,
    "Fn::FindInMap": Resolver._find_in_map,
    "Fn::GetAZs": Resolver._get_azs,
    "Fn::Cidr": Resolver._cidr,
    "Fn::Length": Resolver._length,
    "Fn::Transform": Resolver._transform,
    "Fn::Alternatives": Resolver._alternatives,  # written by Node where too many alternatives meet
}
