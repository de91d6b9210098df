"""Which metamorphic relations (``tests/metamorphic``) hold on every fixture and both reference applications.

    python -m scripts.relations [--every-rule] [--only NAME,NAME] [--step N] [PATTERN]

``--every-rule`` asks all rules of every fixture, not only its own; ``--only`` takes these relations, ``--step`` every
n-th fixture, PATTERN (a regular expression) those whose names it is found in. Exit status 1 where a relation is broken.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from analyzer import registry
from analyzer.rule import Rule
from tests.metamorphic.judging import judge
from tests.metamorphic.relations import EVERYTHING, RELATIONS, Relation, violations

ROOT = Path(__file__).resolve().parents[1]


def main(arguments: Sequence[str] | None = None) -> int:
    asked = _parser().parse_args(arguments)
    wanted = asked.only.split(",") if asked.only else [relation.name for relation in RELATIONS]
    relations = [relation for relation in (*RELATIONS, EVERYTHING) if relation.name in wanted]
    counts: Counter[tuple[str, str]] = Counter()
    for folder in list(_folders(asked.pattern))[:: asked.step]:
        own = folder.parent.name
        rules = registry.select([own] if own.startswith("FM") and not asked.every_rule else [])
        for relation, found in _examine(folder, rules, relations):
            counts[relation.name, "broken" if found else "holds"] += 1
            if found:
                print(f"{relation.name}: {folder.relative_to(ROOT).as_posix()}", *found, sep="\n", flush=True)
    for relation in relations:
        print(f"{relation.name:15}{counts[relation.name, 'holds']:6} hold {counts[relation.name, 'broken']:4} broken")
    return int(any(verdict == "broken" for _, verdict in counts))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--every-rule", action="store_true")
    parser.add_argument("--only")
    parser.add_argument("--step", type=int, default=1)
    parser.add_argument("pattern", nargs="?", default="")
    return parser


def _folders(pattern: str) -> Iterator[Path]:
    found = [*sorted((ROOT / "fixtures").glob("*/*-*")), *sorted((ROOT / "reference_stack/assemblies").iterdir())]
    yield from (folder for folder in found if folder.is_dir() and re.search(pattern, folder.as_posix()))


def _examine(
    folder: Path, rules: Sequence[Rule], relations: Sequence[Relation]
) -> Iterator[tuple[Relation, list[str]]]:
    before = judge(folder, rules)
    for relation in relations:
        with tempfile.TemporaryDirectory() as scratch:
            found = violations(relation, folder, rules, before, Path(scratch) / folder.name)
            if found is not None:
                yield relation, found


if __name__ == "__main__":
    sys.exit(main())
