"""Whether the code of an authorizer says no when it must: openings, denials, look-ups, answers of a wrong shape."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from analyzer.code.program import (
    CodeValue,
    Composed,
    EnvironmentVariable,
    Items,
    Literal,
    Opaque,
    Place,
    Program,
    Raised,
    Record,
)
from analyzer.facts.authorizer_answers import Answer, answers, elements, fields, leaves, options
from analyzer.facts.authorizer_checks import (
    Check,
    check_of,
    ignores_errors,
    is_unclear,
    is_verification,
    rests_on_absence,
)
from analyzer.facts.authorizer_events import follows_from_method, unread
from analyzer.facts.authorizer_variants import Protocol, Variant
from analyzer.model.value import Unknown
from analyzer.records import dataclass

if TYPE_CHECKING:
    from analyzer.facts.functions import Function

UNAUTHORIZED = "Unauthorized"
"""The error message that API Gateway answers with 401; every other one becomes 500."""


# --- allowing without a check -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Opening:
    """An answer that lets a caller in without a check of the credential. ``arguable``: only an environment variable
    decides, or a list of credentials that are turned away."""

    place: Place
    text: str
    arguable: bool


def opening(function: Function) -> Opening | Unknown | None:
    """The first answer that lets callers in whom nothing has checked; None where every allow rests on a check."""
    program = function.program
    allowing = [answer for answer in answers(program) if answer.allows is not False]
    checks = {answer: check_of(answer, program) for answer in allowing}
    checked = Check.CHECKED in checks.values()
    doubt: Unknown | None = None
    for answer, check in checks.items():
        denylist = check is Check.CHECKED and answer.allows and program.complete and not is_unclear(answer)
        if denylist and rests_on_absence(answer, program):
            return Opening(answer.returned.place, _DENYLIST, True)
        if not answer.unreadable and (check is Check.CHECKED or (checked and _is_public_path(answer))):
            continue
        sure = answer.allows and not is_unclear(answer) and (program.complete or answer.returned.in_catch)
        if sure:
            if ignores_errors(answer, program):
                return Opening(answer.returned.place, _IGNORES, False)
            return Opening(answer.returned.place, _opened(answer, check), _is_switch(answer, check))
        doubt = doubt or Unknown(f"what decides whether {function.name} lets a caller in")
    return unread(function) or doubt


_DENYLIST = "lets in whoever brings a credential that is not one of those it turns away"
_IGNORES = "goes on and lets the caller in when its own check fails with an error"


def _opened(answer: Answer, check: Check) -> str:
    if answer.returned.in_catch:
        return "lets the caller in when its own check fails with an error"
    if check is Check.DECODED:
        return "lets the caller in by what the token says of itself, without verifying its signature"
    if check is Check.PRESENCE:
        return "lets the caller in whatever the credential is, if there is one"
    return "lets the caller in without looking at the credential"


def _is_public_path(answer: Answer) -> bool:
    """Whether an allow is meant for a path or method that needs no credential."""
    deciding = fields(*answer.decided_by)
    by_method = all(path and follows_from_method(path) for path in deciding)
    return bool(deciding) and by_method and not answer.returned.in_catch


def _is_switch(answer: Answer, check: Check) -> bool:
    inside = list(leaves(*answer.decided_by))
    return check is Check.NOTHING and any(isinstance(leaf, EnvironmentVariable) for leaf in inside)


# --- turning away -------------------------------------------------------------------------------------------


def lacks_denial(function: Function) -> Place | Unknown | None:
    """Where the function ends that neither denies nor throws ``Unauthorized``; None where it does one of them."""
    program = function.program
    given = answers(program)
    if any(one.denies is not False and not one.unreadable for one in given) or any(map(_may_be_401, program.raises)):
        return None
    doubt = unread(function)
    if doubt is not None or any(one.unreadable for one in given):
        return doubt or Unknown(f"what {function.name} answers")
    ends = [*(raised.place for raised in program.raises), *(returned.place for returned in program.returns)]
    return ends[0] if ends else Unknown(f"what {function.name} answers")


def _may_be_401(raised: Raised) -> bool:
    """Whether the message is ``Unauthorized``, or text that is put together at run time."""
    messages = [one for one in options(raised.message) if not isinstance(one, Opaque)]
    return any(not isinstance(one, Literal) or one.value == UNAUTHORIZED for one in messages)


# --- look-ups -----------------------------------------------------------------------------------------------

_NETWORK = re.compile(
    r"(fetch|axios|got|node-fetch|undici|needle|superagent|https?\.(get|request)|requests\.|httpx\.|urllib3?\.|aiohttp\.)"
)

_LOCAL = frozenset({"timingSafeEqual", "compare_digest", "compare", "compareSync", "createHmac", "new", "includes"})
"""What only compares or computes; a class (``Request``) only puts together what another call sends."""


@dataclass(frozen=True)
class Lookup:
    """A call that can fail for reasons other than the caller's credential, or that throws on a bad one."""

    text: str
    place: Place


def lookups(program: Program) -> list[Lookup]:
    """The calls on which the decision waits: AWS APIs, the network, verification of a token."""
    found = [Lookup(f"{call.operation} of {call.service}", call.place) for call in program.calls if call.reached]
    for call in program.invocations:
        last = call.target.rpartition(".")[2]
        is_local = last in _LOCAL or last[:1].isupper()
        if not is_local and (_NETWORK.match(call.target) or is_verification(call)):
            found.append(Lookup(call.target, call.place))
    return sorted(found, key=lambda lookup: lookup.place)


def unhandled(function: Function) -> Lookup | Unknown | None:
    """The first look-up where the code catches no error of any; None where it does, or looks nothing up."""
    program = function.program
    found = lookups(program)
    guards = [caught for caught in program.catches if caught.around_calls or not program.calls]
    if not found:
        return unread(function)
    if guards:
        return None
    return unread(function) or next((doubt for one in found if (doubt := _in_layer(one)) is not None), found[0])


def _in_layer(lookup: Lookup) -> Unknown | None:
    """What a call of code in a layer would have to show: it may catch its own errors."""
    if not lookup.text.startswith("/opt/"):
        return None
    return Unknown(f"whether {lookup.text}, which is code of a layer, catches its errors")


# --- shapes -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Misshapen:
    """An answer that API Gateway cannot read. ``always``: no caller gets in; else some are turned away with 500."""

    place: Place
    text: str
    always: bool


def misshapen(function: Function, variant: Variant) -> Misshapen | Unknown | None:
    """The first answer whose shape does not fit the authorizer."""
    program = function.program
    found = [(answer, _wrong(answer, variant)) for answer in answers(program)]
    wrong = [(answer, why) for answer, why in found if isinstance(why, str)]
    allowing = [why for answer, why in found if answer.allows]
    if wrong:
        answer, why = min(wrong, key=lambda one: one[0].allows is False)
        always = not allowing or any(isinstance(one, str) for one in allowing)
        return Misshapen(answer.returned.place, why, always)
    doubt = next((why for _, why in found if isinstance(why, Unknown)), None)
    return doubt or unread(function)


def _wrong(answer: Answer, variant: Variant) -> str | Unknown | None:
    """What is wrong with an answer; None if nothing is, or where it cannot be read."""
    value = answer.value
    if isinstance(value, Literal):
        return "nothing" if value.value is None else f"{value.value!r}, which is no object"
    if isinstance(value, Composed):
        return "text, which is no object"
    if not isinstance(value, Record) or (answer.is_unauthorized and variant.protocol is not Protocol.REST):
        return None
    policy = value.get("policyDocument")
    if policy is None and answer.permits is not None:
        if isinstance(variant.simple, Unknown):
            return variant.simple
        return None if variant.simple else "isAuthorized without simple responses"
    if policy is None:
        return "an object without policyDocument" if value.complete else None
    if value.get("principalId") is None and value.complete and variant.protocol is not Protocol.HTTP:
        return "a policy without principalId"
    return next(_faults(policy), None)


def _faults(policy: CodeValue) -> Iterator[str]:
    """What a policy document lacks."""
    if not isinstance(policy, Record) or not policy.complete:
        return
    statement = policy.get("Statement")
    if statement is None:
        yield "a policyDocument without Statement"
        return
    if isinstance(statement, Items) and not statement.items and statement.complete:
        yield "a policyDocument with an empty Statement"
    for item in elements(statement):
        if isinstance(item, Record) and item.complete:
            names = {name for name, _ in item.entries}
            for needed in (("Effect",), ("Action", "NotAction"), ("Resource", "NotResource")):
                if not names & set(needed):
                    yield f"a statement without {needed[0]}"
