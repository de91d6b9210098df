"""A queue's visibility timeout is less than six times the timeout of the function that polls it.

## What it checks
`VisibilityTimeout` of each SQS queue against six times `Timeout` of the function that polls it, plus the mapping's
`MaximumBatchingWindowInSeconds`. A queue that FM1304 reports is left to it.

## Why it fails
When the function is throttled, Lambda keeps the batch and tries again while the messages' visibility runs out. With
less than six times the timeout they appear in the queue again and are worked on twice, or reach the dead-letter queue
without an error.

## Fix
CDK: `visibilityTimeout: Duration.seconds(6 * timeout + batchingWindow)` (`visibility_timeout`). CloudFormation:
`VisibilityTimeout`; 43200 seconds at most.

## Limits
A number that a parameter without a default gives yields `unknown`.

## References
- https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#events-sqs-queueconfig
"""

from collections.abc import Iterator

from analyzer.facts.numbers import below, failing_number
from analyzer.facts.queues import DEFAULT_VISIBILITY, polled_queues
from analyzer.facts.settle import settle
from analyzer.rule import Evidence, Judgement, Query, Rule, Severity, Verdict, unknown

RULE = Rule(
    id="FM1305",
    slug="visibility-short",
    failure_mode=13,
    severity=Severity.MEDIUM,
    documented=Severity.MEDIUM,
)
TIMES = 6


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every queue that a function polls."""
    for polled in polled_queues(query.triggers, query.functions):
        timeout, visibility = polled.timeout, polled.visibility
        if timeout is None:
            yield unknown(polled.queue, f"the timeout of {polled.function.name}", key=polled.function.name)
            continue
        if settle(visibility, below(timeout, DEFAULT_VISIBILITY)).verdict is Verdict.FAIL:
            continue
        wanted = TIMES * timeout + polled.window
        window = f" and the batching window of {polled.window:g} s" if polled.window else ""
        settled = settle(visibility, below(wanted, DEFAULT_VISIBILITY))
        yield settled.judgement(
            polled.queue,
            f"{polled.queue.logical_id} hides a message for {failing_number(settled, DEFAULT_VISIBILITY)} s; six times "
            f"the {timeout:g} s of {polled.function.name}{window} would be {wanted:g} s",
            at=visibility.place,
            evidence=[Evidence("property", f"Timeout of {polled.function.name}", polled.function.timeout.place)],
            key=polled.function.name,
        )
