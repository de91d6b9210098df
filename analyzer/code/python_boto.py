"""boto3's vocabulary: which API operation a Python method calls, and with which arguments.

Facts from the boto3 and botocore documentation (client methods are the operations in snake case; resource
actions, collections, transfer methods and waiters are tables there and here).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from analyzer.code.program import CodeValue, Derived, Literal, Opaque, Record, Sdk
from analyzer.code.python_freeze import choice, freeze
from analyzer.code.python_values import Dictionary, SdkObject, Sequence, Value
from analyzer.records import dataclass, replace

# Waiters that poll something other than their first word says.
_WAITERS: Final[Mapping[tuple[str, str], str]] = {
    ("s3", "bucket_exists"): "HeadBucket",
    ("s3", "bucket_not_exists"): "HeadBucket",
    ("s3", "object_exists"): "HeadObject",
    ("s3", "object_not_exists"): "HeadObject",
    ("dynamodb", "table_exists"): "DescribeTable",
    ("dynamodb", "table_not_exists"): "DescribeTable",
    ("lambda", "function_exists"): "GetFunction",
    ("lambda", "function_active"): "GetFunctionConfiguration",
    ("lambda", "function_active_v2"): "GetFunction",
    ("lambda", "function_updated"): "GetFunctionConfiguration",
    ("lambda", "function_updated_v2"): "GetFunction",
    ("cloudformation", "stack_exists"): "DescribeStacks",
    ("cloudformation", "stack_create_complete"): "DescribeStacks",
    ("cloudformation", "stack_update_complete"): "DescribeStacks",
    ("cloudformation", "stack_delete_complete"): "DescribeStacks",
    ("ec2", "instance_running"): "DescribeInstances",
    ("ec2", "instance_stopped"): "DescribeInstances",
    ("ec2", "instance_terminated"): "DescribeInstances",
    ("ecs", "tasks_running"): "DescribeTasks",
    ("ecs", "tasks_stopped"): "DescribeTasks",
    ("ecs", "services_stable"): "DescribeServices",
    ("rds", "db_instance_available"): "DescribeDBInstances",
    ("kinesis", "stream_exists"): "DescribeStream",
}
# Managed transfers: the operation and the names of the positional parameters; "" is a local file.
_TRANSFERS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "client.upload_file": ("PutObject", ("", "Bucket", "Key")),
    "client.upload_fileobj": ("PutObject", ("", "Bucket", "Key")),
    "client.download_file": ("GetObject", ("Bucket", "Key", "")),
    "client.download_fileobj": ("GetObject", ("Bucket", "Key", "")),
    "client.copy": ("CopyObject", ("CopySource", "Bucket", "Key")),
    "Bucket.upload_file": ("PutObject", ("", "Key")),
    "Bucket.upload_fileobj": ("PutObject", ("", "Key")),
    "Bucket.download_file": ("GetObject", ("Key", "")),
    "Bucket.download_fileobj": ("GetObject", ("Key", "")),
    "Bucket.copy": ("CopyObject", ("CopySource", "Key")),
    "Object.upload_file": ("PutObject", ("",)),
    "Object.upload_fileobj": ("PutObject", ("",)),
    "Object.download_file": ("GetObject", ("",)),
    "Object.download_fileobj": ("GetObject", ("",)),
    "Object.copy": ("CopyObject", ("CopySource",)),
}
_LOCAL: Final = frozenset({"Filename", "Fileobj", "Callback", "Config", "ExtraArgs", "SourceClient"})
# Resources: the API parameters that identify one, by service and kind.
IDENTIFIERS: Final[Mapping[str, tuple[str, ...]]] = {
    "dynamodb.Table": ("TableName",),
    "s3.Bucket": ("Bucket",),
    "s3.Object": ("Bucket", "Key"),
    "s3.ObjectSummary": ("Bucket", "Key"),
    "s3.ObjectVersion": ("Bucket", "Key", "VersionId"),
    "sqs.Queue": ("QueueUrl",),
    "sqs.Message": ("QueueUrl", "ReceiptHandle"),
    "sns.Topic": ("TopicArn",),
    "sns.PlatformEndpoint": ("TargetArn",),
    "cloudwatch.Metric": ("Namespace", "MetricName"),
    "cloudwatch.Alarm": ("AlarmName",),
    "cloudformation.Stack": ("StackName",),
    "ec2.Instance": ("InstanceId",),
    "iam.Role": ("RoleName",),
    "iam.User": ("UserName",),
    "iam.Policy": ("PolicyArn",),
}
_ACTIONS: Final[Mapping[str, str]] = {
    "dynamodb.Table": "get_item=GetItem put_item=PutItem update_item=UpdateItem delete_item=DeleteItem query=Query "
    "scan=Scan load=DescribeTable reload=DescribeTable delete=DeleteTable update=UpdateTable "
    "wait_until_exists=DescribeTable wait_until_not_exists=DescribeTable",
    "dynamodb.BatchWriter": "put_item=BatchWriteItem delete_item=BatchWriteItem",
    "s3.Bucket": "put_object=PutObject delete_objects=DeleteObjects create=CreateBucket delete=DeleteBucket "
    "load=ListBuckets wait_until_exists=HeadBucket wait_until_not_exists=HeadBucket",
    "s3.Object": "put=PutObject get=GetObject delete=DeleteObject copy_from=CopyObject load=HeadObject "
    "reload=HeadObject restore_object=RestoreObject initiate_multipart_upload=CreateMultipartUpload "
    "wait_until_exists=HeadObject wait_until_not_exists=HeadObject",
    "s3.objects": "delete=DeleteObjects",
    "sqs.Queue": "send_message=SendMessage send_messages=SendMessageBatch receive_messages=ReceiveMessage "
    "delete_messages=DeleteMessageBatch purge=PurgeQueue delete=DeleteQueue load=GetQueueAttributes "
    "reload=GetQueueAttributes set_attributes=SetQueueAttributes "
    "change_message_visibility_batch=ChangeMessageVisibilityBatch",
    "sqs.Message": "delete=DeleteMessage change_visibility=ChangeMessageVisibility",
    "sns.Topic": "publish=Publish subscribe=Subscribe delete=DeleteTopic load=GetTopicAttributes "
    "set_attributes=SetTopicAttributes confirm_subscription=ConfirmSubscription",
    "sns.PlatformEndpoint": "publish=Publish",
    "cloudwatch.Metric": "put_data=PutMetricData get_statistics=GetMetricStatistics put_alarm=PutMetricAlarm",
    "cloudwatch.Alarm": "delete=DeleteAlarms set_state=SetAlarmState enable_actions=EnableAlarmActions "
    "disable_actions=DisableAlarmActions",
    "cloudformation.Stack": "update=UpdateStack delete=DeleteStack load=DescribeStacks reload=DescribeStacks",
    "ec2.Instance": "start=StartInstances stop=StopInstances terminate=TerminateInstances reboot=RebootInstances "
    "load=DescribeInstances reload=DescribeInstances create_tags=CreateTags modify_attribute=ModifyInstanceAttribute",
    "iam.Role": "attach_policy=AttachRolePolicy detach_policy=DetachRolePolicy delete=DeleteRole load=GetRole",
    "iam.User": "attach_policy=AttachUserPolicy detach_policy=DetachUserPolicy delete=DeleteUser load=GetUser "
    "create_access_key_pair=CreateAccessKey",
    "iam.Policy": "delete=DeletePolicy load=GetPolicy create_version=CreatePolicyVersion",
}  # fmt: skip
_COLLECTIONS: Final[Mapping[str, tuple[str, str]]] = {
    "s3.Bucket.objects": ("ListObjectsV2", "Object"),
    "s3.Bucket.object_versions": ("ListObjectVersions", "ObjectVersion"),
    "s3.resource.buckets": ("ListBuckets", "Bucket"),
    "dynamodb.resource.tables": ("ListTables", "Table"),
    "sqs.resource.queues": ("ListQueues", "Queue"),
    "sns.resource.topics": ("ListTopics", "Topic"),
    "ec2.resource.instances": ("DescribeInstances", "Instance"),
    "cloudformation.resource.stacks": ("DescribeStacks", "Stack"),
    "iam.resource.roles": ("ListRoles", "Role"),
    "iam.resource.users": ("ListUsers", "User"),
}
_SUBRESOURCES: Final = {"Acl": "Acl", "Policy": "Policy", "Website": "Website", "Cors": "Cors", "Lifecycle":
    "LifecycleConfiguration", "LifecycleConfiguration": "LifecycleConfiguration", "Tagging": "Tagging",
    "Notification": "NotificationConfiguration", "Versioning": "Versioning", "Logging": "Logging"}  # fmt: skip
_SESSIONS: Final = re.compile(r"(boto3|aioboto3|botocore|aiobotocore)(\.session)?\.(Session|AioSession|get_session)$")
_BOTO2_SERVICES: Final = {"dynamodb2": "dynamodb", "cloudwatch": "cloudwatch", "awslambda": "lambda", "swf": "swf"}


@dataclass(frozen=True, slots=True)
class Effect:
    """What a method of an SDK object does: API calls, and the value that it gives."""

    operations: tuple[tuple[str, CodeValue], ...]
    result: Value
    presigned: bool = False


def api_name(service: str, method: str) -> str:
    """The API operation behind a client's method: ``describe_db_instances`` of ``rds`` is DescribeDBInstances.

    An operation that the data does not know (newer, or of an unknown service) is spelled by its words.
    """
    from analyzer.data.api_operations import operation

    known = operation(service, method)
    return "".join(word[:1].upper() + word[1:] for word in method.split("_")) if known is None else known.name


def is_session(path: str) -> bool:
    """Whether calling that dotted name gives a session."""
    return _SESSIONS.match(path) is not None


def boto2_service(path: str) -> str | None:
    """The service that a constructor of boto 2 connects to: ``boto.connect_s3``, ``boto.sqs.connect_to_region``."""
    parts = path.split(".")
    if parts[0] != "boto" or len(parts) < 2:
        return None
    if len(parts) == 2 and parts[1].startswith("connect_"):
        name = parts[1].removeprefix("connect_")
    elif len(parts) > 2 and (parts[-1].startswith("connect_to_") or parts[-1].endswith(("Connection", "Layer1"))):
        name = parts[-2] if parts[-1].startswith("connect_to_") else parts[1]
    elif parts[-1] == "Table" and "dynamodb" in parts[1]:
        name = "dynamodb"
    else:
        return None
    return _BOTO2_SERVICES.get(name, name)


def member(owner: SdkObject, name: str) -> Value | None:
    """An attribute of an SDK object that is no method to call; None where it is one."""
    full = f"{owner.service}.{owner.kind}.{name}"
    if owner.kind in ("client", "session"):
        return Opaque(f"the client's {name}") if name in ("exceptions", "meta", "region_name", "events") else None
    if name == "meta":
        return SdkObject(owner.service, "meta")
    if owner.kind == "meta" and name == "client":
        return SdkObject(owner.service, "client")
    if full in _COLLECTIONS:
        return SdkObject(owner.service, f"{owner.kind}.{name}", owner.sdk, owner.identifiers)
    if name in ("name", "bucket_name", "key", "url", "arn", "table_name", "receipt_handle") and owner.identifiers:
        known = owner.identifiers[-1 if name in ("key", "receipt_handle") else 0][1]
        return known if not isinstance(known, Record) else None
    return None


def call(
    owner: SdkObject, name: str, positional: list[Value], keywords: Mapping[str, Value], whole: bool
) -> Effect | None:
    """What ``owner.name(...)`` does; None where that is not modelled."""
    if owner.kind == "client":
        return _client(owner, name, positional, keywords, whole)
    prefix, _, rest = owner.kind.partition(":")
    given = _record(owner, [], (), keywords, whole)
    if prefix == "paginator":
        return _done(rest, given) if name == "paginate" else None
    if prefix == "waiter":
        operation = _WAITERS.get((owner.service, rest))
        return Effect(((operation, given),) if operation else (), Literal(None))
    if prefix == "sub":
        return _done(f"{'Get' if name in ('load', 'reload') else 'Delete' if name == 'delete' else 'Put'}{rest}", given)
    if prefix == "listed":
        collection = SdkObject(owner.service, rest, owner.sdk, owner.identifiers)
        effect = _collection(collection, name, given)
        return None if effect is None else Effect(effect.operations[1:], effect.result)
    if f"{owner.service}.{owner.kind}" in _COLLECTIONS or "." in owner.kind:
        return _collection(owner, name, given)
    return _resource(owner, name, positional, keywords, whole)


def _client(
    owner: SdkObject, name: str, positional: list[Value], keywords: Mapping[str, Value], whole: bool
) -> Effect | None:
    first = positional[0] if positional else next(iter(keywords.values()), Opaque())
    text = first.value if isinstance(first, Literal) and isinstance(first.value, str) else None
    match name:
        case "get_paginator":
            kind = f"paginator:{api_name(owner.service, text)}" if text else None
        case "get_waiter":
            kind = f"waiter:{text}" if text else None
        case "generate_presigned_url":
            if text is None:
                return None
            parameters = positional[1] if len(positional) > 1 else keywords.get("Params", Record(()))
            return replace(_done(api_name(owner.service, text), freeze(parameters)), presigned=True)
        case "generate_presigned_post":
            given = _record(owner, positional, ("Bucket", "Key"), keywords, whole)
            return replace(_done("PutObject", given), presigned=True)
        case "can_paginate" | "close" | "__enter__" | "__aenter__":
            return Effect((), owner)
        case _:
            return _operation(owner, name, positional, keywords, whole)
    return None if kind is None else Effect((), SdkObject(owner.service, kind, owner.sdk))


def _operation(
    owner: SdkObject, name: str, positional: list[Value], keywords: Mapping[str, Value], whole: bool
) -> Effect:
    if owner.service == "s3" and f"client.{name}" in _TRANSFERS:
        operation, parameters = _TRANSFERS[f"client.{name}"]
        return _done(operation, _record(owner, positional, parameters, keywords, whole))
    return _done(api_name(owner.service, name), _record(owner, [], (), keywords, whole))


def _computed_tables(request: Value | None) -> tuple[CodeValue, ...]:
    """Tables of a batch that its keys name by a value: ``RequestItems={os.environ["TABLE"]: [...]}``."""
    return tuple(map(freeze, request.computed)) if isinstance(request, Dictionary) else ()


def _resource(
    owner: SdkObject, name: str, positional: list[Value], keywords: Mapping[str, Value], whole: bool
) -> Effect | None:
    kind = "Object" if owner.kind in ("ObjectSummary", "ObjectVersion") else owner.kind
    full = f"{owner.service}.{kind}"
    if owner.service == "s3" and f"{kind}.{name}" in _TRANSFERS:
        operation, parameters = _TRANSFERS[f"{kind}.{name}"]
        return _done(operation, _record(owner, positional, parameters, keywords, whole))
    if name[:1].isupper():
        return _created(owner, name, positional, keywords)
    if full == "dynamodb.Table" and name == "batch_writer":
        return Effect((), SdkObject("dynamodb", "BatchWriter", owner.sdk, owner.identifiers))
    actions = dict(pair.split("=") for pair in _ACTIONS.get(full, "").split())
    if name in actions:
        given = _record(owner, positional, ("Item",) if kind == "BatchWriter" else (), keywords, whole)
        return _acted(owner, actions[name], given)
    if owner.kind == "resource":
        return _service_action(owner, name, _record(owner, [], (), keywords, whole))
    return Effect((), owner) if name in ("__enter__", "__aenter__") else None


def _acted(owner: SdkObject, operation: str, given: CodeValue) -> Effect:
    if operation == "ReceiveMessage":
        handle: CodeValue = Derived((given,), operation)
        message = SdkObject("sqs", "Message", owner.sdk, (*owner.identifiers, ("ReceiptHandle", handle)))
        return Effect(((operation, given),), Sequence([message], complete=False))
    return _done(operation, given)


def _service_action(owner: SdkObject, name: str, given: CodeValue) -> Effect:
    operation = "GetQueueUrl" if name == "get_queue_by_name" else api_name(owner.service, name)
    kind = {"get_queue_by_name": "Queue", "create_queue": "Queue", "create_topic": "Topic", "create_table": "Table",
            "create_bucket": "Bucket"}.get(name)  # fmt: skip
    if kind is None:
        return _done(operation, given)
    known = given.get(IDENTIFIERS[f"{owner.service}.{kind}"][0]) if isinstance(given, Record) else None
    named = known if known is not None else Derived((given,), operation)
    identifiers = ((IDENTIFIERS[f"{owner.service}.{kind}"][0], named),)
    return Effect(((operation, given),), SdkObject(owner.service, kind, owner.sdk, identifiers))


def _created(owner: SdkObject, name: str, positional: list[Value], keywords: Mapping[str, Value]) -> Effect | None:
    """``resource.Table(name)``, ``bucket.Object(key)``, ``bucket.Acl()``: no call yet."""
    if owner.service == "s3" and owner.kind != "resource" and name in _SUBRESOURCES:
        kind = f"sub:{owner.kind if owner.kind == 'Object' else 'Bucket'}{_SUBRESOURCES[name]}"
        return Effect((), SdkObject("s3", kind, owner.sdk, owner.identifiers))
    if owner.service == "s3" and name in ("BucketAcl", "BucketPolicy", "ObjectAcl", "BucketVersioning"):
        values = [freeze(value) for value in positional]
        named = tuple(zip(("Bucket", "Key"), values, strict=False))
        return Effect((), SdkObject("s3", f"sub:{name}", owner.sdk, named))
    wanted = IDENTIFIERS.get(f"{owner.service}.{name}")
    if wanted is None:
        return None
    given = [freeze(value) for value in [*positional, *keywords.values()]]
    have = [value for _, value in owner.identifiers]
    values = [*have, *given][: len(wanted)]
    return Effect((), SdkObject(owner.service, name, owner.sdk, tuple(zip(wanted, values, strict=False))))


def _collection(owner: SdkObject, name: str, given: CodeValue) -> Effect | None:
    operation, kind = _COLLECTIONS.get(f"{owner.service}.{owner.kind}", ("", ""))
    if name in ("all", "filter", "limit", "page_size", "pages"):
        have = [value for _, value in owner.identifiers]
        wanted = IDENTIFIERS[f"{owner.service}.{kind}"]
        missing = [Derived((given,), operation)] * (len(wanted) - len(have))
        listed = SdkObject(owner.service, f"listed:{owner.kind}", owner.sdk, owner.identifiers)
        item = SdkObject(owner.service, kind, owner.sdk, tuple(zip(wanted, [*have, *missing], strict=False)))
        return Effect(((operation, given),), Listing([item], listed))
    if name == "delete" and kind in ("Object", "ObjectVersion"):
        return Effect(((operation, given), ("DeleteObjects", given)), Literal(None))
    return None


class Listing(Sequence):
    """What a collection of resources gives: elements, and still the collection (``filter(...).delete()``)."""

    __slots__ = ("collection",)

    def __init__(self, items: list[Value], collection: SdkObject) -> None:
        super().__init__(items, complete=False)
        self.collection = collection


def _done(operation: str, given: CodeValue) -> Effect:
    return Effect(((operation, given),), Derived((given,), operation))


def _record(
    owner: SdkObject, positional: list[Value], names: tuple[str, ...], keywords: Mapping[str, Value], whole: bool
) -> Record:
    """The API's arguments: what identifies the resource, then what is passed."""
    entries = dict(owner.identifiers)
    entries.update((name, freeze(value)) for name, value in zip(names, positional, strict=False) if name)
    entries.update((name, freeze(value)) for name, value in keywords.items() if name not in _LOCAL)
    tables = _computed_tables(keywords.get("RequestItems"))
    if tables:
        entries["TableName"] = choice(tables)
    return Record(tuple(entries.items()), whole)


def new_client(service: str, is_resource: bool, sdk: Sdk) -> SdkObject:
    """A client, or a service resource."""
    return SdkObject(service, "resource" if is_resource else "client", sdk)
