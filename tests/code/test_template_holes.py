"""Inline code in which the template leaves holes."""

from __future__ import annotations

from textwrap import dedent

import pytest

from analyzer.code.handler import analyze_text
from analyzer.code.program import Literal, Program, Record
from analyzer.code.template_holes import as_letters, has_holes

A, B = "\ue000", "\ue001"


def program(source: str, runtime: str) -> Program:
    name = "index.py" if runtime.startswith("python") else "index.js"
    return analyze_text(dedent(source), name, "index.handler", runtime)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", False),
        ("ä €", False),
        ("中文", False),
        ("\ufb01", False),
        (A, True),
        ("\uf8ff", True),
        (f"x = '{A}'", True),
    ],
)
def test_what_a_hole_is(text: str, expected: bool) -> None:
    assert has_holes(text.encode()) is expected


def test_letters_that_mean_something_already_are_left_alone() -> None:
    assert as_letters(f"x = {A}") == "x = \ua000"
    assert as_letters(f"x = {A}; y = '\ua001'") is None


def test_python_with_values_of_the_template() -> None:
    found = program(
        f"""
        import boto3
        sqs = boto3.client("sqs")
        def handler(event, context):
            for number in range({A}):
                sqs.send_message(QueueUrl="{B}", MessageBody=str(number))
            return {{"most": {A}, "at": f"in {B}", "place": "x"}}
        """,
        "python3.13",
    )
    (call,) = found.calls
    assert (found.complete, found.handler_found, call.operation) == (True, True, "SendMessage")
    assert isinstance(call.arguments, Record)
    assert call.arguments.get("QueueUrl") == Literal(B), "in a string the hole is what the template knows it by"
    assert call.place.column == 9


@pytest.mark.parametrize("runtime", ["python3.13", "nodejs22.x"])
def test_a_test_of_a_hole_goes_both_ways(runtime: str) -> None:
    source = {
        "python3.13": f"""
            import boto3
            sns = boto3.client("sns")
            def handler(event, context):
                if {A}:
                    sns.publish(Message="a")
                else:
                    sns.publish(Message="b")
            """,
        "nodejs22.x": f"""
            const {{ SNS }} = require("@aws-sdk/client-sns");
            const sns = new SNS();
            exports.handler = async () => {{
              if ({A}) {{ await sns.publish({{ Message: "a" }}); }} else {{ await sns.publish({{ Message: "b" }}); }}
            }};
            """,
    }[runtime]
    found = program(source, runtime)
    assert (found.complete, found.handler_found) == (True, True)
    assert [call.arguments.get("Message") for call in found.calls if isinstance(call.arguments, Record)] == [
        Literal("a"),
        Literal("b"),
    ]


@pytest.mark.parametrize(
    ("source", "line"),
    [
        (f"x = 1\n{A}\n", 2),
        (f"def {A}(event, context): pass\n", 1),
        (f"def other(event, {A}): pass\n", 1),
        (f"import {A}\n", 1),
        (f"from {A} import handler\n", 1),
        (f"{A} = 1\n", 1),
        (f"x = 1\nx.{A}()\n", 2),
        (f"class {A}: pass\n", 1),
    ],
)
def test_python_of_which_a_hole_may_be_any_part(source: str, line: int) -> None:
    found = program(source, "python3.13")
    problem = f"index.py, line {line}: the code that the template puts there"
    assert (found.handler_found, found.complete, found.problems[0]) == (None, False, problem)


@pytest.mark.parametrize(
    ("source", "line"),
    [
        (f"const x = 1;\n{A}\n", 2),
        (f"{A};\n", 1),
        (f"function {A}(event) {{}}\n", 1),
        (f"exports.{A} = async () => {{}};\n", 1),
        (f"const {A} = 1;\n", 1),
        (f"const x = {{ {A}: 1 }};\n", 1),
        (f"const f = {A} => 1;\n", 1),
    ],
)
def test_javascript_of_which_a_hole_may_be_any_part(source: str, line: int) -> None:
    found = program(source, "nodejs22.x")
    problem = f"index.js, line {line}: the code that the template puts there"
    assert (found.handler_found, found.complete, found.problems[0]) == (None, False, problem)


@pytest.mark.parametrize(
    ("source", "runtime"),
    [
        (f"# {A}\nx = {A}\ndef other(event, context): return '{A}'\n", "python3.13"),
        (f"// {A}\nconst x = {A};\nexports.other = () => `in ${{x}} {A}`;\n", "nodejs22.x"),
    ],
)
def test_values_leave_no_doubt_that_there_is_no_handler(source: str, runtime: str) -> None:
    found = program(source, runtime)
    assert (found.handler_found, found.complete, found.problems) == (False, True, ())
