"""The document-processing system as it should be deployed: the model to copy.

Stacks, each importing only from those before it: Storage (key, buckets, tables, topic), Network (VPC and
endpoints), Compute (processing), Api (REST API and its authorizer), Audit (trail), Operations (alarms).
"""

from __future__ import annotations

import aws_cdk as cdk

from reference_stack.app.hardened.api import ApiStack
from reference_stack.app.hardened.audit import AuditStack
from reference_stack.app.hardened.compute import ComputeStack
from reference_stack.app.hardened.network import NetworkStack
from reference_stack.app.hardened.operations import OperationsStack
from reference_stack.app.hardened.storage import StorageStack

# Corrected CDK behaviour that this app relies on.
FEATURE_FLAGS: dict[str, bool] = {
    "@aws-cdk/aws-lambda:recognizeLayerVersion": True,
    # A rule's grant on an encrypted queue and on its key holds for this account only.
    "@aws-cdk/aws-events:eventsTargetQueueSameAccount": True,
    # Server access logs arrive by bucket policy; access control lists stay off.
    "@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy": True,
    # The API Gateway account role is declared in the API stack, with a description.
    "@aws-cdk/aws-apigateway:disableCloudWatchRole": True,
    "@aws-cdk/aws-iam:minimizePolicies": True,
}


def build(app: cdk.App) -> None:
    """Add the six stacks to `app`."""
    storage = StorageStack(app, "DocumentsStorage")
    network = NetworkStack(app, "DocumentsNetwork", storage=storage)
    compute = ComputeStack(app, "DocumentsCompute", storage=storage, network=network)
    api = ApiStack(app, "DocumentsApi", storage=storage, network=network, compute=compute)
    AuditStack(app, "DocumentsAudit", storage=storage)
    OperationsStack(app, "DocumentsOperations", storage=storage, network=network, compute=compute, api=api)
