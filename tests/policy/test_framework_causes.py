"""Which construct made CDK add a resource that nobody wrote."""

from __future__ import annotations

import pytest

from analyzer.policy.places import Places
from analyzer.policy.result import FrameworkCause
from tests.builders import FakeStack, MadeBy, Thing

EMPTIES = "CustomS3AutoDeleteObjectsCustomResourceProviderHandler9D90184F"
KEEPS = "LogRetentionaae0aa3c5b4d4f87b02d85b201efdd8aFD4BFC8A"
TYPES = {
    "Bucket": "AWS::S3::Bucket",
    "BucketEmptied": "Custom::S3AutoDeleteObjects",
    "Other": "AWS::S3::Bucket",
    "OtherEmptied": "Custom::S3AutoDeleteObjects",
    "Call": "Custom::AWS",
    "Deploy": "Custom::CDKBucketDeployment",
    "Trigger": "Custom::Trigger",
}
PATHS = {
    "Bucket": "Site/Bucket/Resource",
    "BucketEmptied": "Site/Bucket/AutoDeleteObjectsCustomResource/Default",
    "Other": "Site/Inner/Other/Resource",
    "OtherEmptied": "Site/Inner/Other/AutoDeleteObjectsCustomResource/Default",
    "Call": "Site/Call/Resource/Default",
    "Deploy": "Site/Deploy/CustomResource/Default",
    "Trigger": "Site/Tr/Default/Default",
    EMPTIES: "Site/Custom::S3AutoDeleteObjectsCustomResourceProvider/Handler",
    "Provides": "Stage/Site/Prov/framework-onEvent/ServiceRole/Resource",
}


def cause(logical_id: str, kind: str = "AWS::Lambda::Function", paths: dict[str, str] = PATHS) -> FrameworkCause | None:
    document = {"Resources": {name: {"Type": type_} for name, type_ in TYPES.items()}}
    stack = FakeStack("Site", document=document, constructs={name: MadeBy(path) for name, path in paths.items()})
    return Places({"Site": stack}).framework(Thing(logical_id, "Site", kind))


def test_the_constructs_that_use_a_provider_are_named() -> None:
    members = ("aws_s3.Bucket.autoDeleteObjects",)
    assert cause(EMPTIES) == FrameworkCause("auto-delete-objects", members, ("Site/Bucket", "Site/Inner/Other"))


def test_without_construct_paths_the_custom_resources_are_named() -> None:
    found = cause(EMPTIES, paths={})
    assert found is not None
    assert found.on == ("BucketEmptied", "OtherEmptied")


@pytest.mark.parametrize(
    ("logical_id", "kind", "on"),
    [
        ("AWS679f53fac002430cb0da5b7982bd22872D164C4C", "AWS::Lambda::Function", ("Site/Call",)),
        ("CustomCDKBucketDeployment8693BB64968944B69AAFB0CC9EB8756C81C01536", "AWS::IAM::Role", ("Site/Deploy",)),
        ("AWSCDKTriggerCustomResourceProviderCustomResourceProviderRoleE18FAF0A", "AWS::IAM::Role", ("Site/Tr",)),
        ("Call", "Custom::AWS", ("Site/Call",)),
        ("Provides", "AWS::IAM::Role", ("Stage/Site/Prov",)),
        ("PframeworkonEvent4D295293", "AWS::Lambda::Function", ()),
        (KEEPS, "AWS::Lambda::Function", ()),
        ("AWSb4cf1abd4e4f4bc699441af7ccd9ec371511E620", "AWS::Lambda::Function", ()),
    ],
)
def test_where_it_is_caused(logical_id: str, kind: str, on: tuple[str, ...]) -> None:
    found = cause(logical_id, kind)
    assert found is not None
    assert found.on == on


@pytest.mark.parametrize("logical_id", ["Bucket", "Processor8F3A2B1C", "LogRetention"])
def test_what_somebody_wrote_has_no_such_cause(logical_id: str) -> None:
    assert cause(logical_id) is None


def test_what_is_in_no_template_has_no_such_cause() -> None:
    assert Places({}).framework(Thing(KEEPS, "app.py", "Source")) is None


@pytest.mark.parametrize("document", [{}, {"Resources": []}, {"Resources": {"X": "no resource"}}])
def test_a_broken_template_names_nobody(document: dict[str, object]) -> None:
    found = Places({"Site": FakeStack("Site", document=document)}).framework(Thing(EMPTIES, "Site"))
    assert found is not None
    assert found.on == ()
