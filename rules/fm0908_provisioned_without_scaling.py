"""A DynamoDB table has a fixed capacity that nothing scales.

## What it checks
Tables in provisioned mode (CloudFormation's and CDK's default) and the scaling targets of the application.

## Why it fails
The failure document calls provisioned mode outdated (section 9). It is not: for steady traffic it is the cheaper one.
But a fixed capacity that nobody scales is throttled by the first peak and paid for at night; so this is said for
information.

## Fix
Pay per request, or let the capacity scale.

CDK (TypeScript): `billingMode: dynamodb.BillingMode.PAY_PER_REQUEST`, or `table.autoScaleReadCapacity({…})`. CDK
(Python): `billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST`. CloudFormation: `BillingMode: PAY_PER_REQUEST`, or an
`AWS::ApplicationAutoScaling::ScalableTarget` for the table.

## Limits
A scaling target outside the application is not seen. A mode that a parameter without a default chooses yields
`unknown`.

## References
- https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/capacity-mode.html
- https://docs.aws.amazon.com/securityhub/latest/userguide/dynamodb-controls.html#dynamodb-1
"""

from collections.abc import Iterator

from analyzer.facts.settle import settle
from analyzer.facts.superseded import is_in, scaled_tables
from analyzer.rule import Evidence, Judgement, Query, Rule, Severity, passed

RULE = Rule(
    id="FM0908",
    slug="provisioned-without-scaling",
    failure_mode=9,
    severity=Severity.INFO,
    documented=Severity.MEDIUM,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every table."""
    scaled = scaled_tables(query.application)
    for table in query.resources("AWS::DynamoDB::Table"):
        if table in scaled:
            yield passed(table)
            continue
        mode = table["BillingMode"]
        settled = settle(mode, is_in(frozenset({"PROVISIONED"}), absent=True))
        written = settled.shown or "not written and so PROVISIONED"
        yield settled.judgement(
            table,
            f"{table.logical_id} has a provisioned capacity that nothing in the application scales",
            at=mode.place,
            evidence=[Evidence("property", f"BillingMode is {written}", mode.place)],
        )
