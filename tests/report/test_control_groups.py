"""What is told of controls, framework by framework."""

from __future__ import annotations

import pytest

from analyzer.data.controls import controls_of, frameworks
from analyzer.policy.result import Passed
from analyzer.report.control_groups import Bearing, by_control
from tests.builders import finding, result, rule_info
from tests.report.results import EVERYTHING, NOTHING

COUNTS = {"contradicts": 1, "supports": 1, "undecided": 0, "waived": 2, "baselined": 0, "not evaluated": 1}
OTHERS = {"contradicts": 1, "supports": 2, "undecided": 1, "waived": 0, "baselined": 1, "not evaluated": 0}


def title(framework: str) -> str:
    known = frameworks()[framework]
    return f"{known.name}, {known.version}"


def test_controls_come_by_framework_in_their_order_with_what_was_judged() -> None:
    told = [
        (each.title, [(control.id, control.counts) for control in each.controls]) for each in by_control(EVERYTHING)
    ]
    assert told == [
        (title("nist-800-53-r5"), [("AC-6", COUNTS), ("AU-2", OTHERS), ("SC-7(5)", COUNTS)]),
        (title("soc-2-2017"), [("CC7.2", OTHERS)]),
        (title("dora"), [("9", COUNTS)]),
    ]


def test_rules_of_one_control_are_counted_together_each_with_its_mapping() -> None:
    rules = tuple(rule_info(name, controls=(("nist-800-53-r5", "AC-6"),)) for name in ("FM0601", "FM0101"))
    given = result(rules=rules, findings=(finding(rule_id="FM0601"),), passed=(Passed("FM0101", (("S", "A"),) * 2),))
    (framework,) = by_control(given)
    (control,) = framework.controls
    known = next(each for each in controls_of("FM0601") if each.id == "AC-6")
    assert control.rules == {"FM0601": known, "FM0101": None}
    assert (control.title, control.basis, control.contradicted_by) == (known.title, known.basis, ["FM0601"])
    assert control.counts == {**dict.fromkeys(COUNTS, 0), "contradicts": 1, "supports": 2}


def test_what_the_data_do_not_know_has_no_words_of_ours() -> None:
    (framework,) = by_control(result(rules=(rule_info(controls=(("own", "7"),)),)))
    (control,) = framework.controls
    assert (framework.title, framework.url, control.title, control.basis) == ("own", "", "", "")
    assert control.outcome == "nothing judged"


@pytest.mark.parametrize("frameworks", [(), ("soc-2-2017",)])
def test_a_rule_that_had_nothing_to_judge_bears_on_its_controls_all_the_same(frameworks: tuple[str, ...]) -> None:
    given = result(rules=(), unneeded=("FM0701",), frameworks=frameworks)
    told = [
        (control.id, list(control.rules), control.outcome) for each in by_control(given) for control in each.controls
    ]
    wanted = [each for each in controls_of("FM0701") if not frameworks or each.framework in frameworks]
    assert sorted(told) == sorted((each.id, ["FM0701"], "nothing judged") for each in wanted)


def test_the_rare_kinds_have_a_column_only_where_there_is_any_of_them() -> None:
    usual = ["contradicts", "supports", "undecided", "waived"]
    assert [each.kinds for each in by_control(NOTHING)] == [usual] * 3
    assert [each.kinds for each in by_control(EVERYTHING)] == [
        [*usual, "baselined", "not evaluated"],
        [*usual, "baselined"],
        [*usual, "not evaluated"],
    ]


@pytest.mark.parametrize(
    ("there", "outcome"),
    [
        (["supports", "baselined", "waived", "undecided", "not evaluated", "contradicts"], "contradicts"),
        (["supports", "baselined", "waived", "undecided", "not evaluated"], "not evaluated"),
        (["supports", "baselined", "waived", "undecided"], "undecided"),
        (["supports", "baselined", "waived"], "waived"),
        (["supports", "baselined"], "baselined"),
        (["supports"], "supports"),
    ],
)
def test_a_control_fares_as_the_gravest_of_its_judgements(there: list[str], outcome: str) -> None:
    assert Bearing("1", {}, {kind: int(kind in there) for kind in COUNTS}, []).outcome == outcome
