"""A store is encrypted with a key that its owner does not control.

## What it checks
The KMS key of every bucket with data, table, database, file system and search domain that is encrypted. Stores
without any encryption are FM1119; a trail's files are FM1105; buckets for access logs cannot use a customer key.

## Why it fails
With a key of AWS's the data *are* encrypted, but whoever may read the store may read them: there is no key policy
that could keep an administrator, or another account, out, no record of each decryption, and no key to withdraw. Some
frameworks ask for a key of one's own for some data (PCI DSS v4.0.1 3.5.1 for account numbers). That is a choice, so
it is a note (info). The failure document (section 11) grants "basic encryption" and asks for more.

## Fix
Encrypt with a customer managed key where its policy should decide who reads.

```typescript
new dynamodb.TableV2(this, 'T', { partitionKey, encryption: dynamodb.TableEncryptionV2.customerManagedKey(key) });
```
```python
dynamodb.TableV2(self, "T", partition_key=pk, encryption=dynamodb.TableEncryptionV2.customer_managed_key(key))
```
```yaml
SSESpecification: {SSEEnabled: true, SSEType: KMS, KMSMasterKeyId: !GetAtt Key.Arn}
```

## Limits
A key that comes from elsewhere counts as one of the owner's. Queues, topics, streams and log groups are not judged.

## References
- https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/EncryptionAtRest.html
- https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
- https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html
"""

from collections.abc import Iterator

from analyzer.facts.checks import ask, first_failure
from analyzer.facts.data_stores import (
    customer_keys,
    encryption_switch,
    kind,
    not_a_customer_key,
    service_key,
    unencrypted,
)
from analyzer.facts.settle import settle
from analyzer.model.template import Resource
from analyzer.rule import Judgement, Query, Rule, Severity, Verdict

RULE = Rule(
    id="FM1120",
    slug="store-without-customer-key",
    failure_mode=11,
    severity=Severity.INFO,
    documented=Severity.HIGH,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every store that holds the application's data and is encrypted."""
    for store in query.audit.stores:
        if is_encrypted(store):
            message = (
                f"The {kind(store).noun} {store.logical_id} is encrypted with {service_key(store)}, not a customer key"
            )
            yield first_failure(store, [ask(key, not_a_customer_key, message) for key in customer_keys(store)])


def is_encrypted(store: Resource) -> bool:
    """Whether it is not for another rule to say that the store is plain text."""
    switch = encryption_switch(store)
    return switch is None or settle(switch, lambda value: unencrypted(store, value)).verdict is not Verdict.FAIL
