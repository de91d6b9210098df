"""What the code of one function does, whatever its language: the closed vocabulary of `analyzer.code`.

A front end (``javascript.py``, ``python.py``) reads files and fills a :class:`Program`; facts and rules see
nothing else of the code. Everything here is immutable and hashable.
"""

from __future__ import annotations

from dataclasses import field
from enum import StrEnum

from analyzer.code.place import Place as Place
from analyzer.records import dataclass

# --- what an expression evaluates to -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant of the source text."""

    value: str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class EnvironmentVariable:
    """``process.env.NAME`` or ``os.environ["NAME"]``; ``default`` is the written fallback, if any."""

    name: str
    default: CodeValue | None = None


@dataclass(frozen=True, slots=True)
class EventField:
    """A part of the handler's first parameter: ``("headers", "authorization")``; a list index or an unknown
    key is ``"*"``. The whole event is the empty path."""

    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Composed:
    """A string put together from parts (template literal, ``+``, f-string, ``str.format``, ``join``)."""

    parts: tuple[CodeValue, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """An object or dictionary. ``complete`` is false where a spread or a computed key may add entries."""

    entries: tuple[tuple[str, CodeValue], ...]
    complete: bool = True

    def get(self, key: str) -> CodeValue | None:
        """The entry ``key``; None where it is not written."""
        return next((value for name, value in self.entries if name == key), None)


@dataclass(frozen=True, slots=True)
class Items:
    """An array or list. ``complete`` is false where more elements may be there."""

    items: tuple[CodeValue, ...]
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several values, by a branch that depends on the run (``a ? b : c``, ``a || b``)."""

    options: tuple[CodeValue, ...]


@dataclass(frozen=True, slots=True)
class Derived:
    """A value computed from others in a way that is not modelled (``decode(token)``, ``name.split("/")[0]``).

    ``sources`` are the modelled values that flowed into it; ``how`` names the outermost operation, for example
    ``"split"``, ``"jwt.verify"``, ``"await GetItem"``.
    """

    sources: tuple[CodeValue, ...]
    how: str = ""


@dataclass(frozen=True, slots=True)
class Opaque:
    """A value about which nothing is known."""

    why: str = ""


CodeValue = Literal | EnvironmentVariable | EventField | Composed | Record | Items | Choice | Derived | Opaque


# --- what the code does --------------------------------------------------------------------------------


class Sdk(StrEnum):
    """Which AWS SDK a call or an import belongs to."""

    JS_V2 = "aws-sdk for JavaScript v2"
    JS_V3 = "aws-sdk for JavaScript v3"
    BOTO3 = "boto3"
    BOTO2 = "boto"


@dataclass(frozen=True, slots=True)
class Import:
    """One import of a module: ``module`` as written (``"aws-sdk/clients/s3"``, ``"./lib/db"``).

    ``kind``: ``import``, ``require``, ``dynamic``, ``reexport``, ``type`` (erased before it runs), ``optional`` (the
    code can go on without it). ``resolved`` is the file of the tree it leads to; None for a package or a file that
    is not there. ``deferred``: inside a function, so loaded only when that runs.
    """

    module: str
    names: tuple[str, ...]
    kind: str
    place: Place
    resolved: str | None = None
    deferred: bool = False


@dataclass(frozen=True, slots=True)
class Client:
    """An SDK client that the code constructs. ``service`` is the name of boto3's client for it: ``s3``,
    ``dynamodb``, ``events``, ``stepfunctions``, ``logs``. ``settings`` is the constructor's argument."""

    service: str
    sdk: Sdk
    place: Place
    settings: CodeValue = field(default_factory=Opaque)


@dataclass(frozen=True, slots=True)
class Condition:
    """A test on the way to some code, and the outcome that leads there."""

    value: CodeValue
    outcome: bool


@dataclass(frozen=True, slots=True)
class SdkCall:
    """One call of an AWS API; ``service`` as in :class:`Client`.

    ``operation`` is the API's own name in PascalCase (``PutObject``; the document client's ``put`` and
    ``PutCommand``, boto3's ``Table.put_item`` are all ``PutItem``). ``arguments`` is what is passed, a boto3
    resource's name filled in (``TableName``, ``Bucket``, ``QueueUrl``). ``reached`` is true where the call lies on
    a path from the handler or from module initialisation, false in a function nobody calls, None where
    that cannot be told. ``awaited`` (JavaScript): awaited, returned or given a callback. ``conditions`` are the tests
    of every ``if`` that encloses the call or, by an early exit, precedes it, on each way to it. ``presigned``: the
    code only signs the request (``getSignedUrl``, ``generate_presigned_url``), somebody else sends it.
    """

    service: str
    operation: str
    arguments: CodeValue
    sdk: Sdk
    place: Place
    reached: bool | None = True
    awaited: bool | None = None
    document_client: bool = False
    conditions: tuple[Condition, ...] = ()
    presigned: bool = False


@dataclass(frozen=True, slots=True)
class EventRead:
    """A read of a part of the event: ``path`` as in :class:`EventField`, the longest that is read there.

    ``guarded``: the read tolerates absence (``?.``, ``||``, ``in``, ``.get``, inside ``if (event.x)``)."""

    path: tuple[str, ...]
    place: Place
    guarded: bool = False


@dataclass(frozen=True, slots=True)
class Returned:
    """A value that the handler can answer with (``return``, ``callback(null, x)``, ``context.succeed``).

    ``in_catch``: inside a ``catch``/``except``. ``place`` is the outermost statement in the handler's own file.
    ``conditions`` are the values tested on the way (each ``if`` and ``switch`` that encloses it or, by an early
    exit, precedes it); ``path`` those tests of which the outcome is the same on every way.
    """

    value: CodeValue
    place: Place
    in_catch: bool = False
    conditions: tuple[CodeValue, ...] = ()
    path: tuple[Condition, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Raised:
    """An error that leaves the handler (``throw new Error("Unauthorized")``, ``callback("Unauthorized")``,
    ``raise Exception("Unauthorized")``). ``message`` is its text, where known."""

    message: CodeValue
    place: Place
    in_catch: bool = False


@dataclass(frozen=True, slots=True)
class Caught:
    """A ``catch``/``except`` block on a path from the handler. ``outcome``: ``rethrows``, ``returns``, ``continues``
    (falls through) or ``empty``; ``logs`` whether it logs anything. ``acts``: it does more with the error than log it
    or answer, such as passing some errors on, calling something, or writing to what outlives the block; what stands
    behind a ``try`` that never ends by itself, or whose end a variable tells, is part of it. ``keeps``: it writes to
    what outlives it. ``tried`` is the block whose errors it catches; None where there is none (``promise.catch``)."""

    place: Place
    outcome: str
    logs: bool
    around_calls: bool = False
    acts: bool = False
    tried: Place | None = field(default=None, compare=False)
    keeps: bool = field(default=False, compare=False)


def is_signal(before: object, now: object) -> bool:
    """Whether a variable that held ``before`` and, at the end of a ``try``, holds ``now`` tells that the end was
    reached: ``ok = False`` before and ``ok = True`` as the last statement inside. Numbers only count what was done."""
    plain = (bool, str, type(None))
    return (
        isinstance(before, Literal)
        and isinstance(now, Literal)
        and isinstance(before.value, plain)
        and isinstance(now.value, plain)
        and before != now
    )


@dataclass(frozen=True, slots=True)
class Logged:
    """Something written to the log (``console.*``, ``print``, ``logger.*``) on a path from the handler."""

    values: tuple[CodeValue, ...]
    place: Place
    in_catch: bool = False


@dataclass(frozen=True, slots=True)
class Invocation:
    """A call of a function that is neither local nor an SDK call (``jwt.verify(token, key)``, ``fetch(url)``).

    ``target`` is the dotted name with the module's name in front where the import is known:
    ``jsonwebtoken.verify``, ``jose.jwtVerify``, ``axios.post``."""

    target: str
    arguments: tuple[CodeValue, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Program:
    """All that is known of the code behind one function.

    ``complete`` is false where some code that may run could not be read; ``problems`` says which and why, in
    words for people. ``entry`` is the file that holds the handler, None where there is no such file;
    ``handler_found`` whether that file exports the handler's name (None: cannot be told).
    ``marks`` are signs found in bytes rather than in syntax, such as ``"aws-sdk-js-v2 2.1693.0"`` of a bundled SDK.
    ``promises``: the handler gives a promise, after which Lambda waits for nothing else that still runs (JavaScript;
    None where it cannot be told).
    """

    language: str
    entry: str | None
    handler: str
    files: tuple[str, ...] = ()
    imports: tuple[Import, ...] = ()
    clients: tuple[Client, ...] = ()
    calls: tuple[SdkCall, ...] = ()
    reads: tuple[EventRead, ...] = ()
    returns: tuple[Returned, ...] = ()
    raises: tuple[Raised, ...] = ()
    catches: tuple[Caught, ...] = ()
    logs: tuple[Logged, ...] = ()
    invocations: tuple[Invocation, ...] = ()
    environment: tuple[tuple[str, Place], ...] = ()
    marks: tuple[tuple[str, Place], ...] = ()
    handler_found: bool | None = None
    promises: bool | None = None
    complete: bool = True
    problems: tuple[str, ...] = ()
