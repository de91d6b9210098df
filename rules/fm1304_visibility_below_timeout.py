"""A queue's visibility timeout is shorter than the timeout of the function that polls it.

## What it checks
`VisibilityTimeout` of each SQS queue against `Timeout` of the function that an event source mapping feeds from it.

## Why it fails
Lambda refuses to create the event source mapping ("Queue visibility timeout … is less than Function timeout"), so the
deployment fails. What is not written is 30 seconds for the queue and 3 for the function.

## Fix
CDK: `visibilityTimeout: Duration.seconds(6 * timeout)` (`visibility_timeout`) on the queue. CloudFormation:
`VisibilityTimeout`.

## Limits
A queue or function outside the application is not seen. A number that a parameter without a default gives yields
`unknown`.

## References
- https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#events-sqs-queueconfig
"""

from collections.abc import Iterator

from analyzer.facts.numbers import below, failing_number
from analyzer.facts.queues import DEFAULT_VISIBILITY, polled_queues
from analyzer.facts.settle import settle
from analyzer.rule import Evidence, Judgement, Query, Rule, Severity, unknown

RULE = Rule(
    id="FM1304",
    slug="visibility-below-timeout",
    failure_mode=13,
    severity=Severity.CRITICAL,
    documented=Severity.MEDIUM,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every queue that a function polls."""
    for polled in polled_queues(query.triggers, query.functions):
        timeout, visibility = polled.timeout, polled.visibility
        if timeout is None:
            yield unknown(polled.queue, f"the timeout of {polled.function.name}", key=polled.function.name)
            continue
        settled = settle(visibility, below(timeout, DEFAULT_VISIBILITY))
        yield settled.judgement(
            polled.queue,
            f"{polled.queue.logical_id} hides a message for {failing_number(settled, DEFAULT_VISIBILITY)} s, less than "
            f"the {timeout:g} s that {polled.function.name} may take, so its event source mapping cannot be created",
            at=visibility.place,
            evidence=[Evidence("property", f"Timeout of {polled.function.name}", polled.function.timeout.place)],
            key=polled.function.name,
        )
