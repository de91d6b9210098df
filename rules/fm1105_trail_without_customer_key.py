"""A trail's files are not encrypted with a customer key.

## What it checks
`KMSKeyId` of every trail.

## Why it fails
Without a key CloudTrail's files are encrypted with a key of S3 (SSE-S3): they are *not* unencrypted, but everybody
who may read the bucket may read them. With a customer key a reader needs `kms:Decrypt` too, which can be given to
auditors alone, and each decryption is itself recorded. PCI DSS v4.0.1 10.3.1 asks that read access to audit logs be
limited; Security Hub asks for the key in CloudTrail.2. The failure document's section 11 is about the trail as a
whole.

## Fix
Give the trail a KMS key whose policy lets CloudTrail encrypt and auditors decrypt.

```typescript
new cloudtrail.Trail(this, 'Audit', { encryptionKey: auditKey });
```
```python
cloudtrail.Trail(self, "Audit", encryption_key=audit_key)
```
```yaml
KMSKeyId: !GetAtt AuditKey.Arn
```

## Limits
A key that comes from elsewhere (import, parameter) counts as a key. Whether its policy is narrow is not judged here.

## References
- https://docs.aws.amazon.com/awscloudtrail/latest/userguide/encrypting-cloudtrail-log-files-with-aws-kms.html
- https://docs.aws.amazon.com/securityhub/latest/userguide/cloudtrail-controls.html
"""

from collections.abc import Iterator

from analyzer.facts.checks import ask, first_failure
from analyzer.facts.truth import unset
from analyzer.rule import Judgement, Query, Rule, Severity

RULE = Rule(
    id="FM1105",
    slug="trail-without-customer-key",
    failure_mode=11,
    severity=Severity.LOW,
    documented=Severity.HIGH,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every trail."""
    for trail in query.audit.trails:
        message = (
            f"Trail {trail.logical_id} encrypts its files with a key of S3 and not with a customer key, so whoever may "
            "read the bucket may read them"
        )
        yield first_failure(trail, [ask(trail["KMSKeyId"], unset, message)])
