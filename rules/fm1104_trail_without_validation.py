"""A trail's files can be changed without anybody noticing.

## What it checks
`EnableLogFileValidation` of every trail.

## Why it fails
In CloudFormation log file validation is off unless it is written (CDK's `Trail` sets true). With it CloudTrail writes
a signed digest every hour, so that a changed or missing file is found; without it nobody can prove that the files are
those that CloudTrail wrote. The failure document (section 11) asks for immutable audit trails: validation makes
tampering evident, Object Lock on the bucket (FM1109) prevents it, and a sound trail has both. PCI DSS v4.0.1 10.3.4
asks for change detection.

## Fix
Set `EnableLogFileValidation` to true; in CDK it is so by default.

```typescript
new cloudtrail.Trail(this, 'Audit', { enableFileValidation: true });
```
```python
cloudtrail.Trail(self, "Audit", enable_file_validation=True)
```
```yaml
EnableLogFileValidation: true
```

## Limits
A parameter without a default yields `unknown`. Whether anybody ever validates the digests is not seen.

## References
- https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-intro.html
- https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-cloudtrail-trail.html
"""

from collections.abc import Iterator

from analyzer.facts.checks import ask, first_failure
from analyzer.facts.truth import off
from analyzer.rule import Judgement, Query, Rule, Severity

RULE = Rule(
    id="FM1104",
    slug="trail-without-validation",
    failure_mode=11,
    severity=Severity.MEDIUM,
    documented=Severity.HIGH,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every trail."""
    for trail in query.audit.trails:
        message = f"Trail {trail.logical_id} writes no digests, so nobody can prove that its files were not changed"
        yield first_failure(trail, [ask(trail["EnableLogFileValidation"], off, message)])
