"""An authorizer turns callers away without a word in the log.

## What it checks
Denying answers and errors of an authorizer's function: whether the log says anything of them. A decision that is logged
with its result, allow or deny, is logged.

## Why it fails
A rejected credential is the first trace of an attack and of a customer who is locked out by mistake. Without a log of
rejections neither can be investigated; this is the missing "audit trail for authorization failures" of the failure
document (section 4). Access logs of the stage tell that a request was refused, not why, and of the caller they know no
more than the address.

## Fix
Log each rejection with its reason and the caller's identity, never with the credential (FM0406).

JavaScript: `console.warn(JSON.stringify({ audit: 'authorization', decision: 'deny', clientId, reason }))`. Python:
`logger.warning("denied", extra={"client_id": client_id, "reason": reason})`. In CDK and CloudFormation keep the log
group for as long as the audit needs it (`logs.LogGroup`, `RetentionInDays`).

## Limits
Rejections in a `catch` and the others are each judged together: one log that speaks of a decision counts for all of its
kind. Code that cannot be read yields `unknown`.

## References
- https://docs.aws.amazon.com/wellarchitected/latest/security-pillar/detection.html
- https://cwe.mitre.org/data/definitions/778.html
"""

from collections.abc import Iterator

from analyzer.facts.authorizer_logs import Rejection, unlogged_rejection
from analyzer.facts.authorizers import Authorizer
from analyzer.facts.functions import Function
from analyzer.rule import Judgement, Query, Rule, Severity

from ._authorizer_code import accuse, judge_each

RULE = Rule(
    id="FM0405",
    slug="rejections-not-logged",
    failure_mode=4,
    severity=Severity.MEDIUM,
    documented=Severity.HIGH,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge the function of every authorizer."""
    yield from judge_each(query, lambda function, _: unlogged_rejection(function), blame)


def blame(function: Function, authorizers: list[Authorizer], found: Rejection) -> Judgement:
    """It turns callers away in silence."""
    return accuse(function, authorizers, f"turns callers away ({found.text}) without logging it", found.place)
