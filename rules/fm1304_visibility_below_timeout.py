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

from analyzer.facts.queues import Seconds, judged, polled_queues
from analyzer.rule import Evidence, Judgement, Query, Rule, Severity

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
        settled = judged(polled, lambda seconds: seconds.below_timeout)
        seconds = Seconds.failing(settled)
        yield settled.judgement(
            polled.queue,
            f"{polled.queue.logical_id} hides a message for {seconds.visibility} s, less than the {seconds.timeout} s "
            f"that {polled.function.name} may take, so its event source mapping cannot be created",
            at=polled.visibility.place,
            evidence=[Evidence("property", f"Timeout of {polled.function.name}", polled.timeout.place)],
            key=polled.function.name,
        )
