"""A principal has a broad AWS managed policy.

## What it checks
AWS managed policies on roles, users, groups, permission sets and SAM functions, by name or ARN, judged by what they
hold: a whole service on all its resources, or full access, power user and the like with changes on resources that
could be named.

## Why it fails
The failure document: "uses managed policies that grant broader access than required" (section 6).
`AmazonS3FullAccess` on a function that writes one bucket lets it delete every bucket of the account; AWS writes these
policies for people who administer a service, and adds to them. The document overstates where it means all of them:
those for an execution role (`AWSLambdaBasicExecutionRole`, `AWSLambdaVPCAccessExecutionRole`, X-Ray write access) are
what a role needs.

## Fix
Grant the actions that are used on the resources that are used, in a policy of your own.

```ts
bucket.grantReadWrite(fn); // CDK, TypeScript: instead of fromAwsManagedPolicyName('AmazonS3FullAccess')
```

```python
bucket.grant_read_write(function)  # CDK, Python
```

```yaml
Policies: # AWS SAM
  - S3CrudPolicy: { BucketName: !Ref Bucket }
```

## Limits
`AdministratorAccess` is FM0601. Policies that only read (`…ReadOnlyAccess`) and those under `service-role/`, which
AWS writes for a service's own role, are not reported unless they are called full access. A policy that a parameter
without a default names, one of another account and one that the dated data does not know yield `unknown`. Principals
of CDK's own providers are not judged.

## References
- https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html
- https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
"""

from collections.abc import Iterator

from analyzer.facts.iam_managed import Content, judge_managed
from analyzer.rule import Judgement, Query, Rule, Severity

from ._grants import pictured

RULE = Rule(
    id="FM0605",
    slug="broad-managed-policy",
    failure_mode=6,
    severity=Severity.HIGH,
    documented=Severity.MEDIUM,
)


@RULE.check
@pictured
def check(query: Query) -> Iterator[Judgement]:
    """Judge the managed policies of every principal."""
    for principal in query.iam.principals.values():
        message = "{who} is given more than an application needs by AWS managed policy: {what}"
        yield from judge_managed(query.application, principal, lambda content: content is Content.BROAD, message)
