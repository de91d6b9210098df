"""Write ``docs/samples/``: the reports on the two applications of the reference stack, one file per format.

``--check`` writes nothing and exits 1 where a sample is missing, stale or left over. The date is fixed, so that the
same sources make the same bytes.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[1]
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))  # of `python scripts/gen_samples.py` only the folder of the script is on the path

from scripts.generated import bring_up_to_date, only_to_check  # noqa: E402

ASSEMBLIES = ROOT / "reference_stack" / "assemblies"
SAMPLES = ROOT / "docs" / "samples"
AS_OF = date(2026, 11, 24)
"""The day on which the samples are judged; runtimes and waivers age."""

SUFFIXES = ("csv", "html", "md", "oscal.json")
"""A sample of each application for each of these; the suffix tells the format, as for ``stackproof check -o``."""

NOT_SAMPLES = ("README.md",)


def samples(suffixes: Iterable[str] = SUFFIXES) -> dict[str, bytes]:
    """The content of every sample, by file name."""
    with TemporaryDirectory() as scratch:
        for assembly in sorted(ASSEMBLIES.iterdir()):
            _check(assembly, [Path(scratch) / f"{assembly.name}.{suffix}" for suffix in suffixes])
        return {path.name: path.read_bytes() for path in sorted(Path(scratch).iterdir())}


def _check(assembly: Path, outputs: Iterable[Path]) -> None:
    """Run the command as a user would, in the root of the repository."""
    noon = datetime(AS_OF.year, AS_OF.month, AS_OF.day, 12, tzinfo=UTC)
    command = [sys.executable, "-m", "analyzer.cli.main", "check", str(assembly.relative_to(ROOT)), "-q"]
    command += ["--as-of", AS_OF.isoformat(), "--fail-on", "medium"]
    command += [part for output in outputs for part in ("-o", str(output))]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(int(noon.timestamp()))}
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if run.returncode not in (0, 1):
        raise RuntimeError(f"stackproof exits {run.returncode} on {assembly.name}: {run.stderr.strip()}")


def main(arguments: list[str] | None = None, folder: Path = SAMPLES) -> int:
    """Write or check the samples in ``folder``."""
    check = only_to_check(arguments, __doc__)
    wanted = {folder / name: content for name, content in samples().items()}
    there = (path for path in folder.glob("*") if path.name not in NOT_SAMPLES)
    return bring_up_to_date(wanted, there, folder, check=check)


if __name__ == "__main__":
    sys.exit(main())
