"""Which VPC endpoint carries a call.

Sources: AWS PrivateLink's list of services, aws-cdk-lib's endpoint constants, botocore's host-name prefixes.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from analyzer.data.sdk_services import services
from analyzer.data.store import read_json
from analyzer.records import dataclass


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The endpoint of a service: `suffix` is the last part of its service name (`kinesis-streams` in
    `com.amazonaws.REGION.kinesis-streams`). `gateway` and `interface` say which types exist."""

    suffix: str
    gateway: bool
    interface: bool
    regional: bool


def endpoint_for(client: str, operation: str | None = None) -> Endpoint | None:
    """The endpoint that a call of a boto3 client needs; `None` where none is known.

    `operation` in the API's spelling (`StartSyncExecution`) matters to services with several endpoints.
    """
    special = _tables()["operations"].get(client, {}).get(operation)
    if special is not None:
        return endpoint_named(special)
    service = services().get(client)
    return endpoint_named(service.endpoint) if service and service.endpoint else None


def endpoint_for_action(action: str) -> Endpoint | None:
    """The endpoint that the call behind an IAM action (`states:StartExecution`) needs; `None` where none is known, or
    where the action is checked inside another call (`iam:PassRole`)."""
    prefix, _, name = action.partition(":")
    table = _tables()["actions"].get(prefix.lower())
    if table is None:
        return None
    suffix = _lower_keys(prefix.lower()).get(name.lower(), table[""])
    return endpoint_named(suffix) if suffix else None


def endpoint_named(suffix: str) -> Endpoint | None:
    """The endpoint with a suffix as AWS writes it, FIPS variants included; `None` for a suffix that is not known."""
    plain = suffix.removesuffix("-fips")
    tables = _tables()
    gateway, interface = plain in tables["gateway"], plain in tables["suffixes"]
    if not gateway and not interface:
        return None
    return Endpoint(plain, gateway, interface, plain not in tables["global"])


def iam_prefixes_of(endpoint: Endpoint) -> frozenset[str]:
    """The IAM prefixes of the actions behind an endpoint (`cognito-idp`, `ses` of `email`); empty where none is known.

    An endpoint may serve only some of a prefix's actions: `dynamodb-streams`, `bedrock-runtime`.
    """
    clients = {service.iam for service in services().values() if service.endpoint == endpoint.suffix and service.iam}
    actions = (prefix for prefix, table in _tables()["actions"].items() if endpoint.suffix in table.values())
    return frozenset({*clients, *actions})


@cache
def _tables() -> Mapping[str, Any]:
    content = read_json("endpoints.json")
    sets = {name: frozenset(content[name]) for name in ("gateway", "global", "suffixes")}
    return MappingProxyType({**sets, "operations": content["operations"], "actions": content["actions"]})


@cache
def _lower_keys(prefix: str) -> Mapping[str, str | None]:
    return MappingProxyType({name.lower(): suffix for name, suffix in _tables()["actions"][prefix].items()})
