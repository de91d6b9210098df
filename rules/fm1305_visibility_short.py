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
A number that a parameter without a default gives yields `unknown`, and so does a queue outside the application.

## References
- https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#events-sqs-queueconfig
"""

from collections.abc import Iterator

from analyzer.facts.queues import Seconds, judged, polled_queues, queues_elsewhere
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
    """Judge every queue that a function polls and whose visibility is not shorter than the function's timeout."""
    for polled in polled_queues(query.triggers, query.functions):
        if judged(polled, lambda seconds: seconds.below_timeout).verdict is Verdict.FAIL:
            continue
        settled = judged(polled, short)
        seconds = Seconds.failing(settled)
        window = f" and the batching window of {seconds.window} s" if seconds.window else ""
        yield settled.judgement(
            polled.queue,
            f"{polled.queue.logical_id} hides a message for {seconds.visibility} s; six times the {seconds.timeout} s "
            f"of {polled.function.name}{window} would be {seconds.wanted(TIMES)} s",
            at=polled.visibility.place,
            evidence=[Evidence("property", f"Timeout of {polled.function.name}", polled.timeout.place)],
            key=polled.function.name,
        )
    for queue in queues_elsewhere(query.triggers, query.functions):
        yield unknown(queue.mapping, f"the visibility timeout of {queue.name}", key=queue.name)


def short(seconds: Seconds) -> bool | None:
    """Whether the visibility is less than AWS asks for."""
    wanted = seconds.wanted(TIMES)
    return None if wanted is None or seconds.visibility is None else seconds.visibility < wanted
