"""A principal can raise its own permissions.

## What it checks
All statements that a role, user, group or permission set has, in its own and in attached policies (AWS managed ones
and those of a user's groups included), together, against the known ways from some permissions to more: single actions
(`iam:CreatePolicyVersion`, `iam:AttachRolePolicy`, `lambda:UpdateFunctionCode`, `sts:AssumeRole` on every role) and
combinations (`iam:PassRole` on every role with `lambda:CreateFunction` and a way to run it). Denies and permissions
boundaries are taken into account.

## Why it fails
Such a principal is an administrator who takes one step more: it attaches an administrator's policy to itself, or
starts a function with an administrator's role. The policies look narrow, and the parts of a combination often stand
in different policies, so that no review of one policy shows it (failure document, section 6).

## Fix
Name the roles, policies or functions on which the action is allowed, and limit `iam:PassRole` to one role and one
service.

```ts
new iam.PolicyStatement({ actions: ['iam:PassRole'], resources: [jobRole.roleArn] }); // CDK, TypeScript
```

```python
iam.PolicyStatement(actions=["iam:PassRole"], resources=[job_role.role_arn])  # CDK, Python
```

```yaml
Action: iam:PassRole # CloudFormation
Resource: !GetAtt JobRole.Arn
```

## Limits
Rights on named resources, or on names with a fixed beginning, are what a deployer has and no finding, unless the
resource is the principal itself. Under a condition, or a Deny with one, the way is high rather than critical; a
condition on the tags of the resource counts as naming it. Who may do everything already is FM0601. What only an AWS
managed policy opens that is not broad (those that AWS writes for a service, such as AWS Backup's) is no finding on
the role of a service that runs no code of its user, and high on any other principal. A managed policy or boundary that
cannot be read yields `unknown`. Not seen: service control policies, the trust
policies of roles outside the application, and ways that are in no public list.

## References
- https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
- https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
- https://pathfinding.cloud/
- https://rhinosecuritylabs.com/aws/aws-privilege-escalation-methods-mitigation/
"""

from collections.abc import Iterator

from analyzer.facts.iam_escalations import judge_escalations
from analyzer.rule import Judgement, Query, Rule, Severity

from ._grants import pictured

RULE = Rule(
    id="FM0607",
    slug="privilege-escalation",
    failure_mode=6,
    severity=Severity.CRITICAL,
    documented=Severity.MEDIUM,
)


@RULE.check
@pictured
def check(query: Query) -> Iterator[Judgement]:
    """Judge every principal with all that is attached to it."""
    for principal in query.iam.principals.values():
        yield from judge_escalations(
            query.application, query.iam, principal, "{who} can be used to gain more permissions: {what}"
        )
