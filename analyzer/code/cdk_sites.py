"""Where an expression of CDK source stands: in which statement, under which option, in which construct."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Final

from analyzer.code.cdk_inference import Inference, declaring
from analyzer.code.cdk_kinds import CdkType, OwnModule, OwnType, Package
from analyzer.code.cdk_tree import (
    THIS,
    Binding,
    Call,
    Choice,
    Entry,
    Expression,
    Items,
    Member,
    Module,
    Name,
    Other,
    Record,
    Scope,
    Statement,
    Text,
)
from analyzer.records import dataclass

_DEEPEST: Final = 12
_ID_KEYWORDS: Final = ("id", "construct_id", "constructId", "id_")
_ENDPOINT_METHODS: Final = ("addgatewayendpoint", "addinterfaceendpoint")


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """An expression in its surroundings. ``key`` is the option that it is the value of, ``entry`` the whole option."""

    expression: Expression
    module: Module
    scope: Scope
    statement: Statement
    parent: Site | None = None
    key: str = ""
    entry: Entry | None = None

    def above(self) -> Iterator[Site]:
        """The expressions around, innermost first."""
        current = self.parent
        while current is not None:
            yield current
            current = current.parent

    @property
    def option(self) -> str:
        """The innermost option that this is part of."""
        return next((site.key for site in (self, *self.above()) if site.key), "")

    def explained(self) -> bool:
        """Whether a comment stands on the line, above an option around it, or above the statement."""
        module = self.module
        line = self.expression.place.line
        if line in module.remarks or self.expression.place.end_line in module.remarks:
            return True
        starts = {self.statement.place.line, line}
        for site in (self, *self.above()):
            starts.add(site.expression.place.line)
            if site.entry is not None:
                starts.add(site.entry.place.line)
        return any(start - 1 in module.comments for start in starts)


def sites(module: Module) -> Iterator[Site]:
    """Every expression of a file, outer ones first."""
    for scope in module.scope.every():
        for statement in scope.statements:
            pending = [Site(part, module, scope, statement) for part in reversed(statement.expressions)]
            while pending:
                site = pending.pop()
                yield site
                pending.extend(reversed(list(_inside(site))))


def _inside(site: Site) -> Iterator[Site]:
    expression = site.expression

    def part(inner: Expression, key: str = "", entry: Entry | None = None) -> Site:
        return Site(inner, site.module, site.scope, site.statement, site, key, entry)

    match expression:
        case Member(object=target):
            yield part(target)
        case Call(callee=callee, arguments=arguments, keywords=keywords):
            yield part(callee)
            yield from map(part, arguments)
            if keywords is not None:
                yield part(keywords)
        case Record(entries=entries, spreads=spreads):
            for entry in entries:
                yield part(entry.value, entry.key, entry)
            yield from map(part, spreads)
        case Items(items=items):
            yield from map(part, items)
        case Text(parts=parts) | Other(parts=parts):
            yield from map(part, parts)
        case Choice(options=options, tests=tests):
            yield from map(part, (*options, *tests))


@dataclass(frozen=True, slots=True, eq=False)
class Options:
    """Options that a call is given: records with the scopes they stand in, the outermost first. ``direct``: the first
    is written in the call itself. ``missing`` are the expressions whose options are not known."""

    records: tuple[tuple[Record, Scope], ...]
    missing: tuple[Expression, ...]

    def find(self, key: str) -> tuple[Entry, Record] | None:
        """The entry with this key (as spelled in TypeScript or in Python), and the record that it stands in."""
        plain = _plain(key)
        for record, _ in self.records:
            for entry in reversed(record.entries):
                if _plain(entry.key) == plain:
                    return entry, record
        return None


class Constructs:
    """Names the construct that an expression belongs to."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference
        self._library = inference.library
        self._names: dict[int, str] = {}
        """What parameters are given, by the identity of their bindings."""

    def holder(self, site: Site) -> str:
        """The id of the construct that ``site`` is part of or that is changed there, else the variable, the class, the
        function or the file."""
        inner: Expression = site.expression
        for around in (site, *site.above()):
            call = around.expression
            if isinstance(call, Call) and call.callee is not inner:
                found = self.created(call, around.scope) or self._changed(call, around.scope)
                if found:
                    return found
            inner = call
        owner = site.scope.owner
        names = (site.statement.target, owner.name if owner else "", site.scope.name)
        return next((name for name in names if name and "/" not in name), site.module.file.rpartition("/")[2])

    def created(self, call: Call, scope: Scope) -> str:
        """The id of the construct that a call creates or imports; empty where it does neither."""
        if not self._creates(call, scope):
            return ""
        keywords = call.keywords
        entry = next((found for key in _ID_KEYWORDS if keywords and (found := keywords.get(key))), None)
        if entry is not None:
            return _id(entry.value)
        adds = isinstance(call.callee, Member) and call.callee.name.startswith("add")
        position = 0 if adds else 1
        given = call.arguments[position] if len(call.arguments) > position else None
        return "" if given is None else _id(given)

    def _creates(self, call: Call, scope: Scope) -> bool:
        made = self._inference.constructed(call, scope)
        if made is not None:
            return self.is_construct(made)
        callee = call.callee
        if isinstance(callee, Member) and callee.name.startswith(("add", "from")):
            result = self._inference.type_of(call, scope)
            known = isinstance(result, CdkType) and self.is_construct(result)
            return known or _plain(callee.name) in _ENDPOINT_METHODS
        return self._is_unknown_class(callee, scope) and self._has_id(call)

    def _is_unknown_class(self, callee: Expression, scope: Scope) -> bool:
        """Whether a callee is written as classes are, and is none that is known."""
        named = isinstance(callee, Name | Member) and callee.name[:1].isupper()
        return named and self._inference.type_of(callee, scope) is None

    def _has_id(self, call: Call) -> bool:
        """Whether the arguments are those of a construct: ``new ApiLayer(this, "Api", …)``."""
        keywords = call.keywords
        by_name = keywords is not None and any(keywords.get(key) for key in _ID_KEYWORDS)
        return by_name or (len(call.arguments) > 1 and isinstance(call.arguments[1], Text))

    def is_construct(self, kind: object) -> bool:
        """Whether a kind is a construct's type or a value of one."""
        if isinstance(kind, CdkType):
            return self._library.is_construct(kind.name)
        return isinstance(kind, OwnType) and self._inference.is_construct(kind.declaration)

    def _changed(self, call: Call, scope: Scope) -> str:
        """The name of what a method is called on; empty for modules, types and the instance itself."""
        if not isinstance(call.callee, Member):
            return ""
        return self.named(call.callee.object, scope)

    def named(self, expression: Expression, scope: Scope, depth: int = 0) -> str:
        """The id of the construct behind a variable, field or parameter, else its own name."""
        if depth > _DEEPEST:
            return ""
        kind = self._inference.type_of(expression, scope)
        if isinstance(kind, Package | OwnModule) or (isinstance(kind, CdkType | OwnType) and not kind.instance):
            return ""
        behind, home = self._inference.written(expression, scope)
        if isinstance(behind, Call):
            created = self.created(behind, home)
            returned = created or self._returned(behind, home, depth)
            if returned:
                return returned
            if isinstance(behind.callee, Member) and not isinstance(expression, Name):
                return self.named(behind.callee.object, home, depth + 1)
        binding = self._inference.only_binding(behind, home)
        if binding is not None and binding.parameter is not None:
            return self._given(binding, depth) or binding.name
        return self._own_name(expression, scope, depth)

    def _own_name(self, expression: Expression, scope: Scope, depth: int) -> str:
        match expression:
            case Name(name=name):
                return "" if name in (THIS, "super") or declaring(name, scope) is None else name
            case Member(object=Name(name=name), name=field) if name == THIS:
                return field
            case Member(object=target):
                return self.named(target, scope, depth + 1)
            case _:
                return ""

    def _returned(self, call: Call, scope: Scope, depth: int) -> str:
        """The id of what a method of the application creates and returns."""
        function = self._inference.function_of(call, scope)
        results = function.results if function is not None else []
        if function is None or len(results) != 1:
            return ""
        behind, home = self._inference.written(results[0], function)
        if isinstance(behind, Call):
            return self.created(behind, home) or (self._returned(behind, home, depth + 1) if depth < _DEEPEST else "")
        return ""

    def _given(self, binding: Binding, depth: int) -> str:
        """What the calls of a function in the same file all give for a parameter."""
        module = self._inference.project.module(binding.scope.file)
        if module is None or not binding.scope.name or depth > _DEEPEST:
            return ""
        if id(binding) in self._names:
            return self._names[id(binding)]
        self._names[id(binding)] = ""  # a parameter that is given itself has no name of a construct
        found = set()
        for call, scope in self._calls(module).get(binding.scope.name, ()):
            keyword = call.keywords.get(binding.name) if call.keywords is not None else None
            position = binding.parameter or 0
            given = keyword.value if keyword else call.arguments[position] if position < len(call.arguments) else None
            found.add("" if given is None else self.named(given, scope, depth + 1))
        self._names[id(binding)] = found.pop() if len(found) == 1 else ""
        return self._names[id(binding)]

    @cached_property
    def _calls_by_file(self) -> dict[str, dict[str, list[tuple[Call, Scope]]]]:
        return {}

    def _calls(self, module: Module) -> dict[str, list[tuple[Call, Scope]]]:
        """The calls of a file by the name of what is called."""
        if module.file not in self._calls_by_file:
            found: dict[str, list[tuple[Call, Scope]]] = {}
            for site in sites(module):
                call = site.expression
                if isinstance(call, Call) and isinstance(call.callee, Name | Member):
                    found.setdefault(call.callee.name, []).append((call, site.scope))
            self._calls_by_file[module.file] = found
        return self._calls_by_file[module.file]


def options(inference: Inference, expression: Expression | None, scope: Scope) -> Options:
    """The options that an expression stands for, with what is poured into them."""
    records: list[tuple[Record, Scope]] = []
    missing: list[Expression] = []
    pending = [] if expression is None else [(expression, scope)]
    seen: set[int] = set()
    while pending:
        current, home = inference.written(*pending.pop(0))
        if id(current) in seen:
            continue
        seen.add(id(current))
        if isinstance(current, Record):
            records.append((current, home))
            pending.extend((spread, home) for spread in current.spreads)
        elif isinstance(current, Choice):
            pending.extend((option, home) for option in current.options)
        elif not (isinstance(current, Name) and current.name == "undefined"):
            missing.append(current)
    return Options(tuple(records), tuple(missing))


def _id(given: Expression) -> str:
    """An id as it is written; empty where it is no text."""
    if not isinstance(given, Text):
        return ""
    return given.value if given.complete else given.written


def _plain(name: str) -> str:
    return name.replace("_", "").lower()
