"""Who calls services from subnets: functions, ECS services, and the pollers of event source mappings.

Sources: https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html and, beside it,
lambda-managed-instances-networking.html, with-msk.html, with-mq.html;
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum
from typing import TYPE_CHECKING

from analyzer.facts.network_groups import Groups
from analyzer.facts.network_paths import Placement
from analyzer.facts.network_topology import SUBNET, VPC, Named, Topology
from analyzer.facts.network_worlds import World
from analyzer.model.node import Node
from analyzer.model.template import Resource
from analyzer.model.value import ABSENT, Unknown, references
from analyzer.records import dataclass

if TYPE_CHECKING:
    from analyzer.facts.endpoint_needs import Need

PROVIDER = "AWS::Lambda::CapacityProvider"
BROKERS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "AWS::MSK::Cluster": (("BrokerNodeGroupInfo", "ClientSubnets"), ("BrokerNodeGroupInfo", "SecurityGroups")),
    "AWS::MSK::ServerlessCluster": (("VpcConfigs", "SubnetIds"), ("VpcConfigs", "SecurityGroups")),
    "AWS::AmazonMQ::Broker": (("SubnetIds",), ("SecurityGroups",)),
}
"""Where a broker's type says in which subnets and security groups it is."""


class CallerKind(Enum):
    """What kind of caller."""

    FUNCTION = "function"
    SERVICE = "service"
    POLLER = "poller"


Place = Callable[[World], Placement | None]


@dataclass(frozen=True, eq=False)
class Caller:
    """Something that calls services. ``place`` tells where it stands in one world: None outside any VPC.

    ``needs`` is a tuple of what it needs, from everywhere it may run.
    """

    subject: Resource
    kind: CallerKind
    place: Place
    needs: tuple[Need, ...]
    related: tuple[Resource, ...] = ()

    @property
    def name(self) -> str:
        """The name as the user wrote it."""
        return self.subject.logical_id


class Placements:
    """Reads where callers have their network interfaces."""

    def __init__(self, topology: Topology, groups: Groups) -> None:
        self._topology = topology
        self._groups = groups

    def of_function(self, function: Resource) -> Place:
        """The function's own subnets; those of its capacity provider where it runs on managed instances."""

        def place(world: World) -> Placement | None:
            settings = function["CapacityProviderConfig"]["LambdaManagedInstancesCapacityProviderConfig"]
            provider = self._topology.one(settings["CapacityProviderArn"], world, PROVIDER)
            if provider is not None:
                return self._of_provider(provider, world)
            config = function["VpcConfig"]
            found = self._placement(config["SubnetIds"], config["SecurityGroupIds"], world)
            return self._with_six(found, config["Ipv6AllowedForDualStack"], world) if found else None

        return place

    def of_service(self, service: Resource) -> Place:
        """The subnets of an ECS service whose tasks have interfaces of their own."""

        def place(world: World) -> Placement | None:
            config = service["NetworkConfiguration"]["AwsvpcConfiguration"]
            found = self._placement(config["Subnets"], config["SecurityGroups"], world)
            assigned = _case(config["AssignPublicIp"], world)
            if found is None or assigned in (None, "DISABLED"):
                return found
            return _replaced(found, public=True if assigned == "ENABLED" else None)

        return place

    def of_broker(self, broker: Resource) -> Place:
        """The subnets in which Lambda polls a cluster or broker; None where it polls over public addresses."""
        subnets, groups = BROKERS[broker.type]

        def place(world: World) -> Placement | None:
            if _case(broker["PubliclyAccessible"], world) in (True, "true"):
                return None
            return self._placement(_everywhere(broker, subnets), _everywhere(broker, groups), world)

        return place

    def of_mapping(self, mapping: Resource) -> Place:
        """The subnets that a mapping names for a self-managed cluster; None where the cluster is public."""

        def place(world: World) -> Placement | None:
            subnets = [
                Named(reference, self._topology.application.behind(reference, SUBNET), (), item)
                for item in mapping["SourceAccessConfigurations"].items()
                if item["Type"].known == "VPC_SUBNET"
                for reference in references(item["URI"].value) or (Unknown("the subnets of the cluster"),)
            ]
            if not subnets:
                return None
            vpc = self._vpc(tuple(subnets), (), world)
            items = mapping["SourceAccessConfigurations"].items()
            named = [item["URI"] for item in items if item["Type"].known == "VPC_SECURITY_GROUP"]
            found = [group for node in named for group in self._groups.of_text(node, world)]
            return Placement(tuple(subnets), tuple(found), vpc)

        return place

    # --- parts ----------------------------------------------------------------------------------------

    def _of_provider(self, provider: Named, world: World) -> Placement:
        if provider.resource is None:
            unknown = Unknown(f"the subnets of capacity provider {provider.label}")
            return Placement((Named(unknown, None, (), provider.node),), (), None)
        config = provider.resource["VpcConfig"]
        found = self._placement(config["SubnetIds"], config["SecurityGroupIds"], world)
        if found is None:
            unknown = Unknown(f"the subnets of capacity provider {provider.label}")
            return Placement((Named(unknown, None, (), provider.node),), (), None)
        return _replaced(found, public=self._gives_public_addresses(found, world))

    def _gives_public_addresses(self, placement: Placement, world: World) -> bool | None:
        nodes = [subnet.resource["MapPublicIpOnLaunch"] if subnet.resource else None for subnet in placement.subnets]
        given = {_case(node, world) if node is not None else "unknown" for node in nodes}
        if given <= {True, "true"}:
            return True
        return None if "unknown" in given else False

    def _placement(self, subnets: Node, groups: Node, world: World) -> Placement | None:
        named = tuple(dict.fromkeys(self._topology.names(subnets, world, SUBNET)))
        if not named:
            return None
        vpc = self._vpc(named, tuple(self._topology.names(groups, world)), world)
        return Placement(named, self._groups.of(groups, vpc, world), vpc)

    def _vpc(self, subnets: tuple[Named, ...], groups: tuple[Named, ...], world: World) -> Named | None:
        """The VPC of the subnets; where they do not tell, that of the security groups."""
        for found in (*subnets, *groups):
            if found.resource is not None and found.resource.type == VPC:
                return Named(found.resource.reference, found.resource, found.guards, found.node)
            vpc = self._topology.vpc_of(found.resource, world) if found.resource is not None else None
            if vpc is not None:
                return vpc
        return None

    def _with_six(self, placement: Placement, allowed: Node, world: World) -> Placement:
        """Outbound IPv6 needs the setting, and two address families in every subnet."""
        setting = _case(allowed, world)
        if setting in (None, False, "false"):
            return placement
        both = [self._is_dual_stack(subnet, world) for subnet in placement.subnets]
        if False in both:
            return placement
        return _replaced(placement, six=None if None in both or setting not in (True, "true") else True)

    def _is_dual_stack(self, subnet: Named, world: World) -> bool | None:
        resource = subnet.resource
        if resource is None:
            return None
        written = any(self._topology.names(resource[name], world) for name in ("Ipv6CidrBlock", "Ipv6IpamPoolId"))
        return written and bool(resource["CidrBlock"] or resource["Ipv4IpamPoolId"])


def _replaced(placement: Placement, *, six: bool | None = False, public: bool | None = False) -> Placement:
    return Placement(placement.subnets, placement.groups, placement.vpc, six, public)


def _case(node: Node, world: World) -> object:
    """A known setting in this world; None where it is not written, ``"unknown"`` where it is not known."""
    value = next((case.value for case in node.cases() if world.admits(case.guards)), ABSENT)
    if value == ABSENT:
        return None
    return getattr(value, "value", "unknown")


def _everywhere(resource: Resource, path: tuple[str, ...]) -> Node:
    node = resource[path[0]]
    for key in path[1:]:
        inner = next(iter(node.items()), None)
        node = inner[key] if inner is not None else node[key]
    return node


def custom_resource_functions(topology: Topology) -> Iterator[tuple[Resource, Resource]]:
    """Each custom resource with the function that answers for it, directly or behind an SNS topic."""
    application = topology.application
    subscriptions = list(application.resources("AWS::SNS::Subscription"))
    for custom in application.resources():
        if not custom.type.startswith("Custom::") and custom.type != "AWS::CloudFormation::CustomResource":
            continue
        for case in custom["ServiceToken"].cases():
            token = application.behind(case.value, "AWS::Lambda::Function", "AWS::SNS::Topic")
            if token is not None and token.type == "AWS::SNS::Topic":
                ends = [sub["Endpoint"] for sub in subscriptions if application.behind(sub["TopicArn"].value) is token]
                ends += [item["Endpoint"] for item in token["Subscription"].items()]
                for end in ends:
                    function = application.behind(end.value, "AWS::Lambda::Function")
                    if function is not None:
                        yield custom, function
            elif token is not None:
                yield custom, token
