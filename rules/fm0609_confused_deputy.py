"""A service may act on the resource for anybody.

## What it checks
`AWS::Lambda::Permission` for a service principal without a `SourceArn` or `SourceAccount` that pins an owner; Allow
statements for a service principal in resource policies that let it write, send, publish or invoke (for CloudFront:
read) without such a condition, unless a Deny beside them has it; function URLs with `AuthType: NONE` that lack a
grant.

## Why it fails
A service principal is the service, on behalf of all its customers: anyone may set up a topic, rule or bucket of their
own that invokes the function or fills the queue (confused deputy). `aws:SourceArn` or `aws:SourceAccount` says for
whom. The ARN of a bucket names no account: whoever gets the name after the bucket is deleted gets the right, so S3
needs `aws:SourceAccount` beside it (AWS Security Hub: Lambda.1). A URL without a grant answers 403 to everybody;
people "repair" that by a grant to everybody.

## Fix
Say for which resource and account the service may act.

```ts
fn.addPermission('Bucket', { // CDK, TypeScript
  principal: new iam.ServicePrincipal('s3.amazonaws.com'),
  sourceArn: bucket.bucketArn, sourceAccount: Stack.of(this).account,
});
```

```python
function.add_permission(  # CDK, Python
    "Bucket", principal=iam.ServicePrincipal("s3.amazonaws.com"),
    source_arn=bucket.bucket_arn, source_account=cdk.Aws.ACCOUNT_ID,
)
```

```yaml
SourceArn: !GetAtt Bucket.Arn # CloudFormation
SourceAccount: !Ref AWS::AccountId
```

## Limits
Trust policies of service roles, policies of VPC endpoints and key policies are not judged here; nor are statements
that only read, nor log deliveries to a path that names the account (`AWSLogs/<account>/`). `EventSourceToken`
protects Alexa skills. A principal or source that hangs on a parameter without a default yields `unknown`.

## References
- https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
- https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-permission.html
- https://docs.aws.amazon.com/securityhub/latest/userguide/lambda-controls.html
- https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
"""

from collections.abc import Iterator

from analyzer.facts.iam_deputies import judge_permissions, judge_policies
from analyzer.facts.iam_invocations import Invocations, judge_half_open_urls
from analyzer.rule import Judgement, Query, Rule, Severity

RULE = Rule(
    id="FM0609",
    slug="confused-deputy",
    failure_mode=6,
    severity=Severity.MEDIUM,
    documented=Severity.MEDIUM,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge permissions to invoke, resource policies, and function URLs that nobody may call."""
    invocations = Invocations(query.application, query.functions, query.iam.reader)
    yield from judge_permissions(invocations)
    yield from judge_policies(query.iam)
    yield from judge_half_open_urls(invocations)
