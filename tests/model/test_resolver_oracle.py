"""Our resolver beside cfn-lint's, on the fixtures of four failure modes; on more: ``python -m scripts.resolver_oracle``."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from analyzer.model.value import ABSENT, Known, Listing, OneOf, Option, Reference, Structure, Text, Unknown, Value
from scripts.resolver_oracle import SUFFIXES, compared, fits

FIXTURES = Path(__file__).parents[2] / "fixtures"


@pytest.mark.parametrize("mode", ["FM03", "FM06", "FM07", "FM13"])
def test_ours_admits_what_cfn_lint_answers(mode: str) -> None:
    ends: dict[str, list[str]] = defaultdict(list)
    for file in sorted(FIXTURES.glob(f"{mode}*/**/*")):
        if file.suffix in SUFFIXES and file.name != "expect.json":
            for end, told in compared(file):
                ends[end].append(told)
    assert ends["agree"]
    assert ends["differs"] == []


HOLE = Reference("S", "Bucket", "Arn")


@pytest.mark.parametrize(
    ("value", "theirs", "expected"),
    [
        (Known("a"), "a", True),
        (Known("a"), "b", False),
        (Known(True), "True", True),
        (Known(3), "3", True),
        (Known("a"), ["a"], False),
        (Text((HOLE, "/*")), "arn:aws:s3:::x/*", True),
        (Text((HOLE, "/in/*")), "arn:aws:s3:::x/*", False),
        (Listing((Known("a"), Known("b"))), ["a", "b"], True),
        (Listing((Known("a"), Known("b"))), ["b", "a"], False),
        (Listing((Known("a"),)), ["a", "b"], False),
        (Listing((Unknown("it"),)), ["a", "b"], True),
        (OneOf((Option(Known("a"), ()), Option(ABSENT, ()))), "a", True),
        (OneOf((Option(Known("a"), ()), Option(ABSENT, ()))), "b", False),
        (ABSENT, {"Ref": "AWS::NoValue"}, True),
        (ABSENT, "", False),
        (Structure({"a": 1}), {"b": 2}, True),
    ],
)
def test_what_fits(value: Value, theirs: object, expected: bool) -> None:
    assert fits(value, theirs) is expected
