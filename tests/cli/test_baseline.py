"""``stackproof baseline``: what is accepted no longer fails, what is new does, what is gone is pruned."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from analyzer.cli.commands import cli

OFF = "  {name}:\n    Type: AWS::Lambda::Function\n    Properties: {{ReservedConcurrentExecutions: 0}}\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "t.yaml").write_text("Resources:\n" + OFF.format(name="Old"))
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, [*arguments, "--select", "FM1303"], standalone_mode=False)


def found(*arguments: str) -> list[str]:
    report = json.loads(run("check", "t.yaml", "--format", "json", *arguments).stdout)
    return [finding["resource"] for finding in report["findings"]]


def test_a_baseline_hides_what_was_there_and_nothing_else(here: Path) -> None:
    assert run("baseline", "create", "t.yaml").return_value == 0
    given = ("--baseline", "stackproof-baseline.json")
    assert (found(), found(*given)) == (["Old"], [])
    with (here / "t.yaml").open("a") as template:
        template.write(OFF.format(name="New"))
    assert found(*given) == ["New"]
    run("baseline", "update", "t.yaml")
    assert found(*given) == []


def test_a_baseline_is_not_overwritten_unasked(here: Path) -> None:
    run("baseline", "create", "t.yaml")
    before = (here / "stackproof-baseline.json").read_text()
    assert run("baseline", "create", "t.yaml").exception is not None
    assert (here / "stackproof-baseline.json").read_text() == before


def test_what_is_mended_is_pruned(here: Path) -> None:
    run("baseline", "create", "t.yaml")
    (here / "t.yaml").write_text("Resources:\n  Old: {Type: AWS::Lambda::Function}\n")
    run("baseline", "prune", "t.yaml")
    (here / "t.yaml").write_text("Resources:\n" + OFF.format(name="Old"))
    assert found("--baseline", "stackproof-baseline.json") == ["Old"]


def test_a_renamed_template_keeps_what_was_accepted(here: Path) -> None:
    run("baseline", "create", "t.yaml")
    (here / "t.yaml").rename(here / "u.yaml")
    report = json.loads(run("check", "u.yaml", "--format", "json", "--baseline", "stackproof-baseline.json").stdout)
    assert (report["findings"], [found["stack"] for found in report["baselined"]]) == ([], ["u"])


def test_a_template_of_the_same_name_beside_it_changes_nothing(here: Path) -> None:
    """The stack, which was called by the name of the file, is then called by its path."""
    (here / "t.yaml").write_text("Resources:\n" + OFF.format(name="Old"))
    run("baseline", "create", "t.yaml")
    exporting = "Outputs: {X: {Value: 1, Export: {Name: the-topic}}}\n"
    (here / "t.yaml").write_text("Resources:\n" + OFF.format(name="Old") + exporting)
    (here / "other").mkdir()
    importing = "  Topic: {Type: AWS::SNS::Topic, Properties: {DisplayName: !ImportValue the-topic}}\n"
    (here / "other" / "t.yaml").write_text("Resources:\n" + OFF.format(name="Old") + importing)
    report = json.loads(run("check", ".", "--format", "json", "--baseline", "stackproof-baseline.json").stdout)
    assert [given["stacks"] for given in report["inputs"]] == [["t.yaml", "other/t.yaml"]]
    assert [found["template"] for found in report["findings"]] == ["other/t.yaml"]
    assert [found["template"] for found in report["baselined"]] == ["t.yaml"]


WIDE = "{{PolicyName: {0}, PolicyDocument: {{Statement: [{{Effect: Allow, Action: 's3:*', Resource: 'arn:aws:s3:::{0}/*'}}]}}}}"
ROLE = "Resources:\n  Role:\n    Type: AWS::IAM::Role\n    Properties:\n      Policies:\n"


def test_a_second_failure_of_the_same_kind_on_the_same_resource_is_new(here: Path) -> None:
    policies = {bucket: f"        - {WIDE.format(bucket)}\n" for bucket in ("a", "b")}
    (here / "t.yaml").write_text(ROLE + policies["a"])
    CliRunner().invoke(cli, ["baseline", "create", "t.yaml", "--select", "FM0602"], standalone_mode=False)

    def compared(template: str) -> tuple[int, int]:
        (here / "t.yaml").write_text(template)
        options = ["--select", "FM0602", "--format", "json", "--baseline", "stackproof-baseline.json"]
        report = json.loads(CliRunner().invoke(cli, ["check", "t.yaml", *options], standalone_mode=False).stdout)
        return len(report["findings"]), len(report["baselined"])

    assert compared(ROLE + policies["a"]) == (0, 1)
    assert compared("# moved down\n\n" + ROLE + policies["a"]) == (0, 1)
    assert compared(ROLE + policies["b"] + policies["a"]) == (1, 0), "the role may do more than was accepted"


def test_a_copied_template_is_new(here: Path) -> None:
    run("baseline", "create", "t.yaml")
    (here / "copy").mkdir()
    (here / "copy" / "t.yaml").write_text((here / "t.yaml").read_text())
    given = ("check", ".", "--format", "json", "--baseline", "stackproof-baseline.json")
    report = json.loads(run(*given).stdout)
    assert [found["template"] for found in report["findings"]] == ["copy/t.yaml"]
    assert [found["template"] for found in report["baselined"]] == ["t.yaml"]


def test_the_configuration_names_the_file(here: Path) -> None:
    (here / "stackproof.yaml").write_text("baseline: accepted/b.json\n")
    (here / "accepted").mkdir()
    created = run("baseline", "create", "t.yaml")
    assert created.stdout == "accepted/b.json: 1 finding accepted\n"
    assert found() == []
    entries = json.loads((here / "accepted/b.json").read_text())["findings"]
    assert [entry["file"] for entry in entries] == ["../t.yaml"]


def test_what_is_waived_is_not_accepted_as_well(here: Path) -> None:
    (here / "stackproof.yaml").write_text("waivers: [{rule: FM1303, resource: Old, reason: x}]\n")
    assert run("baseline", "create", "t.yaml").stdout.splitlines()[0].endswith(": 0 findings accepted")


def test_what_cannot_be_waived_is_not_accepted(here: Path) -> None:
    (here / "stackproof.yaml").write_text("waiver_policy: {non_waivable: [FM1303]}\n")
    created = run("baseline", "create", "t.yaml")
    assert created.stdout.splitlines()[0].endswith(": 0 findings accepted")
    assert created.stderr == "stackproof: 1 not accepted, as their rules by policy cannot be waived\n"


def test_a_change_is_told(here: Path) -> None:
    run("baseline", "create", "t.yaml")
    with (here / "t.yaml").open("a") as template:
        template.write(OFF.format(name="New"))
    assert run("baseline", "update", "t.yaml").stdout == "stackproof-baseline.json: 2 findings accepted, +1\n"
    (here / "t.yaml").write_text("Resources:\n" + OFF.format(name="New"))
    assert run("baseline", "prune", "t.yaml").stdout == "stackproof-baseline.json: 1 finding accepted, -1\n"


@pytest.mark.parametrize("command", ["update", "prune"])
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "no such baseline"),
        ("precious", "not JSON"),
        ('{"stackproof_baseline": 99, "findings": []}', "version 99 of baselines"),
    ],
)
def test_a_file_that_is_no_baseline_is_left_alone(here: Path, command: str, content: str | None, reason: str) -> None:
    file = here / "b.json"
    if content is not None:
        file.write_text(content)
    ran = run("baseline", command, "t.yaml", "-b", "b.json")
    assert reason in str(ran.exception)
    assert file.exists() is (content is not None)
    assert content is None or file.read_text() == content


def test_several_baselines_are_not_written_at_once(here: Path) -> None:
    for name in ("a", "b"):
        (here / name).mkdir()
        (here / name / "t.yaml").write_text((here / "t.yaml").read_text())
        (here / name / "stackproof.yaml").write_text("baseline: b.json\n")
    ran = run("baseline", "create", "a", "b")
    assert "several baselines are in force, a/b.json, b/b.json" in str(ran.exception)


@pytest.mark.parametrize("command", ["create", "update", "prune"])
def test_a_run_that_read_nothing_writes_nothing(here: Path, command: str) -> None:
    run("baseline", "create", "t.yaml", "-b", "before.json")
    (here / "b.json").write_bytes((here / "before.json").read_bytes())
    options = ("--force",) if command == "create" else ()
    ran = run("baseline", command, "nope.yaml", "-b", "b.json", *options)
    assert (ran.return_value, ran.stdout) == (2, "")
    assert ran.stderr == "stackproof: nope.yaml: no such file or folder\n"
    assert (here / "b.json").read_bytes() == (here / "before.json").read_bytes()


def test_an_incomplete_run_says_so(here: Path) -> None:
    (here / "broken.yaml").write_text("Resources: [\n")
    created = run("baseline", "create", ".")
    assert created.return_value == 2
    assert created.stderr.startswith("stackproof: broken.yaml")


def test_a_new_file_that_nothing_names_says_how_it_comes_to_count(here: Path) -> None:
    name = "stackproof-baseline.json"
    hint = f"It counts where `baseline: {name}` stands in stackproof.yaml, or with `check --baseline {name}`.\n"
    assert run("baseline", "create", "t.yaml").stdout.endswith(f"accepted\n{hint}")
    (here / "stackproof.yaml").write_text(f"baseline: {name}\n")
    assert "It counts" not in run("baseline", "create", "--force", "t.yaml").stdout
