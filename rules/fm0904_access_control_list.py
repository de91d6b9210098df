"""A bucket is opened by an access control list instead of a policy.

## What it checks
`AccessControl` of every bucket beside its `OwnershipControls`.

## Why it fails
Access control lists are the old way to share a bucket, and the failure document names outdated patterns (section 9).
Since April 2023 a new bucket has them switched off: with a list other than `Private` and no `OwnershipControls` that
switch them on again, S3 refuses the bucket ("Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced
setting") and the deployment fails. Where they are switched on, objects may belong to whoever wrote them, and who may
read what stands in two places. `BucketOwnerRead` and `BucketOwnerFullControl` are for objects; on a bucket S3 ignores
them.

## Fix
Remove the list and say in a bucket policy who may do what; log delivery has its own policy for
`logging.s3.amazonaws.com`.

CDK (TypeScript): leave out `accessControl`; `serverAccessLogsBucket` writes the policy under the feature flag
`@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy`. CDK (Python): leave out `access_control`. CloudFormation: remove
`AccessControl` and `OwnershipControls`.

## Limits
A list that a parameter without a default chooses yields `unknown`. Lists that are set later, on objects, are not
seen.

## References
- https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
- https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html
"""

from collections.abc import Iterator

from analyzer.facts.settle import settle
from analyzer.facts.superseded import ignored_by_s3, refused_by_s3, shares_by_list
from analyzer.model.template import Resource
from analyzer.rule import Evidence, Judgement, Query, Rule, Severity

RULE = Rule(
    id="FM0904",
    slug="access-control-list",
    failure_mode=9,
    severity=Severity.MEDIUM,
    documented=Severity.MEDIUM,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every bucket."""
    for bucket in query.resources("AWS::S3::Bucket"):
        yield judge(bucket)


def judge(bucket: Resource) -> Judgement:
    """One bucket: refused by S3, or only old-fashioned."""
    access = bucket["AccessControl"]
    settled = settle(access, shares_by_list)
    consequence, severity = consequence_of(bucket, settled.shown)
    return settled.judgement(
        bucket,
        f"{bucket.logical_id} {consequence}",
        at=access.place,
        evidence=[Evidence("property", f"AccessControl is {settled.shown}", access.place)],
        severity=severity,
    )


def consequence_of(bucket: Resource, access: str) -> tuple[str, Severity]:
    """What the list does to the bucket, and how bad that is."""
    if ignored_by_s3(access):
        return f"has the access control list {access}, which S3 ignores on a bucket", Severity.LOW
    opened = f"is opened by the access control list {access}"
    if refused_by_s3(bucket, access):
        return f"{opened}, which S3 refuses, since new buckets have access control lists switched off", Severity.HIGH
    return f"{opened}, which a bucket policy replaces", Severity.MEDIUM
