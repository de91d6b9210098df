"""Other orders in which a template may be written without meaning anything else."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.metamorphic.applications import Copy, mapped

UNORDERED = frozenset(
    """
    Statement Action NotAction Resource NotResource AWS Service Federated
    Policies ManagedPolicyArns Roles Users Groups
    SecurityGroupIds SubnetIds VpcSecurityGroupIds SecurityGroups Subnets SecurityGroupIngress SecurityGroupEgress
    RouteTableIds DependsOn Tags Architectures AlarmActions OKActions InsufficientDataActions Dimensions
    EventSelectors AdvancedEventSelectors FieldSelectors DataResources LambdaConfigurations QueueConfigurations
    TopicConfigurations GlobalSecondaryIndexes LocalSecondaryIndexes AttributeDefinitions NonKeyAttributes Targets
    Filters FunctionResponseTypes AllowedValues StageDescription MethodSettings Subscription source detail-type
    """.split()
)
"""Keys of lists that AWS reads as sets. Not among them: ``Layers`` and ``Fn::*`` (order decides), ``KeySchema`` (the
hash key comes first), ``Rules`` of a lifecycle or of a CORS configuration (the first that fits may decide)."""


def shuffled(content: Any, random: Random) -> Any:
    """``content`` with every mapping, and every list that is a set, in another order."""

    def change(inner: Any, path: tuple[str | int, ...]) -> Any:
        if isinstance(inner, dict):
            keys = list(inner)
            random.shuffle(keys)
            return {key: inner[key] for key in keys}
        if isinstance(inner, list) and path and path[-1] in UNORDERED:
            return random.sample(inner, len(inner))
        return inner

    return mapped(content, change)


def reversed_all(content: Any) -> Any:
    """``content`` with every mapping, and every list that is a set, from last to first."""

    def change(inner: Any, path: tuple[str | int, ...]) -> Any:
        if isinstance(inner, dict):
            return dict(reversed(inner.items()))
        if isinstance(inner, list) and path and path[-1] in UNORDERED:
            return inner[::-1]
        return inner

    return mapped(content, change)


def reverse(copy: Copy, random: Random) -> None:
    """From last to first."""
    copy.templates = {name: reversed_all(document) for name, document in copy.templates.items()}


def shuffle(copy: Copy, random: Random) -> None:
    """In any order."""
    copy.templates = {name: shuffled(document, random) for name, document in copy.templates.items()}
