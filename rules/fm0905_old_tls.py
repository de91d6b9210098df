"""A resource still speaks TLS 1.0 or 1.1.

## What it checks
The security policy or lowest version of CloudFront distributions (viewers and custom origins), HTTPS and TLS
listeners of load balancers, custom domain names of REST APIs, and OpenSearch domains.

## Why it fails
TLS 1.0 and 1.1 were withdrawn by the IETF (RFC 8996) in 2021, and AWS's own endpoints speak 1.2 and later only. The
failure document names deprecated security features (section 9). A listener or a distribution with a certificate of
its own that names no policy gets one that lets TLS 1.0 in.

## Fix
Name a policy that starts at TLS 1.2.

CDK (TypeScript): `minimumProtocolVersion: cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021`, `sslPolicy:
elbv2.SslPolicy.RECOMMENDED_TLS`, `securityPolicy: apigateway.SecurityPolicy.TLS_1_2`. CDK (Python):
`minimum_protocol_version`, `ssl_policy`, `security_policy`. CloudFormation: `MinimumProtocolVersion: TLSv1.2_2021`,
`SslPolicy: ELBSecurityPolicy-TLS13-1-2-2021-06`, `SecurityPolicy: TLS_1_2`, `TLSSecurityPolicy:
Policy-Min-TLS-1-2-2019-07`.

## Limits
A distribution on CloudFront's own domain has no choice and is not judged. What API Gateway and OpenSearch take where
no policy is written has changed over time: `unknown`.

## References
- https://www.rfc-editor.org/rfc/rfc8996
- https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
- https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-viewer-protocols-ciphers.html
"""

from collections.abc import Iterator

from analyzer.facts.superseded import TLS_TYPES, judge_settings, tls_settings
from analyzer.rule import Judgement, Query, Rule, Severity

RULE = Rule(
    id="FM0905",
    slug="old-tls",
    failure_mode=9,
    severity=Severity.MEDIUM,
    documented=Severity.MEDIUM,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every resource that takes TLS connections or makes them to an origin."""
    for resource in query.resources(*TLS_TYPES):
        yield judge_settings(resource, list(tls_settings(resource)), "which lets TLS before 1.2 in")
