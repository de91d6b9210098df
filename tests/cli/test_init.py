"""``stackproof init``: files that work, and nothing overwritten."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from analyzer.cli.commands import COMMANDS
from analyzer.cli.origin import RELEASE
from analyzer.cli.pipelines import PIPELINES
from analyzer.report import formats
from tests.cli.conftest import Run, function

ALL = [argument for name in PIPELINES for argument in ("--ci", name)]


@pytest.fixture(autouse=True)
def repository(here: Path) -> None:
    (here / ".git").mkdir()


def written(here: Path) -> dict[str, str]:
    files = (path for path in here.rglob("*") if path.is_file())
    return {path.relative_to(here).as_posix(): path.read_text() for path in files}


def read(here: Path, name: str) -> Any:
    return yaml.safe_load((here / name).read_text())


def test_configuration_and_hook_are_written_and_pipelines_where_they_are_asked_for(run: Run, here: Path) -> None:
    ran = run("init", "--ci", "none")
    assert (ran.status, ran.err) == (0, "")
    assert sorted(written(here)) == [".pre-commit-config.yaml", "stackproof.yaml"]
    run("init", *ALL)
    assert sorted(written(here)) == [
        ".github/workflows/stackproof.yml",
        ".gitlab-ci.yml",
        ".pre-commit-config.yaml",
        "Jenkinsfile",
        "buildspec.yml",
        "stackproof.yaml",
    ]


@pytest.mark.parametrize(
    ("sign", "file"),
    [
        (".github", ".github/workflows/stackproof.yml"),
        (".gitlab-ci.yml", ".gitlab/stackproof.gitlab-ci.yml"),
        ("buildspec.yml", "buildspec.stackproof.yml"),
    ],
)
def test_a_repository_that_is_built_somewhere_gets_that_pipeline(run: Run, here: Path, sign: str, file: str) -> None:
    (here / sign).mkdir() if sign == ".github" else (here / sign).write_text("mine")
    run("init")
    assert sorted(written(here).keys() - {sign}) == sorted([file, ".pre-commit-config.yaml", "stackproof.yaml"])


def test_nothing_is_overwritten_and_what_is_missing_is_shown(run: Run, here: Path) -> None:
    mine = {
        "stackproof.yaml": "gate: {fail_on: high}\n",
        ".pre-commit-config.yaml": "repos: []\n",
        "Jenkinsfile": "mine\n",
    }
    for name, text in mine.items():
        (here / name).write_text(text)
    ran = run("init")
    assert written(here) == mine
    assert "stackproof.yaml is there already: left as it is\n" in ran.out
    assert "      - repo: local\n" in ran.out
    assert "    stage('stackproof') {\n" in ran.out


def test_a_second_run_changes_nothing(run: Run, here: Path) -> None:
    run("init", "--ci", "github")
    before = written(here)
    assert run("init", "--ci", "github").status == 0
    assert written(here) == before


def test_a_configuration_in_pyproject_is_one(run: Run, here: Path) -> None:
    (here / "pyproject.toml").write_text("[tool.stackproof]\n")
    run("init", "--ci", "none")
    assert "stackproof.yaml" not in written(here)


def test_a_configuration_further_up_is_not_this_folders(run: Run, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "stackproof.yaml").write_text("ignore: []\n")
    (here / "app").mkdir()
    monkeypatch.chdir(here / "app")
    run("init", "--ci", "none")
    assert (here / "app" / "stackproof.yaml").is_file()


def test_no_link_is_written_through(run: Run, here: Path, tmp_path: Path) -> None:
    (here / "stackproof.yaml").symlink_to(tmp_path / "outside")
    (here / ".pre-commit-config.yaml").symlink_to(tmp_path / "outside2")
    run("init", "--ci", "none")
    assert not (tmp_path / "outside").exists()
    assert not (tmp_path / "outside2").exists()


@pytest.mark.parametrize("app", [False, True])
def test_what_is_written_is_well_formed_and_asks_for_formats_that_exist(run: Run, here: Path, app: bool) -> None:
    if app:
        (here / "cdk.json").write_text("{}")
    run("init", *ALL)
    texts = {name: text for name, text in written(here).items() if name != "cdk.json"}
    for name in (name for name in texts if name.endswith((".yml", ".yaml"))):
        assert isinstance(read(here, name), dict), name
    together = "\n".join(texts.values())
    asked = set(re.findall(r"(?:--format |-o )([a-z-]+)(?=[: ])", together))
    assert asked == {"github", "gitlab", "junit", "code-scanning"}
    assert asked <= set(formats.names())
    assert formats.format_of("stackproof.sarif") == "sarif"
    assert set(re.findall(r"stackproof (check|baseline|config|rules)", together)) <= set(COMMANDS)
    assert ("cdk synth" in together) is app


def test_the_configuration_it_writes_is_valid_with_its_comments_taken_away(run: Run, here: Path) -> None:
    run("init", "--ci", "none")
    (here / "t.yaml").write_text(function("300"))
    assert run("check", "t.yaml").status == 1
    text = (here / "stackproof.yaml").read_text()
    example = re.sub(r"^# (?=[a-z ])", "", text, flags=re.M).replace("<rule id>", "TT01")
    lines = [line for line in example.splitlines() if not line.startswith(("Configuration", "Patterns", "baseline"))]
    (here / "stackproof.yaml").write_text("\n".join(lines))
    assert "waiver_policy.require" in run("config", "show").out
    assert run("check", "t.yaml").status == 1


def test_hook_and_pipelines_install_what_is_asked_for(run: Run, here: Path) -> None:
    wanted = "stackproof @ git+https://git.example.com/stackproof@v0.1.0"
    ran = run("init", *ALL, "--install", wanted)
    assert ran.status == 0
    assert "installed from a folder" not in ran.out
    (hook,) = read(here, ".pre-commit-config.yaml")["repos"][0]["hooks"]
    assert (hook["language"], hook["additional_dependencies"]) == ("python", [wanted])
    for name, text in written(here).items():
        asks = f'pip install "{wanted}"' in text
        assert asks is (name not in ("stackproof.yaml", ".pre-commit-config.yaml")), name


def test_what_came_from_a_folder_is_said_and_the_hook_runs_it_as_it_is(
    run: Run, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analyzer.cli.origin.requirement", lambda: None)
    ran = run("init", "--ci", "gitlab")
    assert "This Stackproof was installed from a folder or file of this machine" in ran.out
    (hook,) = read(here, ".pre-commit-config.yaml")["repos"][0]["hooks"]
    assert (hook["language"], "additional_dependencies" in hook) == ("system", False)
    assert f'pip install "{RELEASE}"' in read(here, ".gitlab-ci.yml")["stackproof"]["script"]


@pytest.mark.parametrize("evil", ['x" && touch pwned', "x'", "$(touch pwned)", "`x`", "a\nb", "-e .", "", "x\\"])
def test_a_requirement_that_shell_would_read_is_refused(run: Run, here: Path, evil: str) -> None:
    ran = run("init", *ALL, "--install", evil)
    assert ran.status == 2
    assert "no requirement that can be written" in ran.err
    assert written(here) == {}


def test_an_app_is_synthesized_before_the_hook_judges_it(run: Run, here: Path) -> None:
    (here / "cdk.json").write_text("{}")
    (here / "package.json").write_text("{}")
    ran = run("init", "--ci", "none")
    synth, check = read(here, ".pre-commit-config.yaml")["repos"][0]["hooks"]
    assert (synth["entry"], synth["fail_fast"]) == ("npx cdk synth --quiet", True)
    assert check["entry"] == "stackproof check cdk.out -q"
    assert synth["files"] == check["files"]
    assert "  npx cdk synth --quiet       write the cloud assembly\n  stackproof check  " in ran.out


def test_a_folder_that_is_no_root_of_a_repository_is_told(run: Run, here: Path) -> None:
    said = "Hooks and pipelines are read in the root of a git repository, which this folder is not.\n"
    assert said not in run("init", "--ci", "none").out
    (here / ".git").rmdir()
    assert said in run("init", "--ci", "none").out
