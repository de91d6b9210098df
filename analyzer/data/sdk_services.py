"""SDK clients: boto3 names, IAM prefixes, JavaScript packages and classes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from analyzer.data.store import read_json
from analyzer.records import dataclass


@dataclass(frozen=True, slots=True)
class Service:
    """One service as SDKs know it.

    `client` is the boto3 name; `iam` the IAM prefix (`None`: calls need no permission, or the prefix is not known);
    `endpoint` the suffix of its interface endpoint (`None`: none is known); `js_v3` package names below `@aws-sdk/`;
    `js_v2` class names of `aws-sdk`.
    """

    client: str
    iam: str | None
    endpoint: str | None
    js_v3: tuple[str, ...]
    js_v2: tuple[str, ...]


@cache
def services() -> Mapping[str, Service]:
    """boto3 client name → service."""
    found = {
        client: Service(client, entry["iam"], entry["endpoint"], tuple(entry["js_v3"]), tuple(entry["js_v2"]))
        for client, entry in read_json("services.json")["services"].items()
    }
    return MappingProxyType(found)


def service_of_javascript(name: str) -> Service | None:
    """The service of a package (`@aws-sdk/client-s3`, `client-s3`) or of a v2 class (`S3`); `None` if not known."""
    return _by_javascript().get(name.removeprefix("@aws-sdk/"))


@cache
def _by_javascript() -> Mapping[str, Service]:
    found = {name: service for service in services().values() for name in (*service.js_v2, *service.js_v3)}
    return MappingProxyType(found)
