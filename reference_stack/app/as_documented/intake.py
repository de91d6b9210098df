from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from constructs import Construct

from reference_stack.app.as_documented.compute import ComputeStack
from reference_stack.app.as_documented.storage import StorageStack


class IntakeStack(cdk.Stack):
    def __init__(self, scope: Construct, construct_id: str, *, compute: ComputeStack, storage: StorageStack) -> None:
        super().__init__(scope, construct_id)

        bucket = s3.CfnBucket(
            self,
            "DocumentsBucket",
            bucket_name=storage.documents_bucket_name,
            access_control="LogDeliveryWrite",
            ownership_controls=s3.CfnBucket.OwnershipControlsProperty(
                rules=[s3.CfnBucket.OwnershipControlsRuleProperty(object_ownership="BucketOwnerPreferred")]
            ),
            notification_configuration=s3.CfnBucket.NotificationConfigurationProperty(
                lambda_configurations=[
                    on_created(compute.processor, "incoming/"),
                    on_created(compute.converter, "processed/"),
                ]
            ),
        )
        bucket.apply_removal_policy(cdk.RemovalPolicy.DESTROY)


def on_created(function: lambda_.Function, prefix: str) -> s3.CfnBucket.LambdaConfigurationProperty:
    rule = s3.CfnBucket.FilterRuleProperty(name="prefix", value=prefix)
    return s3.CfnBucket.LambdaConfigurationProperty(
        event="s3:ObjectCreated:*",
        function=function.function_arn,
        filter=s3.CfnBucket.NotificationFilterProperty(s3_key=s3.CfnBucket.S3KeyFilterProperty(rules=[rule])),
    )
