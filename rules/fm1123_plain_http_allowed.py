"""A bucket, queue or topic answers requests over plain HTTP.

## What it checks
The resource policies of every bucket, queue and topic: a `Deny` for everybody, on reads and writes, on the bucket and
its objects, under `aws:SecureTransport: false` and nothing else.

## Why it fails
S3, SQS and SNS have HTTP endpoints beside HTTPS. AWS's SDKs use TLS, but nothing else must: a client that is told
`http://` sends its data, and its presigned URL, in the clear. Only a `Deny` stops that; an `Allow` under
`aws:SecureTransport: true` takes nothing away from what identity policies allow. Security Hub asks for it in S3.5
(PCI DSS v4.0.1). The failure document (section 11) asks for data protection. Low for buckets, info for queues and
topics.

## Fix
Deny requests without TLS for the bucket and its objects.

```typescript
new s3.Bucket(this, 'Documents', { enforceSSL: true });
```
```python
s3.Bucket(self, "Documents", enforce_ssl=True)
```
```yaml
Statement:
  - {Effect: Deny, Principal: '*', Action: 's3:*', Resource: [!GetAtt Documents.Arn, !Sub '${Documents.Arn}/*'],
     Condition: {Bool: {'aws:SecureTransport': 'false'}}}
```

## Limits
Reads and writes stand for all actions (`s3:GetObject`, `s3:PutObject`, `s3:DeleteObject`, `s3:ListBucket`). A policy
that is not known yields `unknown`. Access points are not judged.

## References
- https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
- https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html
- https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html
"""

from collections.abc import Iterator

from analyzer.data.framework import framework_owned
from analyzer.facts.guard_gaps import likely, where
from analyzer.facts.secure_transport import GUARDED, Refusal, Transport
from analyzer.model.template import Resource
from analyzer.rule import Confidence, Evidence, Judgement, Query, Rule, Severity, fail, passed, unknown

RULE = Rule(
    id="FM1123",
    slug="plain-http-allowed",
    failure_mode=11,
    severity=Severity.LOW,
    documented=Severity.HIGH,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every bucket, queue and topic of the user's own."""
    for resource in query.resources(*GUARDED):
        if framework_owned(resource.logical_id, resource.type, resource.construct_path):
            continue
        transport = query.audit.transport.of(resource)
        if transport.refusal is Refusal.COMPLETE:
            yield passed(resource)
        elif transport.refusal is Refusal.UNKNOWN:
            yield unknown(resource, transport.needs)
        else:
            yield answers(resource, transport)


def answers(resource: Resource, transport: Transport) -> Judgement:
    """The finding for what plain HTTP may do."""
    policy = transport.policy
    extent = "" if transport.refusal is Refusal.NONE else f" for {', '.join(transport.open_actions)}"
    denial = "denies it under a condition only" if transport.guards else f"has no such Deny{extent}"
    said = "no policy" if policy is None else f"{policy.logical_id} {denial}"
    return fail(
        resource,
        f"{resource.logical_id} answers plain HTTP{extent}{where(transport.guards)}, since no policy denies it.",
        evidence=[Evidence("fact", said, policy.place if policy else None)],
        related=[policy] if policy else [],
        severity=None if resource.type == "AWS::S3::Bucket" else Severity.INFO,
        confidence=Confidence.CERTAIN if likely(transport.guards) else Confidence.LIKELY,
    )
