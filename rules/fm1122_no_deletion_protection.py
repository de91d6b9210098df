"""A table or database can be deleted by one call.

## What it checks
Deletion protection of every DynamoDB table, of each replica of a global table, of RDS, DocumentDB and Neptune.

## Why it fails
It is off unless it is asked for. `DeletionPolicy` (FM1113) keeps the store when its stack goes; it does nothing
against a `DeleteTable` in the console, a script with the wrong profile, or somebody who means harm. With protection
on the call is refused until somebody switches it off first, which is a second, recorded step. Security Hub asks for
it in DynamoDB.6 and RDS.7 and .8. The failure document (section 11) asks for data protection.

## Fix
Switch deletion protection on.

```typescript
new dynamodb.TableV2(this, 'Documents', { partitionKey, deletionProtection: true });
```
```python
dynamodb.TableV2(self, "Documents", partition_key=key, deletion_protection=True)
```
```yaml
DeletionProtectionEnabled: true
```

## Limits
Policies that deny deletion (service control policies, resource policies) are not seen. A parameter without a default
yields `unknown`.

## References
- https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithTables.Basics.html
- https://docs.aws.amazon.com/securityhub/latest/userguide/dynamodb-controls.html
- https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html
"""

from collections.abc import Iterator

from analyzer.facts.checks import ask, first_failure
from analyzer.facts.data_stores import deletion_protections, kind
from analyzer.facts.truth import off
from analyzer.rule import Judgement, Query, Rule, Severity

RULE = Rule(
    id="FM1122",
    slug="no-deletion-protection",
    failure_mode=11,
    severity=Severity.LOW,
    documented=Severity.HIGH,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every store whose type has deletion protection."""
    for store in query.audit.stores:
        switches = deletion_protections(store)
        if switches:
            message = f"The {kind(store).noun} {store.logical_id} has no deletion protection, so one call deletes it"
            yield first_failure(store, [ask(switch, off, message) for switch in switches])
