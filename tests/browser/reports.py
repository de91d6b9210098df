"""The reports that the browser is shown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from analyzer.judgement import Severity
from analyzer.picture.sketch import drawn
from analyzer.policy.result import Finding, Location, Passed, Proof, Result
from analyzer.report.formats import renderer
from analyzer.report.options import ReportOptions
from tests.builders import finding, result, rule_info
from tests.picture.pictures import picture
from tests.report.results import EVERYTHING

SAMPLE = Path(__file__).resolve().parents[2] / "docs" / "samples" / "as_documented.html"
HARDENED = SAMPLE.with_name("hardened.html")
"""A whole application with every failure, and one with few; a test elsewhere keeps them current."""

LOOP = drawn(picture("Bucket>Function:notification Function>Bucket:PutObject", "Bucket@One Function@Two", "Function"))
LINE = "await client.send(new PutObjectCommand({ Bucket: process.env.BUCKET, Key: key }));  // " + "long " * 60

EVERY_PIECE = replace(
    EVERYTHING,
    findings=tuple(replace(each, picture=LOOP) for each in EVERYTHING.findings),
)
"""Every section, every kind of badge, a picture and a long line of code."""


def many(count: int, rules: int = 40, stacks: int = 25) -> Result:
    """A result with ``count`` findings, as a large estate has them: long names, two links of proof each."""
    told = [rule_info(f"FM{mode:02}{number:02}") for mode in range(1, 11) for number in range(1, rules // 10 + 1)]
    found = [_one(number, told[number % len(told)].id, f"Team{number % stacks}Stack") for number in range(count)]
    passed = tuple(
        Passed(rule.id, tuple((f"Team{n % stacks}Stack", f"Handler{n}") for n in range(100))) for rule in told
    )
    inputs = (replace(EVERYTHING.inputs[0], stacks=tuple(f"Team{number}Stack" for number in range(stacks))),)
    return result(inputs=inputs, rules=tuple(told), findings=tuple(found), passed=passed)


def _one(number: int, rule_id: str, stack: str) -> Finding:
    place = Location(f"cdk.out/{stack}.template.json", number + 1, 5, number + 1, 24)
    return finding(
        rule_id=rule_id,
        severity=list(Severity)[number % len(Severity)],
        stack=stack,
        resource=f"IngestDocumentsHandler{number:08X}",
        construct_path=f"{stack}/Ingest/Documents/Handler{number}",
        location=place,
        message=f"IngestDocumentsHandler{number:08X} may write to every object of DocumentsBucket{number:08X}.",
        evidence=(
            Proof("grant", f"IngestDocumentsRole{number:08X} may s3:PutObject on *", place),
            Proof("code", "the handler writes under documents/ only", place),
        ),
        fingerprint=f"{number:032x}",
    )


def written(told: Result, folder: Path) -> Path:
    """The report as a file."""
    file = folder / "report.html"
    options = ReportOptions(read_line=lambda file, line: LINE)
    file.write_text(renderer("html")(told, options=options), "utf-8")
    return file
