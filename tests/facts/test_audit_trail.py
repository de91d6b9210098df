"""The application's trail as a whole: stores, trails, attestation, and what the configuration asks."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from analyzer import registry
from analyzer.facts.audit_settings import attested, audit_days, log_days
from analyzer.facts.audit_trail import AuditTrail
from analyzer.facts.iam import Iam
from analyzer.judgement import Judgement, Severity, Verdict
from analyzer.model.application import Application
from analyzer.query import Query
from tests.stacks import application, resource

TRAIL = {"Type": "AWS::CloudTrail::Trail", "Properties": {"IsLogging": True, "S3BucketName": {"Ref": "Files"}}}
BUCKET, TABLE = {"Type": "AWS::S3::Bucket"}, {"Type": "AWS::DynamoDB::Table"}


def audit(app: Application) -> AuditTrail:
    return AuditTrail(app, Iam(app))


def judge(rule_id: str, app: Application, **settings: Any) -> list[Judgement]:
    (rule,) = registry.select([rule_id])
    return list(rule.run(Query(app, as_of=datetime.date(2026, 11, 24), settings=settings)))


def test_the_most_telling_store_comes_first_and_audit_buckets_are_none() -> None:
    logging = {"LoggingConfiguration": {"DestinationBucketName": {"Ref": "AccessLogs"}}}
    found = audit(
        application(
            {"Resources": {"Search": {"Type": "AWS::OpenSearchService::Domain"}, "Ledger": TABLE, "Archive": BUCKET}},
            {
                "Resources": {
                    "Docs": {**BUCKET, "Properties": logging},
                    "AccessLogs": BUCKET,
                    "Files": BUCKET,
                    "Trail": TRAIL,
                    "Queue": {"Type": "AWS::SQS::Queue"},
                }
            },
        )
    )
    assert [store.logical_id for store in found.stores] == ["Docs", "Archive", "Ledger", "Search"]
    assert [store.logical_id for store in found.recordable] == ["Docs", "Archive", "Ledger"]


def test_a_trail_of_another_stack_watches_every_store() -> None:
    app = application({"Resources": {"Docs": BUCKET}}, {"Resources": {"Files": BUCKET, "Trail": TRAIL}})
    assert audit(app).unwatched(resource(app, "Docs")) is None


def test_no_data_and_no_trail_is_nobodys_business() -> None:
    assert judge("FM1101", application({"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}})) == []


# --- attestation --------------------------------------------------------------------------------------


def test_an_attested_trail_is_a_pass_that_says_so() -> None:
    app = application({"Resources": {"Docs": BUCKET}})
    (found,) = judge("FM1101", app, audit_trail="organization")
    assert (found.verdict, found.subject, found.message.partition(":")[0]) == (
        Verdict.PASS,
        resource(app, "Docs"),
        "By attestation",
    )


def test_a_trail_of_ones_own_needs_no_attestation() -> None:
    (found,) = judge("FM1101", application({"Resources": {"Docs": BUCKET, "Trail": TRAIL}}), audit_trail="organization")
    assert (found.verdict, found.message) == (Verdict.PASS, "")


@pytest.mark.parametrize(
    ("setting", "expected"), [("organization", True), ("none", False), (True, False), (None, False)]
)
def test_only_the_organization_can_be_attested(setting: Any, expected: bool) -> None:
    assert attested({"audit_trail": setting}) is expected
    assert attested({}) is False


# --- what the configuration asks ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "days"), [({}, None), (400, 400), (0, None), (-1, None), (True, None), ("400", None)]
)
def test_retention_is_a_positive_whole_number_or_not_asked(written: Any, days: int | None) -> None:
    assert log_days({"log_retention_days": written}) == days
    assert audit_days({"audit_retention_days": written}) == (days or 365)


def lasting(days: int) -> Application:
    group = {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": days}}
    rules = [{"Status": "Enabled", "ExpirationInDays": days}]
    files = {**BUCKET, "Properties": {"LifecycleConfiguration": {"Rules": rules}}}
    return application({"Resources": {"Logs": group, "Files": files, "Trail": TRAIL}})


@pytest.mark.parametrize(
    ("days", "settings", "verdict", "severity"),
    [
        (90, {}, Verdict.PASS, None),
        (30, {}, Verdict.FAIL, None),
        (90, {"log_retention_days": 400}, Verdict.FAIL, Severity.MEDIUM),
        (30, {"log_retention_days": 14}, Verdict.PASS, None),
    ],
)
def test_the_configuration_decides_how_long_logs_are_kept(
    days: int, settings: dict[str, int], verdict: Verdict, severity: Severity | None
) -> None:
    (found,) = judge("FM1116", lasting(days), **settings)
    assert (found.verdict, found.severity) == (verdict, severity)


@pytest.mark.parametrize(("asked", "verdict"), [(None, Verdict.PASS), (365, Verdict.PASS), (2555, Verdict.FAIL)])
def test_the_configuration_decides_how_long_audit_files_are_kept(asked: int | None, verdict: Verdict) -> None:
    (found,) = judge("FM1110", lasting(400), **({} if asked is None else {"audit_retention_days": asked}))
    assert found.verdict is verdict
