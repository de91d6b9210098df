from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from reference_stack.app.as_documented.api import ApiStack
from reference_stack.app.as_documented.compute import ComputeStack


class MonitoringStack(cdk.Stack):
    def __init__(self, scope: Construct, construct_id: str, *, compute: ComputeStack, api: ApiStack) -> None:
        super().__init__(scope, construct_id)

        cloudwatch.Alarm(
            self,
            "ProcessorErrors",
            metric=compute.processor.metric_errors(),
            threshold=1,
            evaluation_periods=1,
        )

        cdk.CfnOutput(self, "DocumentsApiUrl", value=api.documents_api.url)
        cdk.CfnOutput(self, "PartnerApiUrl", value=api.partner_api.url)
