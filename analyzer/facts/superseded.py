"""What becomes of a resource type on a given day, and settings of a previous generation.

Sources: :mod:`analyzer.data.superseded`; defaults by the property tables of the CloudFormation Template Reference
(``SslPolicy``: the API's default ``ELBSecurityPolicy-2016-08``; EBS ``VolumeType``: gp2; CloudFront
``MinimumProtocolVersion``: TLSv1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from analyzer.data.superseded import Superseded, old_tls, old_volume_types, superseded
from analyzer.facts.settle import Settled, settle
from analyzer.judgement import Evidence, Judgement, Verdict
from analyzer.model.application import Application
from analyzer.model.node import Node
from analyzer.model.template import Resource
from analyzer.model.value import Absent, Known, Value
from analyzer.records import dataclass, replace


@dataclass(frozen=True, slots=True)
class Fate:
    """``status``: as in the data, or ``ending`` before its day has come; ``text`` says it in words."""

    status: str
    text: str
    successor: str


def fate(resource_type: str, day: date) -> Fate | None:
    """What AWS has done, or will do, with a resource type; None where it is current."""
    group = superseded(resource_type)
    if group is None:
        return None
    status, text = _status(group, day)
    return Fate(status, text, group.successor)


def _status(group: Superseded, day: date) -> tuple[str, str]:
    service = group.service
    if group.since is None or group.status == "superseded":
        return "superseded", f"AWS has replaced {service}"
    if day < group.since:
        verb = "ends" if group.status == "ended" else "closes"
        return "ending", f"AWS {verb} {service} on {group.since}"
    if group.status == "ended":
        return "ended", f"AWS ended {service} on {group.since}"
    return "closed", f"new accounts cannot create {service} since {group.since}"


@dataclass(frozen=True, slots=True)
class Setting:
    """One property of a resource: its path for people, its node, whether a value is of a previous generation, and the
    value that holds where nothing is written (empty: not known)."""

    name: str
    node: Node
    is_old: Callable[[Value], bool | None]
    default: str = ""


def is_in(names: frozenset[str], *, absent: bool | None = False) -> Callable[[Value], bool | None]:
    """A test: whether the value is one of ``names``; ``absent`` answers for what is not written."""

    def test(value: Value) -> bool | None:
        if isinstance(value, Absent):
            return absent
        return str(value.value) in names if isinstance(value, Known) else None

    return test


# --- TLS before 1.2 -------------------------------------------------------------------------------------

LISTENER_DEFAULT = "ELBSecurityPolicy-2016-08"
TLS_TYPES = (
    "AWS::CloudFront::Distribution", "AWS::ElasticLoadBalancingV2::Listener", "AWS::ApiGateway::DomainName",
    "AWS::OpenSearchService::Domain", "AWS::Elasticsearch::Domain",
)  # fmt: skip


def tls_settings(resource: Resource) -> Iterator[Setting]:
    """What decides which versions of TLS a resource speaks; nothing where it speaks none."""
    old = old_tls()[resource.type]
    match resource.type:
        case "AWS::CloudFront::Distribution":
            yield from _distribution(resource, old)
        case "AWS::ElasticLoadBalancingV2::Listener":
            if resource["Protocol"].known in ("HTTPS", "TLS"):
                yield Setting("SslPolicy", resource["SslPolicy"], is_in(old, absent=True), LISTENER_DEFAULT)
        case "AWS::ApiGateway::DomainName":
            yield Setting("SecurityPolicy", resource["SecurityPolicy"], is_in(old, absent=None))
        case _:
            policy = resource["DomainEndpointOptions"]["TLSSecurityPolicy"]
            yield Setting("DomainEndpointOptions.TLSSecurityPolicy", policy, is_in(old, absent=None))


def _distribution(resource: Resource, old: frozenset[str]) -> Iterator[Setting]:
    """The viewers' side has a choice only with a certificate of one's own."""
    configuration = resource["DistributionConfig"]
    viewer = configuration["ViewerCertificate"]
    if viewer["AcmCertificateArn"] or viewer["IamCertificateId"]:
        node = viewer["MinimumProtocolVersion"]
        yield Setting("ViewerCertificate.MinimumProtocolVersion", node, is_in(old, absent=True), "TLSv1")
    for origin in configuration["Origins"].items():
        for version in origin["CustomOriginConfig"]["OriginSSLProtocols"].items():
            yield Setting("CustomOriginConfig.OriginSSLProtocols", version, is_in(old))


# --- EBS volumes of a previous generation -----------------------------------------------------------------

VOLUME_TYPES = (
    "AWS::EC2::Volume", "AWS::EC2::Instance", "AWS::EC2::LaunchTemplate", "AWS::AutoScaling::LaunchConfiguration",
    "AWS::RDS::DBInstance", "AWS::OpenSearchService::Domain", "AWS::Elasticsearch::Domain",
)  # fmt: skip


def volume_settings(resource: Resource) -> Iterator[Setting]:
    """The type of each EBS volume that a resource has or makes."""
    old = old_volume_types()
    match resource.type:
        case "AWS::EC2::Volume":
            yield Setting("VolumeType", resource["VolumeType"], is_in(old, absent=True), "gp2")
        case "AWS::RDS::DBInstance":
            yield Setting("StorageType", resource["StorageType"], is_in(old))
        case "AWS::OpenSearchService::Domain" | "AWS::Elasticsearch::Domain":
            name = "EBSOptions" if resource["EBSOptions"] else "EbsOptions"
            yield Setting(f"{name}.VolumeType", resource[name]["VolumeType"], is_in(old))
        case _:
            owner = resource["LaunchTemplateData"] if resource["LaunchTemplateData"] else resource.properties
            for mapping in owner["BlockDeviceMappings"].items():
                yield Setting("BlockDeviceMappings.Ebs.VolumeType", mapping["Ebs"]["VolumeType"], is_in(old))


# --- Access control lists -----------------------------------------------------------------------------------


def shares_by_list(value: Value) -> bool | None:
    """Whether a bucket's ``AccessControl`` lets anyone but its owner in; ``Private`` and nothing say the default."""
    if isinstance(value, Absent):
        return False
    return str(value.value) != "Private" if isinstance(value, Known) else None


def ignored_by_s3(access: str) -> bool:
    """Whether the list is one of the two that speak of the bucket's owner: S3 ignores them on a bucket (documentation
    of ``BucketAccessControl`` in aws-cdk-lib 2.276.0)."""
    return access.startswith("BucketOwner")


def refused_by_s3(bucket: Resource, access: str) -> bool:
    """Whether S3 refuses a bucket with this list."""
    return not ignored_by_s3(access) and not _switches_lists_on(bucket)


def _switches_lists_on(bucket: Resource) -> bool:
    """Whether ``OwnershipControls`` may switch access control lists on, which a new bucket has off."""
    rules = bucket["OwnershipControls"]["Rules"].items()
    return any(rule["ObjectOwnership"].known != "BucketOwnerEnforced" for rule in rules)


# --- Instance metadata --------------------------------------------------------------------------------------

METADATA_TYPES = ("AWS::EC2::Instance", "AWS::EC2::LaunchTemplate", "AWS::AutoScaling::LaunchConfiguration")


def metadata_options(resource: Resource) -> Node:
    """The metadata options of whatever starts instances."""
    owner = resource["LaunchTemplateData"] if resource.type == "AWS::EC2::LaunchTemplate" else resource.properties
    return owner["MetadataOptions"]


def answers_without_token(value: Value) -> bool | None:
    """Whether ``HttpTokens`` lets requests without a session token in; what is not written is not known."""
    return str(value.value) != "required" if isinstance(value, Known) else None


# --- Tables -------------------------------------------------------------------------------------------------


def scaled_tables(application: Application) -> frozenset[Resource]:
    """The tables whose capacity some scaling target of the application changes."""
    found: set[Resource] = set()
    tables = list(application.resources("AWS::DynamoDB::Table"))
    for target in application.resources("AWS::ApplicationAutoScaling::ScalableTarget"):
        identity = target["ResourceId"].value
        found.update(application.mentioned(identity))
        named = str(identity.value).split("/") if isinstance(identity, Known) else []
        found.update(table for table in tables if len(named) > 1 and table["TableName"].known == named[1])
    return frozenset(table for table in found if table in tables)


# --- Judging several settings of one resource -----------------------------------------------------------------


def judge_settings(resource: Resource, settings: list[Setting], consequence: str) -> Judgement:
    """One judgement for all settings of a resource: the first that fails, else the first that is not known."""
    settled = [(setting, settle(setting.node, setting.is_old)) for setting in settings]
    for verdict in (Verdict.FAIL, Verdict.UNKNOWN):
        for setting, one in settled:
            if one.verdict is verdict:
                return _judgement(resource, setting, one, consequence)
    return Judgement(Verdict.PASS, resource)


def _judgement(resource: Resource, setting: Setting, settled: Settled, consequence: str) -> Judgement:
    value = settled.shown or f"not written and so {setting.default}"
    if settled.verdict is Verdict.UNKNOWN and not setting.node:
        settled = replace(settled, needs=f"the default of {setting.name} for {resource.logical_id}")
    return settled.judgement(
        resource,
        f"{setting.name} of {resource.logical_id} is {value}, {consequence}",
        at=setting.node.place,
        evidence=[Evidence("property", f"{setting.name} is {value}", setting.node.place)],
    )
