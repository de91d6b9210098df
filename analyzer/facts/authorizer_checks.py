"""How much a decision of an authorizer rests on the caller's credential: nothing, its presence, or a check of it."""

from __future__ import annotations

from enum import IntEnum

from analyzer.code.program import (
    CodeValue,
    Derived,
    EventField,
    Invocation,
    Items,
    Literal,
    Opaque,
    Place,
    Program,
    Record,
)
from analyzer.facts.authorizer_answers import Answer, leaves, parts

CREDENTIALS = frozenset(
    {
        "authorizationToken", "headers", "multiValueHeaders", "queryStringParameters",
        "multiValueQueryStringParameters", "rawQueryString", "identitySource", "cookies",
    }
)  # fmt: skip
"""Parts of an authorizer's event that can carry what a caller proves himself with."""
_CONTEXT_CREDENTIALS = (("requestContext", "identity"), ("requestContext", "authentication"))


class Check(IntEnum):
    """What of the credential decides, least first."""

    NOTHING = 0
    PRESENCE = 1
    """That there is one, or that it looks like one."""
    DECODED = 2
    """What it says of itself: a token decoded without its signature."""
    CHECKED = 3
    """A comparison, a look-up or a verification."""


_BOOLEAN = frozenset({"!", "!!", "not", "&&", "||", "??", "and", "or", "bool", "Boolean", "await", "any", "all"})
_COMPARISONS = frozenset({"===", "!==", "==", "!=", "is", "is not", "<", ">", "<=", ">=", "in", "not in"})
_EXCLUDING = {"===": True, "==": True, "is": True, "in": True, "includes": True, "has": True} | dict.fromkeys(
    ("!==", "!=", "is not", "not in"), False
)
"""The outcome of each test that says the credential is one of those named; the other outcome excludes it."""
_SHAPE = frozenset(
    {
        "typeof", "length", "len", "startsWith", "startswith", "endsWith", "endswith", "isinstance", "test",
        "re.match", "re.search", "re.fullmatch", "isArray", "Array.isArray", "hasOwnProperty", "isdigit",
    }
)  # fmt: skip
_FORM = frozenset(
    {
        "item", "split", "rsplit", "trim", "strip", "slice", "substring", "substr", "replace", "replaceAll",
        "removeprefix",
        "toLowerCase", "toUpperCase", "lower", "upper", "casefold", "toString", "str", "String", "encode", "decode",
        "join", "partition", "rpartition", "pop", "shift", "at", "keys", "values", "items", "list", "match",
        "JSON.parse", "json.loads", "Buffer.from", "atob", "base64.b64decode", "base64.urlsafe_b64decode",
        "get", "find", "decodeURIComponent", "urllib.parse.unquote", "dict", "isoformat", "concat", "+", "padEnd",
    }
)  # fmt: skip
_DECODERS = frozenset({"JSON.parse", "json.loads"})
_BASE64 = frozenset({"Buffer.from", "atob", "base64.b64decode", "base64.urlsafe_b64decode", "base64.decodebytes"})
_UNVERIFIED = (
    "jsonwebtoken.decode", "jwt-decode", "jwt_decode", "jwtDecode", "decodeJwt", "decodeProtectedHeader",
    "get_unverified_header", "get_unverified_claims", "get_unverified_headers", "decode_complete_unverified",
)  # fmt: skip
_MERELY_READS = (
    *_UNVERIFIED,
    *_FORM,
    *_SHAPE,
    *_BOOLEAN,
    "json.dumps",
    "JSON.stringify",
    "print",
    "re.sub",
    "re.compile",
)
_LOGGERS = ("console.", "logging.", "logger.", "log.", "aws_lambda_powertools.", "@aws-lambda-powertools/")
_HASHES = ("createHash", "hashlib.", "crypto.createHash", "sha256", "digest", "update")
_SCHEMES = frozenset({"", "bearer", "basic", "token", "apikey", "string", "undefined", "object", "null"})
_THROWING = {
    ("cognito-idp", "GetUser"),
    ("sts", "AssumeRoleWithWebIdentity"),
    ("sts", "AssumeRoleWithSAML"),
    ("kms", "Decrypt"),
    ("kms", "Verify"),
    ("kms", "VerifyMac"),
}


def is_credential(path: tuple[str, ...]) -> bool:
    """Whether an event field can carry a credential."""
    return path[:1] == () or path[0] in CREDENTIALS or path[:2] in _CONTEXT_CREDENTIALS


def carries_credential(value: CodeValue) -> bool:
    """Whether a credential flowed into the value."""
    return any(isinstance(leaf, EventField) and is_credential(leaf.path) for leaf in leaves(value))


def is_unclear(answer: Answer) -> bool:
    """Whether something that cannot be followed decides."""
    return any(isinstance(leaf, Opaque) for value in answer.decided_by for leaf in leaves(value))


def rests_on_absence(answer: Answer, program: Program) -> bool:
    """Whether all that is checked is that the credential is none of certain ones: whoever invents one gets in.

    Only tests count whose outcome on the way to the answer is known, and that can mean nothing else: a comparison with
    a literal, membership in a literal list, ``"Item" in table.get_item(…)``.
    """
    known = {test.value: test.outcome for test in answer.returned.path}
    deciding = [value for value in answer.decided_by if _check(value) is Check.CHECKED]
    excluding = bool(deciding) and all(value in known and _excludes(value, known[value]) for value in deciding)
    return excluding and not answer.returned.in_catch and not _proved_by_call(answer, program, [])


def _excludes(value: CodeValue, outcome: bool) -> bool:
    if not isinstance(value, Derived):
        return False
    if value.how in ("!", "not") and len(value.sources) == 1:
        return _excludes(value.sources[0], not outcome)
    if len(value.sources) != 2 or value.how not in _EXCLUDING or _EXCLUDING[value.how] is outcome:
        return False
    left, right = value.sources
    if left == Literal("Item") and value.how in ("in", "not in"):
        return isinstance(right, Derived) and right.how.endswith("GetItem")
    return any(_names(one) and _check(other) is Check.PRESENCE for one, other in ((left, right), (right, left)))


def _names(value: CodeValue) -> bool:
    """Whether a value is one text, or a list of texts, that stands in the code."""
    if isinstance(value, Items):
        return value.complete and all(isinstance(item, Literal) for item in value.items)
    return isinstance(value, Literal)


def check_of(answer: Answer, program: Program) -> Check:
    """How much the answer rests on the credential."""
    lost = _swallowed(answer, program)
    outcomes = {Derived(call.arguments, call.target) for call in lost}
    found = max((_check(value) for value in answer.decided_by if value not in outcomes), default=Check.NOTHING)
    if found < Check.CHECKED and _proved_by_call(answer, program, lost):
        return Check.CHECKED
    if found < Check.CHECKED and not answer.returned.in_catch and _built_from_lookup(answer):
        return Check.CHECKED
    return found


def ignores_errors(answer: Answer, program: Program) -> bool:
    """Whether the answer is given although the verification before it may have failed."""
    return bool(_swallowed(answer, program))


def _swallowed(answer: Answer, program: Program) -> list[Invocation]:
    """The verifications before the answer whose errors a ``catch`` swallows, so that the code goes on to it."""
    swallowing = [
        caught
        for caught in program.catches
        if caught.outcome in ("continues", "empty")
        and not caught.acts
        and _follows(answer.returned.place, caught.place)
    ]
    calls = [call for call in program.invocations if is_verification(call)]
    return [call for call in calls if any(_inside(call.place, caught.tried) for caught in swallowing)]


def _check(value: CodeValue) -> Check:
    """What a tested value, or a part of one, checks of the credential."""
    if isinstance(value, EventField):
        return Check.PRESENCE if is_credential(value.path) else Check.NOTHING
    if not isinstance(value, Derived):
        return max((_check(part) for part in parts(value)), default=Check.NOTHING)
    inner = max((_check(part) for part in value.sources), default=Check.NOTHING)
    if inner in (Check.NOTHING, Check.CHECKED) or value.how in _BOOLEAN or value.how in _SHAPE:
        return inner
    if is_unverified_decoding(value):
        return Check.DECODED
    if value.how in _FORM or (value.how in _COMPARISONS and _trivial(value)):
        return inner
    return Check.CHECKED if _is_raw(value) else Check.DECODED


def _is_raw(value: CodeValue) -> bool:
    """Whether the credential itself flowed into the value, not only what it says of itself."""
    if isinstance(value, EventField):
        return is_credential(value.path)
    if isinstance(value, Derived) and is_unverified_decoding(value):
        return False
    return any(_is_raw(part) for part in parts(value))


def _trivial(comparison: Derived) -> bool:
    """A comparison that only tells whether there is a credential, or of what kind."""
    others = [one for one in comparison.sources if not carries_credential(one)]
    return len(others) < len(comparison.sources) and all(_says_nothing(one) for one in others)


def _says_nothing(value: CodeValue) -> bool:
    if isinstance(value, Items):
        return all(_says_nothing(item) for item in value.items)
    if not isinstance(value, Literal):
        return isinstance(value, Opaque)
    if isinstance(value.value, str):
        return value.value.strip().lower() in _SCHEMES
    return True


def is_unverified_decoding(value: Derived) -> bool:
    """Whether the value is what a token says of itself, its signature unread."""
    if value.how in _DECODERS:
        return _decoded_from_base64(value)
    return unverified(value.how, value.sources)


def _decoded_from_base64(value: CodeValue) -> bool:
    if isinstance(value, Derived) and value.how in _BASE64:
        return True
    return any(_decoded_from_base64(part) for part in parts(value))


def unverified(target: str, arguments: tuple[CodeValue, ...]) -> bool:
    """Whether a call reads a token without verifying its signature."""
    name = target.removeprefix("await ")
    if name.endswith(_UNVERIFIED):
        return True
    if not _verifies_by_default(name):
        return False
    return any(_switches_off(argument) for argument in arguments)


def _verifies_by_default(target: str) -> bool:
    """``decode`` of Python's libraries verifies the signature unless told not to; that of JavaScript's never does."""
    return target.rpartition(".")[2] == "decode" and target.startswith(("jwt.", "jose.", "authlib.", "python_jwt."))


def _switches_off(argument: CodeValue) -> bool:
    """``options={"verify_signature": False}``, or ``verify=False`` of old releases."""
    if not isinstance(argument, Record):
        return False
    entries = dict(argument.entries)
    inner = entries.get("options", argument)
    off = inner.get("verify_signature") if isinstance(inner, Record) else None
    return Literal(False) in (off, entries.get("verify"))


def _proved_by_call(answer: Answer, program: Program, lost: list[Invocation]) -> bool:
    """Whether some call gets the credential and throws, or may throw, where it is no good."""
    calls = [call for call in program.invocations if is_verification(call) and call not in lost]
    if answer.returned.in_catch:
        around = [caught.place for caught in program.catches if _inside(answer.returned.place, caught.place)]
        return any(_inside(call.place, place) for call in calls for place in around)
    if calls:
        return True
    return any(
        (call.service, call.operation) in _THROWING and carries_credential(call.arguments) for call in program.calls
    )


def _inside(place: Place, outer: Place | None) -> bool:
    if outer is None or place.file != outer.file:
        return False
    begins, ends = (outer.line, outer.column), (outer.end_line, outer.end_column)
    return begins <= (place.line, place.column) < ends


def _follows(place: Place, before: Place) -> bool:
    return place.file == before.file and (place.line, place.column) >= (before.end_line, before.end_column)


def is_verification(call: Invocation) -> bool:
    """Whether a call gets the credential and does more with it than read, print or hash it."""
    if not any(_is_raw(argument) for argument in call.arguments):
        return False
    target = call.target
    if target.startswith(_LOGGERS) or any(word in target for word in _HASHES):
        return False
    if unverified(target, call.arguments):
        return False
    if _verifies_by_default(target):
        return True
    last = target.rpartition(".")[2]
    return target not in _MERELY_READS and last not in _FORM | _SHAPE | _BASE64 | {
        "dumps",
        "loads",
        "stringify",
        "parse",
    }


def _built_from_lookup(answer: Answer) -> bool:
    """Whether the answer holds a part of what a look-up of the credential found, so that a miss throws."""
    if not isinstance(answer.value, Record):
        return False
    found = [answer.value.get("principalId"), answer.value.get("context")]
    return any(one is not None and _check(one) is Check.CHECKED for one in found)
