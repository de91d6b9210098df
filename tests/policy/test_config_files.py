"""Which configuration governs a folder, and what it leaves out."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.policy.config_error import ConfigError
from analyzer.policy.config_files import ConfigFiles, read_central
from analyzer.policy.configuration import Central
from analyzer.policy.waivers import Waiver, WaiverPolicy


def known() -> frozenset[str]:
    return frozenset({"FM0701"})


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """The root of a repository."""
    (tmp_path / "repo" / ".git").mkdir(parents=True)
    return tmp_path / "repo"


def write(folder: Path, text: str, name: str = "stackproof.yaml") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)


def files(cwd: Path, **options: object) -> ConfigFiles:
    return ConfigFiles(cwd, known, **options)  # type: ignore[arg-type]


def governing(cwd: Path, folder: Path) -> str | None:
    found = files(cwd).governing(folder)
    return None if found is None else found.file


def test_the_nearest_file_governs(here: Path) -> None:
    write(here, "ignore: []")
    write(here / "apps/a", "ignore: []")
    assert governing(here, here / "apps/a/cdk.out/x") == "apps/a/stackproof.yaml"
    assert governing(here, here / "apps/b") == "stackproof.yaml"
    assert governing(here / "apps/a", here / "apps/b") == "../../stackproof.yaml"
    assert [found.file for found in files(here).chain(here / "apps/a")] == ["apps/a/stackproof.yaml", "stackproof.yaml"]


def test_nothing_above_the_repository_is_looked_at(here: Path) -> None:
    write(here.parent, "ignore: []")
    assert governing(here, here) is None
    (here / ".git").rmdir()
    assert governing(here, here) == "../stackproof.yaml"


def test_the_other_spelling_and_pyproject_are_read_too(here: Path) -> None:
    write(here / "a", "ignore: []", "stackproof.yml")
    write(here / "b", '[tool.stackproof]\nignore = ["FM07"]\n', "pyproject.toml")
    write(here / "c", '[project]\nname = "stackproof"\n', "pyproject.toml")
    write(here / "d", "[tool]\nstackproof = { gate = { fail_on = 'high' } }\n", "pyproject.toml")
    assert governing(here, here / "a") == "a/stackproof.yml"
    assert governing(here, here / "b") == "b/pyproject.toml"
    assert governing(here, here / "c") is None
    assert governing(here, here / "d") == "d/pyproject.toml"


def test_a_date_in_toml_is_a_date(here: Path) -> None:
    text = '[[tool.stackproof.waivers]]\nrule = "FM07"\nreason = "x"\nstack = "S"\nexpires = 2027-01-31\n'
    write(here, text, "pyproject.toml")
    found = files(here).governing(here)
    assert found is not None
    assert [str(waiver.expires) for waiver in found.waivers()] == ["2027-01-31"]


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("stackproof.yaml", "ignore: [\n", "stackproof.yaml:2:1: "),
        ("stackproof.yaml", "ignore: []\nignore: []\n", "stackproof.yaml:2:1: "),
        (
            "stackproof.yaml",
            "gate:\n  fail_no: high\n",
            "stackproof.yaml:2: unknown key 'fail_no' in gate; did you mean fail_on?",
        ),
        ("stackproof.yaml", "!!python/object/apply:os.system ['touch ran']\n", "stackproof.yaml:"),
        ("pyproject.toml", "[tool.stackproof\n", "pyproject.toml: "),
        ("pyproject.toml", "[tool.stackproof]\nx = " + "[" * 5000, "pyproject.toml: "),
    ],
)
def test_a_file_that_cannot_be_used_says_where(here: Path, name: str, text: str, problem: str) -> None:
    write(here, text, name)
    with pytest.raises(ConfigError) as caught:
        files(here).governing(here)
    assert caught.value.lines[0].startswith(problem)
    assert not (here / "ran").exists()


def test_two_configurations_in_one_folder_are_one_too_many(here: Path) -> None:
    write(here, "ignore: []")
    write(here, "[tool.stackproof]\n", "pyproject.toml")
    with pytest.raises(ConfigError, match=r"stackproof\.yaml: there is a second .* in pyproject\.toml"):
        files(here).governing(here)


def test_a_link_out_of_the_repository_is_not_followed(here: Path) -> None:
    write(here.parent / "elsewhere", "secret: value")
    (here / "stackproof.yaml").symlink_to(here.parent / "elsewhere/stackproof.yaml")
    with pytest.raises(ConfigError, match=r"^stackproof\.yaml: a symbolic link that leads out of \.$"):
        files(here).governing(here)


def test_a_link_within_the_repository_is(here: Path) -> None:
    write(here / "shared", "ignore: []")
    (here / "app").mkdir()
    (here / "app/stackproof.yaml").symlink_to(here / "shared/stackproof.yaml")
    assert governing(here, here / "app") == "app/stackproof.yaml"


def test_a_file_that_is_named_governs_everything(here: Path) -> None:
    write(here / "a", "selct: []")
    write(here / "central", "exclude: [vendor/**]", "c.yaml")
    found = files(here, named="central/c.yaml")
    assert [each.file for each in found.chain(here / "a")] == ["central/c.yaml"]
    assert found.excluded(here / "vendor/x.json") == "excluded by central/c.yaml:1"
    assert found.excluded(here / "central/vendor/x.json") is None


@pytest.mark.parametrize(
    ("named", "problem"),
    [("nope.yaml", "nope.yaml: no such file"), ("pyproject.toml", r"pyproject.toml: it has no \[tool.stackproof\]")],
)
def test_a_named_file_that_is_none_is_an_error(here: Path, named: str, problem: str) -> None:
    with pytest.raises(ConfigError, match=problem):
        files(here, named=named)


def test_excludes_of_all_configurations_and_of_the_command_line_add_up(here: Path) -> None:
    write(here, "exclude:\n  - old/**\n  - '*.generated.json'\n")
    write(here / "app", "exclude: [cdk.out/Big.template.json]")
    found = files(here, excludes=("tmp",))
    told = {
        name: found.excluded(here / name)
        for name in (
            "old/t.yaml",
            "app/old/t.yaml",
            "app/x.generated.json",
            "app/cdk.out/Big.template.json",
            "cdk.out/Big.template.json",
            "app/tmp/t.yaml",
            "app/t.yaml",
        )
    }
    assert told == {
        "old/t.yaml": "excluded by stackproof.yaml:2",
        "app/old/t.yaml": None,
        "app/x.generated.json": "excluded by stackproof.yaml:3",
        "app/cdk.out/Big.template.json": "excluded by app/stackproof.yaml:1",
        "cdk.out/Big.template.json": None,
        "app/tmp/t.yaml": "excluded by --exclude tmp",
        "app/t.yaml": None,
    }


def test_the_folder_of_a_configuration_is_not_its_own_to_exclude(here: Path) -> None:
    write(here, "exclude: ['**']")
    assert files(here).excluded(here) is None
    assert files(here).excluded(here / "a") == "excluded by stackproof.yaml:1"


def test_a_broken_configuration_in_an_excluded_folder_is_not_read(here: Path) -> None:
    write(here, "exclude: [vendor]")
    write(here / "vendor/x", "selct: [")
    assert files(here).excluded(here / "vendor/x/t.yaml") == "excluded by stackproof.yaml:1"


def test_dots_in_a_path_do_not_get_round_an_exclude(here: Path) -> None:
    write(here, "exclude: [old]")
    (here / "new").mkdir()
    assert files(here).excluded(here / "new" / ".." / "old" / "t.yaml") == "excluded by stackproof.yaml:1"


def test_a_central_file_is_relative_to_the_working_directory(here: Path) -> None:
    write(
        here / "security", "waivers:\n  - {rule: FM07, reason: x, template: a/**}\npolicy: {inline: false}\n", "w.yaml"
    )
    read = read_central("security/w.yaml", here, known)
    assert read == Central((Waiver("FM07", "x", "security/w.yaml:2", template="a/**"),), WaiverPolicy(inline=False))
