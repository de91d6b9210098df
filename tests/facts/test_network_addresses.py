"""Which range covers which subnet, and how far a range goes."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.facts.network_addresses import Home, Reach, covers, network, reach_of
from analyzer.model.value import ABSENT, Known, Reference, Unknown, Value
from tests.facts.network_parts import app, vpc
from tests.stacks import resource

VPC_BLOCK = Reference("S0", "Vpc", "CidrBlock")
SUBNET = Known("10.0.8.0/24")
UNKNOWN = Unknown("the value of parameter Block", "block")


def home(subnet: Value = SUBNET, block: Any = "10.0.0.0/16", further: tuple[Value, ...] = ()) -> tuple[Any, Home]:
    found = app(vpc(CidrBlock=block), Parameters={"Block": {"Type": "String"}})
    own = resource(found, "Vpc")
    return found, Home(subnet, own, (own["CidrBlock"].value, *further))


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ("10.0.8.0/24", True),
        ("10.0.0.0/16", True),
        ("0.0.0.0/0", True),
        ("10.0.0.0/21", False),  # ends at 10.0.7.255
        ("10.0.8.0/25", None),  # half of it
        ("10.1.0.0/16", False),
        ("::/0", False),
        ("fd00::/8", False),
        (" 10.0.8.7/24 ", True),  # host bits set
        ("ten", None),
    ],
)
def test_a_written_range(block: str, expected: bool | None) -> None:
    found, place = home()
    assert covers(found, Known(block), place) is expected


def test_the_block_of_the_vpc_covers_its_subnets() -> None:
    found, place = home()
    assert covers(found, VPC_BLOCK, place) is True


def test_the_block_of_another_vpc_is_not_known() -> None:
    found, place = home()
    assert covers(found, Reference("S0", "Other", "CidrBlock"), place) is None


def test_the_first_block_does_not_cover_a_subnet_of_the_second() -> None:
    found, place = home(Known("10.7.0.0/24"), further=(Known("10.7.0.0/16"),))
    assert covers(found, VPC_BLOCK, place) is False


@pytest.mark.parametrize(
    ("block", "expected"), [("10.0.0.0/8", True), ("172.16.0.0/12", False), ("10.0.8.0/24", None), ("0.0.0.0/0", True)]
)
def test_a_subnet_that_is_not_known_lies_in_its_vpc(block: str, expected: bool | None) -> None:
    found, place = home(Unknown("the blocks that Fn::Cidr computes"))
    assert covers(found, Known(block), place) is expected


def test_a_second_block_that_is_not_known_may_hold_the_subnet() -> None:
    found, place = home(UNKNOWN, further=(Unknown("another"),))
    assert covers(found, Known("172.16.0.0/12"), place) is None


def test_the_same_parameter_is_the_same_range() -> None:
    found, _ = home()
    own = resource(found, "Vpc")
    block = own.template.ref("Block")
    assert covers(found, block, Home(block, None, ())) is True
    assert covers(found, block, Home(SUBNET, own, (block,))) is True
    assert covers(found, block, Home(SUBNET, None, ())) is None


def test_nothing_known_is_not_known() -> None:
    found, _ = home()
    assert covers(found, Known("10.0.0.0/8"), Home(ABSENT, None, ())) is None


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ("0.0.0.0/0", Reach.EVERYWHERE),
        ("::/0", Reach.EVERYWHERE),
        ("10.0.0.0/8", Reach.INSIDE),
        ("100.64.0.0/10", Reach.INSIDE),
        ("192.168.1.1/32", Reach.INSIDE),
        ("fd00::/8", Reach.INSIDE),
        ("52.94.0.0/16", Reach.OUTSIDE),
        ("0.0.0.0/1", Reach.OUTSIDE),
        ("2600::/16", Reach.OUTSIDE),
    ],
)
def test_how_far_a_range_goes(block: str, expected: Reach) -> None:
    assert reach_of(Known(block)) is expected


@pytest.mark.parametrize("value", [UNKNOWN, ABSENT, VPC_BLOCK, Known("10.0.0.0/99"), Known(None), Known("")])
def test_what_is_no_range(value: Value) -> None:
    assert network(value) is None
    assert reach_of(value) is None
