"""The plugin in real Python CDK apps: what stops the synthesis, and what CDK writes into ``validation-report.json``."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.integrations import cdk_apps

pytestmark = pytest.mark.needs_cdk

SCRIPT = Path(cdk_apps.__file__)
LOOP = "FM0701"


class Synthesis(NamedTuple):
    """What came of one app."""

    error: str | None
    report: dict[str, Any] | None

    def violations(self, kind: str = "violations") -> list[tuple[str, str, list[str]]]:
        """Rule, severity and construct paths."""
        assert self.report is not None
        return [
            (
                each["ruleName"],
                each["severity"],
                [construct["constructPath"] for construct in each["violatingConstructs"]],
            )
            for plugin in self.report["pluginReports"]
            for each in plugin.get(kind, ())
        ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("apps")
    (folder / "policy.yaml").write_text("waiver_policy: {require: [owner]}\n")
    return folder


@pytest.fixture(scope="module")
def synthesized(folder: Path) -> None:
    """All apps, synthesized into the folder."""
    environment = {**os.environ, "CDK_VALIDATION": "false", "JSII_HOST_STACK_TRACES": "1"}
    command = [sys.executable, str(SCRIPT), str(folder), *cdk_apps.APPS]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture
def synthesis(request: pytest.FixtureRequest, folder: Path, synthesized: None) -> Synthesis:
    name = request.param
    error, report = folder / f"{name}.error", folder / name / "validation-report.json"
    return Synthesis(
        error.read_text() if error.exists() else None,
        json.loads(report.read_text()) if report.exists() else None,
    )


def app(name: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("synthesis", [name], indirect=True)


@app("plain")
def test_a_loop_stops_the_synthesis_and_is_told_by_the_line_of_its_construct(synthesis: Synthesis) -> None:
    assert synthesis.error is not None
    assert synthesis.error.startswith("ValidationFailed")
    assert synthesis.violations() == [(LOOP, "error", ["Documents/One/Resize/Resource"])]
    made = next(
        number
        for number, line in enumerate(SCRIPT.read_text().splitlines(), start=1)
        if "self.function = aws_lambda.Function(" in line
    )
    assert f"{SCRIPT.name}:{made}\n" in synthesis.error


@app("acknowledged")
def test_acknowledged_with_a_reason_it_passes_and_the_reason_is_in_both_reports(
    synthesis: Synthesis, folder: Path
) -> None:
    assert (synthesis.error, synthesis.violations()) == (None, [])
    assert synthesis.report is not None
    suppressed = synthesis.report["pluginReports"][0]["suppressedViolations"]
    assert [(each["ruleName"], each["reason"], each["acknowledgedAt"]) for each in suppressed] == [
        ("FM0701", "out.png is made once", "Documents/One"),
        ("fm07", "nor is this", "Documents/Two/Resize/Resource"),
    ]
    command = [sys.executable, "-m", "analyzer.cli.main", "check", "acknowledged", *cdk_apps.ONLY_LOOPS]
    done = subprocess.run([*command, "--format=json"], cwd=folder, capture_output=True, text=True, check=False)
    waived = json.loads(done.stdout)["waived"]
    assert (done.returncode, [(each["construct_path"], each["waiver"]["reason"]) for each in waived]) == (
        0,
        [("Documents/One/Resize", "out.png is made once"), ("Documents/Two/Resize", "nor is this")],
    )


@app("sibling")
def test_an_acknowledgement_in_one_stack_leaves_its_sibling_alone(synthesis: Synthesis) -> None:
    assert synthesis.error is not None
    assert synthesis.violations() == [(LOOP, "error", ["Other/One/Resize/Resource"])]
    assert synthesis.violations("suppressedViolations") == [(LOOP, "error", ["Documents/One/Resize/Resource"])]


@app("refused")
def test_an_acknowledgement_that_the_policy_refuses_stops_the_synthesis_all_the_same(synthesis: Synthesis) -> None:
    assert synthesis.error is not None
    assert synthesis.violations() == [(LOOP, "fatal", ["Documents/One/Resize/Resource"])]


@app("mistyped")
def test_an_acknowledgement_of_a_rule_that_is_none_stops_the_synthesis_and_is_printed(synthesis: Synthesis) -> None:
    assert synthesis.error is not None
    assert synthesis.violations() == [("not-evaluated", "fatal", [""])]
    assert "no rule has the id or prefix 'FM0799'" in synthesis.error


@app("staged")
def test_a_stage_with_the_plugin_is_judged_alone_nested_stacks_and_all(synthesis: Synthesis) -> None:
    assert synthesis.violations() == [
        (LOOP, "error", ["Prod/Documents/Inner/One/Resize/Resource"]),
        ("FM1202", "info", ["Prod/Documents/Inner/Unused"]),
    ]


@app("lenient")
def test_below_the_gate_it_is_a_warning_and_passes(synthesis: Synthesis) -> None:
    assert synthesis.error is None
    assert synthesis.violations() == [(LOOP, "warning", ["Documents/One/Resize/Resource"])]


@app("misused")
def test_a_command_that_could_not_judge_fails_the_synthesis_with_its_reason(synthesis: Synthesis) -> None:
    assert synthesis.error is not None
    assert synthesis.report is not None
    (told,) = synthesis.report["pluginReports"]
    assert told["conclusion"] == "failure"
    assert "No such option" in told["metadata"]["error"]
