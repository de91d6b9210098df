"""How many small faults put into rules and facts the tests notice (mutation testing).

    python -m scripts.mutation rules|facts [--sample 200] [--seed 1] [--survivors FILE]

Faults are made by cosmic-ray's operators (extra ``mutation``): a comparison turned, an ``and`` for an ``or``, a
condition negated, a number changed, a loop that does not run. A sample of all possible ones is drawn; each is put into
a copy of the source and judged by the fixtures: those of the rule, or those of every rule that uses the fact. What they
do not notice is tried by the unit tests of the registry or of the facts. The survivors are what tests say nothing
about: some change nothing that can be seen, the others are missing fixtures.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
COPIED = (
    "analyzer",
    "benchmarks",
    "rules",
    "tests",
    "fixtures",
    "scripts",
    "docs",
    "reference_stack",
    "pyproject.toml",
)
OPERATORS = (
    "AddNot", "NumberReplacer", "ReplaceAndWithOr", "ReplaceOrWithAnd", "ReplaceTrueWithFalse", "ReplaceFalseWithTrue",
    "ReplaceBreakWithContinue", "ReplaceContinueWithBreak", "ZeroIterationForLoop",
    "ReplaceComparisonOperator_Eq_NotEq", "ReplaceComparisonOperator_NotEq_Eq", "ReplaceComparisonOperator_Lt_LtE",
    "ReplaceComparisonOperator_LtE_Lt", "ReplaceComparisonOperator_Gt_GtE", "ReplaceComparisonOperator_GtE_Gt",
    "ReplaceComparisonOperator_Is_IsNot", "ReplaceComparisonOperator_IsNot_Is",
)  # fmt: skip
"""Those whose fault is one that people make; not the arithmetic on annotations, not the removal of decorators."""
PATIENCE = 300
"""Seconds after which a fault counts as noticed: it made something run without end."""


@dataclass(frozen=True)
class Fault:
    """The ``occurrence``-th place of ``file`` that ``operator`` can change."""

    file: str
    operator: str
    occurrence: int


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m scripts.mutation", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("part", choices=["rules", "facts"])
    parser.add_argument("--sample", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--survivors", type=Path, help="write what survived to this file")
    asked = parser.parse_args(arguments)
    everything = list(possible(asked.part))
    chosen = random.Random(asked.seed).sample(everything, min(asked.sample, len(everything)))
    ends: Counter[str] = Counter()
    survivors = []
    with tempfile.TemporaryDirectory() as folder:
        copy = _copy(Path(folder))
        if not _holds(copy, *_unit_tests(asked.part)):
            print("the unit tests fail in a copy without any fault, so they would notice nothing", file=sys.stderr)
            return 2
        for fault in chosen:
            end = try_out(fault, copy)
            ends[end] += 1
            if end == "survived":
                survivors.append(f"{fault.file}: {fault.operator} {fault.occurrence}\n{difference(fault)}")
            print(f"{end:22}{fault.file} {fault.operator} {fault.occurrence}", flush=True)
    noticed = sum(ends.values()) - ends["survived"]
    print(f"{len(chosen)} of {len(everything)} possible faults in {asked.part}: {noticed} noticed ({dict(ends)})")
    if asked.survivors:
        asked.survivors.write_text("\n".join(survivors), "utf-8")
    return 0


def possible(part: str) -> Iterator[Fault]:
    """Every fault that can be put into the rules or the facts."""
    files = sorted((ROOT / "rules").glob("*.py") if part == "rules" else (ROOT / "analyzer" / "facts").glob("*.py"))
    for file in files:
        for operator in OPERATORS:
            for occurrence in range(_places(file, operator)):
                yield Fault(file.relative_to(ROOT).as_posix(), operator, occurrence)


def _operator(name: str) -> Any:
    from cosmic_ray.plugins import get_operator

    return get_operator(f"core/{name}")()


def _places(file: Path, operator: str) -> int:
    from cosmic_ray.ast import ast_nodes, get_ast

    change = _operator(operator)
    return sum(
        len(list(change.mutation_positions(node))) for node in ast_nodes(_tree(file.read_text("utf-8"), get_ast))
    )


@cache
def _tree(code: str, parse: Any) -> Any:
    return parse(code)


def faulty(fault: Fault) -> str:
    """The code of the file with the fault in it."""
    from cosmic_ray.mutating import mutate_code

    code = (ROOT / fault.file).read_text("utf-8")
    changed: str = mutate_code(code, _operator(fault.operator), fault.occurrence)
    return changed


def difference(fault: Fault) -> str:
    """The lines that the fault changes."""
    lines = zip((ROOT / fault.file).read_text("utf-8").splitlines(), faulty(fault).splitlines(), strict=False)
    return "".join(f"  - {old.strip()}\n  + {new.strip()}\n" for old, new in lines if old != new)


def try_out(fault: Fault, copy: Path) -> str:
    """How the fault ends: noticed by the fixtures or by the unit tests, or survived."""
    file = copy / fault.file
    right = file.read_text("utf-8")
    try:
        file.write_text(faulty(fault), "utf-8")
        ids = ",".join(sorted(users(fault.file)))
        if not _holds(copy, "-c", f"from scripts.mutation import fixtures_hold; fixtures_hold({ids!r})"):
            return "noticed by fixtures"
        if not _holds(copy, *_unit_tests("facts" if fault.file.startswith("analyzer/") else "rules")):
            return "noticed by unit tests"
        return "survived"
    finally:
        file.write_text(right, "utf-8")


def _unit_tests(part: str) -> tuple[str, ...]:
    return (
        "-m",
        "pytest",
        "-q",
        "-x",
        "-p",
        "no:cacheprovider",
        "tests/facts" if part == "facts" else "tests/registry",
    )


def _holds(copy: Path, *arguments: str) -> bool:
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        return not subprocess.run(
            [sys.executable, *arguments], cwd=copy, env=environment, capture_output=True, timeout=PATIENCE, check=False
        ).returncode
    except subprocess.TimeoutExpired:
        return False


def _copy(folder: Path) -> Path:
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    (folder / "analyzer" / "rules").symlink_to(folder / "rules")  # the installation would bring the original ones
    return folder


@cache
def users(file: str) -> frozenset[str]:
    """The ids of the rules whose fixtures load the module in ``file``."""
    parts = Path(file).with_suffix("").parts
    module = ".".join(("analyzer", *parts) if parts[0] == "rules" else parts)
    return frozenset(identifier for identifier, loaded in _loaded().items() if module in loaded)


@cache
def _loaded() -> dict[str, frozenset[str]]:
    """The modules that judging the fixtures of each rule loads; most of them are imported only when they are needed."""
    show = "import sys; from scripts.mutation import fixtures_hold; fixtures_hold({!r}); print(*sys.modules)"
    found = {}
    for rule in sorted((ROOT / "rules").glob("fm*.py")):
        identifier = rule.stem.partition("_")[0].upper()
        command = [sys.executable, "-c", show.format(identifier)]
        ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        found[identifier] = frozenset(ran.stdout.split())
    return found


def fixtures_hold(ids: str) -> None:
    """End this process with status 1 at the first fixture of one of these rules (``FM0101,FM0102``) that differs."""
    import json

    from analyzer import registry
    from tests.test_fixtures import EXPECTED, FIXTURES, judge, summary

    for identifier in ids.split(","):
        (rule,) = registry.select([identifier])
        for folder in sorted(path for path in (FIXTURES / identifier).glob("*-*") if path.is_dir()):
            os.chdir(folder)
            if summary(judge(rule, folder)) != json.loads((folder / EXPECTED).read_text("utf-8")):
                sys.exit(1)


if __name__ == "__main__":
    sys.exit(main())
