"""Whether API Gateway may invoke the function of an authorizer.

Either the authorizer names a role that API Gateway assumes and that may invoke the function, or the function has an
``AWS::Lambda::Permission`` for ``apigateway.amazonaws.com`` that covers ``…/authorizers/ID``. With neither, every call
is answered with 500 (API Gateway Developer Guide, "Configure an API Gateway Lambda authorizer", and "Control access
to HTTP APIs with AWS Lambda authorizers", read 2026-11-24).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from analyzer.facts.authorizer_variants import Variant
from analyzer.facts.iam_language import action_matches
from analyzer.model.node import Case, Node
from analyzer.model.value import Absent, Known, Part, Reference, Text, Unknown, Value, parts_of, text
from analyzer.records import dataclass

if TYPE_CHECKING:
    from analyzer.facts.authorizers import Authorizer
    from analyzer.facts.functions import Function, Functions
    from analyzer.facts.iam import Iam
    from analyzer.model.application import Application
    from analyzer.model.template import Resource

PERMISSION = "AWS::Lambda::Permission"
API_GATEWAY = "apigateway.amazonaws.com"
INVOKE = "lambda:InvokeFunction"
SOME_ID = "a1b2c3"
"""Stands for the id that an authorizer gets: six letters and digits, which only a wildcard can match."""


@dataclass(frozen=True)
class Invoking:
    """What lets API Gateway invoke functions in one application."""

    application: Application
    functions: Functions
    iam: Iam

    def barred(self, authorizer: Authorizer, variant: Variant) -> bool | Unknown:
        """Whether nothing lets API Gateway invoke the function of ``variant``."""
        function = variant.function
        if isinstance(function, Unknown):
            return function
        conditions = authorizer.resource.template.conditions
        answers = [
            self._by_permission(authorizer, function)
            if isinstance(case.value, Absent)
            else self._by_role(case.value, authorizer, function)
            for case in self._credentials(authorizer)
            if conditions.consistent((*variant.guards, *case.guards))
        ]
        if True in answers:
            return True
        return next((answer for answer in answers if isinstance(answer, Unknown)), False)

    def _credentials(self, authorizer: Authorizer) -> tuple[Case, ...]:
        rest = authorizer.resource.type == "AWS::ApiGateway::Authorizer"
        return authorizer.resource["AuthorizerCredentials" if rest else "AuthorizerCredentialsArn"].cases()

    # --- by permission --------------------------------------------------------------------------------

    def _by_permission(self, authorizer: Authorizer, function: Function) -> bool | Unknown:
        doubt: Unknown | None = None
        for permission in self.application.resources(PERMISSION):
            answer = self._lets_in(permission, authorizer, function)
            if answer is True:
                return False
            if answer is None:
                doubt = doubt or Unknown(f"whether {permission.logical_id} lets API Gateway invoke {function.name}")
        return doubt or True

    def _lets_in(self, permission: Resource, authorizer: Authorizer, function: Function) -> bool | None:
        answers = (
            self._on(permission, function),
            _matches(permission["Action"], lambda action: action_matches(action, INVOKE)),
            _matches(permission["Principal"], lambda principal: principal in (API_GATEWAY, "*")),
            self._from(permission, authorizer),
        )
        if False in answers:
            return False
        return None if None in answers else True

    def _on(self, permission: Resource, function: Function) -> bool | None:
        """Whether a permission is one on the function; None where its function is not known."""
        answers: list[bool | None] = []
        for case in permission["FunctionName"].cases():
            found = self.functions.behind(case.value)
            undecided = isinstance(case.value, Unknown | Text)
            answers.append(found.resource is function.resource if found else None if undecided else False)
        return _any(answers)

    def _from(self, permission: Resource, authorizer: Authorizer) -> bool | None:
        """Whether the permission's source covers invocations for the authorizer."""
        names = self.application.names
        own = authorizer.resource.reference
        answers: list[bool | None] = []
        for case in permission["SourceArn"].cases():
            if isinstance(case.value, Absent):
                return True
            for identifier in (own, Reference(own.stack, own.logical_id, "AuthorizerId"), SOME_ID):
                subject = names.canonical(_invoked_as(authorizer, identifier))
                answer = names.matches(case.value, subject) if subject else None
                answers.append(False if answer is None and identifier != SOME_ID else answer)
        return _any(answers)

    # --- by role --------------------------------------------------------------------------------------

    def _by_role(self, value: Value, authorizer: Authorizer, function: Function) -> bool | Unknown:
        role = self.application.behind(value, "AWS::IAM::Role")
        principal = self.iam.principal(role)
        if role is None or principal is None:
            return Unknown(f"the role in the credentials of {authorizer.name}")
        trusts = [one.node["Principal"]["Service"] for one in self.iam.trust_statements if one.carrier is role]
        if not any(_trusts(services) for services in trusts):
            return True
        arn = self.application.names.arn(function.resource)
        grants = principal.grants(INVOKE, arn) if arn else []
        if any(grant.sure for grant in grants):
            return False
        if grants or not principal.complete:
            return Unknown(f"whether role {role.logical_id} may invoke {function.name}")
        return True


def _trusts(services: Node) -> bool:
    cases = [case.value for item in services.items() for case in item.cases()]
    return any(not isinstance(value, Known) or value.value in (API_GATEWAY, "*") for value in cases)


def _matches(node: Node, test: Callable[[str], bool]) -> bool | None:
    return _any(
        test(str(case.value.value)) if isinstance(case.value, Known) else None
        for case in node.cases()
        if not isinstance(case.value, Absent)
    )


def _any(answers: Iterable[bool | None]) -> bool | None:
    given = list(answers)
    return True if True in given else None if None in given else False


def _invoked_as(authorizer: Authorizer, identifier: Part) -> Value:
    """The ARN in whose name API Gateway invokes the function."""
    rest = authorizer.resource.type == "AWS::ApiGateway::Authorizer"
    api = parts_of(authorizer.resource["RestApiId" if rest else "ApiId"].value) or [Unknown("the API")]
    region, account = Reference("", "AWS::Region"), Reference("", "AWS::AccountId")
    start: list[Part] = ["arn:", Reference("", "AWS::Partition"), ":execute-api:", region, ":", account, ":"]
    return text([*start, *api, "/authorizers/", identifier])
