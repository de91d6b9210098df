"""``check --with``: one report, one gate, one place for waivers; by the command, with the real tools."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import analyzer.report
from analyzer.cli.main import main
from analyzer.report import formats

TEMPLATE = """\
Parameters:
  Unused: {Type: String}
Resources:
  Fn:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: nodejs14.x
      Handler: index.handler
      Role: !Sub "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/r"
      Code: {ZipFile: "exports.handler = async () => 1"}
"""
SCHEMA = json.loads((Path(analyzer.report.__file__).parent / "result.schema.json").read_text())

Check = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Check:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("STACKPROOF_CHECKOV", raising=False)
    (tmp_path / "t.yaml").write_text(TEMPLATE)

    def call(*arguments: str) -> tuple[int, dict[str, Any]]:
        capfdbinary.readouterr()
        status = main(["check", "t.yaml", "--select", "FM0901", "--format", "json", *arguments])
        report = json.loads(capfdbinary.readouterr().out)
        Draft202012Validator(SCHEMA).validate(report)
        return status, report

    return call


def told(findings: list[dict[str, Any]]) -> list[tuple[str, str, str, list[str]]]:
    return sorted((each["rule_id"], each["resource"], each["severity"], each["aliases"]) for each in findings)


def test_what_means_the_same_is_one_finding_and_the_rest_stands_beside_it(check: Check) -> None:
    status, report = check("--with", "cfn-lint,cfn-validate")

    assert status == 1
    assert told(report["findings"]) == [
        ("FM0901", "Fn", "high", ["cfn-lint:E2531", "cfn-validate:E2531"]),
        ("cfn-lint:W2001", "Unused", "low", ["cfn-validate:W2001"]),
    ]
    (unused,) = (each for each in report["findings"] if each["tool"] == "cfn-lint")
    assert (unused["failure_mode"], unused["pointer"], unused["template"]) == (None, "/Parameters/Unused", "t.yaml")
    assert unused["location"]["line"] == 2
    assert [(each["name"], each["templates"]) for each in report["companions"]] == [
        ("cfn-lint", 1),
        ("cfn-validate", 1),
    ]


def test_without_a_rule_of_ours_the_check_stands_for_itself_and_stops_the_gate(check: Check) -> None:
    status, report = check("--with", "cfn-validate", "--ignore", "FM0901", "--select", "FM12")

    runtime = next(each for each in report["findings"] if each["rule_id"] == "cfn-validate:E2531")
    assert status == 1
    assert (runtime["severity"], runtime["failure_mode"], runtime["confidence"]) == ("medium", 9, "certain")


def test_the_configuration_grades_ignores_and_waives_checks_of_companions(check: Check, tmp_path: Path) -> None:
    (tmp_path / "stackproof.yaml").write_text(
        "severity: {'cfn-validate:w2001': critical}\n"
        "waivers: [{rule: 'cfn-validate:W2001', resource: Unused, reason: kept for the pipeline}]\n"
        "ignore: ['cfn-validate:E2531']\n"
    )
    status, report = check("--with", "cfn-validate")

    assert status == 1  # our own finding
    assert told(report["findings"]) == [("FM0901", "Fn", "high", [])]
    assert told(report["waived"]) == [("cfn-validate:W2001", "Unused", "critical", [])]
    assert report["waiver_notes"] == []


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("cfnlint:E2531", "no companion is called 'cfnlint'; known: cfn-lint, checkov, cfn-validate"),
        ("checkov:CKV AWS", "'checkov:CKV AWS' is no rule id or prefix of checkov"),
    ],
)
def test_a_mistyped_companion_in_the_configuration_is_refused(
    check: Check, tmp_path: Path, rule: str, said: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    (tmp_path / "stackproof.yaml").write_text(f"ignore: ['{rule}']\n")

    assert main(["check", "t.yaml"]) == 2
    assert said in capfdbinary.readouterr().err.decode()


def test_what_the_template_hides_from_cfn_lint_is_waived_and_visible(check: Check, tmp_path: Path) -> None:
    hiding = "    Metadata: {cfn-lint: {config: {ignore_checks: [E2531]}}}\n    Properties:\n"
    (tmp_path / "t.yaml").write_text(TEMPLATE.replace("    Properties:\n", hiding))

    _, report = check("--with", "cfn-validate")
    _, strict = check("--with", "cfn-validate", "--no-inline-waivers")

    assert told(report["findings"])[0] == ("FM0901", "Fn", "high", [])  # ours is not hidden by it
    assert told(report["waived"]) == [("cfn-validate:E2531", "Fn", "medium", [])]
    assert report["waived"][0]["waiver"]["origin"] == "Metadata of Fn in t.yaml"
    assert told(strict["findings"])[0] == ("FM0901", "Fn", "high", ["cfn-validate:E2531"])
    assert strict["waived"] == []


def test_a_companion_that_is_missing_is_said_once_and_is_status_3(check: Check, tmp_path: Path) -> None:
    (tmp_path / "u.yaml").write_text(TEMPLATE)

    status, report = check("u.yaml", "--with", "checkov", "--checkov", "no-such-checkov")

    assert status == 3
    assert report["not_evaluated"] == [
        {
            "rule_id": "checkov",
            "application": "every application",
            "reason": "there is no command 'no-such-checkov'",
        }
    ]
    assert len(report["findings"]) == 2


def test_a_baseline_accepts_findings_of_companions(check: Check, tmp_path: Path) -> None:
    common = ["t.yaml", "--select", "FM0901", "--with", "cfn-validate"]
    assert main(["baseline", "create", "--baseline", "base.json", *common]) == 0

    status, report = check("--with", "cfn-validate", "--baseline", "base.json")
    assert (status, report["findings"]) == (0, [])
    assert {each["rule_id"] for each in report["baselined"]} == {"FM0901", "cfn-validate:W2001"}

    (tmp_path / "t.yaml").write_text(TEMPLATE.partition("\n")[2].partition("\n")[2])
    assert main(["baseline", "prune", "--baseline", "base.json", "t.yaml", "--select", "FM0901"]) == 0
    assert "cfn-validate:W2001" in (tmp_path / "base.json").read_text()  # nobody looked for it
    assert main(["baseline", "prune", "--baseline", "base.json", *common]) == 0
    assert "cfn-validate:W2001" not in (tmp_path / "base.json").read_text()


def test_every_format_carries_them(check: Check, tmp_path: Path) -> None:
    names = [name for name in formats.names() if name not in ("pdf", "bundle")]
    check("--with", "cfn-validate", *(part for name in names for part in ("-o", f"{name}:out.{name}")))

    for name in names:
        # In a property of a workflow command a colon is %3A.
        assert "cfn-validate:W2001" in (tmp_path / f"out.{name}").read_text().replace("%3A", ":"), name
    runs = json.loads((tmp_path / "out.sarif").read_text())["runs"]
    assert [run["tool"]["driver"]["name"] for run in runs] == ["stackproof", "cfn-validate"]
    assert [[each["ruleId"] for each in run["results"]] for run in runs] == [["FM0901"], ["cfn-validate:W2001"]]
    rows = list(csv.DictReader((tmp_path / "out.csv").read_text().splitlines()))
    assert {row["rule"]: row["aliases"] for row in rows if row["status"] == "fail"} == {
        "FM0901": "cfn-validate:E2531",
        "cfn-validate:W2001": "",
    }


def test_a_companion_that_nobody_knows_is_wrong_use(check: Check, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["check", "t.yaml", "--with", "cfnlint"]) == 2
    assert "no companion is called 'cfnlint'; did you mean cfn-lint?" in capfdbinary.readouterr().err.decode()
