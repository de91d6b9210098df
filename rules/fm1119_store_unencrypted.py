"""Data are stored without encryption.

## What it checks
The types that really are unencrypted unless somebody asks: RDS instances and multi-AZ clusters, DocumentDB, Neptune,
EFS, OpenSearch, EBS volumes, ElastiCache replication groups, DAX, Kinesis streams; and those that are encrypted
unless it is switched off: SQS, Redshift.

## Why it fails
The failure document (section 11) asks for data protection. On these types a missing property means plain text on
disk, in backups and in snapshots, and for most of them it cannot be changed later without making the store anew.
Never judged as unencrypted, because AWS encrypts them always: S3 (SSE-S3), DynamoDB (a key that AWS owns), SNS (disk
encryption), Aurora (new clusters since February 2026); new queues (2022) and Redshift clusters (2025) are encrypted
by default.

## Fix
Switch encryption at rest on, with a customer key where you need to control who decrypts.

```typescript
new rds.DatabaseInstance(this, 'Ledger', { ...props, storageEncrypted: true, storageEncryptionKey: key });
```
```python
rds.DatabaseInstance(self, "Ledger", storage_encrypted=True, storage_encryption_key=key, **props)
```
```yaml
StorageEncrypted: true
KmsKeyId: !GetAtt Key.Arn
```

## Limits
A database made from a snapshot or from another database takes over its encryption: `unknown`. EBS can be encrypted by
default for the account, and Redshift may encrypt whatever is written: likely only. Copies of data (caches, streams,
queues) are low.

## References
- https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html
- https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Overview.Encryption.html
- https://docs.aws.amazon.com/efs/latest/ug/encryption-at-rest.html
- https://docs.aws.amazon.com/opensearch-service/latest/developerguide/encryption-at-rest.html
- https://docs.aws.amazon.com/streams/latest/dev/server-side-encryption.html
"""

from collections.abc import Iterator
from functools import partial

from analyzer.facts.checks import ask, first_failure
from analyzer.facts.data_stores import (
    STORES,
    carriers_of,
    encryption_switch,
    inherits_encryption,
    kind,
    stores_of,
    unencrypted,
)
from analyzer.model.template import Resource
from analyzer.rule import Confidence, Judgement, Query, Rule, Severity, Verdict, passed, unknown

RULE = Rule(
    id="FM1119",
    slug="store-unencrypted",
    failure_mode=11,
    severity=Severity.MEDIUM,
    documented=Severity.HIGH,
)


ENCRYPTED_BY_OTHERS = ("AWS::EC2::Volume", "AWS::Redshift::Cluster")
"""The account may encrypt every volume; Redshift may encrypt a new cluster whatever the template says."""


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every store and every carrier of data."""
    for resource in (*stores_of(query.application), *carriers_of(query.application)):
        yield judge(resource)


def judge(resource: Resource) -> Judgement:
    """What the switch says, unless there is none or encryption comes from elsewhere."""
    switch = encryption_switch(resource)
    if switch is None:
        return passed(resource)
    source = inherits_encryption(resource)
    if source is not None:
        return unknown(resource, f"the encryption of what {source} of {resource.logical_id} names")
    copies = resource.type not in STORES and resource.type != "AWS::EC2::Volume"
    message = f"The {kind(resource).noun} {resource.logical_id} is not encrypted at rest"
    sure = Confidence.LIKELY if resource.type in ENCRYPTED_BY_OTHERS else Confidence.CERTAIN
    fails = partial(unencrypted, resource)
    found = first_failure(resource, [ask(switch, fails, message, Severity.LOW if copies else None, sure)])
    engine = resource["Engine"].undecided if found.verdict is Verdict.FAIL else None
    return found if engine is None else unknown(resource, engine)
