"""AWS managed policies attached to principals, judged by what they hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from analyzer.data.managed_policies import managed_policy
from analyzer.facts.iam import MANAGED_POLICY, Principal, aws_managed_name
from analyzer.facts.iam_language import (
    ActionBreadth,
    ResourceBreadth,
    action_breadth,
    changing,
    expand,
    resource_breadth,
    scopable,
)
from analyzer.facts.iam_terms import show
from analyzer.facts.iam_verdicts import listed
from analyzer.facts.settle import Settled, settle_cases
from analyzer.judgement import Evidence, Judgement, Verdict
from analyzer.model.node import Case, Node
from analyzer.model.value import Absent, Known, Reference, Text, Unknown, Value
from analyzer.records import replace

if TYPE_CHECKING:
    from analyzer.model.application import Application

SERVICE_ROLE = "service-role/"
_BROAD_NAMES = ("FullAccess", "PowerUser", "Administrator", "ReadWrite")


class Content(Enum):
    """What an AWS managed policy amounts to."""

    ADMINISTRATOR = "administrator"
    BROAD = "broad"
    ORDINARY = "ordinary"


@lru_cache(maxsize=1024)
def content_of(name: str) -> Content | None:
    """What the policy with this name (and path) amounts to; None where AWS has no such policy that is known.

    Broad is what allows a whole service on all its resources, or is named as full access and allows changes on
    resources that could have been named. Policies under ``service-role/`` are what AWS writes for a service's own role.
    """
    document = managed_policy(name)
    if document is None:
        return None
    allows = [statement for statement in _listed(document.get("Statement")) if statement.get("Effect") == "Allow"]
    wide = [statement for statement in allows if _on_everything(statement)]
    if any(_allows_everything(statement) for statement in wide):
        return Content.ADMINISTRATOR
    named = any(word in name for word in _BROAD_NAMES)
    if named and any(map(_changes, wide)):
        return Content.BROAD
    whole = any("NotAction" in statement or any(map(_whole_service, _actions(statement))) for statement in wide)
    return Content.BROAD if whole and not name.startswith(SERVICE_ROLE) else Content.ORDINARY


def attachments(
    application: Application, principal: Principal, wrong: Callable[[Content], bool]
) -> Iterator[tuple[Node, str, Settled]]:
    """Every managed policy of a principal: where it is attached, its name, and whether it is ``wrong``.

    A policy of the application is not: its statements are judged where they are written.
    """
    for name in ("ManagedPolicyArns", "ManagedPolicies"):
        for item in principal.resource[name].items():
            settled = settle_cases(item.cases(), lambda case: _answer(application, case, wrong))
            failing = settled.case.value if settled.case is not None else item.value
            yield item, shown(failing, item), settled


def shown(value: Value, item: Node) -> str:
    """The name of a managed policy for people."""
    if not isinstance(value, Known | Text | Reference):
        return f"at {item.pointer}"
    return show(value).rsplit("policy/", 1)[-1]


def _answer(application: Application, case: Case, wrong: Callable[[Content], bool]) -> bool | None:
    if isinstance(case.value, Absent) or application.behind(case.value, MANAGED_POLICY) is not None:
        return False
    name = None if isinstance(case.value, Unknown) else aws_managed_name(case)
    content = content_of(name) if name else None
    return None if content is None else wrong(content)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _actions(statement: dict[str, Any]) -> list[Any]:
    return _listed(statement.get("Action"))


def _allows_everything(statement: dict[str, Any]) -> bool:
    everything = any(action_breadth(action) is ActionBreadth.EVERYTHING for action in _actions(statement))
    return everything and not statement.get("Condition")


def _whole_service(action: str) -> bool:
    """Whether a pattern is all of a service whose changes could be limited to some resources (``support:*`` is not)."""
    return action_breadth(action) is ActionBreadth.SERVICE and bool(changing(scopable(expand(action))))


def _on_everything(statement: dict[str, Any]) -> bool:
    resources = _listed(statement.get("Resource"))
    return any(resource_breadth(resource) >= ResourceBreadth.EVERY_OF_TYPE for resource in resources)


def _changes(statement: dict[str, Any]) -> bool:
    return any(changing(scopable(expand(action))) for action in _actions(statement))


def judge_managed(
    application: Application, principal: Principal, wrong: Callable[[Content], bool], message: str
) -> Iterator[Judgement]:
    """One judgement on the managed policies of a principal; none where it has none.

    ``message`` is without full stop, with ``{who}`` for the principal and ``{what}`` for the failing policies.
    """
    subject = principal.resource.owner
    found = [] if principal.resource.framework else list(attachments(application, principal, wrong))
    failing = [one for one in found if one[2].verdict is Verdict.FAIL]
    if failing:
        first = max((settled for _, _, settled in failing), key=lambda settled: settled.confidence)
        yield replace(
            first.judgement(
                subject,
                message.format(who=subject.logical_id, what=listed(sorted(name for _, name, _ in failing))),
                at=failing[0][0].place,
            ),
            evidence=tuple(
                Evidence("grant", f"AWS managed policy {name}{settled.where}", item.place, key=name)
                for item, name, settled in failing
            ),
        )
    elif found:
        open_ones = [(item, name) for item, name, settled in found if settled.verdict is Verdict.UNKNOWN]
        needs = [
            (item.undecided or f"what the policy {name or f'attached to {subject.logical_id}'} holds", item.place)
            for item, name in open_ones
        ]
        wanted, place = min(needs, key=lambda need: need[0]) if needs else ("", None)
        yield Judgement(Verdict.UNKNOWN if needs else Verdict.PASS, subject, needs=wanted, place=place)
