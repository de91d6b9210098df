"""Nobody is told when a dead-letter queue fills.

## What it checks
Every SQS queue that takes failures (of a queue, function, mapping, subscription, rule, schedule or pipe): whether an
alarm watches it. A queue that something polls passes: its taker is told.

## Why it fails
The failure document (section 10) says that "failed processes go unnoticed". A dead-letter queue only keeps what
failed; after its retention (four days by default, fourteen at most) that is gone as well. An alarm on
`NumberOfMessagesSent` does not help where SQS itself moves the messages: such moves are not counted there.

## Fix
Put an alarm with an action on `ApproximateNumberOfMessagesVisible` of the queue.

```typescript
const waiting = failures.metricApproximateNumberOfMessagesVisible();
waiting.createAlarm(this, 'FailuresNotEmpty', { threshold: 1, evaluationPeriods: 1 });
```
```python
failures.metric_approximate_number_of_messages_visible().create_alarm(
    self, "FailuresNotEmpty", threshold=1, evaluation_periods=1
)
```
```yaml
Type: AWS::CloudWatch::Alarm
Properties:
  Namespace: AWS/SQS
  MetricName: ApproximateNumberOfMessagesVisible
  Dimensions: [{Name: QueueName, Value: !GetAtt Failures.QueueName}]
```

## Limits
Alarms outside the application are not seen. An alarm whose dimensions are not known yields `unknown`. Queues that SAM
makes by itself are not judged.

## References
- https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/dead-letter-queues-alarms-cloudwatch.html
- https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
"""

from collections.abc import Iterator

from analyzer.facts.dead_letters import DeadLetters, dead_letters
from analyzer.facts.guard_gaps import likely, where
from analyzer.facts.ownership import is_own
from analyzer.rule import Confidence, Evidence, Judgement, Query, Rule, Severity, fail, passed, unknown

RULE = Rule(
    id="FM1007",
    slug="dead-letters-unwatched",
    failure_mode=10,
    severity=Severity.MEDIUM,
    documented=Severity.MEDIUM,
)
SENT = "NumberOfMessagesSent"


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every queue that takes failures."""
    for letters in dead_letters(query.triggers):
        if is_own(letters.queue) and not letters.queue.generated:
            yield passed(letters.queue) if letters.takers else judge(query, letters)


def judge(query: Query, letters: DeadLetters) -> Judgement:
    """One queue."""
    queue = letters.queue
    watches = query.alarms.on(queue)
    useful = [watch for watch in watches if not (letters.only_moved and watch.metric.name == SENT)]
    gap = query.alarms.unwatched(queue, useful)
    if gap is None:
        return passed(queue)
    doubt = query.alarms.undecided(queue)
    if doubt:
        return unknown(queue, doubt)
    blind = " (messages that SQS moves are not counted as sent)" if watches and not useful else ""
    return fail(
        queue,
        f"{queue.logical_id} takes what {letters.names[0]} fails on, and no alarm says when something is in "
        f"it{blind}{where(gap)}.",
        evidence=[
            Evidence("trigger", f"{sender.carrier.logical_id}: {sender.kind} {queue.logical_id}", sender.node.place)
            for sender in letters.senders
        ],
        related=[sender.source for sender in letters.senders if sender.source is not None],
        confidence=Confidence.CERTAIN if likely(gap) else Confidence.LIKELY,
    )
