"""What condition keys say about who calls."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from analyzer.data.store import read_json
from analyzer.records import dataclass


@dataclass(frozen=True, slots=True)
class ConditionKeys:
    """Condition keys, all in lower case.

    `narrowing`: keys that confine who a public principal is → the form of a value that pins somebody (`account`,
    `arn`, `access-point`, `organization`, `organization-path`, `network`, `id`, `user-id`, `true`). `s3`: those in
    Amazon S3's own definition of public. `always_present`: in every request. `trivial`: any caller can satisfy it.
    `deputy`: tie a service principal to an owner. `resource_variables`: policy variables fixed by the resource.
    """

    narrowing: Mapping[str, str]
    s3: frozenset[str]
    always_present: frozenset[str]
    trivial: frozenset[str]
    deputy: frozenset[str]
    resource_variables: frozenset[str]


@cache
def condition_keys() -> ConditionKeys:
    """The classification of condition keys."""
    content = read_json("public_principal_conditions.json")
    narrowing = content["narrowing"]
    return ConditionKeys(
        MappingProxyType({key.lower(): facts["form"] for key, facts in narrowing.items()}),
        frozenset(key.lower() for key, facts in narrowing.items() if facts["s3"]),
        _lower(content["always_present"]),
        _lower(content["trivial"]),
        _lower(content["deputy"]),
        _lower(content["resource_variables"]),
    )


def _lower(keys: list[str]) -> frozenset[str]:
    return frozenset(key.lower() for key in keys)
