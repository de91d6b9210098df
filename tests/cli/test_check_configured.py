"""``stackproof check`` under a configuration: what wins, what adds up, what is refused."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Ran, Run, function


@pytest.fixture(autouse=True)
def repository(here: Path) -> None:
    (here / ".git").mkdir()


def write(folder: Path, **files: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text)


def report(run: Run, *arguments: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(run("check", "--format", "json", *arguments).out)
    return told


def test_the_nearest_file_governs_each_application(run: Run, here: Path) -> None:
    write(here, stackproof="gate: {fail_on: never}\n")
    write(here / "a", t=function("300", "A"))
    write(here / "b", t=function("300", "B"), stackproof="gate: {fail_on: low}\nseverity: {TT01: low}\n")
    assert run("check", "a").status == 0
    assert run("check", "b").status == 1
    both = run("check", "a", "b")
    assert both.status == 1
    assert "Failed: 1 finding at or over the gate (each application's own).\n" in both.out
    assert [(found["resource"], found["severity"]) for found in report(run, "a", "b")["findings"]] == [
        ("A", "high"),
        ("B", "low"),
    ]


def test_options_win_over_the_file(run: Run, here: Path) -> None:
    write(here, t=function("300"), stackproof="gate: {fail_on: never}\nselect: [TT09]\n")
    assert run("check").status == 0
    assert run("check", "--select", "TT01", "--fail-on", "medium").status == 1


def test_what_is_ignored_on_the_command_line_and_in_the_file_adds_up(run: Run, here: Path) -> None:
    write(here, t=function("300") + "  Queue:\n    Type: AWS::SQS::Queue\n", stackproof="ignore: [TT09]\n")
    assert run("check").status == 1
    ran = run("check", "--ignore", "TT01")
    assert ran.status == 2
    assert ran.err.startswith("stackproof: --select and --ignore leave no rule, together with those of the conf")


def test_pyproject_is_a_configuration_too(run: Run, here: Path) -> None:
    write(here, t=function("300"))
    (here / "pyproject.toml").write_text('[tool.stackproof]\nignore = ["TT01"]\n')
    assert run("check").status == 0


def test_a_file_that_is_named_replaces_the_nearest(run: Run, here: Path) -> None:
    write(here, t=function("300"), stackproof="ignore: [TT01]\n")
    write(here / "security", strict="gate: {fail_on: info}\n")
    assert run("check").status == 0
    assert run("check", "--config", "security/strict.yaml", "t.yaml").status == 1


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("igonre: [TT01]\n", ["stackproof.yaml:1: unknown key 'igonre'; did you mean ignore?"]),
        (
            "ignore: [TT0110]\n",
            ["stackproof.yaml:1: ignore: no rule has the id or prefix 'TT0110'; did you mean TT0101?"],
        ),
        (
            "gate: {fail_on: hihg}\nselect: TT01\n",
            [
                "stackproof.yaml:1: gate.fail_on: 'hihg' is not one of never, info, low, medium, high, critical; "
                "did you mean high?",
                "stackproof.yaml:2: select is a list of rule ids or prefixes, not 'TT01'",
            ],
        ),
        (
            "baseline: ../../escape.json\n",
            ["stackproof.yaml:1: baseline is a file in the folder of this file or below it"],
        ),
        ("baseline: b.json\n", ["b.json: no such baseline; `stackproof baseline create` writes one"]),
    ],
)
def test_a_configuration_that_cannot_be_used_stops_the_run(run: Run, here: Path, text: str, lines: list[str]) -> None:
    write(here, t=function("300"), stackproof=text)
    ran = run("check")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.splitlines() == [f"stackproof: {line}" for line in lines]


@pytest.mark.parametrize(
    ("target", "reason"), [("nowhere.yaml", "no such file"), ("stackproof.yaml", "cannot be read: ")]
)
def test_a_configuration_that_is_a_link_to_nothing_is_no_absence(
    run: Run, here: Path, target: str, reason: str
) -> None:
    write(here, t=function("3"))
    (here / "stackproof.yaml").symlink_to(target)
    ran = run("check")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith(f"stackproof: stackproof.yaml: {reason}")


def test_mistakes_are_told_in_the_order_of_their_lines(run: Run, here: Path) -> None:
    write(here, t=function("3"), stackproof="".join(f"k{number}: 1\n" for number in range(12)))
    assert [line.split()[1] for line in run("check").err.splitlines()] == [
        f"stackproof.yaml:{number}:" for number in range(1, 13)
    ]


def test_nothing_in_a_configuration_runs(run: Run, here: Path) -> None:
    write(here, t=function("3"), stackproof="ignore: !!python/object/apply:os.system ['touch ran']\n")
    run("check")
    assert not (here / "ran").exists()


def test_a_terminal_is_not_written_to_by_a_configuration(run: Run, here: Path) -> None:
    write(here, t=function("3"), stackproof='"\\u001b[31mred": 1\n')
    assert "\x1b" not in run("check").err


def excluding(run: Run, here: Path, *arguments: str) -> Ran:
    write(here, t=function("300"), stackproof="exclude: [old]\n")
    write(here / "old", u=function("300", "Old"))
    return run("check", *arguments)


def test_excludes_hold_for_folders_and_for_named_files(run: Run, here: Path) -> None:
    assert "Old" not in excluding(run, here, "-q").out
    assert "Old" not in excluding(run, here, "old/u.yaml", "t.yaml", "-q").out
    assert "old: excluded by stackproof.yaml:1" in excluding(run, here, "-v").out


def test_nothing_but_excluded_files_is_nothing_to_do(run: Run, here: Path) -> None:
    ran = excluding(run, here, "old/u.yaml")
    assert (ran.status, ran.out) == (0, "")
    assert ran.err == "stackproof: old/u.yaml: excluded by stackproof.yaml:1\n"


def test_a_search_that_finds_nothing_but_excluded_files_is_an_error(run: Run, here: Path) -> None:
    write(here / "app" / "old", u=function("300"))
    write(here, stackproof="exclude: [old]\n")
    ran = run("check", "app")
    assert ran.status == 2
    assert ran.err == "stackproof: app: no cloud assembly, template or CDK source is here\n"


def test_a_glob_on_the_command_line_excludes_too(run: Run, here: Path) -> None:
    write(here, t=function("300"), u=function("300", "Other"))
    assert [found["resource"] for found in report(run, "--exclude", "u.yaml")["findings"]] == ["Fn"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("stacks: {t: {ignore: [TT01]}}", {"U": "high"}),
        ("stacks: {'?': {severity: {TT01: low}}, u: {severity: {TT0101: critical}}}", {"T": "low", "U": "critical"}),
        ("paths: {u.yaml: {severity: {TT01: info}}}", {"T": "high", "U": "info"}),
        (
            "paths: {'*.yaml': {severity: {TT01: low}}}\nstacks: {u: {severity: {TT01: medium}}}",
            {"T": "low", "U": "medium"},
        ),
        ("severity: {TT: critical, TT01: low}\npaths: {elsewhere/u.yaml: {ignore: [TT01]}}", {"T": "low", "U": "low"}),
    ],
)
def test_a_part_of_an_application_has_settings_of_its_own(
    run: Run, here: Path, text: str, told: dict[str, str]
) -> None:
    write(here, t=function("300", "T"), u=function("300", "U"), stackproof=f"{text}\n")
    assert {found["resource"]: found["severity"] for found in report(run)["findings"]} == told


def test_a_stack_has_parameters_of_its_own(run: Run, here: Path) -> None:
    template = "Parameters:\n  T: {{Type: Number}}\n{}"
    templates = {name: template.format(function("!Ref T", name.upper())) for name in ("t", "u")}
    write(here, **templates, stackproof="parameters: {T: 3}\nstacks: {u: {parameters: {T: 300}}}\n")
    assert [found["resource"] for found in report(run)["findings"]] == ["U"]


def test_parameters_come_from_the_file_and_a_parameter_file_wins(run: Run, here: Path) -> None:
    template = "Parameters:\n  T: {Type: Number}\n" + function("!Ref T")
    write(here, t=template, stackproof="stacks: {t: {parameters: {T: 300}}}\n", p="T: 3\n")
    assert run("check", "t.yaml").status == 1
    assert run("check", "t.yaml", "--parameters", "p.yaml").status == 0


WAIVED = "waivers:\n  - rule: TT01\n    resource: Fn\n    reason: a batch job\n"


def test_a_waiver_of_the_configuration_is_told_with_its_line(run: Run, here: Path) -> None:
    write(here, t=function("300"), stackproof=WAIVED)
    assert run("check").status == 0
    (waived,) = report(run)["waived"]
    assert (waived["waiver"]["reason"], waived["waiver"]["origin"]) == ("a batch job", "stackproof.yaml:2")
    assert run("check", "--no-inline-waivers").status == 0, "these are not written in the input"


def test_a_central_file_waives_and_forbids(run: Run, here: Path) -> None:
    write(here, t=function("300"))
    write(here / "security", w=WAIVED, never="waivers: []\npolicy: {non_waivable: [TT01]}\n")
    assert run("check", "t.yaml", "--waivers", "security/w.yaml").status == 0
    ran = run("check", "t.yaml", "--waivers", "security/w.yaml", "--waivers", "security/never.yaml")
    assert ran.status == 1
    assert "the waiver of TT01 does not hide TT0101: by policy that rule cannot be waived" in ran.out


def test_a_central_policy_may_switch_off_what_the_input_waives(run: Run, here: Path) -> None:
    inline = "    Metadata: {stackproof: {waivers: [{rule: TT01, reason: x}]}}\n    Properties"
    write(here, t=function("300").replace("    Properties", inline), c="waivers: []\npolicy: {inline: false}\n")
    assert run("check", "t.yaml").status == 0
    assert run("check", "t.yaml", "--waivers", "c.yaml").status == 1


def test_a_stale_waiver_is_told_and_fails_nothing(run: Run, here: Path) -> None:
    write(here, t=function("3"), stackproof=WAIVED)
    ran = run("check", "--select", "TT01")
    assert ran.status == 0
    assert "Waivers to look at\n  the waiver of TT01 hides nothing (stackproof.yaml:2)\n" in ran.out
    assert report(run, "--select", "TT01")["waiver_notes"] == [
        {
            "rule_id": "TT01",
            "origin": "stackproof.yaml:2",
            "state": "unused",
            "text": "the waiver of TT01 hides nothing",
        }
    ]


def test_without_a_configuration_neither_schema_nor_yaml_is_loaded(here: Path) -> None:
    (here / "t.json").write_text('{"Resources": {"Fn": {"Type": "AWS::Lambda::Function", "Properties": {}}}}')
    program = (
        "import sys; from analyzer.cli.main import main; status = main(['check', 't.json', '-q']);"
        "print(sorted({'yaml', 'jsonschema', 'analyzer.policy.configuration'} & sys.modules.keys()))"
    )
    ran = subprocess.run([sys.executable, "-c", program], cwd=here, capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[-1] == "[]"


def test_a_hook_that_names_no_input_has_nothing_to_do_and_a_folder_without_one_is_an_error(
    run: Run, here: Path
) -> None:
    (here / "package.json").write_text("{}")
    assert run("check", "package.json").status == 2
    assert run("check", "--skip-other-files", "package.json").status == 0
    assert run("check", "--skip-other-files", ".").status == 2
    assert run("check", "--skip-other-files").status == 2
