"""Which AWS services a caller has to reach from its own network interface.

Not among them: what a service does in the caller's stead. Lambda itself writes logs and traces, polls queues and
streams, sends failed events on; S3, SQS and DynamoDB ask KMS themselves. Sources:
https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html,
https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum

from analyzer.code.program import Client, CodeValue, EventField, Literal, Record, SdkCall
from analyzer.data.api_operations import operation
from analyzer.data.endpoints import Endpoint, endpoint_for
from analyzer.facts.endpoint_policy import Request
from analyzer.facts.endpoint_services import full_name
from analyzer.facts.endpoint_targets import target_of
from analyzer.facts.functions import Function
from analyzer.facts.iam import Principal
from analyzer.judgement import Confidence, Evidence
from analyzer.records import dataclass

ENDPOINT_SETTINGS = frozenset({"endpoint_url", "endpoint"})
DUAL_STACK_SETTINGS = frozenset({"use_dualstack_endpoint", "useDualstackEndpoint"})
DUAL_STACK_VARIABLE = "AWS_USE_DUALSTACK_ENDPOINT"


class Purpose(Enum):
    """What a service is needed for. `ANSWER`: a custom resource tells CloudFormation its result; `POLL`: an event
    source mapping reads from a broker."""

    CALL = "call"
    ANSWER = "answer"
    POLL = "poll"


@dataclass(frozen=True, slots=True)
class Use:
    """An API call that the need makes. ``requests`` are what it may look like, where what it is about depends on the
    run. ``optional``: it is one of several of which one suffices."""

    requests: tuple[Request, ...]
    evidence: Evidence | None = None
    optional: bool = False

    @property
    def action(self) -> str:
        """The IAM action."""
        return self.requests[0].action


@dataclass(frozen=True, slots=True)
class Need:
    """Something that a caller needs to reach.

    ``endpoint`` is None where no endpoint gives it, and ``host`` then names it. ``text`` says how it is needed
    (``calls sqs (SendMessage)``), ``by_code`` whether code or configuration shows it rather than rights. ``elsewhere``
    says what would tell where a client with an address of its own goes, ``undecided`` what would tell whether there
    is such a need at all. ``dual_stack``: its host name answers on IPv6 too.
    """

    endpoint: Endpoint | None
    text: str
    evidence: tuple[Evidence, ...] = ()
    uses: tuple[Use, ...] = ()
    purpose: Purpose = Purpose.CALL
    by_code: bool = True
    confidence: Confidence = Confidence.CERTAIN
    host: str = ""
    elsewhere: str = ""
    undecided: str = ""
    dual_stack: bool = False

    @property
    def label(self) -> str:
        """What is needed, for people: the name of the endpoint service, or the host."""
        return full_name(self.endpoint) if self.endpoint else self.host


def called(function: Function, principal: Principal | None) -> list[Need]:
    """The services that the function's code calls, in the order of their first call; ``principal`` is its role."""
    grouped: dict[Endpoint, list[SdkCall]] = {}
    for call in function.program.calls:
        endpoint = endpoint_for(call.service, call.operation)
        if endpoint is not None and call.reached is not False and not _only_signs(call):
            grouped.setdefault(endpoint, []).append(call)
    return [_called(function, endpoint, calls, principal) for endpoint, calls in grouped.items()]


def unmapped(function: Function) -> list[Need]:
    """The services that the code calls and of which no endpoint is known: whether one gives them cannot be told."""
    calls = (call for call in function.program.calls if call.reached is not False)
    services = dict.fromkeys(call.service for call in calls if endpoint_for(call.service, call.operation) is None)
    return [
        Need(None, f"calls {service}", host=service, undecided=f"which VPC endpoint gives {service}")
        for service in services
    ]


def _called(function: Function, endpoint: Endpoint, calls: list[SdkCall], principal: Principal | None) -> Need:
    service = calls[0].service
    operations = ", ".join(dict.fromkeys(call.operation for call in calls))
    clients = [client for client in function.program.clients if client.service in {call.service for call in calls}]
    evidence = [_proof(function, call) for call in calls]
    return Need(
        endpoint,
        f"calls {service} ({operations})",
        tuple(dict.fromkeys(evidence)),
        tuple(_uses(function, calls, principal)),
        confidence=Confidence.CERTAIN if any(call.reached for call in calls) else Confidence.LIKELY,
        elsewhere=_address(function, clients),
        dual_stack=_dual_stack(function, clients),
    )


def _proof(function: Function, call: SdkCall) -> Evidence:
    return Evidence("code", f"calls {call.service} {call.operation}", function.place(call.place))


def _only_signs(call: SdkCall) -> bool:
    return call.presigned


def _uses(function: Function, calls: Iterable[SdkCall], principal: Principal | None) -> Iterator[Use]:
    for call in calls:
        known = operation(call.service, call.operation)
        for action in (known.actions or ()) if known else ():
            arns = _possible(target_of(function, call, action), principal, action)
            requests = tuple(Request(action, arn, function.role) for arn in arns)
            yield Use(requests, _proof(function, call), bool(known and known.depends_on_request))


def _possible(arn: str | None, principal: Principal | None, action: str) -> list[str | None]:
    """What a call can be about: where its target depends on the run, what the role lets the action touch of it."""
    if principal is None or not principal.complete:
        return [arn]
    names = principal.resource.template.application.names
    if arn is not None and not names.uncertain(arn):
        return [arn]
    given = [statement for statement in principal.statements if statement.allows and statement.covers_action(action)]
    patterns = [names.canonical(case.value) for statement in given for case in statement.resources]
    if arn is None:
        return [*patterns] or [None]
    covering = {pattern: names.covers(pattern, arn) for pattern in patterns if pattern is not None}
    narrower = [pattern for pattern, answer in covering.items() if answer is None]
    return [arn] if True in covering.values() or not narrower else [*narrower]


def _address(function: Function, clients: Iterable[Client]) -> str:
    """What would tell where a client leads whose constructor is given an address; empty for ordinary clients."""
    for client in clients:
        written = _setting(client.settings, ENDPOINT_SETTINGS)
        if written is not None:
            return f"where the address of the {client.service} client of {function.name} leads"
    return ""


def _dual_stack(function: Function, clients: Iterable[Client]) -> bool:
    variable = function.environment.get(DUAL_STACK_VARIABLE)
    if variable is not None and str(variable.known).lower() == "true":
        return True
    return any(_setting(client.settings, DUAL_STACK_SETTINGS) == Literal(True) for client in clients)


def _setting(settings: CodeValue, names: frozenset[str]) -> CodeValue | None:
    """A setting of a client, also one inside its configuration object."""
    if not isinstance(settings, Record):
        return None
    for key, value in settings.entries:
        if key in names and not isinstance(value, EventField):
            return value
        inner = _setting(value, names) if key == "config" else None
        if inner is not None:
            return inner
    return None
