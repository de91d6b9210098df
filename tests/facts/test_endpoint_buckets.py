"""The Region in the names of AWS's own buckets."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.facts.endpoint_buckets import answer_bucket, layer_bucket, of_the_region
from tests.stacks import subject

ANSWERS = "arn:aws:s3:::cloudformation-custom-resource-response-"
COMPACT = {"Fn::Join": ["", {"Fn::Split": ["-", {"Ref": "AWS::Region"}]}]}


def fits(pattern: Any, layers: bool = False) -> bool | None:
    """Whether a pattern covers the bucket of the Region in which the stack will be."""
    x = subject({"Pattern": pattern}, Parameters={"Given": {"Type": "String"}})
    names = x.template.application.names
    arn = names.canonical((layer_bucket if layers else answer_bucket)(x.template))
    assert arn is not None
    return names.matches(of_the_region(x["Pattern"].value), arn)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (ANSWERS + "*", True),
        (ANSWERS + "useast1/*", True),
        (ANSWERS + "eucentral1/*", True),
        ({"Fn::Sub": [ANSWERS + "${Compact}/*", {"Compact": COMPACT}]}, True),
        ({"Fn::Sub": ANSWERS + "${AWS::Region}/*"}, False),  # with dashes
        (ANSWERS + "us-east-1/*", False),
        (ANSWERS + "useast1", False),  # the bucket, not what is in it
        ("arn:aws:s3:::cloudformation-waitcondition-us-east-1/*", False),
        ({"Fn::Sub": ANSWERS + "${Given}/*"}, None),
        ("*", True),
    ],
)
def test_where_custom_resources_answer(pattern: Any, expected: bool | None) -> None:
    assert fits(pattern) is expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*", True),
        ("arn:aws:s3:::prod-us-gov-west-1-starport-layer-bucket/*", True),
        ({"Fn::Sub": "arn:aws:s3:::prod-${AWS::Region}-starport-layer-bucket/*"}, True),
        ("arn:aws:s3:::prod-*-starport-layer-bucket/*", True),
        ("arn:aws:s3:::prod-euwest1-starport-layer-bucket/*", False),
        ("arn:aws:s3:::reports/*", False),
    ],
)
def test_where_ecr_keeps_layers(pattern: Any, expected: bool | None) -> None:
    assert fits(pattern, layers=True) is expected
