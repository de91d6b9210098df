"""A function behind an API may run longer than the API waits.

## What it checks
`Timeout` of functions that an API Gateway REST, HTTP or WebSocket API invokes and waits for.

## Why it fails
API Gateway gives up after 29 seconds (HTTP APIs: 30) and answers 504, while the function runs on and is paid for; a
client that tries again doubles the work. A Regional or private REST API can be given more by a quota increase; then
the integration's own `TimeoutInMillis` says so, and this rule is silent.

## Fix
CDK: `timeout: Duration.seconds(28)` or less for what answers a client; hand longer work to a queue or a state
machine. REST with a raised quota: set `timeout` of the integration. CloudFormation: `Timeout`, `TimeoutInMillis`.

## Limits
A timeout that depends on a parameter without a default yields `unknown`. Function URLs wait up to 15 minutes.

## References
- https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
- https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
"""

from collections.abc import Iterator

from analyzer.facts.functions import DEFAULT_TIMEOUT
from analyzer.facts.numbers import above, failing_number, number
from analyzer.facts.settle import settle
from analyzer.facts.triggers import Kind, Mode, Trigger
from analyzer.rule import Evidence, Judgement, Query, Rule, Severity

RULE = Rule(
    id="FM1302",
    slug="timeout-behind-api",
    failure_mode=13,
    severity=Severity.LOW,
    documented=Severity.MEDIUM,
)
REST_SECONDS, HTTP_SECONDS = 29, 30


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every function that an API waits for."""
    for function in query.functions.own():
        wires = [w for w in query.triggers.into(function.resource) if w.kind is Kind.API and w.mode is Mode.SYNCHRONOUS]
        if not wires:
            continue
        wire = min(wires, key=patience)
        most = patience(wire)
        settled = settle(function.timeout, above(most, DEFAULT_TIMEOUT))
        yield settled.judgement(
            function.resource,
            f"{function.name} may run for {failing_number(settled)} s, but {wire.name} stops waiting after {most:g} s",
            at=function.timeout.place,
            evidence=[Evidence("trigger", f"{wire.name} waits for {function.name}", wire.node.place)],
        )


def patience(wire: Trigger) -> float:
    """Seconds that the API waits for this integration."""
    http = wire.carrier.type == "AWS::ApiGatewayV2::Integration"
    raised = number(wire.settings["TimeoutInMillis"].value)
    return max(HTTP_SECONDS if http else REST_SECONDS, 0 if http or raised is None else raised / 1000)
