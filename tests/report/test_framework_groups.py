"""What CDK adds by itself is told apart, in one group for each cause, in every report for people."""

from __future__ import annotations

import json
from textwrap import dedent

from analyzer.judgement import Severity
from analyzer.policy.result import Finding, FrameworkCause, Result
from analyzer.report import formats
from analyzer.report.framework_groups import Group, apart, reason
from analyzer.report.options import ReportOptions, Verbosity
from tests.builders import finding, result

KEEPS = FrameworkCause("log-retention", ("aws_lambda.Function.logRetention", "aws_logs.LogRetention"), ("Site/Fn",))
CALLS = FrameworkCause("event-aws-api", ("aws_events_targets.AwsApi",))


def made(cause: FrameworkCause | None, resource: str, **changes: object) -> Finding:
    number = sum(map(ord, resource))
    return finding(
        framework=cause, resource=resource, fingerprint=f"{number:032x}", location=None, source=None, **changes
    )


OWN = made(None, "Processor")
FIRST, SECOND = made(KEEPS, "LogRetention1"), made(KEEPS, "LogRetention2", severity=Severity.LOW)
OTHER = made(CALLS, "AWSb4cf", severity=Severity.INFO)
GIVEN = result(findings=(OWN, FIRST, SECOND, OTHER))


def rendered(name: str, given: Result = GIVEN, verbosity: Verbosity = Verbosity.NORMAL) -> str:
    return formats.renderer(name)(given, options=ReportOptions(symbols=False, verbosity=verbosity))


def test_groups_are_by_stack_and_cause() -> None:
    elsewhere = made(KEEPS, "LogRetention3", stack="Other")
    assert apart([OWN, FIRST, OTHER, elsewhere, SECOND]) == (
        [OWN],
        [
            Group("Documents", KEEPS, [FIRST, SECOND]),
            Group("Documents", CALLS, [OTHER]),
            Group("Other", KEEPS, [elsewhere]),
        ],
    )


def test_the_reason_names_members_and_constructs() -> None:
    many = FrameworkCause("x", ("a.B.c",), ("S/A", "S/B", "S/C", "S/D", "S/E", "S/F"))
    assert reason(CALLS) == "aws_events_targets.AwsApi"
    assert reason(KEEPS) == "aws_lambda.Function.logRetention or aws_logs.LogRetention on Site/Fn"
    assert reason(FrameworkCause("x", ("a.B.c",), ("S/A", "S/B"))) == "a.B.c on S/A and S/B"
    assert reason(many) == "a.B.c on S/A, S/B, S/C, S/D and 2 more"


def test_the_terminal_shows_one_block_a_cause_behind_what_somebody_wrote() -> None:
    text = rendered("text")
    folded = dedent(
        """
        !! critical 2 findings on what CDK adds by itself
          CDK adds log-retention because of aws_lambda.Function.logRetention or aws_logs.LogRetention on Site/Fn
          found     FM0701 event-loop: LogRetention1, LogRetention2
          more      -v shows each finding

        - info 1 finding on what CDK adds by itself
          CDK adds event-aws-api because of aws_events_targets.AwsApi
          found     FM0701 event-loop: AWSb4cf
          more      -v shows each finding
        """
    )
    assert folded in text
    assert text.index("Processor (AWS::Lambda::Function)") < text.index(folded)
    assert "4 failed" in text


def test_a_verbose_terminal_shows_each_finding_of_a_group() -> None:
    text = rendered("text", verbosity=Verbosity.VERBOSE)
    assert [name in text for name in ("LogRetention1 (AWS", "LogRetention2 (AWS", "AWSb4cf (AWS")] == [True] * 3
    assert "-v shows" not in text


def test_markdown_folds_each_cause_and_says_what_stops_the_gate() -> None:
    text = rendered("markdown")
    summaries = [line for line in text.splitlines() if "CDK adds" in line]
    assert summaries == [
        "<details><summary>CDK adds log-retention because of aws\\_lambda.Function.logRetention or "
        "aws\\_logs.LogRetention on Site/Fn, in Documents; 1 at or over the gate (2)</summary>",
        "<details><summary>CDK adds event-aws-api because of aws\\_events\\_targets.AwsApi, in Documents (1)</summary>",
    ]
    assert "### At or over the gate (1)" in text


def test_html_folds_each_cause_and_keeps_every_finding() -> None:
    text = rendered("html")
    groups = text.split('<details class="rule"')[1:]
    assert [[each.fingerprint in group for each in (FIRST, SECOND, OTHER)] for group in groups] == [
        [True, True, False],
        [False, False, True],
    ]
    assert f'id="f-{OWN.fingerprint}"' in text.split('<details class="rule"')[0]


def test_json_names_the_cause() -> None:
    found = json.loads(rendered("json"))["findings"]
    assert [each["framework_owned"] for each in found] == [
        None,
        {
            "name": "log-retention",
            "causes": ["aws_lambda.Function.logRetention", "aws_logs.LogRetention"],
            "on": ["Site/Fn"],
        },
        {
            "name": "log-retention",
            "causes": ["aws_lambda.Function.logRetention", "aws_logs.LogRetention"],
            "on": ["Site/Fn"],
        },
        {"name": "event-aws-api", "causes": ["aws_events_targets.AwsApi"], "on": []},
    ]


def test_markup_in_a_construct_path_stays_text() -> None:
    evil = FrameworkCause("x", ("a.B.c",), ("Site/<img src=x>|`",))
    given = result(findings=(made(evil, "Fn"),))
    assert "<img" not in rendered("html", given)
    assert "<img" not in rendered("markdown", given).replace("\\<", "&lt;")
