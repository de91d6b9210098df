"""Feeds odd input to the analyzer for a bounded time and says what broke.

    python -m scripts.fuzz applications --seconds 60 [--first N]
    python -m scripts.fuzz json|yaml|values|python|javascript|cdk-python|cdk-typescript --seconds 60

``applications`` changes fixtures at random (``tests/fuzz/mutations.py``), each by its own number, and asks every rule;
it goes on after a defect. The others follow the coverage of the code that reads bytes (libFuzzer, through the extra
``fuzz``) and stop at the first defect; the input that showed it is written to ``crash-…`` in the working folder.
Exit status 1 where something broke.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys
import tempfile
import time
import traceback
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parents[1]
_MEASURED = ("sources", "model", "code")  # all of them now: a module imported later would not be measured
READERS = ("json", "yaml", "values", "python", "javascript", "cdk-python", "cdk-typescript")
"""The targets in ``tests/fuzz/targets.py``, which must not be imported before its coverage is measured."""

MOST_SECONDS = 5.0
"""CPU seconds that judging one odd fixture may take; ordinary ones take some hundredths."""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m scripts.fuzz", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("target", choices=["applications", *READERS])
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--first", type=int, default=0, metavar="N", help="number of the first odd application")
    asked = parser.parse_args(arguments)
    if asked.target == "applications":
        return applications(asked.seconds, asked.first)
    return bytes_of(asked.target, asked.seconds)


def applications(seconds: int, first: int) -> int:
    """Judge odd applications for so many seconds; says each distinct defect with the numbers that show it."""
    from tests.fuzz.applications import judge, odd_copy

    defects: dict[str, list[int]] = defaultdict(list)
    number, end = first, time.monotonic() + seconds
    while time.monotonic() < end:
        with tempfile.TemporaryDirectory() as folder:
            odd = Path(folder) / "odd"
            odd_copy(Random(number), odd)
            begun = time.process_time()
            try:
                for rule, reason in judge(odd):
                    defects[f"{rule}: {reason}"].append(number)
            except Exception as error:  # noqa: BLE001  whatever it is, it is what was looked for
                defects["".join(traceback.format_exception(error)[-2:])].append(number)
            if time.process_time() - begun > MOST_SECONDS:
                defects["it took too long"].append(number)
        number += 1
    print(f"{number - first} odd applications in {seconds} s, {len(defects)} distinct defects")
    for reason, numbers in sorted(defects.items()):
        print(f"{len(numbers)} times, first by number {numbers[0]}: {reason}")
    return 1 if defects else 0


def bytes_of(name: str, seconds: int) -> int:
    """Run libFuzzer on one target; it ends the process itself at the first defect."""
    import atheris

    with atheris.instrument_imports(include=["analyzer"]):
        for part in _MEASURED:
            for module in pkgutil.iter_modules([str(ROOT / "analyzer" / part)], f"analyzer.{part}."):
                importlib.import_module(module.name)
        import tests.fuzz.targets as targets

    target, suffixes = targets.TARGETS[name]
    with tempfile.TemporaryDirectory() as corpus:
        for index, seed in enumerate(targets.seeds_of(suffixes, ROOT / "fixtures")):
            (Path(corpus) / f"{index}").write_bytes(seed)
        atheris.Setup([sys.argv[0], corpus, f"-max_total_time={seconds}", "-timeout=10", "-max_len=20000"], target)
        atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
