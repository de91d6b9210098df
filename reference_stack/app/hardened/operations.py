"""What tells people that something is wrong: alarms that reach somebody, and one dashboard."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from reference_stack.app.hardened.api import ApiStack
from reference_stack.app.hardened.compute import ComputeStack
from reference_stack.app.hardened.network import NetworkStack
from reference_stack.app.hardened.storage import StorageStack, encrypted_topic

PERIOD = cdk.Duration.minutes(5)


class OperationsStack(cdk.Stack):
    """Alarms for every function, queue and API of the system."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        storage: StorageStack,
        network: NetworkStack,
        compute: ComputeStack,
        api: ApiStack,
    ) -> None:
        super().__init__(scope, construct_id, description="Document processing: alarms and dashboard")
        self._topic = self._alarm_topic(storage)
        self._watch_functions(network, compute, api)
        self._watch_queues(network, compute)
        self._watch_api(api)
        self._dashboard(compute, api)

    def _alarm_topic(self, storage: StorageStack) -> sns.Topic:
        address = cdk.CfnParameter(
            self,
            "OperationsEmail",
            description="Mailbox of the team on duty; it confirms the subscription once",
            allowed_pattern="^[^@ ]+@[^@ ]+$",
        )
        topic = encrypted_topic(self, "Alarms", key=storage.service_key, title="Alarms of document processing")
        topic.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AlarmsOfThisAccount",
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": self.account}},
            )
        )
        topic.add_subscription(subscriptions.EmailSubscription(address.value_as_string))
        return topic

    def _watch_functions(self, network: NetworkStack, compute: ComputeStack, api: ApiStack) -> None:
        # The authorizer reports every rejected key as an error: one is a typing mistake, fifty are a search.
        limits = {
            api.authorizer_function: 50,
            api.documents_function: 1,
            compute.processor: 1,
            compute.notifier: 1,
            network.close_default_group: 1,
        }
        for function, limit in limits.items():
            name = function.node.id
            self._alarm(
                f"{name}Errors",
                f"{name} failed {limit} times in five minutes",
                function.metric_errors(period=PERIOD),
                limit,
            )
            self._alarm(
                f"{name}Throttles",
                f"{name} was turned away at its concurrency limit",
                function.metric_throttles(period=PERIOD),
                1,
            )

    def _watch_queues(self, network: NetworkStack, compute: ComputeStack) -> None:
        for queue in (compute.processing_failures, compute.notice_failures, network.close_failures):
            self._alarm(
                f"{queue.node.id}NotEmpty",
                f"{queue.node.id} holds something that failed for good",
                queue.metric_approximate_number_of_messages_visible(period=PERIOD),
                1,
            )
        self._alarm(
            "ProcessingBehind",
            "A document has waited fifteen minutes for its processing",
            compute.processing_queue.metric_approximate_age_of_oldest_message(period=PERIOD),
            900,
        )
        self._alarm(
            "NoticesBehind",
            "The notifier is fifteen minutes behind the table's changes",
            compute.notifier.metric("IteratorAge", statistic="Maximum", period=PERIOD),
            900_000,
        )

    def _watch_api(self, api: ApiStack) -> None:
        self._alarm(
            "ApiServerErrors",
            "The API answered a request with a server error",
            api.api.metric_server_error(period=PERIOD, statistic="Sum"),
            1,
        )
        self._alarm(
            "ApiClientErrors",
            "The API refused a hundred requests in five minutes",
            api.api.metric_client_error(period=PERIOD, statistic="Sum"),
            100,
        )
        self._alarm(
            "ApiSlow",
            "One request in a hundred takes more than three seconds",
            api.api.metric_latency(period=PERIOD, statistic="p99"),
            3000,
        )

    def _alarm(self, name: str, description: str, metric: cloudwatch.Metric, threshold: float) -> None:
        alarm = metric.create_alarm(
            self,
            name,
            alarm_description=description,
            threshold=threshold,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        action = actions.SnsAction(self._topic)
        alarm.add_alarm_action(action)
        alarm.add_ok_action(action)

    def _dashboard(self, compute: ComputeStack, api: ApiStack) -> None:
        functions = [
            api.authorizer_function,
            api.documents_function,
            compute.processor,
            compute.notifier,
        ]
        dashboard = cloudwatch.Dashboard(self, "Overview", default_interval=cdk.Duration.hours(12))
        dashboard.add_widgets(
            cloudwatch.GraphWidget(
                title="Requests and errors",
                left=[api.api.metric_count(), api.api.metric_client_error(), api.api.metric_server_error()],
                right=[api.api.metric_latency(statistic="p99")],
            ),
            cloudwatch.GraphWidget(title="Errors of functions", left=[f.metric_errors() for f in functions]),
            cloudwatch.GraphWidget(
                title="Waiting and failed documents",
                left=[
                    compute.processing_queue.metric_approximate_number_of_messages_visible(),
                    compute.processing_failures.metric_approximate_number_of_messages_visible(),
                ],
            ),
        )
