"""Data, or the key to them, are deleted with their stack.

## What it checks
`DeletionPolicy` of every store, of the audit buckets and of the keys of the application, with the default of each
type (Snapshot for RDS, Delete for the rest); `UpdateReplacePolicy` where the first is in order; CDK's custom resource
that empties a bucket; deletion protection, which makes the deletion fail.

## Why it fails
A stack is removed by one command, a resource by one line less in the template, and a new name for a resource replaces
it: the data go with it. The failure document (section 11) asks for data protection and retention. How bad it is
depends: a trail's bucket that is emptied and deleted is medium, and so is a key whose loss makes *retained* data
unreadable; a table or a database is low; a bucket that nobody empties is info, because S3 refuses to delete it while
it holds objects. CloudFormation deletes by default; CDK retains stores by default, and writes Delete where
`removalPolicy` says `DESTROY`.

## Fix
Retain what holds data, on deletion and on replacement, or take a snapshot where the type can.

```typescript
new dynamodb.TableV2(this, 'Documents', { partitionKey, removalPolicy: RemovalPolicy.RETAIN });
```
```python
dynamodb.TableV2(self, "Documents", partition_key=key, removal_policy=RemovalPolicy.RETAIN)
```
```yaml
Documents: {Type: AWS::DynamoDB::Table, DeletionPolicy: Retain, UpdateReplacePolicy: Retain}
```

## Limits
Termination protection and stack policies are settings of the stack and are not seen. Queues, streams, caches and log
groups are not judged.

## References
- https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html
- https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-updatereplacepolicy.html
- https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html
"""

from collections.abc import Iterator
from functools import partial

from analyzer.facts.checks import Check, ask, first_failure
from analyzer.facts.deletion import Kept, Stake, deletes, deletion_policy, kept, replace_policy
from analyzer.rule import Judgement, Query, Rule, Severity, passed

RULE = Rule(
    id="FM1113",
    slug="store-deleted-with-stack",
    failure_mode=11,
    severity=Severity.LOW,
    documented=Severity.HIGH,
)

SEVERITY = {
    Stake.AUDIT_FILES: Severity.MEDIUM,
    Stake.KEY_OF_RETAINED: Severity.MEDIUM,
    Stake.REFUSED: Severity.INFO,
}


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every store, bucket and key."""
    for each in kept(query.application, query.audit.buckets):
        resource = each.resource
        yield passed(resource) if each.protected else first_failure(resource, questions(each), related=each.related)


def questions(each: Kept) -> Iterator[Check]:
    """First whether it is deleted with the stack, then whether it is when an update replaces it."""
    name, lost = each.resource.logical_id, partial(deletes, each.resource)
    message = f"{name} is deleted with its stack{each.stake}"
    yield ask(deletion_policy(each.resource), lost, message, SEVERITY.get(each.stake))
    message = f"{name} is kept when its stack goes but deleted when an update replaces it"
    yield ask(replace_policy(each.resource), lost, message, Severity.INFO)
