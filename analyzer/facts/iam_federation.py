"""Roles for everybody who signs in at a provider that many organizations share.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html (shared providers and the
claims that say whose token it is), https://docs.aws.amazon.com/cognito/latest/developerguide/iam-roles.html.
"""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.facts.iam_condition_tests import UNRESOLVED, Block, Test, read_tests
from analyzer.facts.iam_conditions import Outcome
from analyzer.facts.iam_language import has_wildcard
from analyzer.facts.iam_resource_policies import Opening
from analyzer.records import dataclass


@dataclass(frozen=True, slots=True)
class Provider:
    """A shared identity provider, the claims that tell organizations apart (any one of them), and whose it lets in."""

    host: str
    claims: tuple[str, ...]
    whom: str


PROVIDERS = (
    Provider("token.actions.githubusercontent.com", ("sub", "repository", "repository_owner"), "any GitHub repository"),
    Provider("gitlab.com", ("sub", "project_path", "namespace_path"), "any GitLab project"),
    Provider("app.terraform.io", ("sub", "terraform_organization_id"), "any HCP Terraform workspace"),
    Provider("cognito-identity.amazonaws.com", ("aud",), "any Cognito identity pool"),
    Provider("accounts.google.com", ("aud", "sub", "oaud"), "any Google application"),
)


def shared_providers(opening: Opening) -> Iterator[Provider]:
    """The shared providers that the principals of an Allow name."""
    texts = [provider.text for provider in opening.principals.federated]
    return (known for known in PROVIDERS if any(text.rstrip("/").endswith(known.host) for text in texts))


def confines_provider(condition: Block, provider: Provider) -> Outcome:
    """Whether a condition asks for the tokens of somebody in particular."""
    tests = read_tests(condition)
    if tests is None:
        return Outcome.UNKNOWN
    keys = {f"{provider.host}:{claim}" for claim in provider.claims}
    outcomes = {_pins(test) for test in tests if test.key in keys}
    return next((one for one in (Outcome.YES, Outcome.UNKNOWN) if one in outcomes), Outcome.NO)


def _pins(test: Test) -> Outcome:
    if test.negated or test.is_null or test.passes_without_key:
        return Outcome.NO
    if any(_open(test, text) for text in test.texts):
        return Outcome.NO
    return Outcome.UNKNOWN if UNRESOLVED in test.values and test.takes_wildcards else Outcome.YES


def _open(test: Test, text: str) -> bool:
    """Whether a value matches everybody's tokens: nothing before its first wildcard says whose (``repo:*``,
    ``organization:*``). A subject begins with the kind of what it names; what follows that says whose it is."""
    if not test.takes_wildcards or not has_wildcard(text):
        return False
    fixed = text.partition("*")[0].partition("?")[0]
    whose = fixed.partition(":")[2] if test.key.endswith(":sub") else fixed
    return not whose.strip("/:")
