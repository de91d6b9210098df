"""A result with something of every kind, and the same with hostile text wherever an input can put text."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from datetime import date
from typing import Any

from analyzer.judgement import Confidence, Severity
from analyzer.policy.result import (
    Attested,
    Companion,
    Input,
    InputProblem,
    JudgedTemplate,
    Location,
    NotEvaluated,
    Passed,
    PassedOver,
    Proof,
    Result,
    Undecided,
    Waived,
    WaiverNote,
)
from tests.builders import finding, result, rule_info

PLACE = Location("lambda/index.js", 12, 3, 12, 9)
CONTROLS = (("nist-800-53-r5", "AC-6"), ("nist-800-53-r5", "SC-7(5)"), ("dora", "9"))
OTHERS = (("nist-800-53-r5", "AU-2"), ("soc-2-2017", "CC7.2"))

EVERYTHING = result(
    as_of=date(2026, 11, 24),
    inputs=(
        Input("cdk.out", "cloud-assembly", "a" * 64, ("Documents",), 12, digests=(("cdk.out/D.json", "b" * 64),)),
        Input(
            "other.yaml",
            "template",
            "c" * 64,
            ("other",),
            1,
            warnings=(InputProblem("other.yaml", 3, 5, "key 'B' is written twice; the last counts"),),
        ),
    ),
    rules=(
        rule_info("FM0601", slug="wide-grant", title="A grant is wide", controls=CONTROLS),
        rule_info("FM1101", slug="no-trail", title="Nothing is recorded", controls=OTHERS),
    ),
    findings=(
        finding(
            rule_id="FM0601",
            slug="wide-grant",
            controls=CONTROLS,
            evidence=(Proof("grant", "may do everything", PLACE, "0a1b2c3d4e5f"), Proof("code", "does little", None)),
        ),
        finding(rule_id="FM1101", slug="no-trail", severity=Severity.LOW, controls=OTHERS, location=None, source=None),
    ),
    unknown=(Undecided("FM1101", "other", "Bucket", "AWS::S3::Bucket", "the value of X", PLACE, None, "D/Fn"),),
    passed=(Passed("FM1101", (("Documents", "Trail"), ("other", "Trail"))), Passed("FM0601", (("other", "Role"),))),
    waived=(
        Waived(finding(rule_id="FM0601", fingerprint="f" * 32, controls=CONTROLS), "by design", "here", "ann", "bob"),
        Waived(finding(rule_id="FM0601", fingerprint="e" * 32, confidence=Confidence.LIKELY), "so", "there", "ann"),
    ),
    baselined=(finding(rule_id="FM1101", resource="Old", fingerprint="d" * 32),),
    not_evaluated=(NotEvaluated("FM0601", "cdk.out", "KeyError"),),
    problems=(InputProblem("b.json", 3, 7, "not JSON"),),
    attested=(Attested("FM1101", "other", "Trail", "T", None, "By attestation: so it is.", "ann", "a trail", "c:3"),),
    waiver_notes=(WaiverNote("FM0703", "c.yaml:4", "unused", "the waiver of FM0703 hides nothing"),),
    passed_over=(PassedOver("notes.txt", "no template"),),
)

NOTHING = result(rules=EVERYTHING.rules)
"""A run in which nothing was judged."""

FULL = result(
    as_of=date(2026, 11, 24),
    inputs=(
        Input(
            "cdk.out",
            "cloud-assembly",
            "0" * 64,
            ("Documents",),
            12,
            files=("cdk.out/D.json", "app.py"),
            templates=(JudgedTemplate("cdk.out/D.json", "Documents", ("A", "B"), ("P",), ("O",)),),
            not_run=("FM0702",),
            ignored=(("FM0703", "Documents"),),
            warnings=(InputProblem("cdk.out/D.json", 2, 5, "key 'A' is written twice; the last counts"),),
        ),
    ),
    unneeded=("FM0201",),
    findings=(
        finding(
            evidence=(Proof("code", "writes", PLACE, "0a1b2c3d4e5f"), Proof("grant", "may write", None)),
            controls=(("nist-800-53-r5", "AC-6"),),
        ),
        finding(severity=Severity.LOW, location=None, source=None, template=None, pointer=None, construct_path=None),
    ),
    unknown=(Undecided("FM0701", "Documents", "Fn", "AWS::Lambda::Function", "the value of X", PLACE, None, "D/Fn"),),
    passed=(Passed("FM0701", (("Documents", "A"), ("Documents", "B"), ("Documents", "B"))),),
    waived=(Waived(finding(), "by design", "here", "ann", "bob", "2027-01-31"),),
    baselined=(finding(resource="Old", kin="e" * 32),),
    not_evaluated=(NotEvaluated("FM0702", "cdk.out", "KeyError"),),
    problems=(InputProblem("b.json", 3, 7, "not JSON"),),
    companions=(Companion("cfn-lint", "1.58.0", 2, ()), Companion("checkov", "", 0, ())),
    attested=(Attested("FM1101", "Documents", "B", "T", None, "By attestation: so it is.", "ann", "a trail", "c:3"),),
    waiver_notes=(WaiverNote("FM0703", "c.yaml:4", "unused", "the waiver of FM0703 hides nothing"),),
)
"""One application of which every field of the JSON report says something."""

HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)>&amp;\"'`",
    '=HYPERLINK("https://example.com") | +1 | -1 | @SUM(1)',
    "\x1b[31mred\x07\x00\x9b2J\x7f",
    "\u202egnp.exe\u2066\u2069\u200f\u061c",
    '#eval(read("/etc/passwd")) *bold* _it_ $x$ <label> @ref [link](https://example.com) \\ // /* http://a.b',
    "\ud800 lone \udfff, \ufeffbyte order mark\ufeff\u2028\u2029\x85",
    "漢字 🙂 العربية עברית " + "x" * 300,
    "\n\t ",
)
"""What a template may hold in any string: markup, formulas, escapes, marks that turn text round, code of a typesetter."""


def hostile(text: str, given: Result = EVERYTHING) -> Result:
    """``given`` with ``text`` in every string that can come from an input or a configuration."""
    changed: Result = infected(given, text)
    return changed


_OURS = {
    "rule_id",
    "fingerprint",
    "kin",
    "identity",
    "tool",
    "controls",
    "sha256",
    "digest",
    "digests",
    "version",
    "data",
    "kind",
    "rules",
}
_OURS |= {"help", "references", "slug", "title", "expires", "state"}


def infected(value: Any, text: str) -> Any:
    """``value`` with ``text`` before and after every string in it that is not ours."""
    match value:
        case tuple():
            return tuple(infected(item, text) for item in value)
        case str() if type(value) is str:
            return f"{text}{value}{text}"
        case _ if is_dataclass(value) and not isinstance(value, type):
            changes = {
                each.name: infected(getattr(value, each.name), text) for each in fields(value) if each.name not in _OURS
            }
            return replace(value, **changes)
        case _:
            return value
