"""An authorizer writes the caller's credential to its log.

## What it checks
What the function of an authorizer logs: the whole event, all headers, `authorizationToken`, an identity source, or a
header or query parameter whose name says that it is a secret. What a hash, a cut or a look-up makes of it does not
count.

## Why it fails
Whoever may read the log may act as the caller: API keys and tokens are valid where they are copied to. Logs are read
by more people, kept longer and sent to more places than any store of credentials. `console.log(event)` is the usual
way, for the event of an authorizer always holds the credential. The failure document (section 4) asks for logging;
this is what its hasty form does.

## Fix
Log who the caller is, once that is known, and what was decided; never the event or its headers.

JavaScript: `console.info(JSON.stringify({ methodArn: event.methodArn, clientId, decision }))`. Python:
`logger.info("decision", extra={"method": event["methodArn"], "client_id": client_id})`. With Powertools leave
`log_event` (`logEvent`) off, and `POWERTOOLS_LOGGER_LOG_EVENT` unset in CDK and CloudFormation.

## Limits
Loggers that redact by configuration are not known. Code that cannot be read yields `unknown`.

## References
- https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html
- https://cwe.mitre.org/data/definitions/532.html
"""

from collections.abc import Iterator

from analyzer.facts.authorizer_logs import Leak, leak
from analyzer.facts.authorizers import Authorizer
from analyzer.facts.functions import Function
from analyzer.rule import Judgement, Query, Rule, Severity

from ._authorizer_code import accuse, judge_each

RULE = Rule(
    id="FM0406",
    slug="credential-in-log",
    failure_mode=4,
    severity=Severity.HIGH,
    documented=Severity.HIGH,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge the function of every authorizer."""
    yield from judge_each(query, leak, blame)


def blame(function: Function, authorizers: list[Authorizer], found: Leak) -> Judgement:
    """It logs a credential."""
    return accuse(function, authorizers, f"logs {found.text}", found.place)
