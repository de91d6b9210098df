"""Who may do what: policy statements, whom they are attached to, and what they cover."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from analyzer.facts.iam_coverage import ResourcePatterns, action_matches, any_of
from analyzer.facts.policy_documents import RESOURCE_POLICIES, document
from analyzer.model.node import Case, Node
from analyzer.model.template import Resource
from analyzer.model.value import parts_of
from analyzer.records import dataclass

if TYPE_CHECKING:
    from analyzer.facts.iam_carriers import Carrier
    from analyzer.facts.iam_worlds import Reader
    from analyzer.judgement import Evidence, Subject
    from analyzer.model.application import Application
    from analyzer.picture.graph import Picture

ROLE, USER, GROUP = "AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group"
POLICY, MANAGED_POLICY = "AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"
PERMISSION_SET = "AWS::SSO::PermissionSet"
SINGLE = {"AWS::IAM::RolePolicy": "RoleName", "AWS::IAM::UserPolicy": "UserName", "AWS::IAM::GroupPolicy": "GroupName"}
ATTACHES = ("Roles", "Users", "Groups")

_Ranked = tuple[int, "Statement"]


class Statement:
    """One statement of a policy. ``carrier`` is the resource in which it is written; ``managed`` the name of the
    AWS managed policy it stands in, None for a statement of the template. ``kind``: ``identity``, ``trust``,
    ``resource``."""

    def __init__(self, carrier: Resource, node: Node, kind: str, managed: str | None = None) -> None:
        self.carrier = carrier
        self.node = node
        self.kind = kind
        self.managed = managed
        self._covered: dict[str, bool | None] = {}
        self._named: ResourcePatterns | None = None

    def __repr__(self) -> str:
        return f"<Statement {self.carrier.logical_id}{self.node.pointer}>"

    @cached_property
    def effect(self) -> str | None:
        """``Allow`` or ``Deny``; None where it is not known."""
        known = self.node["Effect"].known
        return str(known) if known is not None else None

    @property
    def allows(self) -> bool:
        """Whether it allows."""
        return self.effect == "Allow"

    @property
    def denies(self) -> bool:
        """Whether it denies."""
        return self.effect == "Deny"

    @cached_property
    def actions(self) -> tuple[Case, ...]:
        """Every action pattern, each alternative by itself."""
        return _cases(self.node["Action"])

    @cached_property
    def not_actions(self) -> tuple[Case, ...]:
        """Every pattern of ``NotAction``."""
        return _cases(self.node["NotAction"])

    @cached_property
    def resources(self) -> tuple[Case, ...]:
        """Every resource pattern, each alternative by itself."""
        return _cases(self.node["Resource"])

    @cached_property
    def not_resources(self) -> tuple[Case, ...]:
        """Every pattern of ``NotResource``."""
        return _cases(self.node["NotResource"])

    @property
    def condition(self) -> Node:
        """The ``Condition`` block; missing where there is none."""
        return self.node["Condition"]

    def covers_action(self, action: str) -> bool | None:
        """Whether the statement speaks of ``action`` (``s3:PutObject``); None where a value decides."""
        if action not in self._covered:
            self._covered[action] = self._covers_action(action)
        return self._covered[action]

    def _covers_action(self, action: str) -> bool | None:
        if self.not_actions:
            excluded = any_of(action_matches(case, action) for case in self.not_actions)
            return None if excluded is None else not excluded
        return any_of(action_matches(case, action) for case in self.actions)

    def covers_resource(self, application: Application, arn: str) -> bool | None:
        """Whether the statement speaks of the canonical ``arn``; None where a value decides."""
        names = application.names
        if self.not_resources:
            excluded = any_of(names.matches(case.value, arn) for case in self.not_resources)
            return None if excluded is None else not excluded
        if self._named is None:
            self._named = ResourcePatterns(self.resources, names)
        return self._named.cover(arn)


@dataclass(frozen=True, slots=True)
class Grant:
    """A statement that lets a principal do ``action`` on the resource asked for. ``sure`` is false where a value
    that nobody can know yet, or a condition, decides."""

    statement: Statement
    action: str
    sure: bool


class Principal:
    """A role, user, group or permission set with every statement attached to it."""

    def __init__(self, iam: Iam, application: Application, resource: Resource) -> None:
        self._iam = iam
        self._application = application
        self.resource = resource
        self.statements: list[Statement] = []
        self.managed: list[tuple[str, Node]] = []
        self.unread: list[str] = []

    @property
    def functions(self) -> tuple[Resource, ...]:
        """The Lambda functions whose role it is."""
        return self._iam.functions_of.get(self.resource, ())

    @cached_property
    def trust(self) -> tuple[Statement, ...]:
        """The statements of its trust policy; none for what is no role."""
        return tuple(statements(self.resource, self.resource["AssumeRolePolicyDocument"], "trust"))

    @property
    def runs_in_network(self) -> bool:
        """Whether it is the role of a function in a VPC."""
        return any(function["VpcConfig"] for function in self.functions)

    def __repr__(self) -> str:
        return f"<Principal {self.resource.logical_id}>"

    @property
    def complete(self) -> bool:
        """Whether every policy attached to it could be read."""
        return not self.unread

    def grants(self, action: str, arn: str) -> list[Grant]:
        """The statements that allow ``action`` on the canonical ``arn``, surest first; none where it is denied."""
        allowed = []
        for statement in self.statements:
            covered = self._covers(statement, action, arn)
            if covered is False:
                continue
            if statement.denies and covered and not statement.condition:
                return []
            if statement.allows:
                allowed.append(Grant(statement, action, covered is True and not statement.condition))
        return sorted(allowed, key=lambda grant: not grant.sure)

    def _covers(self, statement: Statement, action: str, arn: str) -> bool | None:
        by_action = statement.covers_action(action)
        if by_action is False:
            return False
        by_resource = statement.covers_resource(self._application, arn)
        return False if by_resource is False else (by_action and by_resource)


class Iam:
    """All policies of an application."""

    def __init__(self, application: Application) -> None:
        self._application = application

    @cached_property
    def principals(self) -> dict[Resource, Principal]:
        """Roles, users, groups and permission sets with what is attached to them."""
        holders = self._application.resources(ROLE, USER, GROUP, PERMISSION_SET)
        found = {resource: Principal(self, self._application, resource) for resource in holders}
        for principal in found.values():
            self._read_inline(principal)
            self._read_attached(principal)
        for policy in self._application.resources(POLICY, MANAGED_POLICY, *SINGLE):
            for principal in self._attached_to(policy, found):
                principal.statements += statements(policy, policy["PolicyDocument"], "identity")
        return found

    def principal(self, resource: Resource | None) -> Principal | None:
        """The principal behind a role, user or group of the application."""
        return self.principals.get(resource) if resource is not None else None

    def _read_inline(self, principal: Principal) -> None:
        principal.statements += inline_statements(principal.resource)

    def _read_attached(self, principal: Principal) -> None:
        resource = principal.resource
        for name in ("ManagedPolicyArns", "ManagedPolicies"):
            for node in resource[name].items():
                for case in node.cases():
                    self._attach(principal, node, case)

    def _attach(self, principal: Principal, node: Node, case: Case) -> None:
        policy = self._application.behind(case.value, MANAGED_POLICY)
        if policy is not None:
            principal.statements += statements(policy, policy["PolicyDocument"], "identity")
            return
        name = aws_managed_name(case)
        from analyzer.data.managed_policies import managed_policy

        content = managed_policy(name) if name else None
        if name is None or content is None:
            principal.unread.append(
                node.undecided or f"the policy {node.text or f'attached to {principal.resource.logical_id}'}"
            )
            return
        principal.managed.append((name, case.node))
        written = Node(node.template, content, node.pointer, case.guards)
        principal.statements += statements(principal.resource, written, "identity", managed=name)

    def _attached_to(self, policy: Resource, found: dict[Resource, Principal]) -> Iterator[Principal]:
        names = (SINGLE[policy.type],) if policy.type in SINGLE else ATTACHES
        holders = {found_resource for name in names for found_resource in self._named(policy[name])}
        for resource in holders:
            if resource in found and not self._already(found[resource], policy):
                yield found[resource]

    def _named(self, node: Node) -> Iterator[Resource]:
        for item in node.items():
            for case in item.cases():
                resource = self._application.behind(case.value, ROLE, USER, GROUP)
                if resource is not None:
                    yield resource

    def _already(self, principal: Principal, policy: Resource) -> bool:
        return any(statement.carrier is policy for statement in principal.statements)

    def holders_of(self, policy: Resource) -> tuple[Principal, ...]:
        """The principals to which a policy of the application is attached."""
        return self._holders.get(policy, ())

    @cached_property
    def _holders(self) -> dict[Resource, tuple[Principal, ...]]:
        found: dict[Resource, dict[Principal, None]] = {}
        for principal in self.principals.values():
            for statement in principal.statements:
                found.setdefault(statement.carrier, {})[principal] = None
        return {policy: tuple(holders) for policy, holders in found.items()}

    @cached_property
    def boundaries(self) -> frozenset[Resource]:
        """The policies of the application that bound a principal's permissions."""
        found = set()
        for holder in self._application.resources(ROLE, USER, PERMISSION_SET):
            for name in ("PermissionsBoundary", "PermissionsBoundary.ManagedPolicyArn"):
                for case in holder.properties.path(*name.split(".")).cases():
                    policy = self._application.behind(case.value, MANAGED_POLICY)
                    if policy is not None:
                        found.add(policy)
        return frozenset(found)

    @cached_property
    def written_statements(self) -> tuple[Statement, ...]:
        """Every statement of an identity policy where it is written, attached or not, in the order of the templates."""
        found: list[Statement] = []
        for resource in self._application.resources():
            if resource.type in (ROLE, USER, GROUP, PERMISSION_SET):
                found += inline_statements(resource)
            elif resource.type in (POLICY, MANAGED_POLICY, *SINGLE):
                found += statements(resource, resource["PolicyDocument"], "identity")
        return tuple(found)

    @cached_property
    def carriers(self) -> tuple[Carrier, ...]:
        """Everything that carries statements of an identity policy."""
        from analyzer.facts.iam_carriers import carriers

        return carriers(self)

    def picture(self, subject: Subject, evidence: Iterable[Evidence]) -> Picture:
        """What ``subject`` allows, with the grants that ``evidence`` points at marked."""
        from analyzer.facts.iam_picture import grants_picture

        return grants_picture(self._application, self, subject, evidence)

    @cached_property
    def reader(self) -> Reader:
        """Reads statements under conditions."""
        from analyzer.facts.iam_worlds import Reader

        return Reader(self._application.names)

    @cached_property
    def trust_statements(self) -> tuple[Statement, ...]:
        """Every statement of a role's trust policy."""
        roles = self._application.resources(ROLE)
        return tuple(s for role in roles for s in statements(role, role["AssumeRolePolicyDocument"], "trust"))

    @cached_property
    def resource_statements(self) -> tuple[Statement, ...]:
        """Every statement of a resource policy, endpoint policies among them."""
        return tuple(
            statement
            for resource in self._application.resources(*RESOURCE_POLICIES)
            for path in RESOURCE_POLICIES[resource.type]
            for statement in statements(resource, resource.properties.path(*path), "resource")
        )

    def grants_to(self, role: Resource | None) -> tuple[Statement, ...]:
        """The Allow statements of resource policies that name a role of the application, or everybody."""
        to_everybody, to_roles = self._resource_grants
        return tuple(statement for _, statement in sorted([*to_everybody, *to_roles.get(role, ())]))

    @cached_property
    def _resource_grants(self) -> tuple[list[_Ranked], dict[Resource | None, list[_Ranked]]]:
        """The Allow statements of resource policies with their rank: to everybody, and by the role they name."""
        to_everybody: list[_Ranked] = []
        to_roles: dict[Resource | None, list[_Ranked]] = {}
        names = self._application.names
        for rank, statement in enumerate(self.resource_statements):
            if not statement.allows:
                continue
            named = [case.value for item in statement.node["Principal"]["AWS"].items() for case in item.cases()]
            if statement.node["Principal"].known == "*" or any(names.canonical(value) == "*" for value in named):
                to_everybody.append((rank, statement))
                continue
            for role in {self._application.behind(value, ROLE) for value in named} - {None}:
                to_roles.setdefault(role, []).append((rank, statement))
        return to_everybody, to_roles

    @cached_property
    def functions_of(self) -> dict[Resource, tuple[Resource, ...]]:
        """The Lambda functions whose role each is."""
        found: dict[Resource, list[Resource]] = {}
        for function in self._application.resources("AWS::Lambda::Function"):
            role = self._application.behind(function["Role"].value, ROLE)
            if role is not None:
                found.setdefault(role, []).append(function)
        return {role: tuple(functions) for role, functions in found.items()}


def inline_statements(resource: Resource) -> list[Statement]:
    """The statements of a principal's inline policies."""
    policies = [policy["PolicyDocument"] for policy in resource["Policies"].items()]
    return [s for policy in (*policies, resource["InlinePolicy"]) for s in statements(resource, policy, "identity")]


def statements(carrier: Resource, policy: Node, kind: str, managed: str | None = None) -> list[Statement]:
    """The statements of a policy document; a lone statement written without a list included."""
    read = document(policy)
    return [
        Statement(carrier, branch, kind, managed)
        for item in read["Statement"].items()
        for branch in item.branches
        if list(branch.entries())
    ]


def aws_managed_name(case: Case) -> str | None:
    """The name (with path) of the AWS managed policy an ARN or name stands for; None for anything else."""
    parts = parts_of(case.value)
    if parts is None:
        return None
    tail = parts[-1]
    if not isinstance(tail, str):
        return None
    if ":iam::aws:policy/" in tail:
        return tail.rsplit(":policy/", 1)[1]
    return tail if len(parts) == 1 and ":" not in tail else None


def _cases(node: Node) -> tuple[Case, ...]:
    return tuple(case for item in node.items() for case in item.cases())
