"""Where the time of a batch goes: ``python benchmarks/shares.py FOLDER`` prints the shares as JSON.

A timer of the system interrupts the run every few milliseconds of CPU time and notes what is running; unlike a profiler
it does not make small functions look slow.
"""

from __future__ import annotations

import json
import os
import re
import signal
import sys
from collections import Counter
from contextlib import redirect_stdout
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

INTERVAL = 0.002
_RULE = re.compile(r"fm(\d\d)\d\d_")
STAGES = (
    ("/policy/assess.py", "_interpret", "findings: places, fingerprints, waivers"),
    ("/model/application.py", "load", "the model: expansion of SAM and OpenAPI, parameters"),
    ("/sources/discovery.py", "discover", "reading and parsing"),
    ("/cli/check.py", "_report", "the report"),
    ("/cli/judging.py", "_rules", "importing rules"),
)
REST = "the rest: command line, settings, order of judgements"


def stage(stack: list[CodeType]) -> str:
    """The stage that a stack (innermost first) belongs to; rules by their failure mode, whoever derives the facts that
    they are the first to ask for."""
    for code in stack:
        file = code.co_filename.replace(os.sep, "/")
        rule = _RULE.match(file.rpartition("/")[2])
        if rule and code.co_name != "<module>":
            return f"rules of failure mode {int(rule[1])}"
        for ending, name, called in STAGES:
            if code.co_name == name and file.endswith(ending):
                return called
    return REST


def sampled(folder: Path) -> dict[str, Any]:
    """The shares of ``stackproof check`` over ``folder``, by stage and by function, in per cent."""
    from analyzer.cli.main import main

    stages: Counter[str] = Counter()
    functions: Counter[str] = Counter()

    def note(number: int, frame: FrameType | None) -> None:  # noqa: ARG001  the signature of a handler
        stack = []
        while frame is not None:
            stack.append(frame.f_code)
            frame = frame.f_back
        stages[stage(stack)] += 1
        functions[_name(stack[0])] += 1

    sys.argv = ["stackproof", "check", "--format", "json", "--jobs", "1", str(folder)]
    signal.signal(signal.SIGPROF, note)
    with open(os.devnull, "w", encoding="utf-8") as nowhere, redirect_stdout(nowhere):  # noqa: PTH123  no path of ours
        signal.setitimer(signal.ITIMER_PROF, INTERVAL, INTERVAL)
        try:
            main()
        except SystemExit as ended:
            assert ended.code in (0, 1, None), ended.code
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
    return {"samples": stages.total(), "stages": _shares(stages, 40), "functions": _shares(functions, 8)}


def _name(code: CodeType) -> str:
    file = code.co_filename.replace(os.sep, "/")
    if file == "<string>" and code.co_name == "__init__":
        return "the __init__ of records"
    return f"{'/'.join(file.split('/')[-2:])}: {code.co_qualname}"


def _shares(counted: Counter[str], most: int) -> list[list[Any]]:
    return [[name, round(100 * number / counted.total(), 1)] for name, number in counted.most_common(most)]


if __name__ == "__main__":
    print(json.dumps(sampled(Path(sys.argv[1]))))
