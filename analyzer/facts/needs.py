"""Which IAM actions the code of a function needs, and which Lambda uses with the function's role in its stead."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from analyzer.code.program import Record
from analyzer.data.actions import AccessLevel, iam_actions
from analyzer.data.api_operations import operation, operations
from analyzer.data.sdk_services import services
from analyzer.records import dataclass

if TYPE_CHECKING:
    from analyzer.code.program import Program, SdkCall
    from analyzer.facts.functions import Function, Functions

LIBRARIES = (
    "dynamoose",
    "dynamodb-toolbox",
    "electrodb",
    "@aws-lambda-powertools",
    "@middy",
    "@typedorm",
    "aws_lambda_powertools",
    "pynamodb",
    "awswrangler",
    "s3fs",
    "smart_open",
    "boto3_assist",
    "aws-amplify",
    "@aws-amplify",
    "@vendia",
    "sqs-consumer",
    "sqs-producer",
    "keyv",
    "multer-s3",
)
"""Packages that call AWS by themselves: the code's own calls do not show everything."""

_CALLS_LAMBDA = ("@aws/durable-execution-sdk-js", "aws_durable_execution_sdk_python")
"""Packages that keep a durable execution's state in Lambda and invoke other functions, and call nothing else."""

_SDK_V3_HEADER = b"amz-sdk-invocation-id"
"""The header that the retry middleware of SDK v3 sets; no minifier changes it."""

_POLLING = ("sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:ReceiveMessage")
_DELIVERY = ("sqs:SendMessage", "sns:Publish", "lambda:InvokeFunction", "events:PutEvents", "s3:PutObject")
_BY_REQUEST: dict[str, tuple[str, ...]] = {
    "s3:putobject": (
        "s3:PutObjectAcl",
        "s3:PutObjectTagging",
        "s3:PutObjectLegalHold",
        "s3:PutObjectRetention",
        "s3:PutObjectVersionTagging",
        "s3:PutObjectVersionAcl",
        "s3:AbortMultipartUpload",
    ),
    "s3:deleteobject": ("s3:DeleteObjectVersion", "s3:BypassGovernanceRetention"),
}
"""What a request for the first action may need besides, by its parameters
(https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html)."""

_MAKING = ("Create", "Run", "Register", "Copy", "Restore", "Import", "Request", "Allocate", "Start", "Put")
"""How operations begin that take tags for what they make. Its tags need the tagging action too
(https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html)."""


@dataclass(frozen=True, slots=True)
class Needs:
    """``actions``: IAM actions in lower case. ``uncertain``: IAM prefixes of services whose calls are not all known;
    ``problem``: why the code is not known as a whole, empty where it is."""

    actions: frozenset[str]
    uncertain: frozenset[str] = frozenset()
    problem: str = ""


def needs_of(function: Function, functions: Functions) -> Needs:
    """What a function needs: what its code calls, and what Lambda does with its role."""
    program = function.program
    calls = [call for call in program.calls if call.reached is not False]
    needed = {action.lower() for call in calls for action in _actions(call)}
    needed |= {more.lower() for action in tuple(needed) for more in _BY_REQUEST.get(action, ())}
    needed |= {action for call in calls if _may_tag(call) for action in _tagging(_prefix(call.service))}
    needed |= {action.lower() for action in in_its_stead(function, functions)}
    return Needs(frozenset(needed), frozenset(_uncertain(program, calls)), _problem(function))


def in_its_stead(function: Function, functions: Functions) -> Iterator[str]:
    """The actions that Lambda takes with the function's role: polling a source, delivering events elsewhere."""
    mappings = functions.naming(function, "AWS::Lambda::EventSourceMapping")
    configured = (*mappings, *functions.naming(function, "AWS::Lambda::EventInvokeConfig"))
    if mappings:
        yield from _POLLING
    if function.resource["DeadLetterConfig"] or any(one["DestinationConfig"] for one in configured):
        yield from _DELIVERY


@cache
def callable_actions(prefix: str) -> frozenset[str]:
    """The actions of an IAM prefix, in lower case, that some SDK operation needs. Others (``execute-api:Invoke``,
    ``rds-db:connect``) are used without an SDK, so code does not show whether they are."""
    clients = [service.client for service in services().values() if service.iam == prefix]
    found = {
        action.lower() for client in clients for one in operations(client).values() for action in one.actions or ()
    }
    return frozenset(action for action in found if action.startswith(f"{prefix}:"))


def _actions(call: SdkCall) -> tuple[str, ...]:
    known = operation(call.service, call.operation)
    return (known.actions or ()) if known else ()


def _may_tag(call: SdkCall) -> bool:
    """Whether a call makes something with tags, which asks for the right to tag as well."""
    if not call.operation.startswith(_MAKING):
        return False
    arguments = call.arguments
    if not isinstance(arguments, Record) or not arguments.complete:
        return True
    return any("tag" in name.lower() for name, _ in arguments.entries)


@cache
def _tagging(prefix: str) -> frozenset[str]:
    """The actions of an IAM prefix that only put tags on something, in lower case."""
    service = iam_actions(prefix)
    known = service.actions.items() if service is not None else ()
    names = [name for name, action in known if action.level is AccessLevel.TAGGING]
    return frozenset(f"{prefix}:{name}" for name in names if not name.startswith(("un", "remove", "delete")))


def _uncertain(program: Program, calls: list[SdkCall]) -> Iterator[str]:
    """Services with a call whose actions are not known, or with a client of which no call is seen at all."""
    called = {call.service for call in program.calls}
    for call in calls:
        known = operation(call.service, call.operation)
        if known is None or known.actions is None:
            yield _prefix(call.service)
    for client in program.clients:
        if client.service not in called:
            yield _prefix(client.service)
    if any(_is_of(one.module, _CALLS_LAMBDA) for one in program.imports):
        yield "lambda"


def _prefix(client: str) -> str:
    service = services().get(client)
    return (service.iam if service else None) or client


def _problem(function: Function) -> str:
    program = function.program
    if not program.complete:
        return program.problems[0] if program.problems else f"the code of {function.name}"
    if program.marks or _bundles_sdk(function):
        return f"what the AWS SDK inside the bundle of {function.name} calls"
    library = next((one.module for one in program.imports if _is_of(one.module, LIBRARIES)), None)
    return f"what {library} calls in {function.name}" if library else ""


def _bundles_sdk(function: Function) -> bool:
    """Whether SDK v3 is part of the code itself: then its clients are classes like any other."""
    tree = function.code
    return not isinstance(tree, str) and any(
        _SDK_V3_HEADER in (tree.read(name) or b"") for name in function.program.files
    )


def _is_of(module: str, packages: tuple[str, ...]) -> bool:
    return any(module == name or module.startswith((f"{name}/", f"{name}.")) for name in packages)
