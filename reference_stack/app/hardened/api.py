"""The REST API and its authorizer."""

from __future__ import annotations

import json

import aws_cdk as cdk
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from constructs import Construct

from reference_stack.app.hardened.compute import ComputeStack
from reference_stack.app.hardened.function import DocumentsFunction, Settings, Sizing
from reference_stack.app.hardened.network import NetworkStack
from reference_stack.app.hardened.settings import LOG_RETENTION
from reference_stack.app.hardened.storage import StorageStack

# Both are waited for: short timeouts, well under the 29 s of API Gateway, and warm instances.
AUTHORIZER = Sizing(memory=512, seconds=5, concurrency=50)
DOCUMENTS_API = Sizing(memory=1024, seconds=10, concurrency=50)
WARM_INSTANCES = 2

# Who called what, when, from where, and what came of it. No headers, so no API key.
ACCESS_LOG = {
    "requestId": "$context.requestId",
    "requestTime": "$context.requestTime",
    "clientId": "$context.authorizer.principalId",
    "sourceIp": "$context.identity.sourceIp",
    "httpMethod": "$context.httpMethod",
    "path": "$context.path",
    "status": "$context.status",
    "authorizerStatus": "$context.authorizer.status",
    "responseLength": "$context.responseLength",
    "tlsVersion": "$context.tlsVersion",
}


class ApiStack(cdk.Stack):
    """The way in: TLS 1.2, a Lambda authorizer on every method, every request logged."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        storage: StorageStack,
        network: NetworkStack,
        compute: ComputeStack,
    ) -> None:
        super().__init__(scope, construct_id, description="Document processing: REST API and authorizer")
        self._storage = storage
        self._network = network
        self.add_stack_dependency(compute, "no document is taken in before there is something to process it")
        self.authorizer_function = self._authorizer_function()
        self.documents_function = self._documents_function()
        self.api = self._api()

    def _authorizer_function(self) -> DocumentsFunction:
        storage = self._storage
        function = DocumentsFunction(
            self,
            "Authorizer",
            key=storage.service_key,
            settings=Settings(
                folder="authorizer",
                purpose="Decides who may call which method of the documents API",
                sizing=AUTHORIZER,
                environment={"API_CLIENTS_TABLE": storage.api_clients.table_name},
                placement=self._network.placement,
            ),
        )
        function.allow("dynamodb:GetItem", on=[storage.api_clients.table_arn])
        function.allow_key(storage.data_key, "kms:Decrypt", through=["dynamodb"])
        return function

    def _documents_function(self) -> DocumentsFunction:
        storage = self._storage
        function = DocumentsFunction(
            self,
            "DocumentsFunction",
            key=storage.service_key,
            settings=Settings(
                folder="documents-api",
                purpose="Takes documents in and reports their status",
                sizing=DOCUMENTS_API,
                environment={
                    "DOCUMENTS_TABLE": storage.documents.table_name,
                    "INCOMING_BUCKET": storage.incoming.bucket_name,
                },
                placement=self._network.placement,
            ),
        )
        function.allow("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", on=[storage.documents.table_arn])
        function.allow("s3:PutObject", on=[storage.incoming.arn_for_objects("incoming/*")])
        function.allow_key(storage.data_key, "kms:Decrypt", through=["dynamodb"])
        function.allow_key(storage.data_key, "kms:Decrypt", "kms:GenerateDataKey", through=["s3"])
        return function

    def _api(self) -> apigateway.RestApi:
        api = apigateway.RestApi(
            self,
            "DocumentsRestApi",
            description="Upload of documents and their status, for clients with an API key",
            endpoint_types=[apigateway.EndpointType.REGIONAL],
            binary_media_types=["application/pdf"],
            deploy_options=self._stage(),
            default_method_options=apigateway.MethodOptions(
                authorizer=self._authorizer(), authorization_type=apigateway.AuthorizationType.CUSTOM
            ),
        )
        # A stage that logs cannot be created before the account lets API Gateway write logs.
        api.deployment_stage.node.add_dependency(self._logging_account())

        cfn_api = api.node.default_child
        assert isinstance(cfn_api, apigateway.CfnRestApi)
        # Left out, the default address would still take TLS 1.0.
        cfn_api.security_policy = "SecurityPolicy_TLS13_1_2_PQ_2025_09"
        cfn_api.endpoint_access_mode = "STRICT"

        address = api.node.find_child("Endpoint")
        assert isinstance(address, cdk.CfnOutput)
        address.description = "Base address of the documents API"

        # No permission for the console's test button: it would bypass the authorizer.
        integration = apigateway.LambdaIntegration(
            self.documents_function.warm_alias(WARM_INSTANCES), allow_test_invoke=False
        )
        documents = api.root.add_resource("documents")
        documents.add_method("POST", integration)
        documents.add_method("GET", integration)
        documents.add_resource("{documentId}").add_method("GET", integration)
        return api

    def _authorizer(self) -> apigateway.TokenAuthorizer:
        # TOKEN: the decision needs the one header and nothing else of the request. Cached answers are safe
        # because the policy lists every method that the client may call, not just the one of this request.
        return apigateway.TokenAuthorizer(
            self,
            "ApiKeyAuthorizer",
            handler=self.authorizer_function.warm_alias(WARM_INSTANCES),
            identity_source=apigateway.IdentitySource.header("X-Api-Key"),
            validation_regex="^[A-Za-z0-9_-]{43}$",  # 256 bits in base64url; anything else is 401 unasked
            results_cache_ttl=cdk.Duration.minutes(5),  # so long may a revoked key still pass
        )

    def _stage(self) -> apigateway.StageOptions:
        log_group = logs.LogGroup(
            self,
            "AccessLogs",
            encryption_key=self._storage.service_key,
            retention=LOG_RETENTION,
            removal_policy=cdk.RemovalPolicy.RETAIN,
        )
        return apigateway.StageOptions(
            stage_name="v1",
            description="Production",
            access_log_destination=apigateway.LogGroupLogDestination(log_group),
            access_log_format=apigateway.AccessLogFormat.custom(json.dumps(ACCESS_LOG)),
            logging_level=apigateway.MethodLoggingLevel.ERROR,
            data_trace_enabled=False,  # it would write documents and API keys into the log
            metrics_enabled=True,
            tracing_enabled=True,
            throttling_rate_limit=100,
            throttling_burst_limit=50,  # the concurrency of the function behind it
        )

    def _logging_account(self) -> apigateway.CfnAccount:
        role = iam.Role(
            self,
            "ApiGatewayLogsRole",
            description="API Gateway writes the logs of this account's APIs",
            assumed_by=iam.ServicePrincipal("apigateway.amazonaws.com"),
            managed_policies=[
                iam.ManagedPolicy.from_aws_managed_policy_name("service-role/AmazonAPIGatewayPushToCloudWatchLogs")
            ],
        )
        account = apigateway.CfnAccount(self, "ApiGatewayAccount", cloud_watch_role_arn=role.role_arn)
        # The setting belongs to the account and Region: other APIs need it after this stack is gone.
        account.apply_removal_policy(cdk.RemovalPolicy.RETAIN)
        role.apply_removal_policy(cdk.RemovalPolicy.RETAIN)
        return account
