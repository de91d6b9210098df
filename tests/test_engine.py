"""What a run over rules answers, and what becomes of rules that break down."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count, permutations
from typing import cast

import pytest

from analyzer.engine import Breakdown, Budget, Evaluation, run, settle
from analyzer.judgement import Confidence, Evidence, Judgement, Severity
from analyzer.rule import Query, Rule, fail, passed, unknown
from tests.builders import Thing, rule

A, B = Thing("A"), Thing("B")
QUERY = cast("Query", object())


def test_judgements_come_by_rule_stack_logical_id_and_key() -> None:
    elsewhere = Thing("A", stack="R")
    first = rule("FM0701", [passed(B), fail(A, "no", key="2"), fail(A, "no", key="1"), passed(elsewhere)])
    second = rule("FM0102", [passed(B)])
    evaluation = run([first, second], QUERY)
    assert evaluation == Evaluation(
        (
            (second, passed(B)),
            (first, passed(elsewhere)),
            (first, fail(A, "no", key="1")),
            (first, fail(A, "no", key="2")),
            (first, passed(B)),
        ),
        (),
    )


@pytest.mark.parametrize("order", list(permutations([fail(A, "no"), unknown(A, "x"), passed(A)])))
def test_a_fail_beats_an_unknown_beats_a_pass(order: tuple[Judgement, ...]) -> None:
    assert settle(order) == [fail(A, "no")]
    assert settle([j for j in order if j != fail(A, "no")]) == [unknown(A, "x")]


def test_a_pass_gives_way_to_a_worse_verdict_with_any_key() -> None:
    assert settle([passed(A), fail(A, "no", key="s3")]) == [fail(A, "no", key="s3")]
    assert settle([passed(A), unknown(A, "x", key="s3")]) == [unknown(A, "x", key="s3")]


def test_keys_are_questions_of_their_own() -> None:
    judged = [fail(A, "no", key="s3"), unknown(A, "x", key="sqs"), unknown(A, "y")]
    assert settle(judged) == [fail(A, "no", key="s3"), unknown(A, "x", key="sqs")]


def test_of_several_fails_the_gravest_then_surest_then_best_proved_counts() -> None:
    plain = fail(A, "plain")
    grave = fail(A, "grave", severity=Severity.HIGH, confidence=Confidence.POSSIBLE)
    sure = fail(A, "sure", severity=Severity.HIGH, confidence=Confidence.LIKELY)
    proved = fail(A, "p", severity=Severity.HIGH, confidence=Confidence.LIKELY, evidence=[Evidence("code", "x")])
    for order in permutations([plain, grave, sure, proved]):
        assert settle(order) == [proved]
    assert settle([plain, grave, sure]) == [sure]
    assert settle([plain, grave]) == [grave]


def test_of_equal_fails_the_first_by_the_alphabet_counts_in_whatever_order_they_come() -> None:
    one, other = fail(A, "first"), fail(A, "second")
    assert settle([one, other]) == settle([other, one]) == [one]


def test_of_equal_doubts_the_first_by_the_alphabet_counts() -> None:
    one, other = unknown(A, "the first"), unknown(A, "the second")
    assert settle([one, other]) == settle([other, one]) == [one]


def test_a_parameter_and_a_resource_of_one_name_are_two_subjects() -> None:
    parameter = Thing("A", type="Parameter")
    assert settle([passed(A), fail(parameter, "no")]) == [passed(A), fail(parameter, "no")]


def crash(*before: Judgement, error: Exception) -> Callable[[Query], Iterator[Judgement]]:
    def check(query: Query) -> Iterator[Judgement]:
        yield from before
        raise error

    return check


def in_the_rules_own_module(check: Callable[[Query], Iterator[Judgement]]) -> Rule:
    made = rule("FM0701", check)
    object.__setattr__(made, "module", __name__)
    return made


def test_a_crash_is_not_evaluated_and_never_a_finding() -> None:
    broken = in_the_rules_own_module(crash(error=KeyError("Runtime")))
    sound = rule("FM0801", [passed(A)])
    evaluation = run([broken, sound], QUERY)
    assert evaluation.judgements == ((sound, passed(A)),)
    line = crash.__code__.co_firstlineno + 3
    assert evaluation.breakdowns == (Breakdown(broken, f"KeyError: 'Runtime' (test_engine.py:{line})"),)


def test_what_was_proved_before_a_crash_stands_and_nothing_else_does() -> None:
    broken = rule("FM0701", crash(fail(A, "no"), passed(B), unknown(Thing("C"), "x"), error=ValueError("a\n  b")))
    evaluation = run([broken], QUERY)
    assert evaluation.judgements == ((broken, fail(A, "no")),)
    (breakdown,) = evaluation.breakdowns
    assert breakdown.reason.startswith("ValueError: a b (")


def test_the_reason_names_the_rules_own_line_not_the_library_it_called() -> None:
    def check(query: Query) -> Iterator[Judgement]:
        yield passed(A)
        int("no number, deep inside something")
        sorted([1, "a"], key=lambda item: item + 1)  # type: ignore[operator]

    (breakdown,) = run([in_the_rules_own_module(check)], QUERY).breakdowns
    assert breakdown.reason.endswith(f"(test_engine.py:{check.__code__.co_firstlineno + 2})")


def test_an_error_without_words_is_named() -> None:
    (breakdown,) = run([rule("FM0701", crash(error=RecursionError()))], QUERY).breakdowns
    assert breakdown.reason.startswith("RecursionError (")


def test_a_check_that_is_no_generator_and_raises_at_once_is_caught_too() -> None:
    def check(query: Query) -> Iterator[Judgement]:
        raise RuntimeError("at once")

    (breakdown,) = run([rule("FM0701", check)], QUERY).breakdowns
    assert breakdown.reason.startswith("RuntimeError: at once")


def test_a_wish_to_stop_is_no_breakdown() -> None:
    def check(query: Query) -> Iterator[Judgement]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run([rule("FM0701", check)], QUERY)


def test_a_rule_over_its_budget_is_stopped_between_judgements() -> None:
    endless = rule("FM0701", lambda query: (fail(Thing(f"F{n}"), "no") for n in count()))
    quick = rule("FM0801", [passed(A)])
    ticks = count()
    evaluation = run([endless, quick], QUERY, budget=Budget(2.5, lambda: float(next(ticks))))
    assert evaluation.judgements == (
        (endless, fail(Thing("F0"), "no")),
        (endless, fail(Thing("F1"), "no")),
        (endless, fail(Thing("F2"), "no")),
        (quick, passed(A)),
    )
    assert evaluation.breakdowns == (Breakdown(endless, "it took longer than 2.5 s"),)


def test_progress_is_told_of_each_rule_before_it_runs() -> None:
    told: list[str] = []

    def check(query: Query) -> Iterator[Judgement]:
        told.append("ran")
        yield passed(A)

    run([rule("FM0801"), rule("FM0701", check)], QUERY, before=lambda each: told.append(each.id))
    assert told == ["FM0701", "ran", "FM0801"]
