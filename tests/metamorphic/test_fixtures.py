"""Every relation on fixtures, each judged by its own rule.

A third of the fixtures, and on each of them all rewritings at once and one by itself, in turn; ``--every-relation`` takes
all fixtures and all relations, ``python -m scripts.relations`` all rules as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

import pytest

from analyzer import registry
from tests.metamorphic.judging import judge
from tests.metamorphic.relations import EVERYTHING, RELATIONS, Relation, violations
from tests.test_fixtures import FOLDERS, name

ONE_IN = 3


def cases(every: bool) -> Iterator[tuple[Path, tuple[Relation, ...]]]:
    for folder in FOLDERS:
        draw = crc32(name(folder).encode())
        if every:
            yield folder, RELATIONS
        elif draw % ONE_IN == 0:
            yield folder, (EVERYTHING, RELATIONS[draw // ONE_IN % len(RELATIONS)])


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    every = bool(metafunc.config.getoption("--every-relation"))
    chosen = list(cases(every))
    metafunc.parametrize(("folder", "relations"), chosen, ids=[name(folder) for folder, _ in chosen])


def test_what_means_the_same_is_judged_alike(folder: Path, relations: tuple[Relation, ...], tmp_path: Path) -> None:
    rules = registry.select([folder.parent.name])
    before = judge(folder, rules)
    broken = {
        relation.name: found
        for relation in relations
        if (found := violations(relation, folder, rules, before, tmp_path / relation.name))
    }
    assert broken == {}
