"""The built-in rules, one a file; found through the `stackproof.rules` entry-point group.

``NEEDS`` says what the rules of an id prefix judge, as beginnings of resource types: where no input has such a one,
the rules are not imported. A prefix that is not here is always imported. A test holds it against every fixture.
"""

_FUNCTION = ("AWS::Lambda::Function",)
_POLICIES = (
    "AWS::ApiGateway::",
    "AWS::Backup::",
    "AWS::DynamoDB::",
    "AWS::ECR::",
    "AWS::EFS::",
    "AWS::Elasticsearch::",
    "AWS::Events::",
    "AWS::IAM::",
    "AWS::KMS::",
    "AWS::Kinesis::",
    "AWS::Lambda::",
    "AWS::Logs::",
    "AWS::OpenSearchService::",
    "AWS::S3::Access",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::",
    "AWS::SQS::",
    "AWS::SSO::",
    "AWS::SecretsManager::",
)

NEEDS: dict[str, tuple[str, ...]] = {
    "FM01": ("AWS::ApiGateway",),
    "FM02": _FUNCTION,
    "FM030": ("AWS::EC2::VPCEndpoint",),
    "FM04": ("AWS::ApiGateway",),
    "FM05": _FUNCTION,
    "FM06": _POLICIES,
    "FM07": ("AWS::Events::", "AWS::Lambda::", "AWS::Pipes::", "AWS::SNS::", "AWS::SQS::", "AWS::StepFunctions::"),
    "FM08": ("AWS::CloudFormation::CustomResource", "AWS::EC2::", "AWS::ECS::", "AWS::Lambda::", "Custom::"),
    "FM0901": ("AWS::Lambda::",),
    "FM10": (
        "AWS::ApiGateway",
        "AWS::CloudWatch::",
        "AWS::Events::",
        "AWS::Lambda::",
        "AWS::Pipes::",
        "AWS::SNS::",
        "AWS::SQS::",
        "AWS::Scheduler::",
        "AWS::StepFunctions::",
    ),
    "FM1102": ("AWS::CloudTrail::",),
    "FM1103": ("AWS::CloudTrail::",),
    "FM1104": ("AWS::CloudTrail::",),
    "FM1105": ("AWS::CloudTrail::",),
    "FM1106": ("AWS::CloudTrail::",),
    "FM1107": ("AWS::CloudTrail::",),
    "FM1108": ("AWS::CloudTrail::",),
    "FM1117": _FUNCTION,
    "FM1118": ("AWS::ApiGateway",),
    "FM1124": ("AWS::KMS::",),
    "FM13": _FUNCTION,
    "FM14": ("AWS::DynamoDB::",),
    "FM1401": _FUNCTION,
}
