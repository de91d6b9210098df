"""The report for people, as they see it."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

import pytest

from analyzer.judgement import Confidence, Severity
from analyzer.policy.result import (
    Attested,
    Finding,
    Gate,
    Input,
    InputProblem,
    Location,
    NotEvaluated,
    Passed,
    PassedOver,
    Proof,
    Result,
    SourceLine,
    Undecided,
    Waived,
    WaiverNote,
)
from analyzer.report.options import ReportOptions, Verbosity
from analyzer.report.text import render
from analyzer.report.text_summary import look
from tests.builders import finding, result, rule_info

TEMPLATE = "cdk.out/Documents.template.json"
LINES = {
    (TEMPLATE, 3): '    "Processor8F3A2B1C": {',
    ("app.py", 41): "        fn = lambda_.Function(",
}


def shown(given: Result, **options: Any) -> str:
    settings = {"symbols": False, "read_line": lambda file, line: LINES.get((file, line)), **options}
    return render(given, options=ReportOptions(**settings))


def expect(text: str) -> str:
    return dedent(text).lstrip("\n")


def undecided(resource: str, needs: str, rule_id: str = "FM0701") -> Undecided:
    return Undecided(rule_id, "Documents", resource, "AWS::Lambda::Function", needs, None, None, None)


def test_a_finding_is_told_with_its_lines_proof_and_way_out() -> None:
    evidence = (
        Proof("trigger", "Bucket calls Processor", Location(TEMPLATE, 9, 7, 9, 9)),
        Proof("grant", "Processor may write to Bucket", None),
    )
    assert shown(result(findings=(finding(evidence=evidence),))) == expect(
        """
        -- Documents cdk.out/Documents.template.json -----------------------------------------------------

        !! critical FM0701 event-loop  Processor8F3A2B1C (AWS::Lambda::Function)
          Processor writes to Bucket, which triggers it again.
            +- cdk.out/Documents.template.json:3:5
          3 |     "Processor8F3A2B1C": {
            |     ^^^^^^^^^^^^^^^^^^^
             +- app.py:41  Documents/Compute/Processor
          41 |     fn = lambda_.Function(
             |     ^^^^^^^^^^^^^^^^^^^^^^
          proof     1. Bucket calls Processor [cdk.out/Documents.template.json:9:7]
                    2. Processor may write to Bucket
          with      Bucket83908E77
          fix       Write under another prefix.
          more      stackproof explain FM0701

        Examined 12 resources in 1 stack of 1 application with 1 rule.
        1 judgement: 1 failed, 0 passed, 0 undecided, 0 waived, 0 baselined.
          !! 1 critical
        Failed: 1 finding at or over the gate (medium or worse, likely or surer).
        """
    )


def test_a_clean_run_says_how_much_was_looked_at() -> None:
    given = result(
        passed=(Passed("FM0701", (("Documents", "A"), ("Documents", "B"))),),
        rules=(rule_info("FM0701"), rule_info("FM0702")),
    )
    assert shown(given) == expect(
        """
        Examined 12 resources in 1 stack of 1 application with 2 rules, 1 of which found nothing to judge.
        2 judgements: 0 failed, 2 passed, 0 undecided, 0 waived, 0 baselined.
        Passed: no finding at or over the gate (medium or worse, likely or surer).
        """
    )


def test_everything_beside_the_findings_has_its_own_section() -> None:
    given = result(
        unknown=tuple(undecided(f"Fn{n}", "the value of parameter SubnetIds") for n in range(6)),
        waived=(Waived(finding(), "by design", "CDK acknowledgement at Documents", "ann", None, "2027-01-31"),),
        waiver_notes=(WaiverNote("FM0702", "here", "unused", "the waiver of FM0702 hides nothing"),),
        passed=(Passed("FM1101", (("Documents", "Data"),)),),
        attested=(
            Attested(
                rule_id="FM1101",
                stack="Documents",
                resource="Data",
                resource_type="AWS::S3::Bucket",
                construct_path=None,
                statement="By attestation: so it is.",
                owner="ann",
                reason="a trail of the organization",
                origin="stackproof.yaml:3",
            ),
        ),
        not_evaluated=(NotEvaluated("FM0701", "cdk.out", "KeyError: 'x' (fm0701_event_loop.py:3)"),),
        problems=(InputProblem("b.json", 3, 7, "not JSON"), InputProblem("c.json", None, None, "cannot be read")),
    )
    assert shown(given) == expect(
        """
        Undecided: these need a value that is not in the input
          ? FM0701 event-loop: 6 subjects
            needs the value of parameter SubnetIds (Fn0, Fn1, Fn2, Fn3 and 2 more)

        Waived
          FM0701 Processor8F3A2B1C: by design (CDK acknowledgement at Documents, ann, until 2027-01-31)

        Waivers to look at
          the waiver of FM0702 hides nothing (here)

        Passed by attestation
          FM1101 on Data: By attestation: so it is. ann: a trail of the organization (stackproof.yaml:3)

        Not evaluated: the result is incomplete
          FM0701 event-loop on cdk.out: KeyError: 'x' (fm0701_event_loop.py:3)

        Not read
          b.json:3:7: not JSON
          c.json: cannot be read

        Examined 12 resources in 1 stack of 1 application with 1 rule.
        8 judgements: 0 failed, 1 passed (1 by attestation), 6 undecided, 1 waived, 0 baselined; 1 rule not evaluated.
        Incomplete: not every rule was evaluated, so this is no proof.
        """
    )


def test_undecided_is_folded_once_per_rule_and_need() -> None:
    given = result(unknown=tuple(undecided("Fn", f"value {n}") for n in range(5)))
    assert shown(given).startswith(
        expect(
            """
            Undecided: these need a value that is not in the input
              ? FM0701 event-loop: 5 subjects
                needs value 0 (Fn)
                needs value 1 (Fn)
                needs value 2 (Fn)
                and 2 more (-v shows all)
            """
        )
    )
    assert "needs value 4 (Fn)" in shown(given, verbosity=Verbosity.VERBOSE)


def informing(number: int, **changes: Any) -> tuple[Finding, ...]:
    return tuple(
        finding(
            rule_id="FM1201",
            slug="hard-coded-name",
            title="A physical name is written out",
            severity=Severity.INFO,
            resource=f"Table{n}",
            source=None,
            construct_path=None,
            related_resources=(),
            message=f"Table{n} is called docs-{n}.",
            **changes,
        )
        for n in range(number)
    )


def test_findings_that_only_inform_are_folded_by_rule_and_stack() -> None:
    assert shown(result(findings=(*informing(10), *informing(3, stack="Other")))).startswith(
        expect(
            """
            -- Documents cdk.out/Documents.template.json -----------------------------------------------------

            - info FM1201 hard-coded-name  10 times: A physical name is written out
              in        Table0, Table1, Table2, Table3, Table4, Table5, Table6, Table7 and 2 more (-v shows all)
              first     Table0 is called docs-0.
              at        cdk.out/Documents.template.json:3:5
              fix       Write under another prefix.
              more      stackproof explain FM1201

            -- Other cdk.out/Documents.template.json ---------------------------------------------------------

            - info FM1201 hard-coded-name  3 times: A physical name is written out
            """
        )
    )


@pytest.mark.parametrize(("number", "verbosity"), [(2, Verbosity.NORMAL), (5, Verbosity.VERBOSE)])
def test_few_findings_and_verbose_reports_are_not_folded(number: int, verbosity: Verbosity) -> None:
    text = shown(result(findings=informing(number)), verbosity=verbosity)
    assert [f"Table{n} is called docs-{n}." in text for n in range(number)] == [True] * number
    assert "times:" not in text


def test_grave_findings_of_one_rule_are_never_folded() -> None:
    many = tuple(finding(resource=f"Fn{n}", message=f"Fn{n} loops.") for n in range(9))
    assert all(f"Fn{n} loops." in shown(result(findings=many)) for n in range(9))


def test_quiet_is_one_line_a_finding_and_the_summary() -> None:
    found = finding(), finding(source=None), finding(source=None, location=None, severity=Severity.LOW)
    given = result(findings=found, unknown=(undecided("F", "x"),))
    assert shown(given, verbosity=Verbosity.QUIET) == expect(
        """
        app.py:41: critical FM0701 Processor writes to Bucket, which triggers it again. [Processor8F3A2B1C]
        cdk.out/Documents.template.json:3:5: critical FM0701 Processor writes to Bucket, which triggers it again. [Processor8F3A2B1C]
        cdk.out/Documents.template.json: low FM0701 Processor writes to Bucket, which triggers it again. [Processor8F3A2B1C]

        Examined 12 resources in 1 stack of 1 application with 1 rule.
        4 judgements: 3 failed, 0 passed, 1 undecided, 0 waived, 0 baselined.
          !! 2 critical  o 1 low
        Failed: 2 findings at or over the gate (medium or worse, likely or surer).
        """
    )


def test_verbose_adds_passes_and_what_was_not_taken() -> None:
    given = result(
        passed=(Passed("FM0701", (("Documents", "A"), ("Documents", "B"))),),
        passed_over=(PassedOver("notes.yaml", "no Resources"),),
    )
    assert "Passed\n  + FM0701 event-loop: A, B\n" in shown(given, verbosity=Verbosity.VERBOSE)
    assert "Not taken as input\n  notes.yaml: no Resources\n" in shown(given, verbosity=Verbosity.VERBOSE)
    assert "notes.yaml" not in shown(given)


def test_long_proofs_are_shortened_unless_verbose() -> None:
    evidence = tuple(Proof("code", f"step {n}", None) for n in range(9))
    given = result(findings=(finding(evidence=evidence),))
    assert "            … 3 more (-v shows all)\n" in shown(given)
    assert "9. step 8" in shown(given, verbosity=Verbosity.VERBOSE)


def test_a_finding_in_cdk_source_is_shown_once() -> None:
    at = finding(
        template=None,
        pointer=None,
        construct_path=None,
        location=Location("app.py", 41, 9, 41, 11),
        source=SourceLine("app.py", 41),
    )
    assert shown(result(findings=(at,))).count("app.py:41") == 1


def test_doubt_is_told() -> None:
    assert "critical FM0701 event-loop (likely)  Proc" in shown(
        result(findings=(finding(confidence=Confidence.LIKELY),))
    )


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"gate": Gate(None)}, "No verdict: the gate is off (--fail-on never)."),
        (
            {"gate": Gate(Severity.CRITICAL, Confidence.CERTAIN)},
            "Failed: 1 finding at or over the gate (critical or worse, certain or surer).",
        ),
        ({"problems": (InputProblem("x", None, None, "y"),), "findings": ()}, "Incomplete: not every input was read"),
    ],
)
def test_the_verdict_in_one_sentence(changes: dict[str, Any], sentence: str) -> None:
    assert shown(result(**{"findings": (finding(),), **changes})).splitlines()[-1].startswith(sentence)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"gate": Gate(None)}, "incomplete"),
        (
            {
                "gate": Gate(None),
                "inputs": (Input("a", "template", "0" * 64, ("A",), 1, gate=Gate(Severity.CRITICAL)),),
            },
            "passed",
        ),
        ({}, "passed"),
        ({"findings": (finding(),)}, "failed"),
        ({"problems": (InputProblem("x", None, None, "y"),)}, "incomplete"),
    ],
)
def test_only_what_was_held_to_a_gate_looks_passed(changes: dict[str, Any], expected: str) -> None:
    assert look(result(**changes)) == expected


def test_rules_that_could_not_run_on_source_are_told() -> None:
    given = result(
        inputs=(Input("infra", "cdk-source", "0" * 64, (), 0),),
        rules=(rule_info("FM0201", source=True), rule_info("FM0701"), rule_info("FM0801")),
    )
    assert "2 rules did not run on CDK source without a template (infra)." in shown(given)


def test_text_wraps_to_the_width_of_the_terminal() -> None:
    text = shown(result(findings=(finding(message="word " * 60),)), width=60)
    assert max(len(line) for line in text.splitlines() if "word" in line) <= 60


def test_colour_comes_only_when_asked_for_and_ends_where_it_begins() -> None:
    given = result(findings=(finding(),))
    assert "\x1b" not in shown(given)
    for line in shown(given, colour=True).splitlines():
        assert line.count("\x1b[0m") <= line.count("\x1b[") - line.count("\x1b[0m")
        assert "\x1b" not in line or line.rindex("\x1b[0m") > line.rindex("m", 0, line.rindex("\x1b[0m"))


def test_hostile_names_cannot_repaint_the_terminal() -> None:
    evil = "\x1b[2Jx\u202e\nInjected: line"
    given = result(
        findings=(
            finding(
                **dict.fromkeys(("resource", "message", "stack", "template", "construct_path", "remediation"), evil),
                related_resources=(evil,),
                evidence=(Proof("code", evil, Location(evil, 1, 1, 1, 1)),),
                location=Location(evil, 1, 1, 1, 2),
                source=SourceLine(evil, 1),
            ),
        ),
        unknown=(undecided(evil, evil),),
        waived=(Waived(finding(resource=evil), evil, evil, evil),),
        problems=(InputProblem(evil, 1, 1, evil),),
        not_evaluated=(NotEvaluated("FM0701", evil, evil),),
        inputs=(Input(evil, "cdk-source", "0" * 64, (evil,), 0),),
    )
    for verbosity in Verbosity:
        text = shown(given, verbosity=verbosity, read_line=lambda file, line: evil)
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert not any(line.startswith("Injected") for line in text.splitlines())
