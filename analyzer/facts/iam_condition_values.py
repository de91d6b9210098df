"""How firmly the values of a condition key pin somebody."""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING

from analyzer.data.conditions import condition_keys
from analyzer.facts.iam_condition_tests import UNRESOLVED, Test
from analyzer.facts.iam_language import ARN_PARTS, has_wildcard, squeezed

if TYPE_CHECKING:
    from ipaddress import IPv4Network, IPv6Network

_VARIABLE = re.compile(r"\$\{([^{}]*)\}")
_ESCAPES = ("*", "?", "$")
BROADEST_IPV4, BROADEST_IPV6 = 8, 32
"""Prefix lengths below which S3 calls a `aws:SourceIp` range public."""


class Form(Enum):
    """What values of a key amount to, firmest first."""

    FIXED = "fixed"
    VARIABLE = "variable"
    WILDCARD = "wildcard"
    WITHOUT_ACCOUNT = "without account"
    UNKNOWN = "unknown"
    OPEN = "open"


_WEAKEST_FIRST = tuple(reversed(Form))


def form_of(test: Test, kind: str) -> Form:
    """How firmly a positive test pins somebody; values are alternatives, so the weakest decides.

    `kind` is a form of `ConditionKeys.narrowing`. A test without values matches nobody: `FIXED`.
    """
    return _weakest([_form(test, value, kind) for value in test.values])


def arn_form(test: Test, *, of_bucket: bool) -> Form:
    """Whether a positive test on an ARN pins an owner: `FIXED`, or `WITHOUT_ACCOUNT` if only a name without one.

    `of_bucket`: a text of which only the beginning is unknown is taken to name a bucket.
    """
    return _weakest([_owner_form(test, value, of_bucket) for value in test.values])


def is_open(test: Test) -> bool:
    """Whether a positive test passes every request that has the key."""
    if test.operator == "bool":
        return {"true", "false"} <= {text.lower() for text in test.texts}
    if test.operator == "ipaddress":
        return _every_address(test.texts)
    return test.takes_wildcards and any(_matches_everything(text) for text in test.texts)


def _form(test: Test, value: object, kind: str) -> Form:
    if value is UNRESOLVED or not isinstance(value, str):
        decided_by_value = test.takes_wildcards or kind in ("network", "true")
        return Form.UNKNOWN if decided_by_value else Form.FIXED
    if variables := _variables(value):
        known = condition_keys().resource_variables
        return Form.VARIABLE if variables <= known else Form.OPEN
    if kind == "network":
        return _network_form(value)
    if kind == "true":
        return Form.FIXED if value.lower() == "true" else Form.OPEN
    if not test.takes_wildcards or not has_wildcard(_without_escapes(value)):
        return Form.FIXED
    return Form.WILDCARD if _still_pins(value, kind) else Form.OPEN


def _owner_form(test: Test, value: object, of_bucket: bool) -> Form:
    unknown_name = Form.WITHOUT_ACCOUNT if of_bucket else Form.FIXED
    if value is UNRESOLVED or not isinstance(value, str):
        return Form.UNKNOWN if test.takes_wildcards else unknown_name
    if variables := _variables(value):
        return Form.FIXED if variables <= condition_keys().resource_variables else Form.OPEN
    if not value.startswith("arn:"):
        return unknown_name if value[:1] not in ("", "*", "?") else Form.OPEN
    parts = value.split(":", ARN_PARTS - 1)
    wild = test.takes_wildcards
    if len(parts) < ARN_PARTS or (wild and has_wildcard(parts[4])):
        return Form.OPEN
    if parts[4]:
        return Form.FIXED
    first = parts[5].split("/", 1)[0]
    return Form.WITHOUT_ACCOUNT if first and not (wild and has_wildcard(first)) else Form.OPEN


def _weakest(forms: list[Form]) -> Form:
    return next((form for form in _WEAKEST_FIRST if form in forms), Form.FIXED)


def _still_pins(value: str, kind: str) -> bool:
    """Whether a value with wildcards leaves one owner."""
    if kind in ("arn", "access-point"):
        return _arn_pins(value)
    if kind == "organization-path":
        return "/" in value and not has_wildcard(value.split("/", 1)[0])
    return kind == "user-id" and ":" in value and not has_wildcard(value.split(":", 1)[0])


def _arn_pins(value: str) -> bool:
    """An ARN with a fixed account, or a bucket with a fixed name; or a text whose unknown beginning is an ARN."""
    if not value.startswith("arn:"):
        return value[:1] not in ("*", "?") and not "arn:".startswith(re.split(r"[*?]", value, maxsplit=1)[0])
    parts = value.split(":", ARN_PARTS - 1)
    if len(parts) < ARN_PARTS:
        return False
    if parts[4]:
        return not has_wildcard(parts[4])
    name, slash, _ = parts[5].partition("/")
    return parts[2] == "s3" and bool(slash) and not has_wildcard(name)


def _variables(value: str) -> frozenset[str]:
    """The policy variables in a value, in lower case and without their defaults."""
    names = (name.split(",", 1)[0].strip().lower() for name in _VARIABLE.findall(value))
    return frozenset(name for name in names if name not in _ESCAPES)


def _without_escapes(value: str) -> str:
    return _VARIABLE.sub("", value)


def _matches_everything(text: str) -> bool:
    plain = squeezed(text)
    if plain == "*":
        return True
    parts = plain.split(":", ARN_PARTS - 1)
    return parts[0] == "arn" and len(parts) > 1 and all(part == "*" for part in parts[2:] or parts[1:])


def _network(text: str) -> IPv4Network | IPv6Network | None:
    from ipaddress import ip_network

    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


def _network_form(text: str) -> Form:
    """A text that is no address stands for one that is not known but fixed, as a VPC's own range."""
    network = _network(text)
    if network is None:
        return Form.FIXED
    broadest = BROADEST_IPV4 if network.version == 4 else BROADEST_IPV6
    return Form.FIXED if network.prefixlen >= broadest or network.is_private else Form.OPEN


def _every_address(texts: tuple[str, ...]) -> bool:
    """Whether ranges together hold every IPv4 or every IPv6 address."""
    from ipaddress import IPv4Network, IPv6Network, collapse_addresses

    networks = [network for text in texts if (network := _network(text)) is not None]
    fourth = list(collapse_addresses(network for network in networks if isinstance(network, IPv4Network)))
    sixth = list(collapse_addresses(network for network in networks if isinstance(network, IPv6Network)))
    return IPv4Network("0.0.0.0/0") in fourth or IPv6Network("::/0") in sixth
