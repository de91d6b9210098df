"""A resource or role is open to everybody.

## What it checks
Allow statements for `Principal: "*"` (also `{"AWS": "*"}` and `NotPrincipal`) in the policies of buckets, queues,
topics, keys, secrets, APIs, repositories, event buses and other resources, and in the trust policies of roles (there
also shared identity providers such as GitHub's, without a claim that says whose token it is);
`AWS::Lambda::Permission` for `*`; function URLs with `AuthType: NONE` whose two grants to everybody are there. VPC
endpoint policies are FM0303.

## Why it fails
`"*"` is everybody, callers without an AWS account among them; in a trust policy it is anyone with an account. Queues
take forged messages, buckets give away their objects, roles their rights. A statement is not open if its condition,
or a Deny beside it, confines it to somebody in particular: an account, organization, ARN, network or address range.
`aws:SecureTransport`, `aws:UserAgent`, `aws:Referer`, dates and conditions that a request without the key passes
(`ForAllValues`, `…IfExists`) confine nobody. Under Block Public Access a public bucket policy is refused: the
deployment fails instead of exposing anything.

## Fix
Name who may, or confine `*` by a condition with fixed values.

```ts
queue.grantSendMessages(new iam.ServicePrincipal('sns.amazonaws.com', { // CDK, TypeScript
  conditions: { ArnEquals: { 'aws:SourceArn': topic.topicArn } },
}));
```

```python
principal = iam.ServicePrincipal("sns.amazonaws.com", conditions={"ArnEquals": {"aws:SourceArn": topic.topic_arn}})
queue.grant_send_messages(principal)  # CDK, Python
```

```yaml
Principal: { Service: sns.amazonaws.com } # CloudFormation
Condition: { ArnEquals: { aws:SourceArn: !Ref Topic } }
```

## Limits
The view taken is whether callers are confined, not Amazon S3's, which asks for fixed values: a wildcard with a fixed
account confines, and only bucket policies with one are reported, low, because S3 calls them public. Medium: domains
in a VPC, private APIs, APIs whose every method has an authorizer, and buckets that only `RestrictPublicBuckets`
protects. A principal or condition that hangs on a parameter without a default yields `unknown`, and so does a URL of
a function outside the application. Access control lists are not read.

## References
- https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
- https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
- https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
- https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from collections.abc import Iterator

from analyzer.facts.iam_invocations import Invocations, judge_open_urls, judge_permissions
from analyzer.facts.iam_openings import judge_openings
from analyzer.rule import Judgement, Query, Rule, Severity

RULE = Rule(
    id="FM0608",
    slug="open-to-everybody",
    failure_mode=6,
    severity=Severity.CRITICAL,
    documented=Severity.MEDIUM,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge resource and trust policies, permissions to invoke, and function URLs."""
    invocations = Invocations(query.application, query.functions, query.iam.reader)
    yield from judge_openings(query.iam)
    yield from judge_permissions(invocations)
    yield from judge_open_urls(invocations)
