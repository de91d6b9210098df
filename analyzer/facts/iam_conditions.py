"""What a Condition block proves, on plain strings.

A block is a mapping operator → key → value or values. A value that cannot be known before deployment is `UNRESOLVED`;
so may be a key's whole value list, an operator's mapping, or the block.

Sources: IAM JSON policy elements, condition operators and multivalued context keys
(https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html), Amazon S3's
meaning of public, and the confused deputy page; see `analyzer/data/public_principal_conditions.json`.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from analyzer.data.conditions import condition_keys
from analyzer.facts.iam_condition_tests import UNRESOLVED, Block, Test, Unresolved, read_tests
from analyzer.facts.iam_condition_values import Form, arn_form, form_of, is_open
from analyzer.records import dataclass

__all__ = [
    "UNRESOLVED",
    "Block",
    "Form",
    "KeyUse",
    "Narrowing",
    "Outcome",
    "Protection",
    "Unresolved",
    "View",
    "is_real",
    "narrows_public",
    "passed_services",
    "protects_service",
    "requires_external_id",
]

_EVERY_SERVICE = ("*", "*.amazonaws.com", "*.com")


class Outcome(Enum):
    """`NO` covers a missing block and one that every caller passes."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class View(Enum):
    """`CALLER`: does it confine who calls? `S3`: would Amazon S3 (and Security Hub's Lambda.1) call it not public?"""

    CALLER = "caller"
    S3 = "s3"


@dataclass(frozen=True, slots=True)
class KeyUse:
    """A condition key as the policy spells it, and how firmly its values pin somebody."""

    key: str
    form: Form


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Whether an Allow for everybody is confined. `keys` do it (`YES`) or would decide it (`UNKNOWN`)."""

    outcome: Outcome
    keys: tuple[KeyUse, ...] = ()


@dataclass(frozen=True, slots=True)
class Protection:
    """Whether a service principal is tied to an owner; `missing` names the keys that would do it."""

    outcome: Outcome
    missing: tuple[str, ...] = ()


def is_real(block: Block, present: frozenset[str] = frozenset()) -> Outcome:
    """Whether the condition of an Allow keeps any caller out.

    `present`: keys, in lower case, that every request for the statement's actions has, beside those in every request.
    """
    tests = read_tests(block)
    if tests is None:
        return Outcome.UNKNOWN
    return _any(_is_real(test, tests, present) for test in tests)


def narrows_public(block: Block, view: View = View.CALLER) -> Narrowing:
    """Whether the condition of an Allow for `Principal: *` confines it to somebody in particular."""
    tests = read_tests(block)
    if tests is None:
        return Narrowing(Outcome.UNKNOWN)
    uses = [use for test in tests if (use := _narrowing_use(test, tests, view)) is not None]
    firm = tuple(use for use in uses if use.form not in (Form.OPEN, Form.UNKNOWN))
    if firm:
        return Narrowing(Outcome.YES, firm)
    unknown = tuple(use for use in uses if use.form is Form.UNKNOWN)
    if unknown or any(test.unreadable for test in tests):
        return Narrowing(Outcome.UNKNOWN, unknown)
    return Narrowing(Outcome.NO)


def protects_service(block: Block, service: str | None = None) -> Protection:
    """Whether the condition of an Allow for a service principal keeps other customers from using that service.

    `service` is the principal (`s3.amazonaws.com`): an S3 bucket's ARN names no account, so `aws:SourceArn` alone does
    not tie it to an owner. `SourceArn` and `SourceAccount` of an `AWS::Lambda::Permission` are
    `{"ArnLike": {"aws:SourceArn": …}, "StringEquals": {"aws:SourceAccount": …}}`.
    """
    tests = read_tests(block)
    if tests is None:
        return Protection(Outcome.UNKNOWN)
    found = {_deputy_form(test, tests, service) for test in tests if test.key in condition_keys().deputy}
    if Form.FIXED in found:
        return Protection(Outcome.YES)
    if Form.UNKNOWN in found or any(test.unreadable for test in tests):
        return Protection(Outcome.UNKNOWN)
    if Form.WITHOUT_ACCOUNT in found:
        return Protection(Outcome.NO, ("aws:SourceAccount",))
    return Protection(Outcome.NO, ("aws:SourceArn", "aws:SourceAccount"))


def passed_services(block: Block) -> frozenset[str] | Unresolved | None:
    """The services (or patterns of them) that `iam:PassedToService` confines `iam:PassRole` to; `None` if it confines
    to none. `…IfExists` counts: a PassRole request always has the key."""
    tests = read_tests(block)
    if tests is None:
        return UNRESOLVED
    unknown = any(test.unreadable for test in tests)
    for test in tests:
        if test.key != "iam:passedtoservice" or test.negated or test.is_null:
            continue
        if UNRESOLVED in test.values:
            unknown = unknown or not is_open(test)
        elif not any(value in _EVERY_SERVICE for value in test.texts if test.takes_wildcards):
            return frozenset(test.texts)
    return UNRESOLVED if unknown else None


def requires_external_id(block: Block) -> Outcome:
    """Whether a trust policy asks for a particular `sts:ExternalId`, as a role for another company should."""
    tests = read_tests(block)
    if tests is None:
        return Outcome.UNKNOWN
    return _any(_pins_external_id(test, tests) for test in tests)


def _pins_external_id(test: Test, tests: tuple[Test, ...]) -> Outcome:
    if test.unreadable:
        return Outcome.UNKNOWN
    if test.key != "sts:externalid" or not _demands_presence(test, tests) or test.negated or test.is_null:
        return Outcome.NO
    if is_open(test):
        return Outcome.NO
    return Outcome.UNKNOWN if UNRESOLVED in test.values and test.takes_wildcards else Outcome.YES


def _is_real(test: Test, tests: tuple[Test, ...], present: frozenset[str]) -> Outcome:
    keys = condition_keys()
    if test.unreadable:
        return Outcome.UNKNOWN
    if test.key in keys.trivial:
        return Outcome.NO
    always = test.key in keys.always_present or test.key in present
    if test.is_null:
        return _null_is_real(test, always)
    if not always and not _demands_presence(test, tests):
        return Outcome.NO
    if test.negated:
        return Outcome.YES if test.values else Outcome.NO
    if is_open(test):
        return Outcome.NO
    decides = UNRESOLVED in test.values and (test.takes_wildcards or test.operator == "ipaddress")
    return Outcome.UNKNOWN if decides else Outcome.YES


def _null_is_real(test: Test, always: bool) -> Outcome:
    """`Null: "false"` demands a key; `Null: "true"` is passed by leaving the key out."""
    if always or "true" in test.texts:
        return Outcome.NO
    return Outcome.UNKNOWN if UNRESOLVED in test.values else Outcome.YES


def _demands_presence(test: Test, tests: tuple[Test, ...]) -> bool:
    """Whether a request without the key fails the test, or another test on the same key."""
    return not test.passes_without_key or any(
        other is not test and other.key == test.key and not other.passes_without_key for other in tests
    )


def _narrowing_use(test: Test, tests: tuple[Test, ...], view: View) -> KeyUse | None:
    keys = condition_keys()
    kind = keys.narrowing.get(test.key)
    if kind is None or (view is View.S3 and test.key not in keys.s3):
        return None
    if test.is_null or test.negated or not _demands_presence(test, tests):
        return None
    form = form_of(test, kind)
    pinned_by_name = form is Form.WILDCARD and kind == "access-point"
    if view is View.S3 and form in (Form.WILDCARD, Form.VARIABLE) and not pinned_by_name:
        form = Form.OPEN
    return KeyUse(test.written_key, form)


def _deputy_form(test: Test, tests: tuple[Test, ...], service: str | None) -> Form:
    """`FIXED` where the owner is pinned, `WITHOUT_ACCOUNT` where only a resource without an account is."""
    if test.is_null or test.negated or not _demands_presence(test, tests):
        return Form.OPEN
    if test.key == "aws:sourcearn":
        return arn_form(test, of_bucket=service is not None and service.startswith("s3."))
    kind = condition_keys().narrowing[test.key]
    form = form_of(test, kind)
    return Form.FIXED if form in (Form.WILDCARD, Form.VARIABLE) else form


def _any(outcomes: Iterable[Outcome]) -> Outcome:
    found = set(outcomes)
    if Outcome.YES in found:
        return Outcome.YES
    return Outcome.UNKNOWN if Outcome.UNKNOWN in found else Outcome.NO
