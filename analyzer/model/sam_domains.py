"""``Domain`` of REST, HTTP and WebSocket APIs: the domain name, its mappings, and records in Route 53."""

from __future__ import annotations

import re
from typing import Any

from analyzer.model.sam_values import compact, digest, get_att, given, is_no_value, mapping, ref, sequence
from analyzer.model.sam_workspace import SamResource, Workspace

_CLOUDFRONT_ZONE = "Z2FDTNDATAQYW2"
"""Hosted zone of every CloudFront distribution (Route 53 API reference, AliasTarget)."""

_DOMAIN_SETTINGS = ("SecurityPolicy", "EndpointAccessMode", "Policy", "OwnershipVerificationCertificateArn")


def add_rest_domain(workspace: Workspace, api: SamResource) -> None:
    """Custom domain of a REST API."""
    domain = _domain(workspace, api)
    if not domain:
        return
    kind = given(domain, "EndpointConfiguration") or "REGIONAL"
    private = kind == "PRIVATE"
    version = "V2" if private else ""
    logical_id = f"ApiGatewayDomainName{version}{digest(domain['DomainName'])}"
    certificate = "RegionalCertificateArn" if kind == "REGIONAL" else "CertificateArn"
    properties = {
        "DomainName": domain["DomainName"],
        certificate: domain["CertificateArn"],
        "EndpointConfiguration": compact({"Types": [kind], "IpAddressType": domain.get("IpAddressType")}),
        "MutualTlsAuthentication": domain.get("MutualTlsAuthentication"),
        **{name: domain.get(name) for name in _DOMAIN_SETTINGS},
    }
    workspace.add(api, logical_id, f"AWS::ApiGateway::DomainName{version}", properties, api.pointer("Domain"))
    workspace.references[f"{api.logical_id}.DomainName{version}"] = logical_id
    place = {"DomainNameArn" if private else "DomainName": ref(logical_id), "RestApiId": ref(api.logical_id)}
    for path, suffix in _base_paths(domain):
        base = suffix if path is not None and domain.get("NormalizeBasePath") is not False else path
        workspace.add(
            api,
            f"{api.logical_id}{suffix}BasePathMapping",
            f"AWS::ApiGateway::BasePathMapping{version}",
            {**place, "Stage": ref(f"{api.logical_id}.Stage"), "BasePath": base},
            api.pointer("Domain"),
        )
    if private:
        _add_access(workspace, api, domain, logical_id)
    _add_records(workspace, api, domain, logical_id, kind)


def add_http_domain(workspace: Workspace, api: SamResource, tags: dict[str, Any]) -> None:
    """Custom domain of an HTTP or WebSocket API."""
    domain = _domain(workspace, api)
    if not domain:
        return
    kind = given(domain, "EndpointConfiguration") or "REGIONAL"
    logical_id = f"ApiGatewayDomainNameV2{digest(domain['DomainName'])}"
    names = ("CertificateArn", "OwnershipVerificationCertificateArn", "SecurityPolicy")
    configuration = compact({"EndpointType": kind, **{name: given(domain, name) for name in names}})
    properties = {
        "DomainName": domain["DomainName"],
        "DomainNameConfigurations": [configuration],
        "MutualTlsAuthentication": domain.get("MutualTlsAuthentication"),
        "Tags": tags,
    }
    workspace.add(api, logical_id, "AWS::ApiGatewayV2::DomainName", properties, api.pointer("Domain"))
    workspace.references[f"{api.logical_id}.DomainName"] = logical_id
    place = {"DomainName": ref(logical_id), "ApiId": ref(api.logical_id)}
    for path, suffix in _base_paths(domain):
        workspace.add(
            api,
            f"{api.logical_id}{suffix}ApiMapping",
            "AWS::ApiGatewayV2::ApiMapping",
            {**place, "Stage": ref(f"{api.logical_id}.Stage"), "ApiMappingKey": path.strip("/") if path else None},
            api.pointer("Domain"),
        )
    _add_records(workspace, api, domain, logical_id, kind)


def _domain(workspace: Workspace, api: SamResource) -> dict[str, Any]:
    written = api.properties.get("Domain")
    if is_no_value(written):
        return {}
    domain = mapping(workspace.resolved(written))
    if domain:
        domain = {name: workspace.resolved(value) for name, value in domain.items()}
    if given(domain, "DomainName") is None or given(domain, "CertificateArn") is None:
        workspace.note(api.pointer("Domain"), "a domain needs DomainName and CertificateArn")
        return {}
    return domain


def _base_paths(domain: dict[str, Any]) -> list[tuple[str | None, str]]:
    """Base paths as written, each with its letters and digits; the whole domain where there are none."""
    paths = [path for path in sequence(given(domain, "BasePath")) if isinstance(path, str)]
    return [(path, re.sub(r"[^0-9A-Za-z]", "", path)) for path in paths] or [(None, "")]


def _add_access(workspace: Workspace, api: SamResource, domain: dict[str, Any], domain_id: str) -> None:
    endpoint = mapping(domain.get("AccessAssociation")).get("VpcEndpointId")
    if is_no_value(endpoint):
        return
    workspace.add(
        api,
        f"DomainNameAccessAssociation{digest([endpoint, domain_id])}",
        "AWS::ApiGateway::DomainNameAccessAssociation",
        {
            "DomainNameArn": ref(domain_id),
            "AccessAssociationSourceType": "VPCE",
            "AccessAssociationSource": endpoint,
        },
        api.pointer("Domain", "AccessAssociation"),
    )


def _add_records(workspace: Workspace, api: SamResource, domain: dict[str, Any], domain_id: str, kind: Any) -> None:
    """Alias records; APIs of one hosted zone share a record set group unless they ask for their own."""
    route = mapping(domain.get("Route53"))
    zone = given(route, "HostedZoneId") or given(route, "HostedZoneName")
    if not route:
        return
    at = api.pointer("Domain", "Route53")
    if zone is None:
        workspace.note(at, "needs HostedZoneId or HostedZoneName")
        return
    separate = route.get("SeparateRecordSetGroup") is True
    logical_id = f"RecordSetGroup{digest([zone, domain['DomainName']] if separate else zone)}"
    records = _records(domain, route, domain_id, kind)
    if workspace.owners.get(logical_id) is not None:
        workspace.resources[logical_id]["Properties"]["RecordSets"].extend(records)
        return
    names = ("HostedZoneId", "HostedZoneName")
    place = {name: route.get(name) for name in names}
    workspace.add(api, logical_id, "AWS::Route53::RecordSetGroup", {**place, "RecordSets": records}, at)


def _records(domain: dict[str, Any], route: dict[str, Any], domain_id: str, kind: Any) -> list[dict[str, Any]]:
    if kind == "EDGE":
        name = given(route, "DistributionDomainName") or get_att(domain_id, "DistributionDomainName")
        target = {"HostedZoneId": _CLOUDFRONT_ZONE, "DNSName": name}
    elif kind == "PRIVATE":
        target = {"HostedZoneId": route.get("VpcEndpointHostedZoneId"), "DNSName": route.get("VpcEndpointDomainName")}
    else:
        zone, name = get_att(domain_id, "RegionalHostedZoneId"), get_att(domain_id, "RegionalDomainName")
        target = {"HostedZoneId": zone, "DNSName": name}
    target["EvaluateTargetHealth"] = route.get("EvaluateTargetHealth")
    types = ["A", "AAAA"] if route.get("IpV6") is True else ["A"]
    common = {
        "Name": domain["DomainName"],
        "AliasTarget": compact(target),
        "Region": route.get("Region"),
        "SetIdentifier": route.get("SetIdentifier"),
    }
    return [compact({**common, "Type": type_}) for type_ in types]
