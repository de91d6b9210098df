"""A queue gives a message up after too few tries.

## What it checks
`maxReceiveCount` in the `RedrivePolicy` of every queue that an event source mapping polls: fewer than five.

## Why it fails
Lambda receives a batch before it knows whether the function has room for it: a throttled invocation, a time-out of
another message in the batch and a deployment all count as a try. With one or two tries sound messages end in the
dead-letter queue although the function never failed on them. AWS asks for at least five.

## Fix
Set `maxReceiveCount` (`max_receive_count`) to five or more.

## Limits
A number that a parameter without a default gives yields `unknown`.

## References
- https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
- https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
"""

from collections.abc import Iterator

from analyzer.facts.numbers import below, failing_number
from analyzer.facts.policy_documents import document
from analyzer.facts.settle import settle
from analyzer.facts.triggers import Kind
from analyzer.rule import Evidence, Judgement, Query, Rule, Severity

RULE = Rule(
    id="FM1006",
    slug="redrive-impatient",
    failure_mode=10,
    severity=Severity.LOW,
    documented=Severity.MEDIUM,
)
TRIES = 5


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every polled queue that has a redrive policy."""
    for queue in query.resources("AWS::SQS::Queue"):
        polled = any(wire.kind is Kind.EVENT_SOURCE for wire in query.triggers.out_of(queue))
        if not polled or not queue["RedrivePolicy"]:
            continue
        settled = settle(document(queue["RedrivePolicy"])["maxReceiveCount"], below(TRIES, default=TRIES))
        count = failing_number(settled)
        yield settled.judgement(
            queue,
            f"{queue.logical_id} gives a message up after {count} {'try' if count == '1' else 'tries'}, and throttled "
            "ones count too",
            at=queue["RedrivePolicy"].place,
            evidence=[Evidence("property", f"maxReceiveCount is {count}", queue["RedrivePolicy"].place)],
        )
