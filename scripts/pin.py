"""Pins what development and CI install: ``constraints.txt`` (versions) and ``.ci/*.txt`` (with the digests of files).

    uv run --no-project python -m scripts.pin [--upgrade]

Resolved by uv, whose program must be on the PATH, in two parts that need not agree: what the README sets up, with the
tools that ``.ci/run`` calls beside it; and what the tests against other people's formats and clusters need. Without
``--upgrade`` what is pinned keeps its version. Whoever upgrades reads the diff.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CONSTRAINTS = ROOT / "constraints.txt"
HEAD = "# Resolved for CPython 3.11 on Linux by `python -m scripts.pin`.\n"
PLATFORM = ("--python-version=3.11.7", "--python-platform=x86_64-manylinux_2_36")


@dataclass(frozen=True)
class Part:
    """One resolution: the extras and requirement files that go into it, and the file that holds it."""

    file: Path
    extras: tuple[str, ...] = ()
    sources: tuple[Path, ...] = (ROOT / "pyproject.toml",)
    alone: bool = False
    """Whether what these packages need themselves is left out: only data in them is read."""


OURS = Part(
    ROOT / ".ci/requirements.txt", ("browser", "cdk", "dev", "pdf"), (ROOT / "pyproject.toml", ROOT / ".ci/tools.in")
)
OTHERS = Part(ROOT / ".ci/others.txt", ("cdk", "cluster", "cluster-tests", "conformance", "dev"))
DATA = Part(ROOT / ".ci/data.txt", sources=(ROOT / ".ci/data.in",), alone=True)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m scripts.pin", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions")
    upgrade = parser.parse_args(arguments).upgrade
    for part in (OURS, OTHERS, DATA):
        resolve(part, upgrade=upgrade)
    CONSTRAINTS.write_text(HEAD + "\n".join(pins(OURS.file.read_text("utf-8"))) + "\n", "utf-8")
    return 0


def resolve(part: Part, *, upgrade: bool) -> None:
    """Write the file of a part: every package with its version and the digests of its files."""
    options = ["--quiet", "--generate-hashes", "--no-annotate", "--no-header", *PLATFORM]
    options += [f"--extra={extra}" for extra in part.extras]
    options += ["--upgrade"] if upgrade else []
    options += ["--no-deps"] if part.alone else []
    command = ["uv", "pip", "compile", *options, *map(str, part.sources), f"--output-file={part.file}"]
    subprocess.run(command, check=True, cwd=ROOT)
    part.file.write_text(HEAD + part.file.read_text("utf-8").removeprefix(HEAD), "utf-8")


def pins(requirements: str) -> list[str]:
    """``name==version`` of every requirement."""
    return re.findall(r"^([A-Za-z0-9._-]+==[^\s\\;]+)", requirements, re.MULTILINE)


if __name__ == "__main__":
    sys.exit(main())
