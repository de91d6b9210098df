"""A key is never rotated.

## What it checks
`EnableKeyRotation` of every KMS key that KMS can rotate by itself: symmetric, for encryption, with key material of
KMS.

## Why it fails
It is off unless it is asked for (CDK: likewise). KMS then uses one key material for ever. Rotation keeps the key, its
ARN and everything it has encrypted, so it costs nothing but is asked for by many: PCI DSS v4.0.1 3.7.4, CIS v5 3.6,
Security Hub KMS.4. The failure document (section 11) asks for data protection.

## Fix
Switch rotation on.

```typescript
new kms.Key(this, 'Key', { enableKeyRotation: true });
```
```python
kms.Key(self, "Key", enable_key_rotation=True)
```
```yaml
EnableKeyRotation: true
```

## Limits
Asymmetric keys, HMAC keys, imported key material and custom key stores cannot be rotated so and are not judged.
Replica keys follow their primary. Rotation by a new key is not seen.

## References
- https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html
- https://docs.aws.amazon.com/securityhub/latest/userguide/kms-controls.html
"""

from collections.abc import Iterator

from analyzer.data.framework import framework_owned
from analyzer.facts.checks import ask, first_failure
from analyzer.facts.deletion import KEY
from analyzer.facts.truth import off
from analyzer.model.template import Resource
from analyzer.rule import Judgement, Query, Rule, Severity

RULE = Rule(
    id="FM1124",
    slug="key-without-rotation",
    failure_mode=11,
    severity=Severity.LOW,
    documented=Severity.HIGH,
)

ROTATABLE = {"KeySpec": "SYMMETRIC_DEFAULT", "KeyUsage": "ENCRYPT_DECRYPT", "Origin": "AWS_KMS"}
"""The defaults, which are what KMS can rotate by itself."""


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every key that KMS can rotate."""
    for key in query.resources(KEY):
        if can_rotate(key) and framework_owned(key.logical_id, key.type, key.construct_path) is None:
            message = f"Key {key.logical_id} is never rotated, so one key material protects everything for ever"
            yield first_failure(key, [ask(key["EnableKeyRotation"], off, message)])


def can_rotate(key: Resource) -> bool:
    """Whether everything that is written of the key is what KMS can rotate."""
    return all(not key[name] or key[name].known == default for name, default in ROTATABLE.items())
