"""What a configuration says, and what is said of one that cannot be used."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from analyzer.judgement import Severity
from analyzer.policy.config_error import ConfigError
from analyzer.policy.configuration import Central, Configuration, Source, central
from analyzer.policy.settings import Attestation, Override
from analyzer.policy.waivers import Waiver, WaiverPolicy


def known() -> frozenset[str]:
    return frozenset({"FM0701", "FM0702", "FM0901"})


def source(content: Any, lines: dict[str, int] | None = None) -> Source:
    return Source("app/stackproof.yaml", "app", content, lambda pointer: (lines or {}).get(pointer))


def configuration(content: Any, **lines: int) -> Configuration:
    return Configuration(source(content, lines), known)


def refused(content: Any, lines: dict[str, int] | None = None) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as caught:
        Configuration(source(content, lines), known)
    return caught.value.lines


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (20, []),
        (21, ["1 more problem in the configuration"]),
        (2020, ["2,000 more problems in the configuration"]),
    ],
)
@pytest.mark.parametrize("well_formed", [True, False])
def test_of_many_problems_the_first_are_told_and_the_others_counted(
    wrong: int, told: list[str], well_formed: bool
) -> None:
    entry: Any = "FM9999" if well_formed else 7
    lines = refused({"ignore": [entry] * wrong}, {f"/ignore/{index}": index + 2 for index in range(wrong)})
    assert [line.split(": ")[0] for line in lines[:20]] == [f"app/stackproof.yaml:{line}" for line in range(2, 22)]
    assert list(lines[20:]) == told


def test_an_empty_file_is_a_configuration_that_says_nothing() -> None:
    for content in (None, {}):
        held = configuration(content)
        assert (held.rules("select"), held.overrides(), held.waivers(), held.attestation()) == ((), (), (), None)
        assert held.waiver_policy() == WaiverPolicy()


def test_everything_it_may_say() -> None:
    held = configuration(
        {
            "select": ["fm07"],
            "ignore": ["FM0702"],
            "severity": {"FM07": "low", "fm0701": "critical"},
            "parameters": {"Stage": "prod", "Count": 3, "On": True, "Ids": ["a", 1]},
            "paths": {"old/**": {"ignore": ["FM09"]}},
            "stacks": {"Prod*": {"severity": {"FM09": "high"}, "parameters": {"Stage": "p"}}},
            "audit_retention_days": 400,
            "log_retention_days": 30,
            "exclude": ["vendor"],
        }
    )
    assert (held.rules("select"), held.rules("ignore")) == (("FM07",), ("FM0702",))
    assert held.severities() == {"FM07": Severity.LOW, "FM0701": Severity.CRITICAL}
    assert held.parameters() == {"Stage": "prod", "Count": "3", "On": "true", "Ids": "a,1"}
    assert held.overrides() == (
        Override(path="old/**", base="app", ignore=("FM09",)),
        Override(stack="Prod*", base="app", severities={"FM09": Severity.HIGH}, parameters={"Stage": "p"}),
    )
    assert held.rule_settings() == {"audit_retention_days": 400, "log_retention_days": 30}
    assert list(held.excludes()) == [("vendor", "app/stackproof.yaml")]


def test_a_trail_of_the_organization_is_vouched_for_by_somebody() -> None:
    held = Configuration(
        source(
            {"audit_trail": {"kind": "organization", "owner": " ann ", "reason": "one trail for all"}},
            {"/audit_trail": 7},
        ),
        known,
    )
    assert held.rule_settings() == {"audit_trail": "organization"}
    assert held.attestation() == Attestation("ann", "one trail for all", "app/stackproof.yaml:7")


def test_its_waivers_know_the_line_they_are_written_on() -> None:
    entry = {
        "rule": "fm0701",
        "reason": " by design ",
        "stack": "Prod/*",
        "template": "cdk.out/**",
        "evidence": ["0123456789ab"],
        "owner": "ann",
        "expires": "2027-01-31",
    }
    held = Configuration(source({"waivers": [entry]}, {"/waivers/0": 12}), known)
    assert held.waivers() == (
        Waiver(
            rule="FM0701",
            reason="by design",
            origin="app/stackproof.yaml:12",
            stack="Prod/*",
            template="cdk.out/**",
            evidence=("0123456789ab",),
            owner="ann",
            expires=date(2027, 1, 31),
            base="app",
        ),
    )


def test_the_policy_of_waivers() -> None:
    held = configuration(
        {"waiver_policy": {"require": ["owner"], "non_waivable": ["fm09"], "inline": False, "warn_days": 0}}
    )
    assert held.waiver_policy() == WaiverPolicy(("owner",), ("FM09",), inline=False, warn_days=0)


SCOPELESS = (
    "waivers[0] has no scope; it is limited by stack, construct, resource, type, template or fingerprint; "
    "`ignore` switches a rule off"
)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ({"selct": []}, "unknown key 'selct'; did you mean select?"),
        ({"gate": {"failon": "high"}}, "unknown key 'failon' in gate; did you mean fail_on?"),
        ({"gate": {"fail_on": "hihg"}}, "gate.fail_on: 'hihg' is not one of never, info, low, medium, high, critical"),
        ({"select": "FM07"}, "select is a list of rule ids or prefixes, not 'FM07'"),
        ({"ignore": ["FM0710"]}, "ignore: no rule has the id or prefix 'FM0710'; did you mean FM0701?"),
        ({"severity": {"FM08": "low"}}, "severity: no rule has the id or prefix 'FM08'"),
        ({"severity": {"FM07": "grave"}}, "severity.FM07: 'grave' is not one of info, low, medium, high, critical"),
        ({"stacks": {"P": {"ignore": ["XX"]}}}, "stacks.P.ignore: no rule has the id or prefix 'XX'"),
        ({"paths": {"a/**": {"parameters": {}}}}, "unknown key 'parameters' in paths.a/**; known: ignore, severity"),
        ({"audit_trail": "organization"}, "audit_trail is a mapping with kind, owner and reason, not 'organization'"),
        ({"audit_trail": {"kind": "organization", "owner": "ann"}}, "audit_trail has no reason"),
        ({"log_retention_days": 0}, "log_retention_days is a number of days, 1 or more, not 0"),
        ({"log_retention_days": True}, "log_retention_days is a number of days, 1 or more, not true"),
        ({"waivers": [{"rule": "FM07", "reason": "x"}]}, SCOPELESS),
        ({"waivers": [{"rule": "FM07", "stack": "S"}]}, "waivers[0] has no reason"),
        ({"waivers": [{"rule": "FM07", "reason": " ", "stack": "S"}]}, "waivers[0].reason is a text that is not empty"),
        (
            {"waivers": [{"rule": "FM07", "raeson": "x", "reason": "y", "stack": "S"}]},
            "unknown key 'raeson' in waivers[0]; did you mean reason?",
        ),
        (
            {"waivers": [{"rule": "FM0799", "reason": "x", "stack": "S"}]},
            "waivers[0]: no rule has the id or prefix 'FM0799'",
        ),
        (
            {"waivers": [{"rule": "FM07", "reason": "x", "stack": "S", "expires": "2027-02-30"}]},
            "waivers[0]: expires is a date like 2027-01-31, not '2027-02-30'",
        ),
        (
            {"waivers": [{"rule": "FM07", "reason": "x", "stack": "S", "evidence": ["xyz"]}]},
            "waivers[0].evidence[0] is 12 hexadecimal digits, not 'xyz'",
        ),
        ({"waiver_policy": {"require": ["ownr"]}}, "waiver_policy.require[0]: 'ownr' is not one of"),
        ({"waiver_policy": {"non_waivable": ["XX"]}}, "waiver_policy.non_waivable: no rule has the id or prefix 'XX'"),
        ({"baseline": "../b.json"}, "baseline is a file in the folder of this file or below it"),
        ({"baseline": "/etc/b.json"}, "baseline is a file in the folder of this file or below it"),
        ({"baseline": "a/../../b.json"}, "baseline is a file in the folder of this file or below it"),
        (["select"], "the configuration is a mapping of settings, not a list"),
        ("text", "the configuration is a mapping of settings, not 'text'"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(content: Any, problem: str) -> None:
    (line,) = refused(content)
    assert line.startswith(f"app/stackproof.yaml: {problem}")


def test_every_problem_is_said_with_its_line_in_their_order() -> None:
    lines = {"/ignore": 2, "/selct": 1}
    assert refused({"selct": [], "ignore": "x"}, lines) == (
        "app/stackproof.yaml:1: unknown key 'selct'; did you mean select?",
        "app/stackproof.yaml:2: ignore is a list of rule ids or prefixes, not 'x'",
    )


def test_a_key_with_a_slash_is_pointed_at() -> None:
    (line,) = refused({"stacks": {"Prod/*": {"ignre": []}}}, {"/stacks/Prod~1*/ignre": 4})
    assert line.startswith("app/stackproof.yaml:4: unknown key 'ignre'")


CENTRAL = {
    "waivers": [{"rule": "FM07", "reason": "x", "stack": "S"}],
    "policy": {"require": ["owner"], "non_waivable": ["FM0901"]},
}


def test_a_central_file_holds_waivers_and_policy() -> None:
    read = central(source(CENTRAL), known)
    assert read == Central(
        (Waiver("FM07", "x", "app/stackproof.yaml", stack="S", base="app"),), WaiverPolicy(("owner",), ("FM0901",))
    )


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ({}, "the configuration has no waivers"),
        (None, "the configuration is a mapping with waivers and policy, not empty"),
        ({"waivers": [], "gate": {}}, "unknown key 'gate'"),
        ({"waivers": [], "policy": {"non_waivable": ["XX"]}}, "policy.non_waivable: no rule has the id or prefix 'XX'"),
        ({"waivers": [{"rule": "XX", "reason": "x", "stack": "S"}]}, "waivers[0]: no rule has the id or prefix 'XX'"),
    ],
)
def test_a_central_file_is_read_as_strictly(content: Any, problem: str) -> None:
    with pytest.raises(ConfigError) as caught:
        central(source(content), known)
    assert [line.partition(": ")[2].startswith(problem) for line in caught.value.lines] == [True]
