"""What the wheel holds: every package and every data file, and nothing at the top but ``analyzer``."""

from __future__ import annotations

import fnmatch
import re
import subprocess
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any

import analyzer

ROOT = Path(__file__).parents[1]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
SETUPTOOLS = PROJECT["tool"]["setuptools"]


def packages_on_disk() -> set[str]:
    """Folders with Python modules below ``analyzer`` and ``rules``, by the name they are imported with."""
    found = set()
    for folder, package in (("analyzer", "analyzer"), ("rules", "analyzer.rules")):
        for module in (ROOT / folder).rglob("*.py"):
            parts = module.parent.relative_to(ROOT / folder).parts
            found.add(".".join((package, *parts)))
    return found


def test_every_package_on_disk_is_in_the_wheel() -> None:
    """A package that is missing from the list vanishes from the wheel in silence."""
    assert set(SETUPTOOLS["packages"]) == packages_on_disk()
    assert SETUPTOOLS["packages"] == sorted(SETUPTOOLS["packages"])


def test_every_package_has_an_init() -> None:
    folders = {"analyzer": ROOT / "analyzer", "analyzer.rules": ROOT / "rules"}
    for package in packages_on_disk():
        base = "analyzer.rules" if package.startswith("analyzer.rules") else "analyzer"
        folder = folders[base].joinpath(*package.removeprefix(base).strip(".").split("."))
        assert (folder / "__init__.py").is_file(), package


def test_every_data_file_is_in_the_wheel() -> None:
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "analyzer", "rules"]
    output = subprocess.run(listing, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    files = [Path(name) for name in output.split("\0") if name and not name.endswith(".py") and (ROOT / name).exists()]
    shipped = {
        file
        for file in files
        for package, patterns in SETUPTOOLS["package-data"].items()
        if file.parent == Path(*package.split("."))
        if any(fnmatch.fnmatch(file.name, pattern) for pattern in patterns)
    }
    assert {file.as_posix() for file in files} == {file.as_posix() for file in shipped}


def test_versions_agree() -> None:
    assert PROJECT["project"]["version"] == analyzer.__version__ == metadata.version("stackproof")


def test_the_command_and_the_rules_are_entry_points() -> None:
    assert PROJECT["project"]["scripts"] == {"stackproof": "analyzer.cli.main:main"}
    assert PROJECT["project"]["entry-points"]["stackproof.rules"] == {"builtin": "analyzer.rules"}


def required() -> set[str]:
    """Names of what the project asks for, in the extras that its continuous integration installs too."""
    extras = PROJECT["project"]["optional-dependencies"]
    asked = [*PROJECT["project"]["dependencies"], *extras["dev"], *extras["cdk"]]
    return {normal(re.split(r"[<>=~!\[; ]", line)[0]) for line in asked}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_constraints_pin_everything_that_is_asked_for_and_hold_nothing_else_than_pins() -> None:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert [line for line in pins if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!+]+", line)] == []
    assert required() <= {normal(line.partition("==")[0]) for line in pins}
    assert pins == sorted(pins, key=lambda line: normal(line.partition("==")[0]))


def test_the_readme_shows_commands_that_exist() -> None:
    from analyzer.cli.commands import COMMANDS

    readme = (ROOT / "README.md").read_text("utf-8")
    used = set(re.findall(r"stackproof (\w+)", "\n".join(re.findall(r"```sh\n(.*?)```", readme, flags=re.S))))
    assert used
    assert used <= set(COMMANDS)
