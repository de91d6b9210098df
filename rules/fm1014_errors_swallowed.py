"""A handler catches an error and ends as if all had gone well.

## What it checks
The `catch` and `except` blocks on the way of handlers that are invoked asynchronously or fed by a poller: blocks
around calls that only log, or do nothing, and let the handler succeed. For other functions only blocks that are
empty.

## Why it fails
The failure document (section 10) names "insufficient error handling in Lambda functions". To S3, SNS, EventBridge,
SQS and streams, returning is success: the event is not tried again, the message is deleted, the stream moves on, and
neither a dead-letter queue nor the `Errors` metric sees anything. An HTTP status in the answer means nothing to them.
Only an error that leaves the handler, or a named batch item, starts a retry.

## Fix
Let the error leave the handler after logging it, or name the item in `batchItemFailures`.

```typescript
} catch (error) { console.error(error); throw error; }
```
```python
except ClientError:
    logger.exception("not processed")
    raise
```

## Limits
A block that does anything else is taken to handle the error: pass some errors on, call something, keep the item in a
list. A call behind a `try` counts, too, where the `try` always returns, so that only the block leads there, or where it
sets a variable at its end (`status = "SUCCESS"`), so that the call can know. Where the handler answers with
`batchItemFailures`, a block inside another that keeps the item is about a second failure. A block inside a helper
function that answers something is left out, as its caller may look at the answer. That a loss is meant cannot be
seen, so the finding is likely. Code that cannot be read to its end yields `unknown`.

## References
- https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
- https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

from collections.abc import Iterator

from analyzer.code.program import Caught
from analyzer.facts.functions import Function
from analyzer.facts.invocations import Invocation
from analyzer.facts.swallowed import swallowed
from analyzer.facts.triggers import Mode
from analyzer.rule import Confidence, Evidence, Judgement, Query, Rule, Severity, fail, passed, unknown

RULE = Rule(
    id="FM1014",
    slug="errors-swallowed",
    failure_mode=10,
    severity=Severity.MEDIUM,
    documented=Severity.MEDIUM,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every function the user wrote."""
    for function in query.functions.own():
        invocations = query.invocations.of(function)
        retried = next((each for each in invocations if each.mode is not Mode.SYNCHRONOUS), None)
        yield judge(function, retried)


def judge(function: Function, retried: Invocation | None) -> Judgement:
    """One function; ``retried`` is an invocation that would be tried again if it failed."""
    found = [caught for caught in swallowed(function.program) if retried is not None or caught.outcome == "empty"]
    if found:
        return failure(function, found, retried)
    return unknown(function.resource, function.needs) if function.needs else passed(function.resource)


def failure(function: Function, found: list[Caught], retried: Invocation | None) -> Judgement:
    """The finding, with every block that swallows."""
    does = "logs" if found[0].logs else "drops"
    after = f"{retried.by} does not try again" if retried is not None else "whoever called it takes it for done"
    return fail(
        function.resource,
        f"{function.name} {does} the error of a call and ends as if all had gone well, so {after}.",
        at=function.place(found[0].place),
        evidence=[
            *(Evidence("code", "the error ends here", function.place(caught.place)) for caught in found),
            *([Evidence("trigger", retried.text, retried.place)] if retried is not None else []),
        ],
        related=[retried.source] if retried is not None and retried.source is not None else (),
        severity=Severity.LOW if retried is None else None,
        confidence=Confidence.LIKELY,
    )
