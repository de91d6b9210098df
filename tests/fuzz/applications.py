"""The applications that are made odd, and how one is judged."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from analyzer import registry
from analyzer.model.application import load
from analyzer.rule import Rule
from analyzer.sources.discovery import discover
from tests.fuzz.mutations import mutate, mutate_code
from tests.metamorphic.judging import evaluate
from tests.metamorphic.spelling import as_yaml

FIXTURES = Path(__file__).parents[2] / "fixtures"
CODE = frozenset({".py", ".js", ".mjs", ".cjs", ".ts", ".tsx"})


@dataclass(frozen=True)
class Seed:
    """A fixture: its template documents and code, by file name."""

    folder: Path
    documents: dict[str, Any] = field(default_factory=dict)
    code: dict[str, str] = field(default_factory=dict)


@cache
def _folders() -> tuple[Path, ...]:
    return tuple(folder for folder in sorted(FIXTURES.glob("*/*")) if folder.is_dir())


def any_seed(random: Random) -> Seed:
    """A fixture that has a template."""
    while not (seed := _seed(random.choice(_folders()))).documents:
        pass
    return seed


@cache
def _seed(folder: Path) -> Seed:
    seed = Seed(folder)
    for application in discover((".",), cwd=folder).applications:
        for stack in application.all_stacks():
            seed.documents[stack.path] = stack.document
    for file in folder.rglob("*"):
        if file.suffix in CODE and file.is_file():
            seed.code[file.relative_to(folder).as_posix()] = file.read_text("utf-8")
    return seed


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule."""
    return tuple(registry.select([]))


def odd_copy(random: Random, folder: Path) -> Seed:
    """Write to ``folder``, which must not exist, a fixture that ``random`` chooses and changes; answers which."""
    seed = any_seed(random)
    shutil.copytree(seed.folder, folder)
    others = [document for _ in range(2) for document in any_seed(random).documents.values()]
    for name, document in seed.documents.items():
        odd = mutate(document, others, random, random.choice((1, 1, 2, 3, 6)))
        spelled = json.dumps(odd, ensure_ascii=True) if name.endswith(".json") else as_yaml(odd)
        (folder / name).write_text(spelled, "utf-8", "surrogatepass")
    pieces = [text for _ in range(2) for text in any_seed(random).code.values()] or ["x = 1\n"]
    for name, text in seed.code.items():
        if random.random() < 0.6:
            odd_text = mutate_code(text, pieces, random, random.choice((1, 2, 4)))
            (folder / name).write_text(odd_text, "utf-8", "surrogatepass")
    return seed


def judge(folder: Path) -> Iterator[tuple[str, str]]:
    """What breaks down on the application in ``folder``: rule and reason. An input that is refused is none."""
    for application in discover((".",), cwd=folder).applications:
        for breakdown in evaluate(load(application), rules()).breakdowns:
            yield breakdown.rule.id, breakdown.reason
