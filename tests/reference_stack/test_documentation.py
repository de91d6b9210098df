"""The tables of docs/reference-stack.md name resources and lines that are really there."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import NamedTuple

from reference_stack.synthesis import ASSEMBLIES, PACKAGE

ROOT = PACKAGE.parent
PAGE = ROOT / "docs" / "reference-stack.md"
TEMPLATE_ROW = re.compile(
    r"^\| (?P<rule>FM\d{2,4}) \| (?P<severity>\S+) \| (?P<stack>Documents\w+) \| `(?P<resource>\w+)` "
    r"\| `(?P<file>[^`]+):(?P<line>\d+)` `(?P<text>.+?)` \| .+ \|$"
)
SOURCE_ROW = re.compile(
    r"^\| (?P<rule>FM\d{2,4}) \| (?P<severity>\S+) \| `(?P<resource>[^`]+)` "
    r"\| `(?P<file>[^`]+):(?P<line>\d+)` `(?P<text>.+?)` \| .+ \|$"
)


class Row(NamedTuple):
    rule: str
    severity: str
    stack: str | None
    resource: str
    file: str
    line: int
    text: str


def rows() -> list[Row]:
    found = []
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("| FM"):
            continue
        match = TEMPLATE_ROW.match(line) or SOURCE_ROW.match(line)
        assert match, f"not a row of the tables' form: {line}"
        cells = match.groupdict()
        found.append(
            Row(
                rule=cells["rule"],
                severity=cells["severity"],
                stack=cells.get("stack"),
                resource=cells["resource"],
                file=cells["file"],
                line=int(cells["line"]),
                text=cells["text"],
            )
        )
    return found


def test_every_line_says_what_the_table_says() -> None:
    wrong = [row for row in rows() if row.text not in line_of(row.file, row.line)]

    assert wrong == []


def line_of(file: str, number: int) -> str:
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    return lines[number - 1] if number <= len(lines) else ""


def test_every_resource_is_in_its_template() -> None:
    missing = [row for row in rows() if row.stack and row.resource not in names(row.stack)]

    assert missing == []


def names(stack: str) -> set[str]:
    """What a finding about the template of `stack` can name: resources, parameters, outputs, the stack."""
    template = json.loads((ASSEMBLIES / "as_documented" / f"{stack}.template.json").read_text())
    return {stack, *template["Resources"], *template["Parameters"], *template.get("Outputs", {})}


def test_handler_lines_are_deployed_with_the_function_that_is_named() -> None:
    astray = [
        row
        for row in rows()
        if row.stack and "/handlers/" in row.file and not deploys(row.stack, row.resource, ROOT / row.file)
    ]

    assert astray == []


def deploys(stack: str, resource: str, handler: Path) -> bool:
    """Whether the function `resource`, or the one behind the authorizer `resource`, has `handler` in its asset."""
    resources = json.loads((ASSEMBLIES / "as_documented" / f"{stack}.template.json").read_text())["Resources"]
    if resources[resource]["Type"] == "AWS::ApiGateway::Authorizer":
        uri = json.dumps(resources[resource]["Properties"]["AuthorizerUri"])
        resource = next(name for name in resources if f'"Fn::GetAtt": ["{name}", "Arn"]' in uri)
    asset = ASSEMBLIES / "as_documented" / resources[resource]["Metadata"]["aws:asset:path"]
    return handler.read_bytes() in {p.read_bytes() for p in asset.rglob("*") if p.is_file()}


def test_every_failure_mode_is_shown() -> None:
    assert {row.rule[:4] for row in rows()} == {f"FM{mode:02d}" for mode in range(1, 15)}


def test_severities_are_those_that_rules_can_have() -> None:
    assert {row.severity for row in rows()} <= {"critical", "high", "medium", "low", "info", "–"}
