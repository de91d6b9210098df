"""One input, one output: whatever the hash seed, the order of arguments and the order in which a template is written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzer import registry
from tests.metamorphic.applications import copy
from tests.metamorphic.judging import Said, judge
from tests.metamorphic.order import shuffled
from tests.test_fixtures import FIXTURES

ASSEMBLIES = FIXTURES.parent / "reference_stack" / "assemblies"
AS_DOCUMENTED = ASSEMBLIES / "as_documented"


def check(*paths: str, folder: Path, seed: int) -> bytes:
    command = [sys.executable, "-m", "analyzer.cli.main", "check", *paths, "--format", "json", "--as-of", "2026-11-24"]
    environment = {**os.environ, "PYTHONHASHSEED": str(seed), "PYTHONPATH": str(FIXTURES.parent)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
    assert done.returncode in (0, 1), done.stderr.decode()
    return done.stdout


@pytest.mark.parametrize("assembly", ["as_documented", "hardened"])
def test_the_hash_seed_does_not_show(assembly: str) -> None:
    first = check(assembly, folder=ASSEMBLIES, seed=0)
    assert check(assembly, folder=ASSEMBLIES, seed=1) == first


def test_the_hash_seed_does_not_show_on_fixtures() -> None:
    first = check("FM0602", "FM0702", "FM1006", folder=FIXTURES, seed=2)
    assert check("FM0602", "FM0702", "FM1006", folder=FIXTURES, seed=3) == first


def test_the_order_of_arguments_does_not_show(tmp_path: Path) -> None:
    templates = sorted(path.name for path in AS_DOCUMENTED.glob("*.template.json"))
    assert len(templates) > 2
    for name in templates:
        (tmp_path / name).write_bytes((AS_DOCUMENTED / name).read_bytes())
    first = check(*templates, folder=tmp_path, seed=0)
    assert json.loads(first)["findings"]
    assert check(*templates[::-1], folder=tmp_path, seed=0) == first


@cache
def as_documented() -> tuple[list[Said], dict[str, Any]]:
    made = copy_of_as_documented()
    return judge(AS_DOCUMENTED, registry.rules()), made


@cache
def copy_of_as_documented() -> dict[str, Any]:
    names = [path.name for path in AS_DOCUMENTED.glob("*.template.json")]
    return {name: json.loads((AS_DOCUMENTED / name).read_text("utf-8")) for name in names}


@settings(max_examples=5, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_any_order_of_the_reference_application_is_judged_alike(
    seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    before, documents = as_documented()
    random = Random(seed)
    made = copy(AS_DOCUMENTED, tmp_path_factory.mktemp("shuffled") / "as_documented")
    made.templates = {name: shuffled(document, random) for name, document in documents.items()}
    made.write()
    assert judge(made.folder, registry.rules()) == before
