"""``Policies`` of functions and state machines in all their forms, and the roles that SAM generates from them.

The policy templates' parameters, actions and resources are data (``analyzer/data/sam_policy_templates.json``).
"""

from __future__ import annotations

import re
from dataclasses import field
from functools import cache
from itertools import zip_longest
from typing import Any

from analyzer.model.sam_values import (
    NO_VALUE,
    POLICY_VERSION,
    branches,
    compact,
    if_,
    is_intrinsic,
    is_no_value,
    mapping,
    pointer,
    sequence,
    sub,
)
from analyzer.model.sam_workspace import Workspace
from analyzer.records import dataclass

_PLACEHOLDER = re.compile(r"\$\{(\w+)\}")


@dataclass
class Role:
    """A role under construction: what is attached to it and what it grants inline."""

    logical_id: str
    trust: Any
    managed: list[Any] = field(default_factory=list)
    inline: list[Any] = field(default_factory=list)

    def attach(self, policy_arn: Any) -> None:
        """Attach a managed policy, once, whether it goes by its name or its ARN."""
        if policy_arn not in self.managed and _policy_name(policy_arn) not in map(_policy_name, self.managed):
            self.managed.append(policy_arn)

    def grant(self, policy: Any) -> None:
        """Add an inline policy unless one grants just the same."""
        documents = [mapping(known).get("PolicyDocument") for known in self.inline]
        if mapping(policy).get("PolicyDocument") not in documents:
            self.inline.append(policy)

    def properties(self, **others: Any) -> dict[str, Any]:
        """Properties of ``AWS::IAM::Role``."""
        return compact(
            {
                "AssumeRolePolicyDocument": self.trust,
                "ManagedPolicyArns": self.managed,
                "Policies": self.inline or None,
                **others,
            }
        )


def _policy_name(policy_arn: Any) -> Any:
    """Name of an AWS managed policy; anything else stays what it is."""
    text = policy_arn.get("Fn::Sub") if isinstance(policy_arn, dict) else policy_arn
    if isinstance(text, str) and (":aws:policy/" in text or ":" not in text):
        return text.rsplit("/", 1)[-1]
    return policy_arn


@dataclass(frozen=True)
class _Attachment:
    """What one item of ``Policies`` comes to: managed policies and inline policies."""

    managed: tuple[Any, ...] = ()
    inline: tuple[Any, ...] = ()


def add_policies(workspace: Workspace, role: Role, policies: Any, at: str) -> None:
    """Add everything that the property ``policies`` at the pointer ``at`` says to ``role``.

    An item is the name or ARN of a managed policy, a policy document, one or several policy templates, an intrinsic
    function that gives an ARN, or ``Fn::If`` over any of these and over lists of them. The names follow SAM's:
    ``<role>Policy<position in the list>``.
    """
    several = isinstance(policies, list)
    for index, item in enumerate(sequence(policies)):
        place = at + pointer(index) if several else at
        attachment = _attachment(workspace, item, f"{role.logical_id}Policy{index}", place)
        for arn in attachment.managed:
            role.attach(arn)
        role.inline.extend(attachment.inline)


def _attachment(workspace: Workspace, item: Any, name: str, at: str) -> _Attachment:
    if is_no_value(item):
        return _Attachment()
    if isinstance(item, str):
        return _Attachment(managed=(item,))
    if isinstance(item, list):
        parts = [_attachment(workspace, each, name, at) for each in item]
        return _Attachment(
            tuple(arn for part in parts for arn in part.managed),
            tuple(policy for part in parts for policy in part.inline),
        )
    if split := branches(item):
        condition, yes, no = split
        return _either(
            condition,
            _attachment(workspace, yes, name, at),
            _attachment(workspace, no, name, at),
        )
    if is_intrinsic(item):
        return _Attachment(managed=(item,))
    if "Statement" in mapping(item):
        return _Attachment(inline=({"PolicyName": name, "PolicyDocument": item},))
    return _from_templates(workspace, item, name, at)


def _either(condition: str, yes: _Attachment, no: _Attachment) -> _Attachment:
    def pairs(left: tuple[Any, ...], right: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(if_(condition, one, other) for one, other in zip_longest(left, right, fillvalue=NO_VALUE))

    return _Attachment(pairs(yes.managed, no.managed), pairs(yes.inline, no.inline))


def _from_templates(workspace: Workspace, item: Any, name: str, at: str) -> _Attachment:
    known = policy_templates()
    found = []
    for template, arguments in mapping(item).items():
        if template not in known:
            workspace.note(at, f"{template} is no policy template that is known here")
            continue
        document = _instantiate(known[template], mapping(arguments))
        if document is None:
            workspace.note(at, f"{template} needs {', '.join(known[template]['parameters'])}")
        else:
            found.append({"PolicyName": name, "PolicyDocument": document})
    if not mapping(item):
        workspace.note(at, "this is neither a policy's name, a policy document nor a policy template")
    return _Attachment(inline=tuple(found))


def _instantiate(template: dict[str, Any], arguments: dict[str, Any]) -> dict[str, Any] | None:
    if any(is_no_value(arguments.get(name)) for name in template["parameters"]):
        return None
    statements = []
    for written in template["statements"]:
        statement: dict[str, Any] = {
            "Effect": "Allow",
            "Action": list(written["actions"]),
            "Resource": [_filled(resource, arguments) for resource in written["resources"]],
        }
        if "condition" in written:
            statement["Condition"] = {
                operator: {key: _filled(value, arguments) for key, value in keys.items()}
                for operator, keys in written["condition"].items()
            }
        statements.append(statement)
    return {"Version": POLICY_VERSION, "Statement": statements}


def _filled(text: str, arguments: dict[str, Any]) -> Any:
    names = _PLACEHOLDER.findall(text)
    if names:
        return sub(text, **{name: arguments[name] for name in names})
    return sub(text) if "${" in text else text


@cache
def policy_templates() -> dict[str, Any]:
    """SAM's policy templates by name: ``parameters``, and ``statements`` of actions, resources and condition."""
    from analyzer.data.store import read_json

    templates: dict[str, Any] = read_json("sam_policy_templates.json")["templates"]
    return templates
