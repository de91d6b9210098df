from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from reference_stack.app.as_documented.compute import HANDLERS, ComputeStack
from reference_stack.app.as_documented.storage import StorageStack


class ApiStack(cdk.Stack):
    def __init__(self, scope: Construct, construct_id: str, *, compute: ComputeStack, storage: StorageStack) -> None:
        super().__init__(scope, construct_id)
        self.storage = storage
        self.integration = apigateway.LambdaIntegration(compute.documents_api)

        self.documents_api = self.add_documents_api()
        self.partner_api = self.add_partner_api()

    def add_documents_api(self) -> apigateway.RestApi:
        authorizer_function = lambda_.Function(
            self,
            "AuthorizerFunction",
            runtime=lambda_.Runtime.NODEJS_18_X,
            handler="index.handler",
            code=lambda_.Code.from_asset(str(HANDLERS / "authorizer")),
            environment={"API_KEYS_TABLE": self.storage.api_keys_table.table_name},
        )
        self.storage.api_keys_table.grant_read_data(authorizer_function)

        authorizer = apigateway.RequestAuthorizer(
            self,
            "ApiAuthorizer",
            handler=authorizer_function,
            identity_sources=[apigateway.IdentitySource.header("X-Api-Key")],
            results_cache_ttl=cdk.Duration.seconds(0),
        )

        health_function = lambda_.Function(
            self,
            "HealthFunction",
            runtime=lambda_.Runtime.NODEJS_22_X,
            handler="app.handler",
            code=lambda_.Code.from_asset(str(HANDLERS / "health")),
        )

        api = apigateway.RestApi(self, "DocumentsRestApi", cloud_watch_role=False)
        documents = api.root.add_resource("documents")
        documents.add_method("POST", self.integration, authorizer=authorizer)
        documents.add_method("GET", self.integration, authorizer=authorizer)
        documents.add_resource("{documentId}").add_method("GET", self.integration, authorizer=authorizer)
        api.root.add_resource("health").add_method("GET", apigateway.LambdaIntegration(health_function))
        return api

    def add_partner_api(self) -> apigateway.RestApi:
        api_key = cdk.CfnParameter(self, "UploadApiKey", no_echo=True)

        partner_function = lambda_.Function(
            self,
            "PartnerAuthorizerFunction",
            runtime=lambda_.Runtime.NODEJS_22_X,
            handler="index.handler",
            code=lambda_.Code.from_asset(str(HANDLERS / "partner-authorizer")),
            memory_size=256,
            timeout=cdk.Duration.seconds(10),
            environment={"API_KEYS_TABLE": self.storage.api_keys_table.table_name},
        )
        self.storage.api_keys_table.grant_read_data(partner_function)

        partner_authorizer = apigateway.RequestAuthorizer(
            self,
            "PartnerAuthorizer",
            handler=partner_function,
            identity_sources=[apigateway.IdentitySource.header("X-Api-Key")],
        )

        upload_authorizer = apigateway.TokenAuthorizer(
            self,
            "UploadAuthorizer",
            handler=lambda_.Function(
                self,
                "UploadAuthorizerFunction",
                runtime=lambda_.Runtime.NODEJS_22_X,
                handler="index.handler",
                code=lambda_.Code.from_asset(str(HANDLERS / "token-authorizer")),
                environment={"UPLOAD_API_KEY": api_key.value_as_string},
            ),
            identity_source="method.request.header.X-Api-Key",
            results_cache_ttl=cdk.Duration.minutes(5),
        )

        api = apigateway.RestApi(self, "PartnerRestApi", cloud_watch_role=False)
        documents = api.root.add_resource("partners").add_resource("{tenantId}").add_resource("documents")
        documents.add_method("GET", self.integration, authorizer=partner_authorizer)
        documents.add_method("POST", self.integration, authorizer=upload_authorizer)
        return api
