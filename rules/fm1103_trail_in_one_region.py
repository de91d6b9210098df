"""A trail records one Region only.

## What it checks
`IsMultiRegionTrail` of every trail. Another trail of the application that surely covers all Regions answers it.

## Why it fails
In CloudFormation `IsMultiRegionTrail` is false unless it is written (CDK's `Trail` sets true). Such a trail sees
nothing of what is done with the same credentials in any other Region, which is where somebody goes who does not want
to be seen, and IAM's and STS's global events reach it in us-east-1 only. The failure document (section 11) asks for
complete traceability of all operations; Security Hub asks for it in CloudTrail.1.

## Fix
Set `IsMultiRegionTrail` to true; in CDK it is so by default.

```typescript
new cloudtrail.Trail(this, 'Audit', { isMultiRegionTrail: true });
```
```python
cloudtrail.Trail(self, "Audit", is_multi_region_trail=True)
```
```yaml
IsMultiRegionTrail: true
```

## Limits
A parameter without a default yields `unknown`. Trails of other applications are not seen.

## References
- https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-multi-region-trails.html
- https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-cloudtrail-trail.html
- https://docs.aws.amazon.com/securityhub/latest/userguide/cloudtrail-controls.html
"""

from collections.abc import Iterator

from analyzer.facts.checks import ask, first_failure
from analyzer.facts.settle import settle
from analyzer.facts.truth import off
from analyzer.rule import Judgement, Query, Rule, Severity, Verdict, passed

RULE = Rule(
    id="FM1103",
    slug="trail-in-one-region",
    failure_mode=11,
    severity=Severity.MEDIUM,
    documented=Severity.HIGH,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every trail, unless one covers all Regions wherever the application is deployed."""
    covered = any(
        not trail.guards and settle(trail["IsMultiRegionTrail"], off).verdict is Verdict.PASS
        for trail in query.audit.trails
    )
    for trail in query.audit.trails:
        message = f"Trail {trail.logical_id} records its own Region only, so what is done elsewhere leaves no trace"
        yield passed(trail) if covered else first_failure(trail, [ask(trail["IsMultiRegionTrail"], off, message)])
