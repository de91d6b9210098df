"""The VPC endpoints of an application: which service each gives, to whom.

Source: AWS::EC2::VPCEndpoint in the CloudFormation Template Reference (read 2026-11-24).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from analyzer.data.endpoints import Endpoint, endpoint_named
from analyzer.facts.network_topology import ROUTE_TABLE, SUBNET, VPC, Named, Topology
from analyzer.facts.network_worlds import World, presence
from analyzer.model.template import Resource
from analyzer.model.value import Absent, Known, Value, as_text, parts_of
from analyzer.records import dataclass

ENDPOINT, RECORD = "AWS::EC2::VPCEndpoint", "AWS::Route53::RecordSet"
GATEWAY, INTERFACE = "Gateway", "Interface"
_HOLE = "\N{OBJECT REPLACEMENT CHARACTER}"
_REGIONAL = re.compile(r"(?:cn\.)?(?:com\.amazonaws|aws\.[a-z0-9-]+)\.(?P<region>[^.]+)\.(?P<service>.+)")
_GLOBAL = re.compile(r"(?:cn\.)?com\.amazonaws\.(?P<service>[^.]+(?:\.accesspoint)?)")


def service_of(name: Value) -> str | None:
    """The suffix in the name of an endpoint service: ``sqs`` in ``com.amazonaws.<Region>.sqs``.

    None where it is not known or no service of AWS.
    """
    parts = parts_of(name)
    if parts is None:
        return None
    written = "".join(part if isinstance(part, str) else _HOLE for part in parts)
    match = _REGIONAL.fullmatch(written)
    suffix = match["service"] if match else None
    if suffix is None or endpoint_named(suffix) is None:
        whole = _GLOBAL.fullmatch(written)
        suffix = whole["service"] if whole else suffix
    known = endpoint_named(suffix) if suffix and _HOLE not in suffix else None
    return known.suffix if known else None


def full_name(endpoint: Endpoint) -> str:
    """The service name to write into a template: ``com.amazonaws.<region>.sqs``."""
    return f"com.amazonaws.<region>.{endpoint.suffix}" if endpoint.regional else f"com.amazonaws.{endpoint.suffix}"


def kinds_of(endpoint: Endpoint) -> str:
    """Which types of endpoint there are, for people."""
    kinds = [word for word, there in (("gateway", endpoint.gateway), ("interface", endpoint.interface)) if there]
    return " or ".join(kinds)


@dataclass(frozen=True, slots=True)
class Declared:
    """A VPC endpoint that exists in one world. ``vpc`` is None where nothing is written."""

    resource: Resource
    suffix: str | None
    gateway: bool
    vpc: Named | None

    @property
    def name(self) -> str:
        """The logical id."""
        return self.resource.logical_id


class Endpoints:
    """The VPC endpoints of an application, read in one world at a time."""

    def __init__(self, topology: Topology) -> None:
        self._topology = topology
        self._all = tuple(topology.application.resources(ENDPOINT))

    def __bool__(self) -> bool:
        return bool(self._all)

    def of(self, vpc: Named | None, suffix: str, world: World) -> list[Declared]:
        """The endpoints of a VPC for a service."""
        identity = self._topology.identity(vpc)
        return [
            endpoint
            for endpoint in self._there(suffix, world)
            if endpoint.suffix == suffix and identity is not None and self._topology.identity(endpoint.vpc) == identity
        ]

    def perhaps(self, vpc: Named | None, suffix: str, world: World) -> Declared | None:
        """An endpoint of which nobody can know yet whether it gives the service to the VPC."""
        identity = self._topology.identity(vpc)
        for endpoint in self._there(suffix, world):
            here = endpoint.vpc is not None and self._topology.identity(endpoint.vpc) == identity
            unnamed = self._unnamed(endpoint.resource, world)
            fits = endpoint.suffix == suffix or unnamed
            if fits and ((here and unnamed) or (not here and endpoint.vpc is not None and endpoint.vpc.undecided)):
                return endpoint
        return None

    def _there(self, suffix: str, world: World) -> Iterator[Declared]:
        """The endpoints that may be for a service and exist in this world. Others are not asked for, so that their
        conditions do not matter."""
        for resource, suffixes in self._suffixes.items():
            if suffixes & {suffix, None} and world.admits(presence(resource)):
                yield self.declared(resource, world)

    @cached_property
    def _suffixes(self) -> dict[Resource, frozenset[str | None]]:
        """The services that each endpoint may give, in any alternative; None for one that is not known."""
        return {
            resource: frozenset(service_of(case.value) for case in resource["ServiceName"].cases())
            for resource in self._all
        }

    def declared(self, resource: Resource, world: World) -> Declared:
        """What the endpoint is in this world."""
        kind = self.value(resource, "VpcEndpointType", world)
        gateway = isinstance(kind, Absent) or kind == Known(GATEWAY)
        vpc = self._topology.one(resource["VpcId"], world, VPC)
        return Declared(resource, service_of(self.value(resource, "ServiceName", world)), gateway, vpc)

    def _unnamed(self, resource: Resource, world: World) -> bool:
        """Whether the last part of the service's name is a value that nobody can know yet."""
        parts = parts_of(self.value(resource, "ServiceName", world))
        return not isinstance(parts[-1], str) if parts else False

    def value(self, resource: Resource, name: str, world: World) -> Value:
        """A property's value in this world."""
        return next((case.value for case in resource[name].cases() if world.admits(case.guards)), Absent())

    def tables(self, endpoint: Declared, world: World) -> list[Named]:
        """The route tables of a gateway endpoint."""
        return self._topology.names(endpoint.resource["RouteTableIds"], world, ROUTE_TABLE)

    def subnets(self, endpoint: Declared, world: World) -> list[Named]:
        """The subnets of an interface endpoint."""
        return self._topology.names(endpoint.resource["SubnetIds"], world, SUBNET)

    # --- names ----------------------------------------------------------------------------------------

    def private_dns(self, endpoint: Declared, world: World) -> bool | None:
        """Whether the service's ordinary host name leads to the interface endpoint; None where that is not known.

        With S3 and DynamoDB only where the name is private for all resolvers: by default it is for the inbound
        resolver only, and callers in the VPC are left to a gateway endpoint.
        """
        if endpoint.resource in self._recorded:
            return True
        enabled = _truth(self.value(endpoint.resource, "PrivateDnsEnabled", world))
        if enabled and endpoint.suffix in ("s3", "dynamodb"):
            option = endpoint.resource["DnsOptions"]["PrivateDnsOnlyForInboundResolverEndpoint"]
            return None if option.undecided else option.known == "AllResolvers"
        return enabled

    @cached_property
    def _recorded(self) -> frozenset[Resource]:
        """Endpoints for which the application keeps a DNS record of its own."""
        application = self._topology.application
        aliases = (record["AliasTarget"]["DNSName"].value for record in application.resources(RECORD))
        return frozenset(resource for alias in aliases for resource in application.mentioned(alias))

    def dns_attribute(self, vpc: Named | None, name: str, world: World, default: bool) -> bool | None:
        """``EnableDnsSupport`` or ``EnableDnsHostnames`` of the VPC; None where that is not known."""
        if vpc is None or vpc.resource is None:
            return None
        value = self.value(vpc.resource, name, world)
        return default if isinstance(value, Absent) else _truth(value)


def _truth(value: Value) -> bool | None:
    if isinstance(value, Absent):
        return False
    return as_text(value.value).lower() == "true" if isinstance(value, Known) else None
