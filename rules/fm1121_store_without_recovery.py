"""A store cannot be brought back to an earlier state.

## What it checks
Point-in-time recovery of every DynamoDB table, and of each replica of a global table; automated backups of RDS
instances (0 days is none); automated snapshots of Redshift; the backup policy of EFS. A backup plan of the
application (AWS Backup) that takes the store by ARN or by tag answers it.

## Why it fails
Point-in-time recovery is off unless it is asked for, in every replica by itself. Without it a wrong deployment or a
wrong `DeleteItem` is final. DORA Article 12 and SOC 2 A1.2 ask for backups that can be restored; Security Hub asks in
DynamoDB.2 and .4. The failure document (section 11) asks for data protection. A table whose items expire anyway (time
to live) is low.

## Fix
Switch point-in-time recovery or automated backups on, or put the store into a backup plan.

```typescript
const pointInTimeRecoverySpecification = { pointInTimeRecoveryEnabled: true };
new dynamodb.TableV2(this, 'Documents', { partitionKey, pointInTimeRecoverySpecification });
```
```python
dynamodb.PointInTimeRecoverySpecification(point_in_time_recovery_enabled=True)
```
```yaml
PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true}
```

## Limits
Backup plans outside the application are not seen. Buckets are FM1111. Aurora, DocumentDB, Neptune and OpenSearch
cannot be without backups. How many days back is not judged.

## References
- https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Point-in-time-recovery.html
- https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.html
- https://docs.aws.amazon.com/securityhub/latest/userguide/dynamodb-controls.html
"""

from collections.abc import Iterator

from analyzer.facts.checks import ask, first_failure
from analyzer.facts.recovery import expires_by_itself, recoveries
from analyzer.model.template import Resource
from analyzer.rule import Judgement, Query, Rule, Severity, Verdict, passed, unknown

RULE = Rule(
    id="FM1121",
    slug="store-without-recovery",
    failure_mode=11,
    severity=Severity.MEDIUM,
    documented=Severity.HIGH,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every store that can be without recovery, by its own settings and then by the backup plans."""
    for store in query.audit.stores:
        found = judge(store)
        if found is None:
            continue
        planned = query.audit.backups.take(store) if found.verdict is not Verdict.PASS else False
        if planned is None:
            yield unknown(store, f"whether the backup plan takes {store.logical_id}")
        else:
            yield passed(store) if planned else found


def judge(store: Resource) -> Judgement | None:
    """What the store's own settings say; None for a store that cannot be without recovery."""
    settings = recoveries(store)
    low = Severity.LOW if expires_by_itself(store) or store.type == "AWS::EFS::FileSystem" else None
    checks = [
        ask(each.setting, each.fails, f"{store.logical_id} has {each.lacks}, so a wrong write is final", low)
        for each in settings
    ]
    return first_failure(store, checks) if settings else None
