"""Calls on DynamoDB tables, resolved to the table, with the keys and key conditions they give."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from analyzer.code.program import CodeValue, Composed, Derived, Items, Literal, Record, SdkCall
from analyzer.facts.flow_actors import settled_by_template
from analyzer.facts.functions import Function, Functions
from analyzer.facts.tables import GLOBAL_TABLE, TABLE, Table
from analyzer.model.alternatives import options_of
from analyzer.model.application import Application
from analyzer.model.template import Resource
from analyzer.model.value import Known, OneOf, Text, Unknown, Value
from analyzer.records import dataclass

BY_KEY = ("GetItem", "UpdateItem", "DeleteItem")
EQUALS = "="


@dataclass(frozen=True, slots=True)
class TableCall:
    """One call of a function on one table. ``arguments`` is the record that names the table (a part of a batch)."""

    function: Function
    table: Table
    call: SdkCall
    operation: str
    arguments: Record

    @property
    def key(self) -> frozenset[str] | None:
        """The attributes of ``Key``; None where they are not all known."""
        return _attributes(self.arguments.get("Key"))

    @property
    def item(self) -> frozenset[str] | None:
        """The attributes of ``Item``; None where they are not all known."""
        return _attributes(self.arguments.get("Item"))

    @property
    def index(self) -> str | None:
        """The name of the index that is asked; empty for the table itself, None where it is not known."""
        written = self.arguments.get("IndexName")
        if written is None:
            return "" if self.arguments.complete else None
        value = self.function.value_of(written)
        known = getattr(value, "value", None)
        return known if isinstance(known, str) else None

    @property
    def conditions(self) -> dict[str, str] | None:
        """Attribute to operator of the key condition; None where it is not known."""
        return key_conditions(self.arguments)


def table_calls(application: Application, functions: Functions, found: Mapping[Resource, Table]) -> Iterator[TableCall]:
    """Every call on a table of the application that code makes on a path from its handler."""
    for function in functions.own():
        for call in function.program.calls:
            if call.service != "dynamodb" or call.reached is False:
                continue
            for operation, arguments in _parts(call):
                for resource in _tables(application, function.value_of(arguments.get("TableName") or Literal(None))):
                    if resource in found:
                        yield TableCall(function, found[resource], call, operation, arguments)


@dataclass(frozen=True, slots=True)
class CallElsewhere:
    """A call of a function on a table that is not of the application; ``table`` says which."""

    function: Function
    call: SdkCall
    operation: str
    table: str


def calls_elsewhere(application: Application, functions: Functions) -> Iterator[CallElsewhere]:
    """Every call on a table that the template or the code names and the application does not hold."""
    for function in functions.own():
        for call in function.program.calls:
            for operation, arguments in (
                _parts(call) if call.service == "dynamodb" and call.reached is not False else ()
            ):
                named = arguments.get("TableName")
                if named is not None and settled_by_template(named):
                    for option in options_of(function.value_of(named)):
                        if application.behind(option.value, TABLE, GLOBAL_TABLE) is None and _is_name(option.value):
                            yield CallElsewhere(function, call, operation, _named_by(option.value))


def _is_name(value: Value) -> bool:
    """Whether the template gives a name, be it only on deployment."""
    if isinstance(value, Unknown):
        return value.identity is not None
    return isinstance(value, Text) or (isinstance(value, Known) and isinstance(value.value, str) and value.value != "")


def _named_by(value: Value) -> str:
    """The table's name for people, or what would tell it."""
    if isinstance(value, Unknown):
        return value.needs
    return str(value.value) if isinstance(value, Known) else str(value)


def _parts(call: SdkCall) -> Iterator[tuple[str, Record]]:
    """The operation and its record, or those inside a transaction."""
    if not isinstance(call.arguments, Record):
        return
    if call.operation not in ("TransactWriteItems", "TransactGetItems"):
        yield call.operation, call.arguments
        return
    items = call.arguments.get("TransactItems")
    for item in items.items if isinstance(items, Items) else ():
        for name, part in item.entries if isinstance(item, Record) else ():
            if isinstance(part, Record) and name in ("Put", "Get", "Update", "Delete"):
                yield f"{name}Item", part


def _tables(application: Application, value: Value) -> Iterator[Resource]:
    options = [option.value for option in value.options] if isinstance(value, OneOf) else [value]
    for option in options:
        resource = application.behind(option, TABLE, GLOBAL_TABLE)
        if resource is not None:
            yield resource


def _attributes(value: CodeValue | None) -> frozenset[str] | None:
    if isinstance(value, Record) and value.complete:
        return frozenset(name for name, _ in value.entries)
    return None


# --- key conditions -------------------------------------------------------------------------------------------

_TERM = re.compile(
    r"begins_with\s*\(\s*(?P<prefixed>[#\w.-]+)\s*,[^)]*\)"
    r"|(?P<ranged>[#\w.-]+)\s+BETWEEN\s+\S+\s+AND\s+\S+"
    r"|(?P<compared>[#\w.-]+)\s*(?P<operator>=|<=|>=|<|>)\s*[:#\w.-]+",
    re.IGNORECASE,
)


def key_conditions(arguments: Record) -> dict[str, str] | None:
    """Attribute to operator (``=``, ``<``, ``begins_with``, ``between``) of a Query; None where it is not known."""
    written = arguments.get("KeyConditionExpression")
    if isinstance(written, Derived):
        return _conditions_of(written)
    text = _constant(written)
    if text is None:
        return None
    names = arguments.get("ExpressionAttributeNames")
    found: dict[str, str] = {}
    for term in _TERM.finditer(text):
        attribute = _named(term["prefixed"] or term["ranged"] or term["compared"], names)
        if attribute is None:
            return None
        found[attribute] = term["operator"] or ("begins_with" if term["prefixed"] else "between")
    return found or None


def _constant(value: CodeValue | None) -> str | None:
    """The text of a constant expression; values after operators may be parts of the run."""
    if isinstance(value, Literal):
        return value.value if isinstance(value.value, str) else None
    if isinstance(value, Composed):
        parts = [part.value if isinstance(part, Literal) else None for part in value.parts]
        return "".join(str(part) for part in parts) if None not in parts else None
    return None


def _named(token: str, names: CodeValue | None) -> str | None:
    """The attribute behind ``#name``; None where the names are not known."""
    if not token.startswith("#"):
        return token
    value = names.get(token) if isinstance(names, Record) else None
    return value.value if isinstance(value, Literal) and isinstance(value.value, str) else None


def _conditions_of(derived: Derived) -> dict[str, str] | None:
    """boto3's ``Key("pk").eq(x) & Key("sk").begins_with(y)``."""
    if derived.how == "&":
        found: dict[str, str] = {}
        for source in derived.sources:
            inner = _conditions_of(source) if isinstance(source, Derived) else None
            if inner is None:
                return None
            found |= inner
        return found
    first = derived.sources[0] if derived.sources else None
    if not derived.how.startswith("Key.") or not isinstance(first, Literal) or not isinstance(first.value, str):
        return None
    operator = derived.how.removeprefix("Key.")
    return {first.value: EQUALS if operator == "eq" else operator}
