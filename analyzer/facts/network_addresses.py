"""Address ranges of templates: which range covers which, where a template tells.

Source: the address blocks of subnets lie inside those of their VPC
(https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING

from analyzer.model.value import Known, Reference, Value, as_text
from analyzer.records import dataclass

if TYPE_CHECKING:
    from analyzer.model.application import Application
    from analyzer.model.template import Resource

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_SHARED = ipaddress.IPv4Network("100.64.0.0/10")


class Reach(Enum):
    """How far outside a range lies."""

    EVERYWHERE = "everywhere"
    OUTSIDE = "some public addresses"
    INSIDE = "private addresses"


@dataclass(frozen=True, slots=True)
class Home:
    """Where an interface has its address: the subnet's block inside the VPC's blocks, as the template writes them."""

    subnet: Value
    vpc: Resource | None
    vpc_blocks: tuple[Value, ...]


def network(value: Value) -> Network | None:
    """The range that a value writes out; None for anything else."""
    if not isinstance(value, Known):
        return None
    try:
        return ipaddress.ip_network(as_text(value.value).strip(), strict=False)
    except ValueError:
        return None


def reach_of(value: Value) -> Reach | None:
    """How far a range goes; None where it is not known."""
    found = network(value)
    if found is None:
        return None
    if found.prefixlen == 0:
        return Reach.EVERYWHERE
    shared = isinstance(found, ipaddress.IPv4Network) and found.subnet_of(_SHARED)
    return Reach.INSIDE if found.is_private or shared else Reach.OUTSIDE


def covers(application: Application, block: Value, home: Home) -> bool | None:
    """Whether a range covers every address of a subnet; None where that cannot be told."""
    wide = network(block)
    if wide is not None and wide.prefixlen == 0:
        return wide.version == 4
    if _of_vpc(block, home) or _same(application, block, (home.subnet, *home.vpc_blocks)):
        return _covers_known(home.vpc_blocks, home) is not False
    if wide is None:
        return None
    return _covered(wide, home)


def _covered(wide: Network, home: Home) -> bool | None:
    subnet = network(home.subnet)
    if subnet is not None:
        return _relation(wide, subnet)
    blocks = [network(block) for block in home.vpc_blocks]
    answers = {_relation(wide, block) if block is not None else None for block in blocks} or {None}
    return answers.pop() if len(answers) == 1 else None


def _covers_known(blocks: Sequence[Value], home: Home) -> bool | None:
    """Whether the VPC's own first block covers the subnet; None where one of them is not written out."""
    subnet = network(home.subnet)
    first = network(blocks[0]) if blocks else None
    return None if subnet is None or first is None else _relation(first, subnet)


def _relation(wide: Network, narrow: Network) -> bool | None:
    """True: covers; False: no address in common; None: some."""
    if isinstance(wide, ipaddress.IPv4Network) and isinstance(narrow, ipaddress.IPv4Network):
        if narrow.subnet_of(wide):
            return True
        return None if wide.overlaps(narrow) else False
    return False


def _of_vpc(block: Value, home: Home) -> bool:
    if not isinstance(block, Reference) or home.vpc is None or block.attribute != "CidrBlock":
        return False
    return (block.stack, block.logical_id) == (home.vpc.stack, home.vpc.id)


def _same(application: Application, block: Value, others: Sequence[Value]) -> bool:
    written = application.names.canonical(block)
    return written is not None and any(written == application.names.canonical(other) for other in others)
