"""A queue that a function polls has no dead-letter queue.

## What it checks
`RedrivePolicy` of every SQS queue that an event source mapping or a pipe polls. A queue that is itself a dead-letter
queue is the end of the chain and passes.

## Why it fails
The failure document (section 10) misses dead-letter queues. A message that the function fails on appears again after
each visibility timeout until the queue's retention ends (four days by default), at a price each time, and is then
deleted. In a FIFO queue it also blocks its message group. A dead-letter queue on the function does not help: AWS asks
for it "on the Amazon SQS queue itself and not on the Lambda function".

## Fix
Give the source queue a dead-letter queue, with at least five tries.

```typescript
new sqs.Queue(this, 'Orders', { deadLetterQueue: { queue: failures, maxReceiveCount: 5 } });
```
```python
sqs.Queue(self, "Orders", dead_letter_queue=sqs.DeadLetterQueue(queue=failures, max_receive_count=5))
```
```yaml
RedrivePolicy: {deadLetterTargetArn: !GetAtt Failures.Arn, maxReceiveCount: 5}
```

## Limits
The settings of a queue outside the application cannot be seen: `unknown`, on the mapping.

## References
- https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
- https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
"""

from collections.abc import Iterator

from analyzer.facts.dead_letters import dead_letters
from analyzer.facts.event_sources import Source, mappings
from analyzer.facts.settle import settle
from analyzer.facts.triggers import Kind
from analyzer.facts.truth import unset
from analyzer.model.template import Resource
from analyzer.rule import Evidence, Judgement, Query, Rule, Severity, passed, unknown

RULE = Rule(
    id="FM1005",
    slug="queue-without-redrive",
    failure_mode=10,
    severity=Severity.MEDIUM,
    documented=Severity.MEDIUM,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every queue that is polled, once."""
    ends = {each.queue for each in dead_letters(query.triggers)}
    for queue in query.resources("AWS::SQS::Queue"):
        pollers = [w for w in query.triggers.out_of(queue) if w.kind in (Kind.EVENT_SOURCE, Kind.PIPE)]
        if pollers:
            yield passed(queue) if queue in ends else judge(queue, [wire.target for wire in pollers])
    for mapping in mappings(query.application, query.functions):
        if mapping.kind is Source.QUEUE and mapping.source is None:
            named = mapping.resource["EventSourceArn"].text
            yield unknown(mapping.resource, f"the redrive policy of queue {named}", key=mapping.resource.id)


def judge(queue: Resource, pollers: list[Resource]) -> Judgement:
    """One queue."""
    return settle(queue["RedrivePolicy"], unset).judgement(
        queue,
        f"{queue.logical_id} has no dead-letter queue, so a message that {pollers[0].logical_id} fails on comes back "
        "until it expires and is gone",
        evidence=[
            Evidence("trigger", f"{poller.logical_id} polls {queue.logical_id}", poller.place) for poller in pollers
        ],
        related=pollers,
    )
