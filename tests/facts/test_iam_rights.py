"""What a Deny leaves of an Allow."""

from __future__ import annotations

import pytest

from analyzer.facts.iam_language import expand
from analyzer.facts.iam_rights import Rights, remaining, without

PUT = expand("s3:PutObject")[0]
BUCKET = "arn:aws:s3:::acme/*"


@pytest.mark.parametrize(
    ("deny", "left"),
    [
        (Rights(("s3:*",), ("*",)), []),
        (Rights(("s3:*",), (BUCKET,)), ["*"]),
        (Rights(("s3:*",), ("arn:aws:s3:::*",)), ["*"]),  # objects through access points are left
        (Rights(("s3:*",), ("arn:aws:s3",)), []),
        (Rights(("s3:*",), not_resources=(BUCKET, "arn:aws:s3:::acme")), [BUCKET, "arn:aws:s3:::acme"]),
        (Rights(("s3:*",), not_resources=("*",)), ["*"]),
    ],
)
def test_one_deny_against_everything(deny: Rights, left: list[str]) -> None:
    assert without("*", deny, PUT) == left


def test_a_narrow_allow_is_taken_away_or_left_as_a_whole() -> None:
    assert without(BUCKET, Rights(("s3:*",), ("arn:aws:s3:::ac*",)), PUT) == []
    assert without(BUCKET, Rights(("s3:*",), ("arn:aws:s3:::acme/secret/*",)), PUT) == [BUCKET]
    assert without(BUCKET, Rights(("s3:*",), not_resources=("arn:aws:s3:::ac*",)), PUT) == [BUCKET]
    assert without(BUCKET, Rights(("s3:*",), not_resources=("arn:aws:s3:::other/*",)), PUT) == []


def test_denies_add_up_and_only_those_that_speak_of_the_action_count() -> None:
    denies = [
        Rights(("s3:GetObject",), ("*",)),
        Rights(("s3:PutObject",), ("*",), conditional=True),
        Rights(("s3:Put*",), not_resources=(BUCKET, "arn:aws:s3:::logs/*")),
        Rights(not_actions=("iam:*",), resources=("arn:aws:s3:::logs/*",)),
    ]
    assert remaining("*", denies, PUT) == [BUCKET]
    assert remaining("*", denies[:2], PUT) == ["*"]


def test_what_rights_speak_of() -> None:
    assert Rights(("S3:Put*",)).speaks_of("s3:PutObject")
    assert not Rights(("s3:Get*",)).speaks_of("s3:PutObject")
    assert Rights(not_actions=("iam:*",)).speaks_of("s3:PutObject")
    assert not Rights(not_actions=("s3:*",)).speaks_of("s3:PutObject")
