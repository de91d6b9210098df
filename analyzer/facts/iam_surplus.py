"""Write actions that a policy grants to functions whose code calls none of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

from analyzer.data.actions import Action
from analyzer.facts.iam_flaws import NETWORK_INTERFACES, PASS_ROLE
from analyzer.facts.iam_language import ActionBreadth, action_breadth, expand
from analyzer.facts.iam_principals import principals_of
from analyzer.facts.iam_verdicts import Doubt, Flaw, judge
from analyzer.facts.iam_worlds import World
from analyzer.facts.needs import Needs, callable_actions, needs_of
from analyzer.judgement import Confidence, Judgement, Verdict
from analyzer.records import dataclass, replace

if TYPE_CHECKING:
    from analyzer.facts.functions import Functions
    from analyzer.facts.iam import Iam, Principal
    from analyzer.facts.iam_carriers import Allowed, Carrier
    from analyzer.facts.iam_terms import Pattern

IN_ITS_STEAD = frozenset({"logs", "xray", "kms", "sts", "ssmmessages", "ec2messages"})
"""Services that are used on the function's behalf: logs, traces, keys of encrypted stores, credentials."""

_CDK_GRANTS = (
    ("s3:DeleteObject*", "s3:PutObject", "s3:PutObjectLegalHold", "s3:PutObjectRetention", "s3:PutObjectTagging",
     "s3:PutObjectVersionTagging", "s3:Abort*"),
    ("s3:PutObject", "s3:PutObjectLegalHold", "s3:PutObjectRetention", "s3:PutObjectTagging",
     "s3:PutObjectVersionTagging", "s3:Abort*"),
    ("s3:DeleteObject*", "s3:PutObject*", "s3:Abort*"),
    ("dynamodb:BatchWriteItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"),
    ("sqs:ReceiveMessage", "sqs:ChangeMessageVisibility", "sqs:DeleteMessage"),
    ("kinesis:PutRecord", "kinesis:PutRecords"),
    ("firehose:PutRecord", "firehose:PutRecordBatch"),
    ("states:SendTaskSuccess", "states:SendTaskFailure", "states:SendTaskHeartbeat"),
    ("secretsmanager:PutSecretValue", "secretsmanager:UpdateSecret"),
    ("secretsmanager:PutSecretValue", "secretsmanager:UpdateSecret", "secretsmanager:UpdateSecretVersionStage"),
)  # fmt: skip
"""What grant methods of CDK's constructs add together (aws-cdk-lib 2.275): nobody chose its parts one by one."""


@dataclass(frozen=True)
class Users:
    """The functions that use a policy, and what their code needs together."""

    names: tuple[str, ...]
    needs: Needs


def judge_surplus(iam: Iam, functions: Functions, sentence: str) -> Iterator[Judgement]:
    """One judgement on each carrier whose statements only functions of the application have."""
    for carrier in iam.carriers:
        users = _users(carrier, functions)
        if users is None or carrier.exempt:
            yield Judgement(Verdict.PASS, carrier.resource)
            continue
        judged = judge(carrier, _Finder(users), iam.reader, sentence)
        if judged.verdict is Verdict.FAIL:
            judged = replace(judged, confidence=min(judged.confidence, Confidence.LIKELY))
        yield judged


def _users(carrier: Carrier, functions: Functions) -> Users | None:
    """Who uses the carrier's statements; None where others than functions of the application do, CDK's own too."""
    resources = [function for holder in carrier.holders for function in holder.functions]
    if (
        not resources
        or any(resource.framework for resource in resources)
        or not all(_of_functions_only(holder) for holder in carrier.holders)
    ):
        return None
    used = [function for resource in resources if (function := functions.of(resource)) is not None]
    needs = [needs_of(function, functions) for function in used]
    together = Needs(
        frozenset().union(*(one.actions for one in needs)),
        frozenset().union(*(one.uncertain for one in needs)),
        next((one.problem for one in needs if one.problem), ""),
    )
    return Users(tuple(function.name for function in used), together)


def _of_functions_only(holder: Principal) -> bool:
    """Whether the role is used by functions of the application, and trusts Lambda alone."""
    if not holder.functions:
        return False
    trusted = [principals_of(statement, World(statement.node.guards)) for statement in holder.trust if statement.allows]
    services = {service.text for one in trusted for service in one.services}
    return (
        bool(trusted)
        and services <= {"lambda.amazonaws.com", "edgelambda.amazonaws.com"}
        and not any(one.everybody or one.federated for one in trusted)
    )


class _Finder:
    """Finds the surplus of one Allow."""

    def __init__(self, users: Users) -> None:
        self._needs = users.needs

    def __call__(self, allowed: Allowed) -> Iterator[Flaw | Doubt]:
        excused = self._excused([pattern.text for pattern in allowed.actions])
        for pattern in allowed.actions:
            wide = action_breadth(pattern.text) in (ActionBreadth.SERVICE, ActionBreadth.EVERYTHING)
            if wide or pattern.text.lower() in excused:
                continue
            surplus = self._surplus(allowed, pattern)
            doubt = self._doubt(surplus)
            if doubt:
                yield Doubt(doubt)
            elif surplus:
                exact = action_breadth(pattern.text) is ActionBreadth.EXACT
                name = str(surplus[0]) if exact else f"{pattern.shown} ({_names(surplus)})"
                yield Flaw(name, f"Allow {name}, which no code calls", pattern.place)

    def _doubt(self, surplus: Sequence[Action]) -> str:
        """What it would take to know that the surplus is none; empty where it is known, and where there is none."""
        if not surplus:
            return ""
        uncertain = next((action.prefix for action in surplus if action.prefix in self._needs.uncertain), None)
        return self._needs.problem or (f"what the code calls of {uncertain}" if uncertain else "")

    def _surplus(self, allowed: Allowed, pattern: Pattern) -> list[Action]:
        return [
            one.action
            for one in allowed.given(pattern)
            if one.action.level.changes
            and self._judged(one.action)
            and str(one.action).lower() not in self._needs.actions
        ]

    def _judged(self, action: Action) -> bool:
        """Whether code would show a use of the action."""
        name = str(action)
        if action.prefix in IN_ITS_STEAD or name in NETWORK_INTERFACES or name == PASS_ROLE:
            return False
        return name.lower() in callable_actions(action.prefix)

    def _excused(self, patterns: Sequence[str]) -> frozenset[str]:
        """The patterns of a statement that a framework grants as one, where the code uses any of them."""
        written = {pattern.lower() for pattern in patterns}
        return frozenset(
            pattern for grant in _framework_grants() if grant <= written and self._used(grant) for pattern in grant
        )

    def _used(self, grant: frozenset[str]) -> bool:
        return any(
            str(action).lower() in self._needs.actions
            for pattern in grant
            for action in expand(pattern)
            if action.level.changes
        )


def _names(surplus: Sequence[Action]) -> str:
    return ", ".join(action.name for action in surplus[:3]) + (" …" if len(surplus) > 3 else "")


@cache
def _framework_grants() -> tuple[frozenset[str], ...]:
    """Actions, in lower case, that grant methods of CDK, policy templates and connectors of SAM give as one."""
    from analyzer.model.sam_connector_profiles import granted_together
    from analyzer.model.sam_policies import policy_templates

    written = [statement["actions"] for template in policy_templates().values() for statement in template["statements"]]
    several = [actions for actions in (*_CDK_GRANTS, *written, *granted_together()) if len(actions) > 1]
    return tuple(frozenset(action.lower() for action in actions) for actions in several)
