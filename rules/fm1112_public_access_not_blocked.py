"""A bucket may be made public: its public access block is off, or left to S3's default.

## What it checks
The four switches of `PublicAccessBlockConfiguration` of every bucket. Within a written block a switch that is not
written is off.

## Why it fails
A bucket policy or ACL that lets everybody in takes effect only where the block is off. Since April 2023 S3 switches
the block on for every new bucket, also through CloudFormation, unless the template says otherwise: so a template
without the property is only a note (info) that nothing in it keeps the block on, and a template that switches it
*off* is a failure (medium; low where only the two switches for ACLs are off, or the bucket serves a website).
Security Hub asks for the block in S3.8 (PCI DSS v4.0.1). The failure document (section 11) asks for data protection.

## Fix
Write the whole block, all four switches on.

```typescript
new s3.Bucket(this, 'Documents', { blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL });
```
```python
s3.Bucket(self, "Documents", block_public_access=s3.BlockPublicAccess.BLOCK_ALL)
```
```yaml
PublicAccessBlockConfiguration:
  {BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true}
```

## Limits
The block of the account, which answers it for all buckets, is not seen. Policies that let everybody in are FM0608.

## References
- https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
- https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html
- https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html
"""

from collections.abc import Iterator

from analyzer.facts.buckets import Bucket
from analyzer.facts.checks import Check, ask, first_failure
from analyzer.facts.truth import off
from analyzer.model.node import Node
from analyzer.model.value import Absent
from analyzer.rule import Judgement, Query, Rule, Severity

RULE = Rule(
    id="FM1112",
    slug="public-access-not-blocked",
    failure_mode=11,
    severity=Severity.MEDIUM,
    documented=Severity.HIGH,
)

FOR_POLICIES = ("BlockPublicPolicy", "RestrictPublicBuckets")
FOR_ACLS = ("BlockPublicAcls", "IgnorePublicAcls")


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every bucket."""
    for bucket in query.audit.buckets:
        yield first_failure(bucket.resource, questions(bucket))


def questions(bucket: Bucket) -> Iterator[Check]:
    """Gravest first: off for policies, off for ACLs, left to the default."""
    block = bucket.resource["PublicAccessBlockConfiguration"]
    serves = bool(bucket.resource["WebsiteConfiguration"])
    for names, severity in ((FOR_POLICIES, Severity.MEDIUM), (FOR_ACLS, Severity.LOW)):
        for name in names:
            message = f"{bucket.name} has {name} off, so it can be opened to everybody"
            for written in filled(block):
                yield ask(written[name], off, message, Severity.LOW if serves else severity)
    message = f"{bucket.name} leaves the public access block to S3's default, so nothing in the template keeps it on"
    yield ask(block, lambda value: isinstance(value, Absent), message, Severity.INFO)


def filled(block: Node) -> list[Node]:
    """The alternatives of the block in which something is written."""
    return [branch for branch in block.branches if branch]
