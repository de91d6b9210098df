"""Rules, judgements, findings and results made by hand, for tests of what handles them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from types import ModuleType
from typing import Any

from analyzer.judgement import AnyPlace, Confidence, Severity, TemplatePlace
from analyzer.policy.result import Finding, Gate, Input, Location, Result, RuleInfo, SourceLine
from analyzer.rule import Judgement, Query, Rule

DOCUMENTATION = """A thing loops.

## What it checks
Loops.

## Why it fails
It costs.

## Fix
Write elsewhere,
under another prefix.

```yaml
Prefix: out/
```

## Limits
None.

## References
- https://docs.aws.amazon.com/one
- https://docs.aws.amazon.com/two
"""


@dataclass(frozen=True)
class Thing:
    """A subject."""

    logical_id: str
    stack: str = "S"
    type: str = "AWS::Lambda::Function"
    at: AnyPlace | None = None

    @property
    def place(self) -> AnyPlace:
        return self.at or TemplatePlace(self.stack, f"/Resources/{self.logical_id}")


def rule(
    identifier: str = "FM0701",
    judgements: Iterable[Judgement] | Callable[[Query], Iterator[Judgement]] = (),
    *,
    documentation: str = DOCUMENTATION,
    **fields: Any,
) -> Rule:
    """A rule that answers ``judgements``, documented in a module of its own."""
    module = ModuleType(f"pack_of_tests.{identifier.lower()}", documentation)
    sys.modules[module.__name__] = module
    settings = {"slug": "loop", "failure_mode": 7, "severity": Severity.CRITICAL, "documented": Severity.HIGH, **fields}
    made = Rule(id=identifier, module=module.__name__, **settings)
    made.check(judgements if callable(judgements) else lambda query: iter(tuple(judgements)))
    return made


@dataclass(frozen=True)
class Span:
    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True)
class MadeBy:
    path: str | None = None
    source_file: str | None = None
    source_line: int | None = None


@dataclass(frozen=True)
class Acknowledged:
    rule_id: str
    construct_path: str | None
    reason: str | None
    source_file: str | None = None
    source_line: int | None = None


@dataclass
class FakeStack:
    """What policy asks of a template."""

    name: str = "Documents"
    path: str = "cdk.out/Documents.template.json"
    document: dict[str, Any] = field(default_factory=dict)
    positions: dict[str, Span] = field(default_factory=dict)
    constructs: dict[str, MadeBy] = field(default_factory=dict)
    acknowledged: tuple[Acknowledged, ...] = ()
    text: str = ""

    def position(self, pointer: str) -> Span | None:
        return self.positions.get(pointer)

    def construct(self, logical_id: str) -> MadeBy:
        return self.constructs.get(logical_id, MadeBy())

    def acknowledgements(self) -> tuple[Acknowledged, ...]:
        return self.acknowledged


FINDING = Finding(
    rule_id="FM0701",
    slug="event-loop",
    title="A thing loops",
    failure_mode=7,
    severity=Severity.CRITICAL,
    confidence=Confidence.CERTAIN,
    documented_severity=Severity.HIGH,
    stack="Documents",
    template="cdk.out/Documents.template.json",
    resource="Processor8F3A2B1C",
    resource_type="AWS::Lambda::Function",
    related_resources=("Bucket83908E77",),
    construct_path="Documents/Compute/Processor",
    pointer="/Resources/Processor8F3A2B1C",
    location=Location("cdk.out/Documents.template.json", 3, 5, 3, 24),
    source=SourceLine("app.py", 41),
    message="Processor writes to Bucket, which triggers it again.",
    evidence=(),
    remediation="Write under another prefix.",
    references=("https://docs.aws.amazon.com/one",),
    controls=(),
    fingerprint="0123456789abcdef0123456789abcdef",
    identity="f" * 32,
)


def finding(**changes: Any) -> Finding:
    """A finding that differs from :data:`FINDING` in ``changes``."""
    return replace(FINDING, **changes)


def rule_info(identifier: str = "FM0701", **changes: Any) -> RuleInfo:
    """What a report is told about a rule."""
    told = RuleInfo(
        id=identifier,
        slug="event-loop",
        title="A thing loops",
        failure_mode=7,
        severity=Severity.CRITICAL,
        documented=Severity.HIGH,
        help=DOCUMENTATION.strip(),
        references=("https://docs.aws.amazon.com/one",),
        controls=(),
    )
    return replace(told, **changes)


def result(**changes: Any) -> Result:
    """A result that differs from a clean one in ``changes``."""
    clean = Result(
        version="0.1.0",
        data={"runtimes": "2026-11-24"},
        inputs=(Input("cdk.out", "cloud-assembly", "0" * 64, ("Documents",), 12),),
        rules=(rule_info(),),
        findings=(),
        unknown=(),
        passed=(),
        gate=Gate(),
    )
    return replace(clean, **changes)
