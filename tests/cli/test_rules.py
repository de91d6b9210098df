"""``stackproof rules --framework``: which rules bear on a framework, and on what grounds."""

from __future__ import annotations

import json

import pytest

from analyzer.cli.main import main
from analyzer.policy.result import Result
from analyzer.report.formats import renderer
from analyzer.report.options import ReportOptions
from tests.builders import finding, result


def out_of(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(("rules", *arguments)) == 0
    return capsys.readouterr().out


def test_rules_that_bear_on_a_framework_are_listed_with_its_controls(capsys: pytest.CaptureFixture[str]) -> None:
    assert out_of(capsys, "--framework", "SEC") == (
        "sec-17a-4: SEC Rule 17a-4, 17 CFR 240.17a-4, as amended 2022. "
        "A rule is evidence towards a control, never proof of it.\n"
        "FM1101  medium    The application stores data, and no trail of any of its stacks records who touches it\n"
        "    sec-17a-4 (f)(2)(i)(A)  Records can be re-created from an audit trail [own judgement]\n"
        "FM1107  medium    The trail does not record who reads or writes the items of the application's own stores\n"
        "    sec-17a-4 (f)(2)(i)(A)  Records can be re-created from an audit trail [own judgement]\n"
        "FM1109  medium    Audit files can be deleted or overwritten: their bucket is not locked\n"
        "    sec-17a-4 (f)(2)(i)(B)  Records cannot be rewritten or erased [own judgement]\n"
    )


def test_a_published_mapping_says_by_which_control_it_comes(capsys: pytest.CaptureFixture[str]) -> None:
    lines = out_of(capsys, "--framework", "nist", "--select", "FM1124").splitlines()
    assert lines[1:] == [
        "FM1124  low       A key is never rotated",
        "    nist-800-53-r5 SC-12  Cryptographic Key Establishment and Management "
        "[published: AWS Security Hub maps a check of the same thing (KMS.4)]",
    ]


def test_json_has_the_controls_of_the_framework_alone(capsys: pytest.CaptureFixture[str]) -> None:
    listed = json.loads(out_of(capsys, "--framework", "dora", "--select", "FM0701", "--format", "json"))
    titles = {"7": "ICT systems, protocols and tools", "11": "Response and recovery"}
    assert [rule["mapped_controls"] for rule in listed] == [
        [
            {"framework": "dora", "id": each, "title": titles[each], "basis": "j", "via": [], "published": False}
            for each in ("7", "11")
        ]
    ]


def test_a_framework_that_is_not_known_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(("rules", "--framework", "iso")) == 2
    assert (
        "no framework is called 'iso'; known are nist-800-53-r5, soc-2-2017, pci-dss-4.0.1" in capsys.readouterr().err
    )


LOOP: Result = result(findings=(finding(),))


def test_machine_formats_carry_the_controls() -> None:
    plain = json.loads(renderer("json")(LOOP, options=ReportOptions()))
    named = [f"{control['framework']}:{control['id']}" for control in plain["findings"][0]["controls"]]
    sarif = json.loads(renderer("sarif")(LOOP, options=ReportOptions()))
    tags = sarif["runs"][0]["tool"]["driver"]["rules"][0]["properties"]["tags"]
    assert named == [
        *("nist-800-53-r5:CP-2", "nist-800-53-r5:SC-5", "nist-800-53-r5:SC-6"),
        *("soc-2-2017:A1.1", "soc-2-2017:PI1.3", "dora:7", "dora:11"),
    ]
    assert sorted(tags[2:]) == sorted(named)
