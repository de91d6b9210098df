"""The way out of a subnet."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.facts.network_routes import Exits, Routes, Way
from analyzer.facts.network_topology import Named, Topology
from analyzer.facts.network_worlds import World
from analyzer.judgement import TemplatePlace
from analyzer.model.application import Application
from tests.facts.network_parts import Resources, app, isolated, public, ref, route, subnet, table, vpc
from tests.facts.network_parts import resource as made
from tests.stacks import Stack, application, resource


def exits(found: Application, name: str = "Subnet") -> Exits:
    topology = Topology(found)
    own = resource(found, name)
    named = Named(own.reference, own, (), own.node)
    return Routes(topology).exits(named, World(found))


def way(*resources: Resources, **sections: Any) -> tuple[Way, str]:
    four = exits(app(*resources, **sections)).four
    return four.way, four.needs


def test_no_default_route() -> None:
    assert way(isolated()) == (Way.NONE, "")


def test_nat_before_an_internet_gateway() -> None:
    assert way(isolated(), public(), route("Out", NatGatewayId=ref("Nat"))) == (Way.NAT, "")


def test_nat_in_a_subnet_without_internet_gateway() -> None:
    nat = made("AWS::EC2::NatGateway", SubnetId=ref("Back"))
    resources = (isolated(), table("BackTable"), subnet("Back", table="BackTable"), {"Nat": nat})
    assert way(*resources, route("Out", NatGatewayId=ref("Nat"))) == (Way.NONE, "")


def test_nat_in_its_own_subnet_leads_nowhere() -> None:
    nat = made("AWS::EC2::NatGateway", SubnetId=ref("Subnet"))
    assert way(isolated(), {"Nat": nat}, route("Out", NatGatewayId=ref("Nat"))) == (Way.NONE, "")


def test_private_nat_gives_no_public_address() -> None:
    resources = {**public(), "Nat": made("AWS::EC2::NatGateway", SubnetId=ref("Public"), ConnectivityType="private")}
    assert way(isolated(), resources, route("Out", NatGatewayId=ref("Nat"))) == (Way.NONE, "")


def test_nat_outside_the_application_is_one() -> None:
    assert way(isolated(), route("Out", NatGatewayId="nat-0123")) == (Way.NAT, "")


def test_nat_behind_a_transit_gateway_is_doubtful() -> None:
    nat = made("AWS::EC2::NatGateway", SubnetId=ref("Back"), ConnectivityType="private")
    back = {**table("BackTable"), **subnet("Back", table="BackTable"), "Nat": nat}
    hub = route("Hub", "BackTable", TransitGatewayId="tgw-1")
    assert way(isolated(), back, hub, route("Out", NatGatewayId=ref("Nat"))) == (
        Way.DOUBTFUL,
        "where the transit gateway tgw-1 leads",
    )


def test_nat_instance() -> None:
    instance = made("AWS::EC2::Instance", SubnetId=ref("Public"), SourceDestCheck=False)
    out = route("Out", InstanceId=ref("Forwarder"))
    assert way(isolated(), public(), {"Forwarder": instance}, out) == (Way.NAT, "")


def test_an_instance_that_checks_addresses_is_an_appliance_of_some_kind() -> None:
    instance = made("AWS::EC2::Instance", SubnetId=ref("Public"))
    out = route("Out", InstanceId=ref("Box"))
    assert way(isolated(), public(), {"Box": instance}, out) == (
        Way.DOUBTFUL,
        "whether the instance Box forwards what it is sent",
    )


@pytest.mark.parametrize(
    ("gateway", "expected"),
    [
        ("igw-0123", (Way.INTERNET, "")),
        ("vgw-0123", (Way.DOUBTFUL, "what vgw-0123 is")),
        ("local", (Way.NONE, "")),
        (ref("Internet"), (Way.INTERNET, "")),
        (ref("Vpn"), (Way.DOUBTFUL, "where Vpn leads")),
        (ref("Given"), (Way.DOUBTFUL, "what parameter Given is")),
    ],
)
def test_gateways(gateway: Any, expected: tuple[Way, str]) -> None:
    more = {"Internet": made("AWS::EC2::InternetGateway"), "Vpn": made("AWS::EC2::VPNGateway", Type="ipsec.1")}
    parameters = {"Given": {"Type": "String"}}
    assert way(isolated(), more, route("Out", GatewayId=gateway), Parameters=parameters) == expected


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("TransitGatewayId", "transit gateway"),
        ("VpcPeeringConnectionId", "peering connection"),
        ("NetworkInterfaceId", "network interface"),
        ("VpcEndpointId", "endpoint of an appliance"),
        ("CoreNetworkArn", "core network"),
    ],
)
def test_what_leads_elsewhere_is_doubtful(target: str, words: str) -> None:
    assert way(isolated(), route("Out", **{target: "x-1"})) == (Way.DOUBTFUL, f"where the {words} x-1 leads")


def test_an_inner_route_is_no_way_out() -> None:
    assert way(isolated(), route("Inner", to="10.9.0.0/16", TransitGatewayId="tgw-1")) == (Way.NONE, "")


def test_a_route_for_some_public_addresses_may_or_may_not_be_for_the_service() -> None:
    resources = (isolated(), public(), route("Some", to="52.94.0.0/16", NatGatewayId=ref("Nat")))
    assert way(*resources) == (Way.DOUBTFUL, "which addresses Some is for")


def test_a_destination_that_nobody_knows_yet() -> None:
    resources = (isolated(), public(), route("Some", to="x", NatGatewayId=ref("Nat")))
    resources[2]["Some"]["Properties"]["DestinationCidrBlock"] = ref("Block")
    assert way(*resources, Parameters={"Block": {"Type": "String"}})[0] is Way.DOUBTFUL


def test_a_prefix_list_of_private_ranges_is_inner() -> None:
    entries = [{"Cidr": "10.0.0.0/8"}, {"Cidr": "192.168.0.0/16"}]
    listed = made("AWS::EC2::PrefixList", Entries=entries, PrefixListName="office", MaxEntries=5, AddressFamily="IPv4")
    target = made(
        "AWS::EC2::Route", RouteTableId=ref("Table"), DestinationPrefixListId=ref("Office"), TransitGatewayId="t"
    )
    assert way(isolated(), {"Office": listed, "Out": target}) == (Way.NONE, "")
    target["Properties"]["DestinationPrefixListId"] = "pl-1"
    assert way(isolated(), {"Out": target})[0] is Way.DOUBTFUL


def test_routes_from_a_vpn_gateway_may_be_default_ones() -> None:
    spread = made("AWS::EC2::VPNGatewayRoutePropagation", RouteTableIds=[ref("Table")], VpnGatewayId="vgw-1")
    assert way(isolated(), {"Spread": spread}) == (Way.DOUBTFUL, "the routes that Spread propagates")


def test_the_best_of_several_routes() -> None:
    hub = route("Some", to="52.0.0.0/8", TransitGatewayId="tgw-1")
    assert way(isolated(), public(), hub, route("Out", NatGatewayId=ref("Nat"))) == (Way.NAT, "")


def test_ipv6_apart() -> None:
    resources = (isolated(), route("Six", to="::/0", EgressOnlyInternetGatewayId="eigw-1"))
    found = exits(app(*resources))
    assert (found.four.way, found.six.way) == (Way.NONE, Way.NAT)


# --- route tables ---------------------------------------------------------------------------------------------


def test_a_subnet_without_association_uses_the_main_table_of_its_vpc() -> None:
    found = exits(app(vpc(), subnet("Subnet", table=None), public(), table(), route("Out", NatGatewayId=ref("Nat"))))
    assert (found.table.label, found.table.identity, found.four.way) == ("the main route table of Vpc", None, Way.NONE)


def test_the_main_table_of_a_vpc_outside_is_not_known() -> None:
    own = made("AWS::EC2::Subnet", VpcId="vpc-1", CidrBlock="10.0.0.0/24")
    assert way({"Subnet": own}) == (Way.DOUBTFUL, "the route table of Subnet")


def test_an_association_whose_subnet_is_not_known_may_be_the_one() -> None:
    loose = made("AWS::EC2::SubnetRouteTableAssociation", SubnetId=ref("Given"), RouteTableId=ref("Table"))
    resources = (vpc(), table(), subnet("Subnet", table=None), {"Loose": loose})
    assert way(*resources, Parameters={"Given": {"Type": "String"}}) == (Way.DOUBTFUL, "the route table of Subnet")


def test_a_route_whose_table_is_not_known_may_be_the_default_route() -> None:
    loose = made("AWS::EC2::Route", RouteTableId=ref("Given"), DestinationCidrBlock="0.0.0.0/0", NatGatewayId="nat-1")
    answer = way(isolated(), {"Loose": loose}, Parameters={"Given": {"Type": "String"}})
    assert answer == (Way.DOUBTFUL, "the route table of Loose")


def test_a_table_outside_the_application() -> None:
    association = made("AWS::EC2::SubnetRouteTableAssociation", SubnetId=ref("Subnet"), RouteTableId="rtb-1")
    resources = (vpc(), subnet("Subnet", table=None), {"Association": association})
    assert way(*resources) == (Way.DOUBTFUL, "the routes of rtb-1")


def test_a_subnet_outside_the_application() -> None:
    found = app(vpc(), Parameters={"Given": {"Type": "String"}})
    node = resource(found, "Vpc")["CidrBlock"]
    value = resource(found, "Vpc").template.ref("Given")
    named = Named(value, None, (), node)
    four = Routes(Topology(found)).exits(named, World(found)).four
    assert (four.way, four.needs) == (Way.DOUBTFUL, "what the subnets of parameter Given route to")


def test_the_route_is_the_evidence() -> None:
    found = exits(app(isolated(), public(), route("Out", NatGatewayId=ref("Nat"))))
    (proof,) = found.four.evidence
    assert (proof.kind, proof.text) == ("route", "Out is a route to the NAT gateway Nat")
    assert proof.place == TemplatePlace("S0", "/Resources/Out")


def test_a_route_across_stacks() -> None:
    exported = {"Table": {"Value": ref("Table"), "Export": {"Name": "table"}}}
    one = Stack("one", {"Resources": {**isolated(), **public()}, "Outputs": exported})
    out = made(
        "AWS::EC2::Route",
        RouteTableId={"Fn::ImportValue": "table"},
        DestinationCidrBlock="0.0.0.0/0",
        NatGatewayId="nat-1",
    )
    two = Stack("two", {"Resources": {"Out": out}})
    assert exits(application(one, two)).four.way is Way.NAT
