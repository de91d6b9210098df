"""Hosts on the internet that a function's code calls over HTTP: no VPC endpoint gives them.

Only addresses that the code or its environment writes out count, and only public names: private address ranges,
names of private zones, and names below ``amazonaws.com`` (which may resolve inside the VPC) are left out.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from analyzer.code.program import CodeValue, Invocation, Record
from analyzer.facts.endpoint_needs import Need
from analyzer.facts.functions import Function
from analyzer.judgement import Confidence, Evidence
from analyzer.model.value import Text, parts_of

CLIENTS = frozenset(
    {"aiohttp", "axios", "fetch", "got", "http", "https", "httpx", "ky", "needle", "node-fetch", "phin", "requests"}
    | {"superagent", "undici", "urllib", "urllib3"}
)
"""Modules, and the built-in ``fetch``, that send HTTP requests."""

_URL = re.compile(r"https?://(?:[^/@]*@)?(?P<host>[A-Za-z0-9.-]+)(?=[/:?#]|$)")
_NAME = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_PRIVATE_ENDS = (".internal", ".local", ".localhost", ".lan", ".corp", ".home.arpa", ".test", ".invalid", ".example")
_OF_AWS = (".amazonaws.com", ".amazonaws.com.cn", ".api.aws", ".on.aws")
_URL_KEYS, _HOST_KEYS = ("url", "uri", "baseURL"), ("hostname", "host")


def called_hosts(function: Function) -> list[Need]:
    """The public hosts that the function's code calls, each once."""
    found: dict[str, Invocation] = {}
    for invocation in function.program.invocations:
        if re.split(r"[./]", invocation.target, maxsplit=1)[0] in CLIENTS:
            for host in _hosts(function, invocation):
                found.setdefault(host, invocation)
    return [_need(function, host, invocation) for host, invocation in found.items() if _is_public(function, host)]


def _need(function: Function, host: str, invocation: Invocation) -> Need:
    evidence = Evidence("code", f"calls {host}", function.place(invocation.place))
    return Need(None, f"calls {host}", (evidence,), host=host, confidence=Confidence.LIKELY)


def _hosts(function: Function, invocation: Invocation) -> Iterator[str]:
    for argument in invocation.arguments[:2]:
        if isinstance(argument, Record):
            for key in (*_URL_KEYS, *_HOST_KEYS):
                written = argument.get(key)
                if written is not None:
                    yield from _host(function, written, whole=key in _HOST_KEYS)
        else:
            yield from _host(function, argument, whole=False)


def _host(function: Function, written: CodeValue, *, whole: bool) -> Iterator[str]:
    """The host in an address, or, with ``whole``, a host name by itself."""
    value = function.value_of(written)
    parts = parts_of(value)
    first = parts[0] if parts else None
    if not isinstance(first, str):
        return
    if whole:
        if not isinstance(value, Text) and _NAME.fullmatch(first):
            yield first.lower()
        return
    match = _URL.match(first)
    if match and (match.end() < len(first) or not isinstance(value, Text)):
        yield match["host"].lower()


def _is_public(function: Function, host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        pass
    if not _NAME.fullmatch(host) or host.endswith(_PRIVATE_ENDS) or host.endswith(_OF_AWS):
        return False
    zones = (zone for zone in function.application.resources("AWS::Route53::HostedZone") if zone["VPCs"])
    return not any(f".{host}".endswith("." + zone["Name"].text.rstrip(".").lower()) for zone in zones)
