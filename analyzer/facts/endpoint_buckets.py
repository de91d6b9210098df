"""Buckets of AWS that a caller needs without naming them: where custom resources answer, where ECR keeps layers.

Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/vpc-interface-endpoints.html (the Region in the
name is written without dashes), https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from analyzer.model.value import Known, Part, Reference, Unknown, Value, parts_of, text

if TYPE_CHECKING:
    from analyzer.model.template import Template

ANSWERS, LAYERS = "cloudformation-custom-resource-response-", "prod-%s-starport-layer-bucket"
_PARTITION, _REGION = Reference("", "AWS::Partition"), Reference("", "AWS::Region")
_WITHOUT_DASHES = Reference("", "AWS::Region", "without dashes")
_LITERAL_ANSWERS = re.compile(rf"(:{ANSWERS})[a-z]+\d(?=[/*]|$)")
_LITERAL_LAYERS = re.compile(r"(:prod-)[a-z]+(?:-[a-z]+)+-\d(-starport-layer-bucket)")


def answer_bucket(template: Template) -> Value:
    """The ARN of an answer in CloudFormation's response bucket."""
    region = template.ref("AWS::Region")
    name: Part = str(region.value).replace("-", "") if isinstance(region, Known) else _WITHOUT_DASHES
    return text(["arn:", _PARTITION, f":s3:::{ANSWERS}", name, "/answer"])


def layer_bucket(template: Template) -> Value:
    """The ARN of an image layer of ECR."""
    region = template.ref("AWS::Region")
    before, after = LAYERS.split("%s")
    name: Part = str(region.value) if isinstance(region, Known) else _REGION
    return text(["arn:", _PARTITION, f":s3:::{before}", name, f"{after}/layer"])


def of_the_region(pattern: Value) -> Value:
    """A pattern for these buckets that names a Region, as one for the Region in which the stack will be.

    A Region taken apart (``Fn::Join`` of ``Fn::Split`` at its dashes) is taken to be put together without them.
    """
    parts = parts_of(pattern)
    if parts is None:
        return pattern
    found: list[Part] = []
    for part in parts:
        if isinstance(part, str):
            found += _with_hole(_LITERAL_LAYERS, _REGION, _with_hole(_LITERAL_ANSWERS, _WITHOUT_DASHES, [part]))
        else:
            found.append(_WITHOUT_DASHES if isinstance(part, Unknown) and set(part.mentions) == {_REGION} else part)
    return text(found)


def _with_hole(expression: re.Pattern[str], hole: Reference, parts: list[Part]) -> list[Part]:
    found: list[Part] = []
    for part in parts:
        match = expression.search(part) if isinstance(part, str) else None
        if match is None or not isinstance(part, str):
            found.append(part)
            continue
        found += [part[: match.start()] + match[1], hole]
        found.append((match[2] if match.re.groups > 1 else "") + part[match.end() :])
    return found
