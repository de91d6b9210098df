"""Which parts of a template a person should describe, and where; what CDK and SAM write by themselves is left out.

Source: the properties of each type in the CloudFormation Template Reference; the names are those that aws-cdk-lib 2.275
gives to what it adds (bootstrap parameter, asset parameters, cross-stack outputs, implicit roles), read 2026-11-24.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer.facts.ownership import is_written
from analyzer.judgement import Judgement, Verdict
from analyzer.model.node import Node
from analyzer.model.template import Entry, Resource, Template
from analyzer.records import dataclass

DESCRIBED: dict[str, tuple[str, str]] = {
    "AWS::IAM::Role": ("Description", "role"),
    "AWS::IAM::ManagedPolicy": ("Description", "managed policy"),
    "AWS::KMS::Key": ("Description", "key"),
    "AWS::CloudWatch::Alarm": ("AlarmDescription", "alarm"),
    "AWS::CloudWatch::CompositeAlarm": ("AlarmDescription", "composite alarm"),
    "AWS::ApiGateway::RestApi": ("Description", "API"),
    "AWS::ApiGatewayV2::Api": ("Description", "API"),
}
"""Type to the property that describes it and what it is called."""

GROUP_RULES = {
    "AWS::EC2::SecurityGroup": ("SecurityGroupIngress", "SecurityGroupEgress"),
    "AWS::EC2::SecurityGroupIngress": (),
    "AWS::EC2::SecurityGroupEgress": (),
}
"""Types that are or hold security group rules, and the properties that hold them."""

_CDK_PARAMETER = re.compile(
    r"^(BootstrapVersion|AssetParameters[0-9a-f]{8,}.*|referenceto.*|SsmParameterValue.*C96584B6F00A464EAD1953AFF4B05118.*)$"
)
_CDK_OUTPUT = re.compile(r"^ExportsOutput")
_CDK_ENDPOINT = re.compile(r"Endpoint[0-9A-F]{8}$")
"""The URL that CDK's RestApi puts out by itself, under the API's own id."""


@dataclass(frozen=True, slots=True)
class Described:
    """A subject and the node in which its description stands or is missing. ``kind`` is what it is called."""

    subject: Resource | Entry
    node: Node
    kind: str

    def judgement(self, name: str) -> Judgement:
        """Whether anything is written; ``name`` is what the subject is called at the start of a sentence."""
        if self.node.text.strip():
            return Judgement(Verdict.PASS, self.subject)
        message = f"{name} {self.subject.logical_id} has no description."
        return Judgement(Verdict.FAIL, self.subject, message=message)


def parameters(template: Template) -> Iterator[Described]:
    """The parameters that the user declared."""
    for entry in template.entries("Parameters"):
        if not _CDK_PARAMETER.match(entry.logical_id):
            yield Described(entry, entry.node["Description"], "parameter")


def outputs(template: Template) -> Iterator[Described]:
    """The outputs that the user declared."""
    for entry in template.entries("Outputs"):
        if not _CDK_OUTPUT.match(entry.logical_id) and not _is_api_endpoint(template, entry):
            yield Described(entry, entry.node["Description"], "output")


def _is_api_endpoint(template: Template, entry: Entry) -> bool:
    stem = _CDK_ENDPOINT.sub("", entry.logical_id)
    return stem != entry.logical_id and any(
        resource.type == "AWS::ApiGateway::RestApi" and resource.id.startswith(stem)
        for resource in template.resources.values()
    )


def resources(template: Template) -> Iterator[Described]:
    """The roles, policies, keys, alarms and APIs that the user declared."""
    for resource in template.resources.values():
        if resource.type in DESCRIBED and is_written(resource):
            name, kind = DESCRIBED[resource.type]
            yield Described(resource, resource[name], kind)


def group_rules(template: Template) -> Iterator[Described]:
    """The security group rules that the user declared, each by itself."""
    for resource in template.resources.values():
        if resource.type not in GROUP_RULES or not is_written(resource):
            continue
        held = GROUP_RULES[resource.type]
        if not held:
            yield Described(resource, resource["Description"], "security group rule")
        for name in held:
            for item in resource[name].items():
                yield Described(resource, item["Description"], "security group rule")
