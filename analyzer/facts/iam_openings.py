"""Policies that let everybody in."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from analyzer.facts.iam_condition_tests import Block, read_tests
from analyzer.facts.iam_conditions import Outcome, View, narrows_public
from analyzer.facts.iam_federation import confines_provider, shared_providers
from analyzer.facts.iam_resource_policies import Opening, Policy, resource_policies, trust_policies
from analyzer.facts.iam_terms import undecided
from analyzer.facts.iam_verdicts import Doubt, Flaw, if_allowed, settle_worlds
from analyzer.judgement import Judgement, Severity

if TYPE_CHECKING:
    from analyzer.facts.iam import Iam
    from analyzer.model.node import Node
    from analyzer.model.template import Resource

ENDPOINT = "AWS::EC2::VPCEndpoint"
BUCKET_POLICIES = ("AWS::S3::BucketPolicy",)


def judge_openings(iam: Iam) -> Iterator[Judgement]:
    """One judgement on each resource policy (those of VPC endpoints apart) and on each trust policy."""
    for policy in (*resource_policies(iam, ENDPOINT), *trust_policies(iam)):
        found = {
            world: [
                if_allowed(opening.reading, one)
                for opening in policy.openings(iam.reader, world)
                for one in _open(policy, opening)
            ]
            for world in policy.worlds(iam.reader)
        }
        yield settle_worlds(policy.resource.owner, found, "{who} allows {what}" + _consequence(policy))


def _open(policy: Policy, opening: Opening) -> Iterator[Flaw | Doubt]:
    """What is wrong with one Allow: it lets everybody in, or Amazon S3 says so."""
    if not opening.principals.everybody:
        yield from map(Doubt, opening.principals.needs)
        yield from _shared(opening)
        return
    outcome = opening.confined(lambda block: narrows_public(block, View.CALLER).outcome)
    place = opening.reading.statement.node.place
    whom = "everybody with an AWS account" if policy.resource.type == "AWS::IAM::Role" else "everybody"
    whom += " but some" if opening.principals.all_but else ""
    text = f"Allow {opening.actions} to {whom}"
    keys = _keys(opening.reading.condition)
    if outcome is Outcome.NO:
        under = f" under a condition on {keys} that does not say who" if keys else ""
        yield Flaw(f"{opening.actions} to {whom}", f"{text}{under}", place, _severity(policy))
    elif outcome is Outcome.UNKNOWN:
        yield Doubt(undecided(opening.reading.statement.node["Condition"]) or "the values of the condition")
    elif policy.resource.type in BUCKET_POLICIES and _public_to_s3(opening):
        yield Flaw(
            f"{opening.actions} to {whom} within limits that Amazon S3 does not count (no fixed values)",
            f"{text} under a condition on {keys}",
            place,
            Severity.LOW,
        )


def _shared(opening: Opening) -> Iterator[Flaw | Doubt]:
    """Who may take the role comes from a provider that many organizations share, and no claim says whose token."""
    place = opening.reading.statement.node.place
    for provider in shared_providers(opening):
        outcome = opening.confined(partial(confines_provider, provider=provider))
        if outcome is Outcome.NO:
            text = f"Allow {opening.actions} to {provider.host} without a claim that says whose token it is"
            yield Flaw(f"{opening.actions} to {provider.whom}", text, place)
        elif outcome is Outcome.UNKNOWN:
            yield Doubt(undecided(opening.reading.statement.node["Condition"]) or "the values of the condition")


def _public_to_s3(opening: Opening) -> bool:
    """Whether S3 calls the Allow public: it looks at the statement's own condition only."""
    return narrows_public(opening.reading.condition, View.S3).outcome is Outcome.NO


def _keys(condition: Block) -> str:
    """The condition keys, for people."""
    return ", ".join(sorted({test.written_key for test in read_tests(condition) or () if test.written_key}))


def _severity(policy: Policy) -> Severity | None:
    """Lower where the network or an authorizer still stands in the way."""
    resource = policy.resource
    if resource.type in ("AWS::OpenSearchService::Domain", "AWS::Elasticsearch::Domain") and resource["VPCOptions"]:
        return Severity.MEDIUM
    if resource.type == "AWS::ApiGateway::RestApi":
        return _api_severity(resource)
    block = _block_public_access(resource)
    restricted = block is not None and not _refuses(block) and _on(block["RestrictPublicBuckets"].known)
    return Severity.MEDIUM if restricted else None


def _api_severity(api: Resource) -> Severity | None:
    """Medium where every method has an authorizer of its own or the API is private; IAM leaves other accounts in."""
    if any(item.known == "PRIVATE" for item in api["EndpointConfiguration"]["Types"].items()):
        return Severity.MEDIUM
    application = api.template.application
    methods = [
        method
        for method in application.resources("AWS::ApiGateway::Method")
        if application.behind(method["RestApiId"].value, api.type) is api and method["HttpMethod"].known != "OPTIONS"
    ]
    guarded = all(method["AuthorizationType"].known in ("CUSTOM", "COGNITO_USER_POOLS") for method in methods)
    return Severity.MEDIUM if methods and guarded else None


# --- buckets ------------------------------------------------------------------------------------------------


def _consequence(policy: Policy) -> str:
    """What comes of it: for a bucket policy, what Block Public Access does."""
    resource = policy.resource
    if resource.type not in BUCKET_POLICIES:
        return ""
    block = _block_public_access(resource)
    if block is None:
        return ", unless Block Public Access refuses the policy"
    if _refuses(block):
        return "; Block Public Access of the bucket refuses such a policy, so the deployment fails"
    if _on(block["RestrictPublicBuckets"].known):
        return "; only RestrictPublicBuckets keeps other accounts out"
    return ""


def _block_public_access(policy: Resource) -> Node | None:
    """The bucket's settings; None where the bucket is not of the application, or the policy not of a bucket."""
    bucket = policy.template.application.behind(policy["Bucket"].value, "AWS::S3::Bucket")
    return None if bucket is None else bucket["PublicAccessBlockConfiguration"]


def _refuses(block: Node) -> bool:
    """Whether the settings refuse a public policy. A bucket without settings has all four on (since April 2023)."""
    return not block or _on(block["BlockPublicPolicy"].known)


def _on(value: object) -> bool:
    return str(value).lower() == "true"
