"""What the event of an authorizer holds, which parts of it the code reads, and which belong to the key of the cache.

Source: API Gateway Developer Guide, "Input to an API Gateway Lambda authorizer", "Control access to HTTP APIs with AWS
Lambda authorizers", "Control access to WebSocket APIs with AWS Lambda REQUEST authorizers", read 2026-11-24.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from analyzer.code.program import Choice, CodeValue, EventField, EventRead, Place, Program
from analyzer.facts.authorizer_answers import answers, fields, leaves, parts
from analyzer.facts.authorizer_checks import CREDENTIALS
from analyzer.facts.authorizer_variants import IdentitySource, Shape, Variant
from analyzer.model.value import Unknown
from analyzer.records import dataclass

if TYPE_CHECKING:
    from analyzer.facts.functions import Function

Path = tuple[str, ...]

_TOKEN_FIELDS = frozenset({"type", "authorizationToken", "methodArn"})
_ABSENT: dict[Shape, frozenset[str]] = {
    Shape.REQUEST: frozenset({"authorizationToken", "identitySource", "routeArn", "rawPath", "cookies"}),
    Shape.HTTP_1: frozenset({"routeArn", "rawPath", "cookies"}),
    Shape.HTTP_2: frozenset(
        {
            "authorizationToken", "methodArn", "httpMethod", "path", "resource",
            "multiValueHeaders", "multiValueQueryStringParameters",
        }
    ),
    Shape.WEBSOCKET: frozenset({"authorizationToken", "routeArn", "rawPath", "identitySource", "pathParameters"}),
}  # fmt: skip
_DISPATCHES = frozenset({"type", "version"})
_UNSAID = ("*",)


def is_absent(path: Path, shape: Shape) -> bool:
    """Whether an event of this shape never holds what is read at ``path``."""
    if not path or path[:1] == _UNSAID:
        return False
    if shape is Shape.HTTP_2 and _is_in_capitals(path):
        return True
    return path[0] not in _TOKEN_FIELDS if shape is Shape.TOKEN else path[0] in _ABSENT[shape]


def _is_in_capitals(path: Path) -> bool:
    """Whether a header is read by a name in capitals: format 2.0 has them all in lower case."""
    return path[0] == "headers" and len(path) > 1 and path[1] != path[1].lower()


def carries(path: Path, shape: Shape) -> bool:
    """Whether the caller's credential can stand at ``path`` of an event of this shape."""
    return bool(path) and path[0] in CREDENTIALS and not is_absent(path, shape)


@dataclass(frozen=True)
class Mismatch:
    """A read of what the event does not hold."""

    path: Path
    place: Place

    @property
    def text(self) -> str:
        """``event.headers.x-api-key``."""
        return ".".join(("event", *self.path))


def mismatch(program: Program, shape: Shape) -> Mismatch | None:
    """The read for which the code rejects every call, because events of this shape lack what it needs.

    Code that asks for the event's type serves several shapes. A read that tolerates absence counts only where the
    code never looks where the credential is.
    """
    if any(read.path[:1] and read.path[0] in _DISPATCHES for read in program.reads):
        return None
    missing = [read for read in program.reads if is_absent(read.path, shape)]
    finds_credential = any(carries(read.path, shape) for read in program.reads)
    if not finds_credential:
        wanted = [read for read in missing if read.path[0] in CREDENTIALS]
        if wanted:
            deepest = max(wanted, key=lambda read: len(read.path))
            return Mismatch(deepest.path, deepest.place)
    return next((Mismatch(read.path, read.place) for read in missing if _is_fatal(read, program, shape)), None)


def _is_fatal(read: EventRead, program: Program, shape: Shape) -> bool:
    """Whether the read throws, or leaves the decision or the answer without what it needs."""
    if read.guarded:
        return False
    given = [answer for answer in answers(program) if answer.allows is not False]
    values = [value for answer in given for value in (*answer.decided_by, answer.value)]
    throws = program.language == "python" or len(read.path) > 1
    if throws and not _is_in_capitals(read.path):
        return not any(_falls_back(value, read.path, shape) for value in values)
    return any(_needs(value, read.path) for value in values)


def _falls_back(value: CodeValue, path: Path, shape: Shape) -> bool:
    """Whether the field is read only where the credential of this shape is missing, which API Gateway never lets in."""
    if isinstance(value, Choice):
        holding = [any(found[: len(path)] == path for found in fields(option)) for option in value.options]
        carrying = [any(carries(found, shape) for found in fields(option)) for option in value.options]
        if any(holding) and any(has and not bad for has, bad in zip(carrying, holding, strict=True)):
            return True
    return any(_falls_back(part, path, shape) for part in parts(value))


def _needs(value: CodeValue, path: Path) -> bool:
    """Whether the value depends on the field and on no alternative to it."""
    if isinstance(value, EventField):
        return value.path[: len(path)] == path
    if isinstance(value, Choice):
        return all(_needs(option, path) for option in value.options)
    return any(_needs(part, path) for part in parts(value))


# --- the key of the cache -----------------------------------------------------------------------------------

_CONSTANT = frozenset({"type", "version", "stageVariables"})
_CONSTANT_CONTEXT = frozenset({"accountId", "apiId", "stage", "domainName", "domainPrefix", "protocol"})
_PATH = frozenset({"path", "pathParameters", "rawPath"})
_METHOD_NAMES = ("httpMethod", "routeKey")
_PATH_NAMES = ("path", "resourcePath", "resourceId", "routeKey")


def is_keyed(path: Path, sources: Sequence[IdentitySource]) -> bool:
    """Whether what is read at ``path`` is the same for all requests that share a cached answer."""
    if not path or path[0] in _CONSTANT or path[0] in ("authorizationToken", "identitySource"):
        return True
    context = {source.name for source in sources if source.kind == "context"}
    if path[0] == "requestContext":
        return _is_keyed_context(path[1:], context)
    if path[0] in ("methodArn", "routeArn"):
        return keyed_by_method(sources)
    if path[0] in _PATH:
        return "path" in context
    if path[0] in ("httpMethod", "resource", "routeKey"):
        names = {"httpMethod": _METHOD_NAMES, "resource": _PATH_NAMES, "routeKey": ("routeKey",)}[path[0]]
        return bool(set(names) & context)
    return _is_keyed_parameter(path, sources)


def _is_keyed_context(path: Path, context: set[str | None]) -> bool:
    if not path or path[0] in _CONSTANT_CONTEXT:
        return True
    if path[:2] in (("http", "method"), ("httpMethod",)):
        return bool(set(_METHOD_NAMES) & context)
    if path[:2] == ("http", "path"):
        return "path" in context
    if path[0] in ("resourcePath", "resourceId"):
        return bool(set(_PATH_NAMES) & context)
    return any(name is None or name.split(".") == list(path)[: name.count(".") + 1] for name in context)


_METHOD_CONTEXT = (("httpMethod",), ("path",), ("resourcePath",), ("resourceId",), ("http",), ("routeKey",))
_PARAMETERS = {
    "headers": "header",
    "multiValueHeaders": "header",
    "queryStringParameters": "querystring",
    "multiValueQueryStringParameters": "querystring",
}


def _is_keyed_parameter(path: Path, sources: Sequence[IdentitySource]) -> bool:
    if path[0] == "cookies":
        path = ("headers", "cookie")
    kind = _PARAMETERS.get(path[0])
    if kind is None:
        return False
    names = [source.name for source in sources if source.kind == kind]
    if len(path) == 1:
        return True  # whether there are any at all
    if path[1] == "*" or None in names:
        return bool(names)
    wanted = path[1].lower() if kind == "header" else path[1]
    return wanted in [name.lower() if kind == "header" else name for name in names if name]


def keyed_by_method(sources: Iterable[IdentitySource]) -> bool:
    """Whether requests for different methods never share an answer: path and method, or the route, are sources."""
    context = {source.name for source in sources if source.kind == "context"}
    return "routeKey" in context or ("httpMethod" in context and bool({"path", "resourcePath"} & context))


def follows_from_method(path: Path) -> bool:
    """Whether what is read at ``path`` is fixed by the ARN of the method that is called."""
    if path[0] in ("methodArn", "routeArn", "httpMethod", "resource", "routeKey") or path[0] in _PATH:
        return True
    return path[0] == "requestContext" and path[1:2] in _METHOD_CONTEXT


def deciding(program: Program) -> list[tuple[Path, Place]]:
    """The event fields on which it depends whether the function lets a caller in, with the answer's place."""
    found: dict[Path, Place] = {}
    for answer in answers(program):
        if answer.allows is not False:
            for path in fields(*answer.decided_by):
                found.setdefault(path, answer.returned.place)
    return list(found.items())


def reads_more_than(program: Program, header: str) -> bool | None:
    """Whether the code reads more of the request than one header; None where it hands the whole event on."""
    for read in program.reads:
        path = read.path
        if not path or path[0] in ("methodArn", "type") or _is_header(path, header):
            continue
        if len(path) == 1 and any(other.path[:1] == path and len(other.path) > 1 for other in program.reads):
            continue
        return True
    whole = [call for call in program.invocations if EventField(()) in leaves(*call.arguments)]
    handed_on = [call for call in whole if call.target.rpartition(".")[2] not in _PRINTS]
    return None if handed_on else False


_PRINTS = frozenset({"dumps", "stringify", "print", "log", "info", "debug", "warn", "warning", "error", "inspect"})


def _is_header(path: Path, header: str) -> bool:
    if path[0] not in ("headers", "multiValueHeaders"):
        return False
    return len(path) == 1 or path[1] in ("*", "") or path[1].lower() == header.lower()


def caches(variant: Variant) -> bool | None:
    """Whether answers are cached; None where the time to live is not known."""
    return variant.ttl > 0 if isinstance(variant.ttl, int) else None


def unread(function: Function) -> Unknown | None:
    """What it would take to know all that the code of an authorizer does; None where it was read to its end."""
    if function.unread:
        return Unknown(f"the code of {function.name}")
    program = function.program
    if program.complete and program.handler_found is not False:
        return None
    why = f" ({program.problems[0]})" if program.problems else ""
    return Unknown(f"the whole code of {function.name}{why}")
