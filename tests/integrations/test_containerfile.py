"""``Containerfile``, as far as it can be held without a container engine; ``tests/conformance`` runs its commands."""

from __future__ import annotations

import json
from fnmatch import fnmatch

from tests.integrations.containerfile import ROOT, Instruction, stages

BUILD, FINAL = stages()


def texts(stage: list[Instruction], name: str) -> list[str]:
    return [each.text for each in stage if each.name == name]


def copied() -> list[str]:
    return [path for stage in (BUILD, FINAL) for text in texts(stage, "COPY") for path in text.split()[:-1]]


def test_both_stages_start_from_the_same_small_python() -> None:
    assert texts(BUILD, "FROM") == ["docker.io/library/python:3.11-slim AS wheel"]
    assert texts(FINAL, "FROM") == ["docker.io/library/python:3.11-slim"]


def test_what_is_copied_is_there_and_reaches_the_build() -> None:
    assert [path for path in copied() if not (ROOT / path).exists()] == []
    first, *rules = (line for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] not in ("", "#"))
    assert first == "*"
    let_through = {rule[1:] for rule in rules if rule.startswith("!")}
    assert let_through == set(copied())


def test_the_wheel_has_all_it_is_built_from() -> None:
    """Every package and every file that the project's description names."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    needed = {"pyproject.toml", project["project"]["readme"], *project["tool"]["setuptools"]["package-dir"].values()}
    needed |= {
        path.name for path in ROOT.iterdir() if fnmatch(path.name, "NOTICE*") or fnmatch(path.name, "LICEN[CS]E*")
    }
    assert needed - set(copied()) == set()


def test_the_command_runs_as_nobody_special_and_without_a_shell() -> None:
    assert texts(FINAL, "USER") == ["10001"]
    assert "useradd --uid 10001 " in texts(FINAL, "RUN")[-1]
    assert json.loads(texts(FINAL, "ENTRYPOINT")[-1]) == ["stackproof"]
    assert json.loads(texts(FINAL, "CMD")[-1]) == ["check"]
    names = [each.name for each in FINAL]
    assert names.index("USER") > names.index("RUN")


def test_nothing_of_the_tree_but_the_wheel_is_in_the_image() -> None:
    assert texts(FINAL, "COPY") == ["constraints.txt /"]
