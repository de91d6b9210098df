"""Cold start and batch, beside the floors and the peers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import inputs, traps
from benchmarks.measure import BenchmarkError, Command, Cost, alternated, run
from benchmarks.tools import OURS, Tool, floor, parse_floor, stackproof

Figures = dict[str, Any]


def cold(folder: Path, peers: Sequence[Tool], times: int) -> list[Figures]:
    """One small template: CPU, memory and the ratio of CPU to that of the interpreter alone, tool by tool."""
    template = inputs.small(folder / "small")
    handler = inputs.small_with_handler(folder / "handler")
    nothing, ours = floor(), stackproof()
    commands = {nothing.name: Command(nothing.words, folder)}
    commands[OURS] = ours.over([template], template.parent)
    commands[f"{OURS}, one handler"] = ours.over([handler], handler.parent)
    commands |= {peer.name: peer.over([template], template.parent) for peer in peers}
    for tool in (ours, *peers):
        told = tool.read(run(tool.over([template], template.parent)).output)
        traps.something_found(tool.name, told.findings)
    costs = alternated(commands, times)
    least = costs[nothing.name].cpu
    return [{"tool": name, **figures(cost), "ratio": round(cost.cpu / least, 1)} for name, cost in costs.items()]


def batch(folder: Path, files: Sequence[Path], peers: Sequence[Tool], times: int) -> list[Figures]:
    """Milliseconds of CPU a template: what all files take more than the first alone, tool by tool, and the ratio to
    ours."""
    tools = [parse_floor(), stackproof(), *peers]
    if any(file.suffix != ".json" for file in files):
        tools = tools[1:]
    commands, judged = {}, {}
    for tool in tools:
        told = tool.read(run(tool.over(files, folder)).output)
        if tool.name == OURS and told.files is not None:
            traps.same_files(tool.name, told.files, len(files))
        if tool.module != "json":
            traps.something_found(tool.name, told.findings)
        judged[tool.name] = told
        commands[tool.name] = tool.over(files, folder)
        commands[f"{tool.name}, first"] = tool.over(files[:1], folder)
    costs = alternated(commands, times)
    each = {tool.name: _each(costs, tool.name, len(files)) for tool in tools}
    return [
        {
            "tool": name,
            "milliseconds": round(taken, 3),
            "ratio": round(taken / each[OURS], 2),
            "peak": round(costs[name].peak, 1),
            "findings": judged[name].findings,
            "files": judged[name].files or len(files),
        }
        for name, taken in each.items()
    ]


def _each(costs: dict[str, Cost], name: str, files: int) -> float:
    more = costs[name].cpu - costs[f"{name}, first"].cpu
    if files < 2 or more <= 0:
        raise BenchmarkError(f"{name}: {files} files took no longer than one; more are needed")
    return more / (files - 1) * 1000


def figures(cost: Cost) -> Figures:
    """A cost for the results: seconds and MiB."""
    return {"cpu": round(cost.cpu, 4), "wall": round(cost.wall, 4), "peak": round(cost.peak, 1)}
