"""What the function of an authorizer writes to its log: rejections, and credentials that do not belong there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from typing import TYPE_CHECKING

from analyzer.code.program import (
    Choice,
    CodeValue,
    Composed,
    Derived,
    EventField,
    Items,
    Literal,
    Logged,
    Place,
    Program,
    Record,
)
from analyzer.facts.authorizer_answers import answers, leaves, parts
from analyzer.facts.authorizer_events import unread
from analyzer.facts.authorizer_variants import IdentitySource
from analyzer.model.value import Unknown
from analyzer.records import dataclass

if TYPE_CHECKING:
    from analyzer.facts.authorizers import Authorizer
    from analyzer.facts.functions import Function

_DECISION = re.compile(
    r"den(y|ied|ies)|reject|unauthori[sz]ed|forbidden|refus|invalid|not allowed|not valid|not found|no such|unknown"
    r"|expired|revoked|mismatch|missing|disallow|fail|bad |blocked|decision|wrong|isauthorized|effect|allowed",
    re.IGNORECASE,
)
_LOGGER = re.compile(r"(^|[._])(log|logger|audit|warn|warning|error|info|debug)([._]|$)|audit|logger", re.IGNORECASE)
_LINES_BEFORE = 2
"""A log statement that ends so few lines before a rejection is taken to speak of it."""

_SECRET_NAMES = re.compile(
    r"auth|token|api[-_]?key|secret|password|cookie|credential|signature|session|jwt", re.IGNORECASE
)
_WHOLE = frozenset({"headers", "multiValueHeaders", "identitySource", "cookies"})
_SHOWS = frozenset(
    {
        "JSON.stringify", "json.dumps", "str", "String", "repr", "toString", "util.inspect", "inspect", "format",
        "pprint.pformat", "trim", "strip", "replace", "removeprefix", "split", "join", "concat", "+", "||", "??",
        "or", "item", "toLowerCase", "lower", "encode", "decode", "dict", "Object.assign", "structuredClone", "await",
        "f-string",
        "copy.deepcopy", "copy", "values", "entries", "items", "Object.entries", "Object.values", "Buffer.from", "%",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Rejection:
    """A way in which the function turns a caller away."""

    place: Place
    in_catch: bool
    text: str


def rejections(program: Program) -> list[Rejection]:
    """The denying answers and the errors that leave the function, in the order found."""
    found = [
        Rejection(answer.returned.place, answer.returned.in_catch, "a denying answer")
        for answer in answers(program)
        if answer.denies or (answer.denies is None and answer.permits is not None)
    ]
    for raised in program.raises:
        message = f' "{raised.message.value}"' if isinstance(raised.message, Literal) and raised.message.value else ""
        found.append(Rejection(raised.place, raised.in_catch, f"the error{message}"))
    return found


def unlogged_rejection(function: Function) -> Rejection | Unknown | None:
    """A rejection of which the log says nothing; None where there is none."""
    return unread(function) or unlogged(function.program)


def unlogged(program: Program) -> Rejection | None:
    """A rejection of which the log says nothing. Those in a ``catch`` and the others are each judged together: one
    log of a decision speaks for all of its kind, because code that logs one commonly does so in a helper."""
    found = rejections(program)
    results = {answer.permits for answer in answers(program) if not isinstance(answer.permits, Literal | None)}
    for in_catch in (False, True):
        kind = [one for one in found if one.in_catch is in_catch]
        logs = _logs(program)
        told = any(_speaks_of(log, kind, in_catch) for log in logs) or any(
            _contains(log.values, results) for log in logs
        )
        if kind and not told:
            return kind[0]
    return None


def _contains(values: Iterable[CodeValue], results: Set[CodeValue | None]) -> bool:
    return any(value in results or _contains(parts(value), results) for value in values)


def _logs(program: Program) -> list[Logged]:
    """What is logged, calls of packages that are named like loggers included."""
    calls = [call for call in program.invocations if _LOGGER.search(call.target)]
    return [*program.logs, *(Logged(call.arguments, call.place) for call in calls)]


def _speaks_of(log: Logged, kind: Sequence[Rejection], in_catch: bool) -> bool:
    if in_catch and log.in_catch:
        return True
    if log.in_catch is in_catch and (_names_decision(log) or _holds_result(log)):
        return True
    return any(
        log.place.file == one.place.file and 0 <= one.place.line - log.place.end_line <= _LINES_BEFORE for one in kind
    ) and not _only_event(log)


def _names_decision(log: Logged) -> bool:
    texts = [str(leaf.value) for leaf in leaves(*log.values) if isinstance(leaf, Literal)]
    return any(_DECISION.search(text) for text in [*texts, *_keys(log.values)])


def _keys(values: Iterable[CodeValue]) -> Iterator[str]:
    for value in values:
        if isinstance(value, Record):
            yield from (name for name, _ in value.entries)
        yield from _keys(parts(value))


def _holds_result(log: Logged) -> bool:
    return any(isinstance(leaf, Literal) and leaf.value in ("Allow", "Deny") for leaf in leaves(*log.values))


def _only_event(log: Logged) -> bool:
    return EventField(()) in list(leaves(*log.values))


# --- credentials --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Leak:
    """A credential in the log, in words, and the statement that writes it."""

    text: str
    place: Place


def leak(function: Function, authorizers: Iterable[Authorizer]) -> Leak | Unknown | None:
    """The first credential that the function logs; None where it logs none."""
    variants = [variant for authorizer in authorizers for variant in authorizer.variants]
    known = [variant.sources for variant in variants if isinstance(variant.sources, tuple)]
    found = logged_credential(function.program, [source for sources in known for source in sources])
    return found or unread(function)


def logged_credential(program: Program, sources: Iterable[IdentitySource]) -> Leak | None:
    """The first credential that the log shows; ``sources`` are credentials whatever they are called."""
    named = {(source.kind, source.name.lower()) for source in sources if source.name}
    for log in program.logs:
        for path in _shown(log.values):
            words = _credential(path, named)
            if words is not None:
                return Leak(words, log.place)
    return None


def _shown(values: Iterable[CodeValue]) -> Iterator[tuple[str, ...]]:
    """The event fields whose own text stands in the log: not what a hash, a cut or a look-up makes of them."""
    for value in values:
        match value:
            case EventField(path=path):
                yield path
            case Record(entries=entries):
                yield from _shown(entry for _, entry in entries)
            case Items(items=inner) | Choice(options=inner) | Composed(parts=inner):
                yield from _shown(inner)
            case Derived(how=how, sources=inner) if how in _SHOWS:
                yield from _shown(inner)


def _credential(path: tuple[str, ...], named: set[tuple[str, str]]) -> str | None:
    if not path:
        return "the whole event, credential included"
    name = path[1].lower() if len(path) > 1 else ""
    shown = "event." + ".".join(path)
    if path == ("authorizationToken",) or (path[0] in _WHOLE and len(path) == 1) or path[0] == "identitySource":
        return shown
    if path[0] in ("headers", "multiValueHeaders"):
        return shown if name == "*" or ("header", name) in named or _SECRET_NAMES.search(name) else None
    if path[0] in ("queryStringParameters", "multiValueQueryStringParameters"):
        return shown if ("querystring", name) in named or _SECRET_NAMES.search(name) else None
    return shown if path == ("requestContext", "identity", "apiKey") or path[0] == "cookies" else None
