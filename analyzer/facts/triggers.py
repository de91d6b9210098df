"""Who is set up to invoke whom, and where undeliverable events go: every wiring that a template declares.

A :class:`Trigger` is one wire from a source to a target. Sources and targets are resources of the application; a
source outside it (a schedule, an imported queue) has no resource, and says what it is in ``origin``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import TYPE_CHECKING

from analyzer.model.node import Case, Node
from analyzer.model.template import Resource
from analyzer.model.value import Known
from analyzer.records import dataclass

if TYPE_CHECKING:
    from analyzer.facts.functions import Functions
    from analyzer.model.application import Application


class Kind(StrEnum):
    """What kind of wire."""

    S3 = "bucket notification"
    EVENT_SOURCE = "event source mapping"
    SUBSCRIPTION = "subscription"
    RULE = "rule target"
    BUS = "event bus"
    SCHEDULE = "schedule"
    PIPE = "pipe"
    DESTINATION = "destination"
    DEAD_LETTER = "dead-letter queue"
    LOGS = "log subscription"
    API = "API integration"
    AUTHORIZER = "API authorizer"
    URL = "function URL"
    CUSTOM_RESOURCE = "custom resource"
    OTHER = "service trigger"


class Mode(StrEnum):
    """How a function is invoked by the wire."""

    ASYNCHRONOUS = "asynchronous"
    POLLED = "polled"
    SYNCHRONOUS = "synchronous"
    NONE = "not an invocation"


@dataclass(frozen=True, eq=False)
class Trigger:
    """One wire. ``carrier`` declares it, ``node`` is the place, ``settings`` holds its filter and options."""

    kind: Kind
    mode: Mode
    source: Resource | None
    target: Resource
    carrier: Resource
    node: Node
    settings: Node
    origin: str = ""

    @property
    def name(self) -> str:
        """The source for people."""
        return self.source.logical_id if self.source else self.origin


Reader = Callable[["Triggers", Resource], Iterator[Trigger]]


class Triggers:
    """All wires of an application."""

    def __init__(self, application: Application, functions: Functions) -> None:
        self.application = application
        self.functions = functions
        self.all: tuple[Trigger, ...] = tuple(self._read())
        self._into: dict[Resource, list[Trigger]] = {}
        self._out_of: dict[Resource, list[Trigger]] = {}
        for trigger in self.all:
            self._into.setdefault(trigger.target, []).append(trigger)
            if trigger.source is not None:
                self._out_of.setdefault(trigger.source, []).append(trigger)

    def _read(self) -> Iterator[Trigger]:
        for resource in self.application.resources():
            for reader in READERS.get(resource.type, ()):
                yield from reader(self, resource)
            if resource.type.startswith("Custom::") or resource.type == "AWS::CloudFormation::CustomResource":
                yield from _custom_resource(self, resource)

    def into(self, target: Resource) -> list[Trigger]:
        """The wires that end at a resource."""
        return self._into.get(target, [])

    def out_of(self, source: Resource) -> list[Trigger]:
        """The wires that start at a resource."""
        return self._out_of.get(source, [])

    # --- for readers ----------------------------------------------------------------------------------

    def targets(self, node: Node) -> Iterator[tuple[Resource, Case]]:
        """The resources a target ARN names; a version or alias is its function."""
        for case in node.cases() if node else ():
            found = self.resource(case)
            if found is not None:
                yield found, case

    def resource(self, case: Case) -> Resource | None:
        """The resource that a value names, functions also by alias, version and invocation URI."""
        direct = self.application.behind(case.value)
        if direct is not None and not direct.type.startswith(("AWS::Lambda::Alias", "AWS::Lambda::Version")):
            return direct
        function = self.functions.behind(case.value)
        return function.resource if function else None

    def wires(
        self,
        carrier: Resource,
        kind: Kind,
        mode: Mode,
        source: Resource | None,
        target: Node,
        settings: Node,
        origin: str = "",
    ) -> Iterator[Trigger]:
        """One wire for each resource that ``target`` names."""
        for resource, case in self.targets(target):
            yield Trigger(kind, mode, source, resource, carrier, case.node, settings, origin)

    def from_node(self, node: Node) -> list[tuple[Resource | None, str]]:
        """The sources that ``node`` names, with words for one that is not of the application."""
        return [(self.resource(case), node.text) for case in node.cases()] if node else [(None, "")]


# --- readers, one a resource type ---------------------------------------------------------------------------

_NOTIFICATIONS = (
    ("LambdaConfigurations", "Function", Mode.ASYNCHRONOUS),
    ("QueueConfigurations", "Queue", Mode.NONE),
    ("TopicConfigurations", "Topic", Mode.NONE),
)
_CDK_NOTIFICATIONS = (
    ("LambdaFunctionConfigurations", "LambdaFunctionArn", Mode.ASYNCHRONOUS),
    ("QueueConfigurations", "QueueArn", Mode.NONE),
    ("TopicConfigurations", "TopicArn", Mode.NONE),
)


def _bucket(triggers: Triggers, bucket: Resource) -> Iterator[Trigger]:
    configuration = bucket["NotificationConfiguration"]
    for group, key, mode in _NOTIFICATIONS:
        for item in configuration[group].items():
            yield from triggers.wires(bucket, Kind.S3, mode, bucket, item[key], item)


def _cdk_bucket_notifications(triggers: Triggers, custom: Resource) -> Iterator[Trigger]:
    """CDK's custom resource writes a bucket's notifications after the bucket is there."""
    for bucket, origin in triggers.from_node(custom["BucketName"]):
        for group, key, mode in _CDK_NOTIFICATIONS:
            for item in custom["NotificationConfiguration"][group].items():
                yield from triggers.wires(custom, Kind.S3, mode, bucket, item[key], item, origin)


def _event_source_mapping(triggers: Triggers, mapping: Resource) -> Iterator[Trigger]:
    sources = triggers.from_node(mapping["EventSourceArn"])
    if not mapping["EventSourceArn"]:
        sources = [(None, "a self-managed Kafka cluster")]
    for source, origin in sources:
        yield from triggers.wires(
            mapping, Kind.EVENT_SOURCE, Mode.POLLED, source, mapping["FunctionName"], mapping.properties, origin
        )
    for target in triggers.targets(mapping["FunctionName"]):
        failure = mapping["DestinationConfig"]["OnFailure"]["Destination"]
        yield from triggers.wires(mapping, Kind.DESTINATION, Mode.NONE, target[0], failure, mapping.properties)


def _topic(triggers: Triggers, topic: Resource) -> Iterator[Trigger]:
    for item in topic["Subscription"].items():
        yield from _subscribed(triggers, topic, topic, "", item)


def _subscription(triggers: Triggers, subscription: Resource) -> Iterator[Trigger]:
    for topic, origin in triggers.from_node(subscription["TopicArn"]):
        yield from _subscribed(triggers, subscription, topic, origin, subscription.properties)


def _subscribed(
    triggers: Triggers, carrier: Resource, topic: Resource | None, origin: str, item: Node
) -> Iterator[Trigger]:
    mode = Mode.ASYNCHRONOUS if item["Protocol"].known == "lambda" else Mode.NONE
    yield from triggers.wires(carrier, Kind.SUBSCRIPTION, mode, topic, item["Endpoint"], item, origin)
    yield from _redrive(triggers, carrier, topic, item["RedrivePolicy"])


def _rule(triggers: Triggers, rule: Resource) -> Iterator[Trigger]:
    kind = Kind.RULE if rule["EventPattern"] else Kind.SCHEDULE
    for item in rule["Targets"].items():
        yield from triggers.wires(rule, kind, Mode.ASYNCHRONOUS, rule, item["Arn"], item)
        dead = item["DeadLetterConfig"]["Arn"]
        yield from triggers.wires(rule, Kind.DEAD_LETTER, Mode.NONE, rule, dead, item)
    for bus, _ in triggers.from_node(rule["EventBusName"]):
        if bus is not None and rule["EventPattern"]:
            yield Trigger(Kind.BUS, Mode.NONE, bus, rule, rule, rule["EventPattern"], rule.properties)


def _schedule(triggers: Triggers, schedule: Resource) -> Iterator[Trigger]:
    target = schedule["Target"]
    yield from triggers.wires(schedule, Kind.SCHEDULE, Mode.ASYNCHRONOUS, schedule, target["Arn"], target)
    dead = target["DeadLetterConfig"]["Arn"]
    yield from triggers.wires(schedule, Kind.DEAD_LETTER, Mode.NONE, schedule, dead, target)


def _pipe(triggers: Triggers, pipe: Resource) -> Iterator[Trigger]:
    for source, origin in triggers.from_node(pipe["Source"]):
        yield Trigger(Kind.PIPE, Mode.NONE, source, pipe, pipe, pipe["Source"], pipe.properties, origin)
        for stream in ("KinesisStreamParameters", "DynamoDBStreamParameters"):
            settings = pipe["SourceParameters"][stream]
            dead = settings["DeadLetterConfig"]["Arn"]
            yield from triggers.wires(pipe, Kind.DEAD_LETTER, Mode.NONE, pipe, dead, settings, origin)
    yield from triggers.wires(pipe, Kind.PIPE, Mode.SYNCHRONOUS, pipe, pipe["Enrichment"], pipe.properties)
    kind = pipe["TargetParameters"]["LambdaFunctionParameters"]["InvocationType"].known
    mode = Mode.ASYNCHRONOUS if kind == "FIRE_AND_FORGET" else Mode.SYNCHRONOUS
    yield from triggers.wires(pipe, Kind.PIPE, mode, pipe, pipe["Target"], pipe.properties)


def _invoke_config(triggers: Triggers, config: Resource) -> Iterator[Trigger]:
    for source, origin in triggers.from_node(config["FunctionName"]):
        for outcome in ("OnSuccess", "OnFailure"):
            node = config["DestinationConfig"][outcome]["Destination"]
            for resource, case in triggers.targets(node):
                mode = Mode.ASYNCHRONOUS if resource.type == "AWS::Lambda::Function" else Mode.NONE
                yield Trigger(
                    Kind.DESTINATION, mode, source, resource, config, case.node, config.properties, origin or outcome
                )


def _function(triggers: Triggers, function: Resource) -> Iterator[Trigger]:
    dead = function["DeadLetterConfig"]["TargetArn"]
    yield from triggers.wires(function, Kind.DEAD_LETTER, Mode.NONE, function, dead, function.properties)


def _queue(triggers: Triggers, queue: Resource) -> Iterator[Trigger]:
    yield from _redrive(triggers, queue, queue, queue["RedrivePolicy"])


def _redrive(triggers: Triggers, carrier: Resource, source: Resource | None, policy: Node) -> Iterator[Trigger]:
    from analyzer.facts.policy_documents import document

    read = document(policy)
    yield from triggers.wires(carrier, Kind.DEAD_LETTER, Mode.NONE, source, read["deadLetterTargetArn"], read)


def _log_subscription(triggers: Triggers, subscription: Resource) -> Iterator[Trigger]:
    for case in subscription["LogGroupName"].cases():
        yield from triggers.wires(
            subscription,
            Kind.LOGS,
            Mode.ASYNCHRONOUS,
            triggers.application.behind(case.value, "AWS::Logs::LogGroup"),
            subscription["DestinationArn"],
            subscription.properties,
            subscription["LogGroupName"].text,
        )


def _method(triggers: Triggers, method: Resource) -> Iterator[Trigger]:
    yield from _integrated(triggers, method, method["RestApiId"], method["Integration"], "Uri")


def _integration(triggers: Triggers, integration: Resource) -> Iterator[Trigger]:
    yield from _integrated(triggers, integration, integration["ApiId"], integration.properties, "IntegrationUri")


def _integrated(triggers: Triggers, carrier: Resource, api: Node, settings: Node, uri: str) -> Iterator[Trigger]:
    for resource, origin in triggers.from_node(api):
        for target, case in triggers.targets(settings[uri]):
            yield Trigger(Kind.API, _api_mode(settings), resource, target, carrier, case.node, settings, origin)


def _api_mode(settings: Node) -> Mode:
    """REST APIs can ask for an asynchronous invocation by a header of the integration request."""
    parameters = settings["RequestParameters"]
    kind = parameters["integration.request.header.X-Amz-Invocation-Type"].value
    return Mode.ASYNCHRONOUS if kind == Known("'Event'") else Mode.SYNCHRONOUS


def _authorizer(triggers: Triggers, authorizer: Resource) -> Iterator[Trigger]:
    named = authorizer["RestApiId"] or authorizer["ApiId"]
    for api, origin in triggers.from_node(named):
        uri = authorizer["AuthorizerUri"]
        yield from triggers.wires(
            authorizer, Kind.AUTHORIZER, Mode.SYNCHRONOUS, api, uri, authorizer.properties, origin
        )


def _custom_resource(triggers: Triggers, custom: Resource) -> Iterator[Trigger]:
    """CloudFormation invokes the function asynchronously and waits for its answer at a URL."""
    for target, case in triggers.targets(custom["ServiceToken"]):
        if target.type == "AWS::Lambda::Function":
            yield Trigger(Kind.CUSTOM_RESOURCE, Mode.ASYNCHRONOUS, custom, target, custom, case.node, custom.properties)


def _pipeline(triggers: Triggers, pipeline: Resource) -> Iterator[Trigger]:
    for stage in pipeline["Stages"].items():
        for action in stage["Actions"].items():
            if action["ActionTypeId"]["Provider"].known == "Lambda":
                name = action["Configuration"]["FunctionName"]
                yield from triggers.wires(pipeline, Kind.OTHER, Mode.ASYNCHRONOUS, pipeline, name, action)


def _url(triggers: Triggers, url: Resource) -> Iterator[Trigger]:
    origin = "its function URL"
    yield from triggers.wires(url, Kind.URL, Mode.SYNCHRONOUS, None, url["TargetFunctionArn"], url.properties, origin)


def _at(mode: Mode, *paths: tuple[str, ...]) -> Reader:
    """A reader for types that name functions at fixed places."""

    def read(triggers: Triggers, resource: Resource) -> Iterator[Trigger]:
        for path in paths:
            for node in _everywhere(resource.properties, path):
                yield from triggers.wires(resource, Kind.OTHER, mode, resource, node, resource.properties)

    return read


def _everywhere(node: Node, path: tuple[str, ...]) -> Iterator[Node]:
    if not path:
        yield node
        return
    for item in node.items():
        yield from _everywhere(item[path[0]], path[1:])


_COGNITO = tuple(
    ("LambdaConfig", name)
    for name in (
        "CreateAuthChallenge",
        "CustomMessage",
        "DefineAuthChallenge",
        "PostAuthentication",
        "PostConfirmation",
        "PreAuthentication",
        "PreSignUp",
        "PreTokenGeneration",
        "UserMigration",
        "VerifyAuthChallengeResponse",
    )
)

READERS: dict[str, tuple[Reader, ...]] = {
    "AWS::S3::Bucket": (_bucket,),
    "Custom::S3BucketNotifications": (_cdk_bucket_notifications,),
    "AWS::Lambda::EventSourceMapping": (_event_source_mapping,),
    "AWS::SNS::Topic": (_topic,),
    "AWS::SNS::Subscription": (_subscription,),
    "AWS::Events::Rule": (_rule,),
    "AWS::Scheduler::Schedule": (_schedule,),
    "AWS::Pipes::Pipe": (_pipe,),
    "AWS::Lambda::EventInvokeConfig": (_invoke_config,),
    "AWS::Lambda::Function": (_function,),
    "AWS::SQS::Queue": (_queue,),
    "AWS::Logs::SubscriptionFilter": (_log_subscription,),
    "AWS::ApiGateway::Method": (_method,),
    "AWS::ApiGatewayV2::Integration": (_integration,),
    "AWS::ApiGateway::Authorizer": (_authorizer,),
    "AWS::ApiGatewayV2::Authorizer": (_authorizer,),
    "AWS::Lambda::Url": (_url,),
    "AWS::CodePipeline::Pipeline": (_pipeline,),
    "AWS::CodeCommit::Repository": (_at(Mode.ASYNCHRONOUS, ("Triggers", "DestinationArn")),),
    "AWS::CloudFront::Distribution": (
        _at(
            Mode.SYNCHRONOUS,
            *(
                ("DistributionConfig", behaviour, "LambdaFunctionAssociations", "LambdaFunctionARN")
                for behaviour in ("DefaultCacheBehavior", "CacheBehaviors")
            ),
        ),
    ),
    "AWS::Cognito::UserPool": (_at(Mode.SYNCHRONOUS, *_COGNITO),),
    "AWS::AppSync::DataSource": (_at(Mode.SYNCHRONOUS, ("LambdaConfig", "LambdaFunctionArn")),),
    "AWS::ElasticLoadBalancingV2::TargetGroup": (_at(Mode.SYNCHRONOUS, ("Targets", "Id")),),
    "AWS::IoT::TopicRule": (_at(Mode.ASYNCHRONOUS, ("TopicRulePayload", "Actions", "Lambda", "FunctionArn")),),
    "AWS::SES::ReceiptRule": (_at(Mode.ASYNCHRONOUS, ("Rule", "Actions", "LambdaAction", "FunctionArn")),),
    "AWS::Config::ConfigRule": (_at(Mode.ASYNCHRONOUS, ("Source", "SourceIdentifier")),),
    "AWS::SecretsManager::RotationSchedule": (_at(Mode.SYNCHRONOUS, ("RotationLambdaARN",)),),
    "AWS::KinesisFirehose::DeliveryStream": (
        _at(
            Mode.SYNCHRONOUS,
            *(
                (destination, "ProcessingConfiguration", "Processors", "Parameters", "ParameterValue")
                for destination in ("ExtendedS3DestinationConfiguration", "RedshiftDestinationConfiguration")
            ),
        ),
    ),
}
