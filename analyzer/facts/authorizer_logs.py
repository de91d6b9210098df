"""What the function of an authorizer writes to its log: rejections, and credentials that do not belong there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

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
from analyzer.facts.authorizer_variants import IdentitySource

_DECISION = re.compile(
    r"den(y|ied|ies)|reject|unauthori[sz]ed|forbidden|refus|invalid|not allowed|not valid|not found|no such|unknown"
    r"|expired|revoked|mismatch|missing|disallow|fail|bad |blocked|decision|wrong|isauthorized|effect|allowed",
    re.IGNORECASE,
)
_LINES_BEFORE = 2
"""A log statement that ends so few lines before a rejection is taken to speak of it."""

_SECRET_NAMES = re.compile(
    r"auth|token|api[-_]?key|secret|password|cookie|credential|signature|session|jwt", re.IGNORECASE
)
_WHOLE = frozenset({"headers", "multiValueHeaders", "identitySource", "cookies"})
_SHOWS = frozenset(
    {
        "JSON.stringify", "json.dumps", "str", "String", "repr", "toString", "util.inspect", "inspect", "format",
        "pprint.pformat", "trim", "strip", "replace", "removeprefix", "split", "join", "concat", "+", "||", "??", "or",
        "toLowerCase", "lower", "encode", "decode", "dict", "Object.assign", "structuredClone", "await", "f-string",
        "copy.deepcopy", "copy", "values", "entries", "items", "Object.entries", "Object.values", "Buffer.from", "%",
    }
)  # fmt: skip


class Rejection:
    """A way in which the function turns a caller away."""

    def __init__(self, place: Place, in_catch: bool, text: str) -> None:
        self.place = place
        self.in_catch = in_catch
        self.text = text


def rejections(program: Program) -> list[Rejection]:
    """The denying answers and the errors that leave the function, in the order found."""
    found = [
        Rejection(answer.returned.place, answer.returned.in_catch, "a denying answer")
        for answer in answers(program)
        if answer.denies
    ]
    for raised in program.raises:
        message = f' "{raised.message.value}"' if isinstance(raised.message, Literal) and raised.message.value else ""
        found.append(Rejection(raised.place, raised.in_catch, f"the error{message}"))
    return found


def unlogged(program: Program) -> Rejection | None:
    """A rejection of which the log says nothing. Those in a ``catch`` and the others are each judged together: one
    log of a decision speaks for all of its kind, because code that logs one commonly does so in a helper."""
    found = rejections(program)
    for in_catch in (False, True):
        kind = [one for one in found if one.in_catch is in_catch]
        if kind and not any(_speaks_of(log, kind, in_catch) for log in program.logs):
            return kind[0]
    return None


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


def logged_credential(program: Program, sources: Iterable[IdentitySource]) -> tuple[str, Place] | None:
    """The first credential that the log shows, in words, with the place; None where none is shown."""
    named = {(source.kind, source.name.lower()) for source in sources if source.name}
    for log in program.logs:
        for path in _shown(log.values):
            words = _credential(path, named)
            if words is not None:
                return words, log.place
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
