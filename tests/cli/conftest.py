"""A rule pack for the command line to find, and a way to run it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from analyzer import registry
from analyzer.cli.main import main
from analyzer.entry_points import EntryPoint

TIMEOUT = '''
    """A function may run for long.

    ## What it checks
    The timeout of functions.

    ## Why it fails
    Time is money.

    ## Fix
    Set `Timeout` lower.

    ```yaml
    Timeout: 3
    ```

    ## Limits
    None.

    ## References
    - https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html
    """

    from analyzer.picture.graph import Node, Picture
    from analyzer.rule import Confidence, Evidence, Rule, Severity, fail, passed, unknown

    RULE = Rule(id="TT0101", slug="timeout", failure_mode=1, severity=Severity.HIGH, documented=Severity.LOW)


    @RULE.check
    def check(query):
        for function in query.resources("AWS::Lambda::Function"):
            timeout = function["Timeout"]
            if type(timeout.value).__name__ == "Unknown":
                yield unknown(function, timeout.value.needs)
            elif getattr(timeout.value, "value", 3) > 100:
                evidence = [Evidence("property", f"Timeout is {timeout.value.value}", timeout.place)]
                yield fail(function, f"{function.logical_id} may run for {timeout.value.value} s.", at=timeout.place,
                           evidence=evidence, confidence=Confidence.LIKELY, picture=lambda: drawn(function))
            else:
                yield passed(function)


    def drawn(function):
        node = Node("1", function.logical_id, "function")
        return Picture(f"How long {function.logical_id} runs", "It runs for long.", (node,), ())
'''

CRASHING = '''
    """It breaks."""

    from analyzer.rule import Rule, Severity

    RULE = Rule(id="TT0901", slug="breaks", failure_mode=9, severity=Severity.LOW, documented=Severity.LOW)


    @RULE.check
    def check(query):
        for function in query.resources("AWS::SQS::Queue"):
            raise KeyError(function.logical_id)
            yield
'''


@dataclass(frozen=True)
class Ran:
    status: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def run(
    tmp_path: Path, here: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> Iterator[Run]:
    """Runs ``stackproof`` in this process, with the rules TT0101 and TT0901 and no others."""
    pack = tmp_path / "packs" / "rules_of_tests"
    pack.mkdir(parents=True)
    (pack / "__init__.py").touch()
    (pack / "tt0101_timeout.py").write_text(dedent(TIMEOUT).lstrip())
    (pack / "tt0901_breaks.py").write_text(dedent(CRASHING).lstrip())
    monkeypatch.syspath_prepend(str(pack.parent))
    monkeypatch.setattr(registry, "installed", lambda group: [EntryPoint("tests", "rules_of_tests")])
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795521600")  # two runs may fall into different seconds

    def call(*arguments: str) -> Ran:
        status = main(arguments)
        captured = capfdbinary.readouterr()
        return Ran(status, captured.out.decode("utf-8", "surrogateescape"), captured.err.decode())

    yield call
    for name in [name for name in sys.modules if name.partition(".")[0] == "rules_of_tests"]:
        del sys.modules[name]


def function(timeout: str, name: str = "Fn") -> str:
    """A YAML template with one function."""
    return f"Resources:\n  {name}:\n    Type: AWS::Lambda::Function\n    Properties:\n      Timeout: {timeout}\n"


def watched(module: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the applications that ``module`` has judged in this process, from now on."""
    seen: list[str] = []
    attempt = module.attempt

    def watching(source: Any, *arguments: Any, **options: Any) -> Any:
        seen.append(source.path)
        return attempt(source, *arguments, **options)

    monkeypatch.setattr(module, "attempt", watching)
    return seen
