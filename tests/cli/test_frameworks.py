"""``--framework`` narrows rules and controls; ``frameworks`` of the configuration only says which controls are shown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from analyzer.cli.main import main

BUCKET = "Resources:\n  Data:\n    Type: AWS::S3::Bucket\n"


@pytest.fixture
def bucket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one template, which is the working directory."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "t.yaml").write_text(BUCKET)
    return tmp_path


def report(capfdbinary: pytest.CaptureFixture[bytes], *arguments: str) -> dict[str, Any]:
    main(["check", "t.yaml", "--format", "json", *arguments])
    loaded: dict[str, Any] = json.loads(capfdbinary.readouterr().out)
    return loaded


def controls(told: dict[str, Any]) -> dict[str, list[tuple[str, str]]]:
    return {
        found["rule_id"]: [(control["framework"], control["id"]) for control in found["controls"]]
        for found in told["findings"]
    }


def test_a_framework_narrows_the_rules_and_the_controls(
    bucket: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    told = report(capfdbinary, "--framework", "SEC")
    assert controls(told) == {"FM1101": [("sec-17a-4", "(f)(2)(i)(A)")]}


def test_several_frameworks_add_up(bucket: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    told = controls(report(capfdbinary, "--framework", "sec", "--framework", "aws-fsbp"))
    everything = controls(report(capfdbinary))
    wanted = ("sec-17a-4", "aws-fsbp")
    narrowed = {rule: [each for each in found if each[0] in wanted] for rule, found in everything.items()}
    assert told == {rule: found for rule, found in narrowed.items() if found}
    assert {framework for found in told.values() for framework, _ in found} == set(wanted)


def test_the_configuration_says_which_controls_are_shown_and_drops_no_rule(
    bucket: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    everything = controls(report(capfdbinary))
    (bucket / "stackproof.yaml").write_text("frameworks: [sec, soc-2]\n")
    told = controls(report(capfdbinary))
    wanted = ("sec-17a-4", "soc-2-2017")
    assert told == {rule: [each for each in found if each[0] in wanted] for rule, found in everything.items()}


def test_the_option_wins_over_the_configuration(bucket: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    (bucket / "stackproof.yaml").write_text("frameworks: [dora]\n")
    assert controls(report(capfdbinary, "--framework", "sec")) == {"FM1101": [("sec-17a-4", "(f)(2)(i)(A)")]}


def test_applications_with_other_frameworks_show_those_of_all(
    bucket: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    for name, frameworks in (("a", "[sec]"), ("b", "[soc-2]")):
        (bucket / name).mkdir()
        (bucket / name / "t.yaml").write_text(BUCKET)
        (bucket / name / "stackproof.yaml").write_text(f"frameworks: {frameworks}\n")
    (bucket / "t.yaml").unlink()
    main(["check", "a", "b", "--format", "json", "--select", "FM1101"])
    told = controls(json.loads(capfdbinary.readouterr().out))
    assert {framework for framework, _ in told["FM1101"]} == {"sec-17a-4", "soc-2-2017"}


def test_a_verbose_text_names_controls_and_what_the_rules_were_narrowed_to(
    bucket: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    main(["check", "t.yaml", "--framework", "sec", "-v"])
    verbose = capfdbinary.readouterr().out.decode()
    main(["check", "t.yaml", "--framework", "sec"])
    terse = capfdbinary.readouterr().out.decode()
    assert "  controls  sec-17a-4 (f)(2)(i)(A)\n" in verbose
    assert "controls" not in terse
    assert "with 3 rules that bear on sec-17a-4, 2 of which found nothing to judge." in terse


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("--framework", "socc"), "no framework is called 'socc'; did you mean soc-2-2017?"),
        (("--framework", "xyzzy"), "no framework is called 'xyzzy'; known are nist-800-53-r5, soc-2-2017,"),
        (("--framework", "sec", "--select", "FM0701"), "--select, --ignore and --framework leave no rule"),
    ],
)
def test_a_framework_that_leaves_nothing_is_an_error(
    bucket: Path, capfdbinary: pytest.CaptureFixture[bytes], arguments: tuple[str, ...], error: str
) -> None:
    status = main(["check", "t.yaml", *arguments])
    captured = capfdbinary.readouterr()
    assert (status, captured.out) == (2, b"")
    assert error in captured.err.decode()


def test_an_unknown_framework_in_the_configuration_is_an_error_with_its_line(
    bucket: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    (bucket / "stackproof.yaml").write_text("frameworks:\n  - dora\n  - nits\n")
    assert main(["check", "t.yaml"]) == 2
    error = capfdbinary.readouterr().err.decode()
    assert error == (
        "stackproof: stackproof.yaml:3: frameworks: no framework is called 'nits'; did you mean nist-800-53-r5?\n"
    )


def test_a_waiver_of_a_rule_that_was_narrowed_away_is_not_called_unused(
    bucket: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    (bucket / "stackproof.yaml").write_text("waivers:\n  - {rule: FM1112, resource: Data, reason: public by design}\n")
    assert report(capfdbinary, "--framework", "sec")["waiver_notes"] == []
    main(["waivers", "t.yaml", "--framework", "sec", "--format", "json"])
    assert [each["state"] for each in json.loads(capfdbinary.readouterr().out)] == ["not run"]
