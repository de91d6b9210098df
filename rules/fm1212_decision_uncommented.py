"""A security-relevant decision in CDK source has no comment.

## What it checks
Lines of TypeScript, JavaScript and Python source that open something to everybody (wildcards in policy statements,
`AnyPrincipal`, any address, public buckets, databases and load balancers, `NONE` as authorization, any origin) or
switch a protection off (`restrictDefaultSecurityGroup: false`, `enforceSSL: false`, …): whether a comment stands on
the line, above the option or above the statement that holds it.

## Why it fails
Section 12 of the failure document asks for "inline code comments explaining security decisions". Each of these can be
right; whether it was meant, the line alone does not tell, and the next reader either trusts it or breaks it.

## Fix
Write the reason on the line or above the statement.

CDK (TypeScript): `resources: ['*'], // a key policy speaks of its own key`. CDK (Python): the same with `#`.
CloudFormation: `Metadata`, or a comment in YAML.

## Limits
Whether the words are any good cannot be measured; a comment that only switches a tool off (`noqa`, `eslint-disable`)
does not count. Statements that deny, rules for outgoing traffic and tests are left out. A value that comes from a
variable is judged where it is written.

## References
- https://docs.aws.amazon.com/wellarchitected/latest/security-pillar/sec_permissions_least_privileges.html
- https://docs.aws.amazon.com/cdk/v2/guide/best-practices.html
"""

from collections.abc import Iterator

from analyzer.facts.source import Keys
from analyzer.facts.source_decisions import Decision, decisions
from analyzer.rule import Evidence, Judgement, Query, Rule, Severity, fail, passed, unknown

RULE = Rule(
    id="FM1212",
    slug="decision-uncommented",
    failure_mode=12,
    severity=Severity.INFO,
    documented=Severity.LOW,
    source=True,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every line with such a decision."""
    keys = Keys()
    for file in query.source.unread:
        yield unknown(file.subject, file.needs)
    for decision in decisions(query.source):
        yield passed(decision.subject) if decision.explained else silent(decision, keys)


def silent(decision: Decision, keys: Keys) -> Judgement:
    """One line that nobody explains."""
    what = " and ".join(decision.what)
    return fail(
        decision.subject,
        f"{decision.subject.logical_id} {what}, and no comment says why.",
        evidence=[Evidence("code", what, decision.subject.place)],
        key=keys.key(decision.subject, what),
    )
