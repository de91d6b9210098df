"""Of the subnets of one function some reach a service and others do not.

## What it checks
Every function and ECS service with several subnets: whether each service that it needs is reached from all of them,
by whatever path.

## Why it fails
Lambda spreads a function over its subnets. If the route, the endpoint or the group is missing in one of them, the
invocations that land there time out, and those in the other zone succeed: the fault comes and goes. Often a route
table association is missing, and the subnet falls back to the main route table, which knows the local route only. See
section 8 of the failure document.

## Fix
Give all subnets of the function the same routes.

CDK (TypeScript, Python): let `ec2.Vpc` make the subnets, and select them by group.

CloudFormation: an `AWS::EC2::SubnetRouteTableAssociation` for every subnet, and the route tables of all of them in
`RouteTableIds` of gateway endpoints.

## Limits
Services that no subnet reaches belong to FM0801 to FM0806. Unknown where the way from one of several subnets is.

## References
- https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
- https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html
"""

from collections.abc import Iterator

from analyzer.facts.network import Reach
from analyzer.rule import Judgement, Query, Rule, Severity

from ._reach import judgement, listed, reasons, uses

RULE = Rule(
    id="FM0807",
    slug="subnets-differ-in-reach",
    failure_mode=8,
    severity=Severity.MEDIUM,
    documented=Severity.MEDIUM,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every function and ECS service."""
    for caller in query.network.callers:

        def message(reach: Reach, name: str = caller.name) -> str:
            needed = listed(tuple(one.need.label for one in reach.blocked))
            return (
                f"{name} {uses(reach.blocked)}, but only some of its subnets reach {needed}: "
                f"from {listed(reach.subnets)} they do not, because {reasons(reach.blocked)}"
            )

        yield judgement(query, caller, query.network.uneven(caller), message, Severity.MEDIUM)
