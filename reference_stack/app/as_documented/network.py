from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from constructs import Construct


class NetworkStack(cdk.Stack):
    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)

        self.vpc = ec2.Vpc(
            self,
            "Vpc",
            cidr="10.0.0.0/16",
            max_azs=2,
            restrict_default_security_group=False,
            subnet_configuration=[
                ec2.SubnetConfiguration(name="Processing", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED, cidr_mask=24),
                ec2.SubnetConfiguration(name="Data", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED, cidr_mask=24),
            ],
        )

        self.processing = ec2.SubnetSelection(subnet_group_name="Processing")
        self.data = ec2.SubnetSelection(subnet_group_name="Data")

        self.add_gateway_endpoints()
        self.add_interface_endpoints()

    def add_gateway_endpoints(self) -> None:
        s3 = self.vpc.add_gateway_endpoint("S3Endpoint", service=ec2.GatewayVpcEndpointAwsService.S3)
        s3.add_to_policy(
            cdk.aws_iam.PolicyStatement(
                effect=cdk.aws_iam.Effect.ALLOW,
                principals=[cdk.aws_iam.AnyPrincipal()],
                actions=["*"],
                resources=["*"],
            )
        )

        dynamodb = self.vpc.add_gateway_endpoint(
            "DynamoDbEndpoint", service=ec2.GatewayVpcEndpointAwsService.DYNAMODB, subnets=[self.data]
        )
        dynamodb.add_to_policy(
            cdk.aws_iam.PolicyStatement(
                effect=cdk.aws_iam.Effect.ALLOW,
                principals=[cdk.aws_iam.AnyPrincipal()],
                actions=["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:Query"],
                resources=["*"],
            )
        )

    def add_interface_endpoints(self) -> None:
        self.vpc.add_interface_endpoint(
            "SnsEndpoint",
            service=ec2.InterfaceVpcEndpointAwsService.SNS,
            subnets=self.processing,
            private_dns_enabled=False,
        )

        self.vpc.add_interface_endpoint(
            "KmsEndpoint",
            service=ec2.InterfaceVpcEndpointAwsService.KMS,
            subnets=self.processing,
            open=False,
            security_groups=[ec2.SecurityGroup(self, "KmsEndpointSecurityGroup", vpc=self.vpc)],
        )

        logs = self.vpc.add_interface_endpoint(
            "LogsEndpoint",
            service=ec2.InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS,
            subnets=self.processing,
        )
        logs.add_to_policy(
            cdk.aws_iam.PolicyStatement(
                effect=cdk.aws_iam.Effect.ALLOW,
                principals=[cdk.aws_iam.AnyPrincipal()],
                actions=["cloudwatch:PutMetricData"],
                resources=["*"],
            )
        )
