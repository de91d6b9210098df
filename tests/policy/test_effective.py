"""Command line over nearest file over default; what narrows down adds up."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from analyzer.judgement import Confidence, Severity
from analyzer.policy.baseline import Baseline
from analyzer.policy.configuration import Central, Configuration, Source
from analyzer.policy.effective import Choices, Origin, baseline_file, origins, settings
from analyzer.policy.result import Gate
from analyzer.policy.settings import EVERY_RULE, Override, Profile, Settings
from analyzer.policy.waivers import Waiver, WaiverPolicy

DAY = date(2026, 11, 24)


def config(content: dict[str, Any], base: str = ".", **lines: int) -> Configuration:
    file = "stackproof.yaml" if base == "." else f"{base}/stackproof.yaml"
    places = {f"/{name.replace('__', '/')}": line for name, line in lines.items()}
    return Configuration(Source(file, base, content, places.get), lambda: {"FM0701", "FM0801"})


def choices(**given: Any) -> Choices:
    return Choices(as_of=DAY, **given)


FULL = config(
    {
        "select": ["FM07"],
        "ignore": ["FM0801"],
        "profile": "documented",
        "gate": {"fail_on": "high", "min_confidence": "certain"},
        "frameworks": ["nist-800-53-r5"],
    }
)


def test_without_anything_the_defaults_hold() -> None:
    assert settings(choices()) == Settings(as_of=DAY)


def test_a_file_wins_over_the_defaults() -> None:
    found = settings(choices(), [FULL])
    assert (found.select, found.ignore, found.profile) == (("FM07",), ("FM0801",), Profile.DOCUMENTED)
    assert found.gate == Gate(Severity.HIGH, Confidence.CERTAIN)
    assert found.frameworks == ("nist-800-53-r5",)


def test_the_command_line_wins_over_the_file() -> None:
    given = choices(select=("fm08",), profile="default", fail_on="never", min_confidence="possible")
    found = settings(given, [FULL])
    assert (found.select, found.profile) == (("FM08",), Profile.DEFAULT)
    assert found.gate == Gate(None, Confidence.POSSIBLE)


def test_half_a_gate_leaves_the_other_half() -> None:
    assert settings(choices(fail_on="low"), [FULL]).gate == Gate(Severity.LOW, Confidence.CERTAIN)
    assert settings(choices(), [config({"gate": {"fail_on": "never"}})]).gate == Gate(None, Confidence.LIKELY)


def test_what_is_ignored_and_excluded_adds_up() -> None:
    inner, outer = (
        config({"ignore": ["FM0801"], "exclude": ["a/b"]}, "app"),
        config({"exclude": ["old"], "ignore": ["FM07"]}),
    )
    found = settings(choices(ignore=("fm0701",), exclude=("tmp",)), [inner, outer])
    assert found.ignore == ("FM0701", "FM0801"), "of a file further up only the excludes hold"
    assert found.overrides == (
        Override(path="**/tmp", ignore=(EVERY_RULE,)),
        Override(path="a/b", base="app", ignore=(EVERY_RULE,)),
        Override(path="**/old", ignore=(EVERY_RULE,)),
    )


def test_waivers_and_policies_of_central_files_come_first_and_add_up() -> None:
    ours = Waiver("FM07", "x", "w.yaml:1", stack="S")
    central = Central((ours,), WaiverPolicy(require=("owner",), inline=False))
    local = config(
        {"waivers": [{"rule": "FM08", "reason": "y", "stack": "S"}], "waiver_policy": {"require": ["expires"]}}
    )
    found = settings(choices(central=(central,)), [local])
    assert [waiver.reason for waiver in found.waivers] == ["x", "y"]
    assert found.waiver_policy.require == ("owner", "expires")
    assert not found.inline_waivers
    assert not settings(choices(inline_waivers=False)).inline_waivers


@pytest.mark.parametrize(
    ("given", "held", "file"),
    [
        (None, None, None),
        ("b.json", None, "b.json"),
        (None, config({"baseline": "b.json"}), "b.json"),
        (None, config({"baseline": "x/b.json"}, "app"), "app/x/b.json"),
        (None, config({"baseline": "b.json"}, ".."), "../b.json"),
        ("c.json", config({"baseline": "b.json"}), "c.json"),
    ],
)
def test_which_baseline_is_in_force(given: str | None, held: Configuration | None, file: str | None) -> None:
    assert baseline_file(choices(baseline=given), held) == file


def test_a_baseline_is_read_where_it_counts() -> None:
    read = Baseline(())
    assert settings(choices(baseline="b.json"), (), {"b.json": read}.__getitem__).baseline is read
    assert settings(choices(baseline="b.json")).baseline is None


def test_where_each_value_comes_from() -> None:
    inner = config(
        {"gate": {"fail_on": "high"}, "exclude": ["a"], "severity": {"FM07": "low"}, "log_retention_days": 30},
        "app",
        gate__fail_on=3,
        exclude__0=5,
        severity__FM07=7,
    )
    told = list(origins([inner, config({"exclude": ["old"], "ignore": ["FM08"]}, exclude__0=2)]))
    assert [origin for origin in told if origin.origin != "default"] == [
        Origin("gate.fail_on", "high", "app/stackproof.yaml:3"),
        Origin("log_retention_days", 30, "app/stackproof.yaml"),
        Origin("exclude", "a", "app/stackproof.yaml:5"),
        Origin("exclude", "old", "stackproof.yaml:2"),
        Origin("severity.FM07", "low", "app/stackproof.yaml:7"),
    ]
    assert Origin("gate.min_confidence", "likely", "default") in told
    assert {origin.origin for origin in origins([])} == {"default"}
