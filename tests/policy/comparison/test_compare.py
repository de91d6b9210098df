"""What a comparison calls a change, and what it must not: a failure is mended only where the rule looked again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from analyzer.judgement import Confidence, Severity
from analyzer.policy.comparison.change import Aspect, Bar, Kind, Lapsed, State
from analyzer.policy.comparison.side import Fate, Known, Side
from analyzer.policy.result import InputProblem, NotEvaluated, Waived
from tests.policy.comparison.sides import (
    BAR,
    about,
    difference,
    given,
    known,
    passed,
    side,
    template,
    told,
    undecided,
)

ALONE = (State.PASSED, State.CLEAR, State.ABSENT, State.NOT_JUDGED, State.UNKNOWN)
WAIVED = known(fate=Fate.WAIVED, waived=Waived(known().finding, "by design", "c.yaml:3"))


def test_what_is_as_it_was_is_counted_and_no_change() -> None:
    both = side(known(), known("Other"), unknown=(undecided("Fn", "FM0601"),))
    found = difference(both, both)
    assert (found.changes, found.unchanged, found.still_open, found.lapsed) == ((), 2, 1, ())


def test_added_says_what_was_there_before() -> None:
    new = side(known("Fn"), known("Other"), known("New"), inputs=(given(template("Fn", "Other", "New")),))
    old = side(passed=passed("Fn"))
    assert told(old, new) == [
        ("added", "Fn", "passed", "failing"),
        ("added", "Other", "clear", "failing"),
        ("added", "New", "absent", "failing"),
    ]


def test_added_by_a_rule_that_did_not_run_before_is_not_called_clean_before() -> None:
    (change,) = difference(side(rules=frozenset({"FM0601"})), side(known())).changes
    assert (change.kind, change.before.value, change.why) == (Kind.ADDED, "not_judged", "the rule did not run")


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (side(passed=passed("Fn")), ("mended", "Fn", "failing", "passed")),
        (side(), ("mended", "Fn", "failing", "clear")),
        (side(inputs=(given(template("Other")),)), ("gone", "Fn", "failing", "absent")),
        (side(inputs=()), ("gone", "Fn", "failing", "absent")),
        (side(unknown=(undecided(),)), ("no_longer_judged", "Fn", "failing", "unknown")),
        (side(rules=frozenset()), ("no_longer_judged", "Fn", "failing", "not_judged")),
        (
            side(inputs=(given(template("Fn"), not_run=("FM0701",)),)),
            ("no_longer_judged", "Fn", "failing", "not_judged"),
        ),
        (
            side(inputs=(given(template("Fn"), ignored=(("FM0701", "Documents"),)),)),
            ("no_longer_judged", "Fn", "failing", "not_judged"),
        ),
        (
            side(not_evaluated=(NotEvaluated("FM0701", "cdk.out", "KeyError"),)),
            ("no_longer_judged", "Fn", "failing", "not_judged"),
        ),
        (
            side(inputs=(), problems=(InputProblem("x.json", None, None, "not JSON"),)),
            ("no_longer_judged", "Fn", "failing", "not_judged"),
        ),
    ],
)
def test_what_is_not_found_any_more_is_mended_only_where_the_rule_looked(
    new: Side, expected: tuple[str, str, str, str]
) -> None:
    assert told(side(known()), new) == [expected]


def test_a_rule_that_broke_down_elsewhere_does_not_hide_that_the_subject_passed() -> None:
    new = side(passed=passed("Fn"), not_evaluated=(NotEvaluated("FM0701", "other", "KeyError"),))
    assert told(side(known()), new) == [("mended", "Fn", "failing", "passed")]


def test_the_configuration_of_another_stack_says_nothing_of_this_one() -> None:
    new = side(inputs=(given(template("Fn"), ignored=(("FM0701", "Others"),)),))
    assert told(side(known()), new) == [("mended", "Fn", "failing", "clear")]


@pytest.mark.parametrize(
    ("before", "after", "kind", "aspects"),
    [
        (
            known(severity=Severity.MEDIUM),
            known(severity=Severity.HIGH),
            Kind.WORSENED,
            (Aspect("severity", ("medium",), ("high",), worse=True),),
        ),
        (
            known(confidence=Confidence.CERTAIN),
            known(confidence=Confidence.POSSIBLE),
            Kind.EASED,
            (Aspect("confidence", ("certain",), ("possible",), worse=False),),
        ),
        (
            known(severity=Severity.HIGH, confidence=Confidence.POSSIBLE),
            known(severity=Severity.LOW, confidence=Confidence.CERTAIN),
            Kind.WORSENED,
            (
                Aspect("severity", ("high",), ("low",), worse=False),
                Aspect("confidence", ("possible",), ("certain",), worse=True),
            ),
        ),
        (
            known(evidence=("a", "b")),
            known(evidence=("b", "c")),
            Kind.WORSENED,
            (Aspect("evidence", ("does a",), ("does c",), worse=True),),
        ),
        (
            known(evidence=("a", "b")),
            known(evidence=("b",)),
            Kind.EASED,
            (Aspect("evidence", ("does a",), (), worse=False),),
        ),
    ],
)
def test_a_finding_that_is_in_both_is_compared(
    before: Known, after: Known, kind: Kind, aspects: tuple[Aspect, ...]
) -> None:
    (change,) = difference(side(before), side(after)).changes
    assert (change.kind, change.shown, change.aspects) == (kind, after, aspects)


def test_another_failure_of_the_same_resource_is_no_growth_of_the_first() -> None:
    old, new = side(known(key="first")), side(known(key="second", evidence=("a", "b")))
    assert told(old, new) == [("added", "Fn", "clear", "failing"), ("mended", "Fn", "failing", "clear")]


def test_excuses_that_come_and_go() -> None:
    assert told(side(WAIVED), side(known())) == [("worsened", "Fn", "waived", "failing")]
    assert told(side(known()), side(WAIVED)) == [("eased", "Fn", "failing", "waived")]
    assert told(side(known(fate=Fate.BASELINED)), side(known())) == [("worsened", "Fn", "baselined", "failing")]
    assert told(side(WAIVED), side(known(fate=Fate.BASELINED))) == []
    assert told(side(), side(WAIVED)) == [("added", "Fn", "clear", "waived")]
    assert told(side(WAIVED), side(passed=passed("Fn"))) == [("mended", "Fn", "waived", "passed")]


def test_questions_that_open_and_close() -> None:
    question = side(unknown=(undecided(),))
    assert told(side(passed=passed("Fn")), question) == [("worsened", "Fn", "passed", "unknown")]
    assert told(side(), question) == [("added", "Fn", "clear", "unknown")]
    assert told(side(inputs=()), question) == [("added", "Fn", "absent", "unknown")]
    assert told(question, side(known())) == [("worsened", "Fn", "unknown", "failing")]
    assert told(question, side(passed=passed("Fn"))) == [("eased", "Fn", "unknown", "passed")]
    assert told(question, side(inputs=(given(template("Other")),))) == [("gone", "Fn", "unknown", "absent")]
    assert told(question, side(rules=frozenset())) == [("no_longer_judged", "Fn", "unknown", "not_judged")]
    assert told(question, side(unknown=(undecided(needs="the value of Y"),))) == []


def test_a_second_question_about_the_same_subject_is_a_change() -> None:
    new = side(unknown=(undecided(), undecided(needs="the value of Y")))
    assert [about(change) for change in difference(side(unknown=(undecided(),)), new).changes] == [new.unknown[1]]


def test_passes_of_which_nothing_is_said_any_more() -> None:
    old = side(passed=passed("Fn", "Other") | passed("Fn", rule_id="FM0601") | passed("Documents"))
    quiet = side(rules=frozenset({"FM0601"}), passed=passed("Fn", rule_id="FM0601"))
    assert difference(old, quiet).lapsed == (Lapsed("FM0701", "the rule did not run", 3),)
    gone = replace(quiet, inputs=(given(template()),))
    assert difference(old, gone).lapsed == (Lapsed("FM0701", "the rule did not run", 1),)  # the template itself


def test_renamed_stacks_keep_their_findings() -> None:
    old = side(
        known(stack="Dev", template="a/Dev.json"), inputs=(given(template("Fn", path="a/Dev.json", stack="Dev")),)
    )
    new = side(
        known(stack="Prod", template="Prod.json"), inputs=(given(template("Fn", path="Prod.json", stack="Prod")),)
    )
    assert (told(old, new), difference(old, new).unchanged) == ([], 1)
    mended = replace(new, known=(), passed=passed("Fn", stack="Prod"))
    assert told(old, mended) == [("mended", "Fn", "failing", "passed")]


def test_what_is_said_of_a_template_itself_outlasts_another_name() -> None:
    """It goes by the name of its stack, which is another one now."""
    itself = {"resource_type": "Template", "template": "t.json"}
    old = side(
        known("Dev", stack="Dev", **itself),
        inputs=(given(template("Fn", path="t.json", stack="Dev")),),
        passed=passed("Dev", rule_id="FM0601", stack="Dev"),
    )
    new = side(inputs=(given(template("Fn", path="t.json", stack="Prod")),), rules=frozenset({"FM0701"}))
    assert told(old, replace(new, passed=passed("Prod", stack="Prod"))) == [("mended", "Dev", "failing", "passed")]
    assert difference(old, new).lapsed == (Lapsed("FM0601", "the rule did not run", 1),)


def test_a_copy_is_no_move() -> None:
    """The same template under two paths: the second is new, and the first was not mended."""
    here = known(template="a/t.json", stack="t")
    there = known(template="b/t.json", stack="t")
    one = side(here, inputs=(given(template("Fn", path="a/t.json", stack="t")),))
    two = side(here, there, inputs=(*one.inputs, given(template("Fn", path="b/t.json", stack="t"))))
    assert told(one, two) == [("added", "Fn", "absent", "failing")]
    assert told(two, one) == [("gone", "Fn", "failing", "absent")]


@pytest.mark.parametrize(
    ("bar", "change", "stops"),
    [
        (BAR, known(), True),
        (BAR, known(severity=Severity.LOW), False),
        (BAR, known(confidence=Confidence.POSSIBLE), False),
        (BAR, WAIVED, False),
        (Bar(None, Confidence.LIKELY), known(), False),
        (Bar(Severity.LOW, Confidence.POSSIBLE, own=True), known(), False),
        (Bar(None, Confidence.CERTAIN, own=True), known(blocking=True), True),
    ],
)
def test_what_fails_the_comparison(bar: Bar, change: Known, stops: bool) -> None:
    found = difference(side(), side(change), bar)
    assert ([each.shown for each in found.blocking], found.exit_code) == ([change] if stops else [], int(stops))


def test_only_what_is_added_or_worsened_fails_it() -> None:
    eased = difference(side(known(severity=Severity.CRITICAL)), side(known(severity=Severity.HIGH)))
    lost = difference(side(known()), side(rules=frozenset()))
    same = difference(side(known()), side(known()))
    assert [each.exit_code for each in (eased, lost, same)] == [0, 0, 0]


def test_what_was_not_read_tells_in_the_status_where_it_may_hide_something() -> None:
    unread = {"problems": (InputProblem("x.json", None, None, "not JSON"),)}
    broken = {"not_evaluated": (NotEvaluated("FM0701", "cdk.out", "KeyError"),)}
    assert difference(side(), side(known(), **unread)).exit_code == 2
    assert difference(side(), side(known(), **unread, **broken)).exit_code == 3
    assert difference(side(**unread, **broken), side()).exit_code == 0


def test_changes_come_by_kind_and_the_gravest_first() -> None:
    old = side(known("Other"), known("Fn", key="2"))
    new = side(known("Fn", key="1", severity=Severity.LOW), known("Other", key="3"), passed=passed("Other", "Fn"))
    assert [(change.kind.value, about(change).resource) for change in difference(old, new).changes] == [
        ("added", "Other"),
        ("added", "Fn"),
        ("mended", "Other"),
        ("mended", "Fn"),
    ]


def test_source_findings_are_gone_with_their_file() -> None:
    source = {"template": None, "resource_type": "Source", "stack": "app"}
    found = known(**source)
    place = found.finding.location
    assert place is not None
    old = side(found, inputs=(given(kind="cdk-source", files=("base/Documents.template.json",)),))
    there = side(inputs=(given(kind="cdk-source", files=("Documents.template.json",)),))
    assert told(old, there) == [("mended", "Fn", "failing", "clear")]
    assert told(old, replace(there, inputs=(given(kind="cdk-source", files=("other.py",)),))) == [
        ("gone", "Fn", "failing", "absent")
    ]


def test_a_companion_that_did_not_run_mended_nothing() -> None:
    found = known(rule_id="cfn-lint:E3012", tool="cfn-lint")
    (change,) = difference(side(found, companions=frozenset({"cfn-lint"})), side()).changes
    assert (change.kind, change.why) == (Kind.NOT_JUDGED, "cfn-lint did not run")
    assert told(side(found), side(companions=frozenset({"cfn-lint"}))) == [("mended", "Fn", "failing", "clear")]


def test_a_side_is_narrowed_to_rules() -> None:
    whole = side(known(), unknown=(undecided(), undecided(rule_id="FM0601")), passed=passed("Other"))
    assert whole.narrowed(lambda rule_id: rule_id == "FM0601") == side(
        rules=frozenset({"FM0601"}), unknown=(undecided(rule_id="FM0601"),)
    )


NAMES = ("Fn", "Other", "Third")
KNOWN = st.builds(
    known,
    st.sampled_from(NAMES),
    st.sampled_from([("a",), ("a", "b"), ("b", "c"), ()]),
    key=st.sampled_from(["", "second"]),
    severity=st.sampled_from([Severity.LOW, Severity.HIGH]),
    fate=st.sampled_from(Fate),
)
SIDES = st.builds(
    lambda found, questions, resources, rules: side(
        *found,
        unknown=tuple(undecided(name) for name in questions),
        passed=passed(*resources),
        inputs=(given(template(*resources)),),
        rules=rules,
    ),
    st.lists(KNOWN, max_size=6),
    st.lists(st.sampled_from(NAMES), max_size=3),
    st.sets(st.sampled_from(NAMES)).map(sorted),
    st.sampled_from([frozenset(), frozenset({"FM0701"})]),
)


@drawn(SIDES)
def test_nothing_differs_from_itself(one: Side) -> None:
    found = difference(one, one)
    assert (found.changes, found.unchanged, found.still_open) == ((), len(one.known), len(one.unknown))


@drawn(SIDES, SIDES)
def test_every_finding_is_told_once(old: Side, new: Side) -> None:
    """Each finding of either side is unchanged, in one pair, or alone; and only what the new side has is ever added."""
    found = difference(old, new)
    alone = [change for change in found.changes if change.known is not None and change.before in ALONE]
    left = [change for change in found.changes if change.known is not None and change.after in ALONE]
    paired = [change for change in found.changes if change.known is not None and change not in (*alone, *left)]
    assert found.unchanged + len(paired) + len(alone) == len(new.known)
    assert found.unchanged + len(paired) + len(left) == len(old.known)
    assert all(change.shown in new.known for change in (*alone, *paired))
    assert all(change.shown in old.known for change in left)


@drawn(SIDES, SIDES)
def test_nothing_is_called_mended_that_nobody_looked_at(old: Side, new: Side) -> None:
    for change in difference(old, new).of(Kind.MENDED):
        assert about(change).resource in new.inputs[0].templates[0].resources
        assert "FM0701" in new.rules or ("FM0701", "Documents", about(change).resource) in new.passed
