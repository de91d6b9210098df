"""What an SDK call is about: the ARN that an endpoint's policy is matched against."""

from __future__ import annotations

from analyzer.code.program import CodeValue, Record, SdkCall
from analyzer.data.actions import iam_actions
from analyzer.facts.functions import Function
from analyzer.model.value import Known, Part, Reference, Unknown, Value, as_text, parts_of, text

_PARAMETERS: dict[str, tuple[str, ...]] = {
    "dynamodb": ("TableName",),
    "events": ("EventBusName",),
    "firehose": ("DeliveryStreamName",),
    "kinesis": ("StreamARN", "StreamName"),
    "kms": ("KeyId",),
    "lambda": ("FunctionName",),
    "s3": ("Bucket",),
    "secretsmanager": ("SecretId",),
    "sns": ("TopicArn", "TargetArn"),
    "sqs": ("QueueUrl",),
    "stepfunctions": ("stateMachineArn",),
}
_PARTITION, _REGION, _ACCOUNT = (Reference("", f"AWS::{name}") for name in ("Partition", "Region", "AccountId"))


def target_of(function: Function, call: SdkCall, action: str) -> str | None:
    """The canonical ARN of what the call is about; None where it is not known."""
    arguments = call.arguments
    if not isinstance(arguments, Record):
        return None
    for name in _PARAMETERS.get(call.service, ()):
        named = arguments.get(name)
        if named is not None:
            return _arn(function, call.service, named, arguments, action)
    return None


def _arn(function: Function, service: str, named: CodeValue, arguments: Record, action: str) -> str | None:
    names = function.application.names
    value = function.value_of(named)
    resource = function.application.behind(value)
    arn = names.arn(resource) if resource is not None else _spelled(function, service, value)
    if arn is None:
        return None
    if service == "s3" and _is_about_objects(action):
        return f"{arn}/{_key(function, arguments)}"
    index = arguments.get("IndexName") if service == "dynamodb" else None
    if index is not None:
        name = names.canonical(function.value_of(index))
        return f"{arn}/index/{name}" if name else None
    return arn


def _spelled(function: Function, service: str, value: Value) -> str | None:
    """The ARN of something outside the application that is named by its ARN or, where that is enough, its name."""
    canonical = function.application.names.canonical(value)
    if canonical is None or isinstance(value, Unknown):
        return None
    if canonical.startswith("arn:"):
        return canonical
    parts = parts_of(value) or []
    own: list[Part] = [":", _REGION, ":", _ACCOUNT]
    if service == "s3":
        return function.application.names.canonical(text(["arn:", _PARTITION, ":s3:::", *parts]))
    if service == "dynamodb":
        return function.application.names.canonical(text(["arn:", _PARTITION, ":dynamodb", *own, ":table/", *parts]))
    return None


def _key(function: Function, arguments: Record) -> str:
    """The object's key in canonical form, a hole where it depends on the run."""
    written = arguments.get("Key")
    value = function.value_of(written) if written is not None else Unknown("the object's key")
    canonical = function.application.names.canonical(value)
    unknown = function.application.names.canonical(Unknown("the object's key")) or ""
    return canonical or (as_text(value.value) if isinstance(value, Known) else unknown)


def _is_about_objects(action: str) -> bool:
    prefix, _, name = action.partition(":")
    service = iam_actions(prefix)
    known = service.actions.get(name.lower()) if service else None
    return known is not None and "object" in (known.resource_types or ())
