"""What CDK adds by itself, and what only looks like it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.stacks import Construct, Stack, application, resource

PROVIDER = "CustomS3AutoDeleteObjectsCustomResourceProviderHandler9D90184F"


class Assembly(Stack):
    """A stack whose assembly tells construct paths."""

    paths: dict[str, str] = {}  # noqa: RUF012

    def construct(self, logical_id: str) -> Construct:
        return Construct(self.paths.get(logical_id))


def resources(**types: str) -> dict[str, Any]:
    return {"Resources": {name: {"Type": kind} for name, kind in types.items()}}


@pytest.mark.parametrize(
    ("logical_id", "kind", "cause"),
    [
        (PROVIDER, "AWS::Lambda::Function", "aws_s3.Bucket.autoDeleteObjects"),
        ("Empty", "Custom::S3AutoDeleteObjects", "aws_s3.Bucket.autoDeleteObjects"),
        (
            "BucketNotificationsHandler050a0587b7544547bf325f094a3db834RoleB6FB88EC",
            "AWS::IAM::Role",
            "aws_s3.Bucket.addEventNotification",
        ),
    ],
)
def test_by_logical_id_and_type(logical_id: str, kind: str, cause: str) -> None:
    owned = resource(application(resources(**{logical_id: kind})), logical_id).framework
    assert owned is not None
    assert cause in owned.causes


def test_by_construct_path() -> None:
    stack = Assembly("S", resources(Renamed="AWS::IAM::Policy"))
    path = "S/LogRetentionaae0aa3c5b4d4f87b02d85b201efdd8a/ServiceRole/DefaultPolicy/Resource"
    stack.paths = {"Renamed": path}
    owned = resource(application(stack), "Renamed").framework
    assert owned is not None
    assert owned.name == "log-retention"


@pytest.mark.parametrize("logical_id", ["LogRetention", "MyCustomResourcePolicyE94A8E3F", "Provider", "Bucket"])
def test_what_only_looks_like_it(logical_id: str) -> None:
    assert resource(application(resources(**{logical_id: "AWS::IAM::Policy"})), logical_id).framework is None


def test_the_owner_of_what_sam_generates_is_what_was_written() -> None:
    document = {
        "Transform": "AWS::Serverless-2016-10-31",
        "Resources": {
            "F": {
                "Type": "AWS::Serverless::Function",
                "Properties": {"Runtime": "python3.12", "Handler": "a.b", "InlineCode": "x"},
            },
            "Own": {"Type": "AWS::SQS::Queue"},
        },
    }
    app = application(document)
    role = resource(app, "FRole")
    assert (role.generated, role.owner) == (True, resource(app, "F"))
    assert resource(app, "Own").owner is resource(app, "Own")
