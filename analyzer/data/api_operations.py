"""API operations, their spelling and the IAM actions they need.

Sources: botocore's service models, and the AWS service authorization reference for operations whose action has
another name.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from analyzer.data.sdk_services import services
from analyzer.data.store import read_json
from analyzer.records import dataclass


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a boto3 client, in the API's spelling.

    `actions` are the IAM actions it needs: all of them, or, with `depends_on_request`, those that the request asks
    for. `None` where they are not known; empty where no permission is needed.
    """

    client: str
    name: str
    actions: tuple[str, ...] | None
    depends_on_request: bool = False


def operation(client: str, name: str) -> Operation | None:
    """An operation in any spelling (`GetObject`, `getObject`, `get_object`); `None` for an unknown client or name.

    Also knows the names of document clients and transfer helpers: `put` and `batch_writer` of `dynamodb`, `upload`
    and `download_file` of `s3`.
    """
    return operations(client).get(_key(name))


@cache
def operations(client: str) -> Mapping[str, Operation]:
    """Every operation of a client, by its name in lower case without underscores; empty for an unknown client."""
    packed = _packed().get(client)
    if packed is None:
        return MappingProxyType({})
    special, unknown = _pairs(packed["x"]), frozenset(packed["u"].split(" "))
    found = {
        _key(name): _operation(client, name, special.get(name), name in unknown) for name in packed["o"].split(" ")
    }
    aliases = {_key(alias): found[_key(name)] for alias, name in _pairs(packed["a"]).items()}
    return MappingProxyType({**aliases, **found})


def _operation(client: str, name: str, actions: str | None, unknown: bool) -> Operation:
    if actions is not None:
        separator = "|" if "|" in actions else "+"
        return Operation(client, name, tuple(actions.split(separator)), separator == "|")
    if unknown:
        return Operation(client, name, None)
    return Operation(client, name, (f"{services()[client].iam}:{name}",))


@cache
def _packed() -> Mapping[str, Mapping[str, str]]:
    return MappingProxyType(read_json("operations.json.gz")["services"])


def _pairs(text: str) -> dict[str, str]:
    entries = (entry.partition("=") for entry in text.split(";") if entry)
    return {name: value for name, _, value in entries}


def _key(name: str) -> str:
    return name.replace("_", "").lower()
