"""``python -m benchmarks``: measure, print the targets, write the results; or make the page from them."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks import beside, growth, inputs, traps
from benchmarks.measure import BenchmarkError, Command, run
from benchmarks.page import PICTURE, page
from benchmarks.plot import svg
from benchmarks.targets import targets
from benchmarks.tools import Tool, cfn_lint, cfripper, checkov, validate

RESULTS = Path(__file__).with_name("results.json")
SAMPLER = Path(__file__).with_name("shares.py")
DOCS = Path(__file__).parent.parent / "docs"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for; 2 where a figure would mean nothing."""
    asked = _options().parse_args(arguments)
    if asked.page:
        write_page(json.loads(RESULTS.read_text(encoding="utf-8")), DOCS)
        return 0
    try:
        with tempfile.TemporaryDirectory() as folder:
            results = measure(asked, Path(folder))
    except BenchmarkError as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 2
    asked.output.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    for target in targets(results):
        print(f"{'met    ' if target.met else 'NOT MET'} {target.what}: {target.measured}")
    return 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few files, short curves: to see that it runs")
    parser.add_argument("--times", type=int, default=5, help="rounds of every measurement (default: 5)")
    parser.add_argument("--files", type=int, default=200, help="templates in a batch (default: 200)")
    parser.add_argument("--checkov", metavar="PROGRAM", help="checkov, in a venv of its own")
    parser.add_argument("--cfripper", metavar="PROGRAM", help="cfripper, in a venv of its own")
    parser.add_argument("--no-peers", action="store_true", help="only this project and the floors")
    parser.add_argument("--templates", type=Path, metavar="FOLDER", help="also a batch of your own JSON templates")
    parser.add_argument("--templates-are", default="JSON templates of a folder", help="what the page calls them")
    parser.add_argument("-o", "--output", type=Path, default=RESULTS, help="the results, as JSON")
    parser.add_argument("--page", action="store_true", help="write docs/performance.md from the committed results")
    return parser


def measure(asked: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Everything, in one run."""
    traps.ourselves()
    fast, slow = _peers(asked)
    times = 1 if asked.quick else asked.times
    _say("cold start")
    cold = beside.cold(folder / "cold", [*fast, *slow], times)
    batches = list(_batches(asked, folder / "batch", fast, slow, times))
    _say("shares")
    sampler = Command((sys.executable, str(SAMPLER), "json"), folder / "batch")
    shares = json.loads(run(sampler).output)
    curves = []
    for number, curve in enumerate(growth.CURVES):
        _say(f"growth: {curve.name}")
        most = curve.sizes[2] if asked.quick else None
        curves.append(growth.grow(folder / f"growth{number}", curve, min(times, 3), most=most))
    return {
        "taken": datetime.now(UTC).date().isoformat(),
        "times": times,
        "machine": machine(),
        "versions": {name: version(name) for name in ("stackproof", *_installed(fast, slow))},
        "cold": cold,
        "batches": batches,
        "shares": shares,
        "growth": curves,
    }


def _peers(asked: argparse.Namespace) -> tuple[list[Tool], list[Tool]]:
    """Peers that take a whole batch, and those that take so long that they are given a few files of it."""
    if asked.no_peers:
        return [], []
    slow = [cfn_lint(sys.executable)]
    slow += [checkov(asked.checkov)] if asked.checkov else []
    slow += [cfripper(asked.cfripper)] if asked.cfripper else []
    fast = [validate(sys.executable)]
    for tool in (*fast, *slow):
        traps.compiled(traps.real_interpreter(tool.words[0]), tool.module)
    return fast, slow


def _batches(
    asked: argparse.Namespace, folder: Path, fast: list[Tool], slow: list[Tool], times: int
) -> list[dict[str, Any]]:
    number = 40 if asked.quick else asked.files
    folder.mkdir(parents=True)
    json_files = inputs.batch(folder / "json", number)
    yaml_files = inputs.batch(folder / "yaml", number, yaml=True)
    plans: list[tuple[str, str, list[Path], list[Tool], float | None, int]] = [
        ("JSON", "generated JSON templates", json_files, fast, 2, 20),
        ("YAML", "generated YAML templates", yaml_files, fast, 5, 14),
    ]
    if asked.templates:
        own = inputs.given(asked.templates, folder / "own")
        plans.append(("own", asked.templates_are, own[:number] if asked.quick else own, [], 2, 20))
    if slow:
        few = json_files[:4] if asked.quick else json_files[:12]
        plans.append(("few, with slower peers", "of the generated JSON templates", few, [*fast, *slow], None, 20))
    return [_batch(folder, plan, times) for plan in plans]


def _batch(
    folder: Path, plan: tuple[str, str, list[Path], list[Tool], float | None, int], times: int
) -> dict[str, Any]:
    name, what, files, tools, aim, of = plan
    _say(f"batch: {name}")
    return {
        "name": name,
        "what": what,
        "files": len(files),
        "kilobytes": round(inputs.mean_size(files), 1),
        "aim": aim,
        "of": of,
        "tools": beside.batch(folder, files, tools, times),
    }


def _installed(fast: Sequence[Tool], slow: Sequence[Tool]) -> list[str]:
    """The peers in this interpreter, whose versions can be told."""
    return [tool.name for tool in (*fast, *slow) if tool.words[0] == sys.executable]


def machine() -> dict[str, Any]:
    """What the figures were taken on, without its name."""
    return {
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "processor": _processor(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def _processor() -> str:
    known = Path("/proc/cpuinfo")
    lines = known.read_text(encoding="utf-8").splitlines() if known.is_file() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")


def write_page(results: dict[str, Any], folder: Path) -> None:
    """The page and its picture."""
    (folder / "performance.md").write_text(page(results), encoding="utf-8")
    (folder / PICTURE).write_text(svg(results["growth"]), encoding="utf-8")


def _say(text: str) -> None:
    print(f"{text} …", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
