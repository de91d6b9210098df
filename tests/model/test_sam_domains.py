"""``Domain`` of APIs: the name, its mappings, its records."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.model.sam_values import digest
from tests.model.sam_cases import expanded, of_type, properties, serverless

API = {"Ref": "Api"}
NAME = f"ApiGatewayDomainName{digest('d.example')}"
NAME_V2 = f"ApiGatewayDomainNameV2{digest('d.example')}"


def api(**domain: Any) -> dict[str, Any]:
    own = {"DomainName": "d.example", "CertificateArn": "arn:c", **domain}
    return serverless("Api", StageName="v1", Domain=own)


def http(**domain: Any) -> dict[str, Any]:
    return serverless("HttpApi", Domain={"DomainName": "d.example", "CertificateArn": "arn:c", **domain})


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ({}, {"RegionalCertificateArn": "arn:c", "EndpointConfiguration": {"Types": ["REGIONAL"]}}),
        (
            {"EndpointConfiguration": "EDGE", "SecurityPolicy": "TLS_1_2"},
            {
                "CertificateArn": "arn:c",
                "EndpointConfiguration": {"Types": ["EDGE"]},
                "SecurityPolicy": "TLS_1_2",
            },
        ),
        (
            {"MutualTlsAuthentication": {"TruststoreUri": "s3://b/k"}, "IpAddressType": "dualstack"},
            {
                "RegionalCertificateArn": "arn:c",
                "EndpointConfiguration": {"Types": ["REGIONAL"], "IpAddressType": "dualstack"},
                "MutualTlsAuthentication": {"TruststoreUri": "s3://b/k"},
            },
        ),
    ],
)
def test_rest_domain(own: dict[str, Any], expected: dict[str, Any]) -> None:
    expansion = expanded({"Api": api(**own)}, Outputs={"O": {"Value": {"Ref": "Api.DomainName"}}})
    assert of_type(expansion, "AWS::ApiGateway::DomainName") == {NAME: {"DomainName": "d.example", **expected}}
    assert of_type(expansion, "AWS::ApiGateway::BasePathMapping") == {
        "ApiBasePathMapping": {"DomainName": {"Ref": NAME}, "RestApiId": API, "Stage": {"Ref": "Apiv1Stage"}}
    }
    assert expansion.document["Outputs"] == {"O": {"Value": {"Ref": NAME}}}


@pytest.mark.parametrize(
    ("own", "paths"),
    [
        ({"BasePath": "/v-1"}, {"Apiv1BasePathMapping": "v1"}),
        ({"BasePath": ["a", "b"]}, {"ApiaBasePathMapping": "a", "ApibBasePathMapping": "b"}),
        ({"BasePath": ["/v-1"], "NormalizeBasePath": False}, {"Apiv1BasePathMapping": "/v-1"}),
    ],
)
def test_base_paths(own: dict[str, Any], paths: dict[str, str]) -> None:
    mappings = of_type(expanded({"Api": api(**own)}), "AWS::ApiGateway::BasePathMapping")
    assert {name: got["BasePath"] for name, got in mappings.items()} == paths


def test_private_domain() -> None:
    expansion = expanded(
        {
            "Api": api(
                EndpointConfiguration="PRIVATE",
                Policy={"Statement": []},
                AccessAssociation={"VpcEndpointId": "vpce-1"},
                Route53={
                    "HostedZoneId": "Z",
                    "VpcEndpointHostedZoneId": "ZV",
                    "VpcEndpointDomainName": "vpce.example",
                    "IpV6": True,
                },
            )
        }
    )
    assert properties(expansion, NAME_V2) == {
        "DomainName": "d.example",
        "CertificateArn": "arn:c",
        "EndpointConfiguration": {"Types": ["PRIVATE"]},
        "Policy": {"Statement": []},
    }
    assert properties(expansion, "ApiBasePathMapping") == {
        "DomainNameArn": {"Ref": NAME_V2},
        "RestApiId": API,
        "Stage": {"Ref": "Apiv1Stage"},
    }
    assert list(of_type(expansion, "AWS::ApiGateway::DomainNameAccessAssociation").values()) == [
        {
            "DomainNameArn": {"Ref": NAME_V2},
            "AccessAssociationSourceType": "VPCE",
            "AccessAssociationSource": "vpce-1",
        }
    ]
    target = {"HostedZoneId": "ZV", "DNSName": "vpce.example"}
    assert of_type(expansion, "AWS::Route53::RecordSetGroup") == {
        f"RecordSetGroup{digest('Z')}": {
            "HostedZoneId": "Z",
            "RecordSets": [
                {"Name": "d.example", "AliasTarget": target, "Type": "A"},
                {"Name": "d.example", "AliasTarget": target, "Type": "AAAA"},
            ],
        }
    }


@pytest.mark.parametrize(
    ("kind", "zone", "name"),
    [
        (
            "REGIONAL",
            {"Fn::GetAtt": [NAME, "RegionalHostedZoneId"]},
            {"Fn::GetAtt": [NAME, "RegionalDomainName"]},
        ),
        ("EDGE", "Z2FDTNDATAQYW2", {"Fn::GetAtt": [NAME, "DistributionDomainName"]}),
    ],
)
def test_records(kind: str, zone: Any, name: Any) -> None:
    route = {"HostedZoneName": "example.", "EvaluateTargetHealth": True, "Region": "r", "SetIdentifier": "s"}
    expansion = expanded({"Api": api(EndpointConfiguration=kind, Route53=route)})
    assert of_type(expansion, "AWS::Route53::RecordSetGroup") == {
        f"RecordSetGroup{digest('example.')}": {
            "HostedZoneName": "example.",
            "RecordSets": [
                {
                    "Name": "d.example",
                    "AliasTarget": {"HostedZoneId": zone, "DNSName": name, "EvaluateTargetHealth": True},
                    "Region": "r",
                    "SetIdentifier": "s",
                    "Type": "A",
                }
            ],
        }
    }


def test_apis_of_one_zone_share_a_group_unless_they_ask_for_their_own() -> None:
    def of(name: str, **route: Any) -> dict[str, Any]:
        return api(DomainName=name, Route53={"HostedZoneId": "Z", **route})

    resources = {"A": of("a"), "B": of("b"), "C": of("c", SeparateRecordSetGroup=True)}
    groups = of_type(expanded(resources), "AWS::Route53::RecordSetGroup")
    names = {group: [record["Name"] for record in got["RecordSets"]] for group, got in groups.items()}
    assert names == {f"RecordSetGroup{digest('Z')}": ["a", "b"], f"RecordSetGroup{digest(['Z', 'c'])}": ["c"]}


def test_http_domain() -> None:
    expansion = expanded({"Api": http(BasePath=["/v1/", "x"], SecurityPolicy="TLS_1_2")})
    assert properties(expansion, NAME_V2) == {
        "DomainName": "d.example",
        "DomainNameConfigurations": [
            {"EndpointType": "REGIONAL", "CertificateArn": "arn:c", "SecurityPolicy": "TLS_1_2"}
        ],
        "Tags": {"httpapi:createdBy": "SAM"},
    }
    place = {"DomainName": {"Ref": NAME_V2}, "ApiId": API, "Stage": {"Ref": "ApiApiGatewayDefaultStage"}}
    assert of_type(expansion, "AWS::ApiGatewayV2::ApiMapping") == {
        "Apiv1ApiMapping": {**place, "ApiMappingKey": "v1"},
        "ApixApiMapping": {**place, "ApiMappingKey": "x"},
    }


@pytest.mark.parametrize(
    ("domain", "note"),
    [
        ({"CertificateArn": None}, "Domain: a domain needs DomainName and CertificateArn"),
        ({"Route53": {"IpV6": True}}, "Domain/Route53: needs HostedZoneId or HostedZoneName"),
    ],
)
def test_domains_that_are_not_complete(domain: dict[str, Any], note: str) -> None:
    assert expanded({"Api": api(**domain)}).notes == (f"/Resources/Api/Properties/{note}",)


def test_domain_by_parameter() -> None:
    parameters = {"D": {"Type": "String", "Default": "d.example"}}
    expansion = expanded({"Api": api(DomainName={"Ref": "D"})}, Parameters=parameters)
    assert list(of_type(expansion, "AWS::ApiGateway::DomainName")) == [NAME]
