"""How each tool is run over a list of files, and what its output says of them."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.measure import Command

OURS = "stackproof"
_MAIN = "from analyzer.cli.main import main; main()"
_PARSE = "import json, sys, pathlib\nfor name in sys.argv[1:]: json.loads(pathlib.Path(name).read_bytes())"
_VALIDATE = """
import sys
from cloudformation_validate import CompositeEngine, TemplateContent, ValidateConfig
engine, config, found = CompositeEngine(), ValidateConfig(), 0
for name in sys.argv[1:]:
    with open(name, encoding="utf-8") as file:
        found += len(engine.validate_template(TemplateContent(file.read(), name), config).diagnostics)
print(found)
"""


@dataclass(frozen=True, slots=True)
class Told:
    """What a tool said: of how many files (None: it does not say), and how many findings."""

    files: int | None
    findings: int


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool: the words before the files, the exit statuses of a run in order, how to read its output, and the module
    whose bytecode must be kept. ``before_each`` stands before every file."""

    name: str
    words: tuple[str, ...]
    statuses: frozenset[int]
    read: Callable[[str], Told]
    module: str
    before_each: tuple[str, ...] = ()

    def over(self, files: Sequence[Path], folder: Path) -> Command:
        """The command that judges ``files``."""
        named = [word for file in files for word in (*self.before_each, str(file.relative_to(folder)))]
        return Command((*self.words, *named), folder, self.statuses)


def stackproof(*options: str) -> Tool:
    """This project, through the function that its console script calls."""
    words = (sys.executable, "-c", _MAIN, "check", "--format", "json", "--jobs", "1", *options)
    return Tool(OURS, words, frozenset({0, 1}), _ours, "analyzer.cli.main")


def floor() -> Tool:
    """The interpreter alone."""
    return Tool("python -c pass", (sys.executable, "-c", "pass"), frozenset({0}), _nothing, "json")


def parse_floor() -> Tool:
    """Reading and parsing JSON, nothing more."""
    return Tool("read and json.loads", (sys.executable, "-c", _PARSE), frozenset({0}), _nothing, "json")


def cfn_lint(interpreter: str) -> Tool:
    """cfn-lint; its exit status is made of bits for errors, warnings and information."""
    words = (interpreter, "-c", "from cfnlint.runner import main; main()", "--format", "json")
    return Tool("cfn-lint", words, frozenset(range(0, 15, 2)), _listed, "cfnlint.runner")


def validate(interpreter: str) -> Tool:
    """cloudformation-validate with all its engines, in one process."""
    return Tool(
        "cloudformation-validate", (interpreter, "-c", _VALIDATE), frozenset({0}), _counted, "cloudformation_validate"
    )


def checkov(program: str) -> Tool:
    """checkov, without asking its maker's service for anything."""
    words = (program, "--framework", "cloudformation", "--skip-download", "--compact", "--output", "json")
    return Tool("checkov", words, frozenset({0, 1}), _checkov, "checkov.main", ("-f",))


def cfripper(program: str) -> Tool:
    """cfripper; of templates that its model refuses it says nothing."""
    return Tool("cfripper", (program, "--format", "json"), frozenset({0, 1, 2}), _cfripper, "cfripper.cli")


def _nothing(output: str) -> Told:  # noqa: ARG001  the signature of a reader
    return Told(None, 0)


def _ours(output: str) -> Told:
    report: dict[str, Any] = json.loads(output)
    return Told(sum(len(each["templates"]) for each in report["inputs"]), len(report["findings"]))


def _listed(output: str) -> Told:
    return Told(None, len(json.loads(output)))


def _counted(output: str) -> Told:
    return Told(None, int(output))


def _checkov(output: str) -> Told:
    report = json.loads(output)
    summaries = [each["summary"] for each in (report if isinstance(report, list) else [report])]
    return Told(None, sum(each["failed"] for each in summaries))


def _cfripper(output: str) -> Told:
    decoder, at, findings, files = json.JSONDecoder(), 0, 0, 0
    while (at := output.find("{", at)) >= 0:
        result, at = decoder.raw_decode(output, at)
        findings += len(result["failures"])
        files += 1
    return Told(files, findings)
