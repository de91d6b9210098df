"""One entry of ``Events`` and what it calls; shared by the modules that expand the kinds of events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analyzer.model.sam_policies import Role
from analyzer.model.sam_values import get_att, policy, ref, trust
from analyzer.model.sam_workspace import SamResource, Workspace
from analyzer.records import dataclass


@dataclass(frozen=True)
class Target:
    """What events call: a function, its alias, a state machine or its alias."""

    logical_id: str
    name: dict[str, Any]
    """What ``FunctionName`` of a permission or mapping holds."""
    arn: dict[str, Any]
    state_machine: bool = False

    @classmethod
    def of_function(cls, logical_id: str) -> Target:
        """A function itself, without an alias."""
        return cls(logical_id, ref(logical_id), get_att(logical_id, "Arn"))


@dataclass(frozen=True)
class Event:
    """An event of ``owner``, with the role that SAM generates for the owner (None where it has its own)."""

    workspace: Workspace
    owner: SamResource
    target: Target
    role: Role | None
    name: str
    type: str
    properties: dict[str, Any]
    at: str

    @property
    def logical_id(self) -> str:
        """Prefix of all that is generated for the event."""
        return self.owner.logical_id + self.name

    def add(self, logical_id: str, type_: str, properties: Mapping[str, Any], **attributes: Any) -> str:
        """Add a generated resource; answers its logical id."""
        return self.workspace.add(self.owner, logical_id, type_, properties, self.at, **attributes)

    def note(self, words: str) -> None:
        """Say what could not be expanded."""
        self.workspace.note(self.at, words)

    def permit(self, principal: str, *, prefix: str | None = None, suffix: str = "", **source: Any) -> str:
        """Let a service invoke the function; ``source`` is ``SourceArn``, ``SourceAccount``, ``EventSourceToken``."""
        return self.add(
            f"{prefix or self.logical_id}Permission{suffix}",
            "AWS::Lambda::Permission",
            {
                "Action": "lambda:InvokeFunction",
                "FunctionName": self.target.name,
                "Principal": principal,
                **source,
            },
        )

    def call(self) -> dict[str, Any]:
        """Statement that allows to start the target."""
        action = "states:StartExecution" if self.target.state_machine else "lambda:InvokeFunction"
        return {"Effect": "Allow", "Action": action, "Resource": self.target.arn}

    def calling_role(self, service: str, *others: dict[str, Any], boundary: Any = None) -> dict[str, Any]:
        """A role by which ``service`` may start the target; answers its ARN."""
        role = Role(f"{self.logical_id}Role", trust(service))
        kind = "StartExecutionPolicy" if self.target.state_machine else "LambdaPolicy"
        prefix = self.logical_id if self.type == "ScheduleV2" else role.logical_id
        role.grant(policy(prefix + kind, self.call()))
        for other in others:
            role.grant(other)
        self.add(
            role.logical_id, "AWS::IAM::Role", role.properties(PermissionsBoundary=boundary, ManagedPolicyArns=None)
        )
        return get_att(role.logical_id, "Arn")
