"""The VPC: subnets without a way to the internet, and the endpoints that the code needs instead."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda_destinations as destinations
from aws_cdk import aws_logs as logs
from constructs import Construct

from reference_stack.app.hardened.function import DocumentsFunction, Placement, Settings, Sizing
from reference_stack.app.hardened.messaging import encrypted_queue
from reference_stack.app.hardened.settings import LOG_RETENTION
from reference_stack.app.hardened.storage import StorageStack


class NetworkStack(cdk.Stack):
    """The network of the functions. Nothing in it can reach, or be reached from, the internet."""

    def __init__(self, scope: Construct, construct_id: str, *, storage: StorageStack) -> None:
        super().__init__(scope, construct_id, description="Document processing: VPC, subnets, endpoints and flow logs")
        self._storage = storage
        self.vpc = ec2.Vpc(
            self,
            "Vpc",
            ip_addresses=ec2.IpAddresses.cidr("10.20.0.0/20"),
            max_azs=2,
            nat_gateways=0,
            subnet_configuration=[
                ec2.SubnetConfiguration(name="Functions", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED, cidr_mask=24)
            ],
        )
        self._subnets = ec2.SubnetSelection(subnet_group_name="Functions")
        self._functions = self._function_group()
        self.placement = Placement(self.vpc, self._subnets, self._functions)
        self._gateway_endpoints()
        self._topic_endpoint()
        self._flow_logs()
        self.close_failures = encrypted_queue(self, "DefaultGroupFailures", key=storage.service_key)
        self.close_default_group = self._close_default_group()

    def _function_group(self) -> ec2.SecurityGroup:
        group = ec2.SecurityGroup(
            self, "FunctionGroup", vpc=self.vpc, description="Lambda functions", allow_all_outbound=False
        )
        # Gateway endpoints answer on public addresses of S3 and DynamoDB, so the rule names a port and no
        # range. The route tables hold no route beyond these endpoints: there is nothing else to reach.
        group.add_egress_rule(ec2.Peer.any_ipv4(), ec2.Port.tcp(443), "HTTPS to the VPC endpoints")
        return group

    def _gateway_endpoints(self) -> None:
        storage = self._storage
        # Gateway endpoints take no other principal than "*"; account and resources narrow the policy.
        s3 = self.vpc.add_gateway_endpoint("S3", service=ec2.GatewayVpcEndpointAwsService.S3)
        s3.add_to_policy(
            self._only_this_account(
                ["s3:GetObject", "s3:PutObject"],
                [storage.incoming.arn_for_objects("incoming/*"), storage.archive.arn_for_objects("documents/*")],
            )
        )
        dynamodb = self.vpc.add_gateway_endpoint("DynamoDb", service=ec2.GatewayVpcEndpointAwsService.DYNAMODB)
        dynamodb.add_to_policy(
            self._only_this_account(
                ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"],
                [storage.documents.table_arn, storage.api_clients.table_arn],
            )
        )

    def _topic_endpoint(self) -> None:
        group = ec2.SecurityGroup(
            self, "SnsEndpointGroup", vpc=self.vpc, description="SNS endpoint", allow_all_outbound=False
        )
        group.add_ingress_rule(self._functions, ec2.Port.tcp(443), "HTTPS from the functions")
        endpoint = self.vpc.add_interface_endpoint(
            "Sns",
            service=ec2.InterfaceVpcEndpointAwsService.SNS,
            subnets=self._subnets,
            private_dns_enabled=True,  # the SDK's own host name must lead here
            open=False,  # only the functions' group, not the whole VPC
            security_groups=[group],
        )
        endpoint.add_to_policy(self._only_this_account(["sns:Publish"], [self._storage.document_events.topic_arn]))

    def _only_this_account(self, actions: list[str], resources: list[str]) -> iam.PolicyStatement:
        # Stolen credentials of another account cannot carry data out through the endpoint.
        return iam.PolicyStatement(
            principals=[iam.AnyPrincipal()],
            actions=actions,
            resources=resources,
            conditions={"StringEquals": {"aws:PrincipalAccount": self.account}},
        )

    def _flow_logs(self) -> None:
        log_group = logs.LogGroup(
            self,
            "FlowLogs",
            encryption_key=self._storage.service_key,
            retention=LOG_RETENTION,
            removal_policy=cdk.RemovalPolicy.RETAIN,
        )
        role = iam.Role(
            self,
            "FlowLogsRole",
            description="VPC flow logs write to their log group",
            assumed_by=iam.ServicePrincipal(
                "vpc-flow-logs.amazonaws.com",
                conditions={"StringEquals": {"aws:SourceAccount": self.account}},
            ),
        )
        role.add_to_policy(
            iam.PolicyStatement(
                actions=["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
                resources=[log_group.log_group_arn],
            )
        )
        # L1: the L2 construct would also let the role pass itself to any service.
        ec2.CfnFlowLog(
            self,
            "VpcFlowLog",
            resource_id=self.vpc.vpc_id,
            resource_type="VPC",
            traffic_type="ALL",
            log_destination=log_group.log_group_arn,
            deliver_logs_permission_arn=role.role_arn,
        )

    def _close_default_group(self) -> DocumentsFunction:
        function = DocumentsFunction(
            self,
            "CloseDefaultGroup",
            key=self._storage.service_key,
            settings=Settings(
                folder="default-security-group",
                purpose="Removes the rules of the VPC's default security group",
                # Twice at most: create and a retry. No placement: from these subnets it could not answer
                # CloudFormation.
                sizing=Sizing(memory=256, seconds=30, concurrency=2),
                on_failure=destinations.SqsDestination(self.close_failures),
            ),
        )
        group = self.vpc.vpc_default_security_group
        function.allow(
            "ec2:RevokeSecurityGroupEgress",
            "ec2:RevokeSecurityGroupIngress",
            on=[f"arn:{self.partition}:ec2:{self.region}:{self.account}:security-group/{group}"],
        )
        # What restrict_default_security_group=True would do: type and properties are those of CDK's own
        # provider, the code behind them is ours.
        cdk.CustomResource(
            self,
            "DefaultGroupClosed",
            resource_type="Custom::VpcRestrictDefaultSG",
            service_token=function.function_arn,
            service_timeout=cdk.Duration.minutes(5),
            properties={"DefaultSecurityGroupId": group, "Account": self.account},
        )
        return function
