"""``docs/performance.md`` from the results of one run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from benchmarks.targets import Target, targets
from benchmarks.tools import OURS

Results = dict[str, Any]
PICTURE = "performance.svg"

_HEAD = """# Performance

Written by `python -m benchmarks --page` from `benchmarks/results.json`, the results of one run; do not edit.

Times are CPU time, of all processes of a command, as medians of runs in turn; only ratios within one run mean anything
on another machine. Bytecode is compiled beforehand and the interpreter is called directly; a run in which a tool did
not read its input or found nothing is refused. The package is installed as users install it: an editable one makes
every start longer, that of `python -c pass` too, which flatters the ratio. To repeat it:

```sh
pip install '.[dev]'
python -m benchmarks --checkov CHECKOV --cfripper CFRIPPER -o results.json  # programs in venvs of their own; optional
```
"""


def page(results: Results) -> str:
    """The whole page."""
    return "\n".join(
        [
            _HEAD,
            _machine(results),
            *_section("Targets", _target_lines(targets(results))),
            *_section("Cold start", _cold(results["cold"])),
            *(line for batch in results["batches"] for line in _batch(batch)),
            *_section("Where the time goes", _shares(results["shares"])),
            *_section("Growth", _growth(results["growth"])),
            "",
        ]
    )


def _machine(results: Results) -> str:
    machine = results["machine"]
    versions = ", ".join(f"{name} {version}" for name, version in sorted(results["versions"].items()))
    return (
        f"Taken {results['taken']} on {machine['cores']} cores ({machine['processor']}, {machine['system']}),"
        f" Python {machine['python']}, {results['times']} rounds of each measurement. {versions}."
    )


def _section(name: str, lines: Iterator[str]) -> list[str]:
    return ["", f"## {name}", "", *lines]


def _table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(map(str, row))} |"


def _target_lines(found: Sequence[Target]) -> Iterator[str]:
    yield from _table(
        ("target", "measured", "met"), [(t.what, t.measured, "yes" if t.met else f"no: {t.distance}") for t in found]
    )


def _cold(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    yield "One template with a bucket and a queue; with a handler: ten resources and 2 KB of JavaScript."
    yield ""
    cells = [(r["tool"], r["ratio"], f"{r['cpu']:.3f}", f"{r['wall']:.3f}", round(r["peak"])) for r in rows]
    yield from _table(("", "CPU × `python -c pass`", "CPU s", "wall s", "peak MiB"), cells)


def _batch(batch: dict[str, Any]) -> list[str]:
    def lines() -> Iterator[str]:
        yield f"{batch['files']} {batch['what']}, {batch['kilobytes']:.1f} KB each; what each takes beyond the first."
        yield ""
        cells = [
            (row["tool"], f"{row['milliseconds']:.2f}", row["ratio"], row["findings"], round(row["peak"]))
            for row in batch["tools"]
        ]
        yield from _table(("", "CPU ms a template", f"× {OURS}", "findings", "peak MiB"), cells)

    return _section(f"Batch: {batch['name']}", lines())


def _shares(shares: dict[str, Any]) -> Iterator[str]:
    yield "Of the batch of JSON templates, by stage; facts count for the rules that ask for them first."
    yield ""
    yield from _table(("stage", "% of CPU time"), shares["stages"])
    yield ""
    yield (
        "The targets of a batch were set for some forty rules and few findings; the generated templates are judged by"
        " all that concern them of three times as many and have some sixty findings each. The rest is spread thin:"
        " these are the functions that take most by themselves, everything else takes less."
    )
    yield ""
    yield from _table(("function", "% of CPU time"), [(f"`{name}`", share) for name, share in shares["functions"]])


def _growth(curves: Sequence[dict[str, Any]]) -> Iterator[str]:
    yield (
        "The exponent is the slope in logarithms once the cost of a ten-resource template is taken off: 1 is linear. It"
        " is taken up to the costliest point: bundles beyond a size are searched for signatures, no longer parsed."
    )
    yield ""
    yield f"![CPU time by the size of the input]({PICTURE})"
    yield ""
    rows = []
    for curve in curves:
        shown = ", ".join(f"{point['size']:,}: {point['cpu']:.2f} s" for point in curve["points"])
        peak = max(point["peak"] for point in curve["points"])
        rows.append((curve["name"], "-" if curve["exponent"] is None else curve["exponent"], shown, round(peak)))
    yield from _table(("", "exponent", "CPU", "peak MiB"), rows)
