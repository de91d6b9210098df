"""The HTML report: one file, everything in it, nothing of the input as markup, nothing but its own script allowed."""

from __future__ import annotations

import re
from base64 import b64encode
from collections import Counter
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from analyzer.judgement import Severity
from analyzer.policy.controls import with_controls
from analyzer.policy.result import Location, NotEvaluated, Passed, Proof, Undecided, Waived
from analyzer.report.formats import format_of, renderer
from analyzer.report.html.page import render
from analyzer.report.html.prose import prose
from analyzer.report.options import ReportOptions
from tests.builders import finding, result, rule_info
from tests.report.html.pages import Page, page_of
from tests.report.results import EVERYTHING

HOSTILE = "</style></script><script>alert(1)</script><img src=x onerror=alert(1)>\" onclick='x' \u202e\x1b[31m\ud800"


def test_the_policy_allows_exactly_the_style_and_script_of_the_page() -> None:
    page = page_of(result(findings=(finding(),)))
    (policy,) = [a["content"] or "" for t, a in page.elements if t == "meta" and "http-equiv" in a]
    for tag in ("style", "script"):
        digest = b64encode(sha256(page.raw[tag].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert not [a for _, a in page.elements if "style" in a or any(key.startswith("on") for key in a)]


def test_nothing_is_loaded_from_elsewhere() -> None:
    page = page_of(result(findings=(finding(),)))
    assert not [t for t, a in page.elements if t in ("link", "img", "iframe", "object", "base") or "src" in a]
    assert "url(" not in page.raw["style"]
    assert "@import" not in page.raw["style"]


def test_every_link_inside_the_page_has_its_target_and_every_id_is_given_once() -> None:
    twins = (finding(), finding(resource="Other"), finding(rule_id="X1", tool="checkov", references=()))
    page = page_of(replace(EVERYTHING, findings=(*EVERYTHING.findings, *twins)))
    ids = page.ids()
    assert [name for name, times in Counter(ids).items() if times > 1] == []
    targets = {(a["href"] or "")[1:] for t, a in page.elements if t == "a" and (a["href"] or "").startswith("#")}
    assert targets <= set(ids)


def test_a_finding_is_reached_by_its_fingerprint_and_a_twin_by_its_ordinal() -> None:
    page = page_of(result(findings=(finding(), finding(resource="Other"))))
    print_ = finding().fingerprint
    assert [a["id"] for a in page.of("details", "finding")] == [f"f-{print_}", f"f-{print_}-2"]


def test_hostile_strings_stay_text_in_every_section() -> None:
    bad = finding(
        stack=HOSTILE,
        resource=HOSTILE,
        resource_type=HOSTILE,
        construct_path=HOSTILE,
        related_resources=(HOSTILE,),
        message=HOSTILE,
        remediation=HOSTILE,
        fingerprint=HOSTILE,
        references=(f"javascript:{HOSTILE}", "https://example.com/\"onmouseover='x'"),
        location=Location(HOSTILE, 1, 1, 1, 2),
        evidence=(Proof(HOSTILE, HOSTILE, Location(HOSTILE, 1, 1, 1, 2)),),
    )
    given = result(
        rules=(rule_info(help=f"## Fix\n{HOSTILE}\n\n```\n{HOSTILE}\n```\n\n- {HOSTILE}\n\n| {HOSTILE} |\n|---|\n"),),
        findings=(bad,),
        unknown=(Undecided("FM0701", HOSTILE, HOSTILE, HOSTILE, HOSTILE, None, None, HOSTILE),),
        passed=(Passed(HOSTILE, ((HOSTILE, HOSTILE),)),),
        waived=(Waived(bad, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE),),
        baselined=(bad,),
        not_evaluated=(NotEvaluated(HOSTILE, HOSTILE, HOSTILE),),
    )
    source = render(given, options=ReportOptions(read_line=lambda file, line: HOSTILE))
    page = Page(source)
    assert Counter(tag for tag, _ in page.elements)["script"] == 1
    assert not [tag for tag, _ in page.elements if tag == "img"]
    assert not [a for _, a in page.elements if any(key.startswith("on") for key in a)]
    assert not [a for t, a in page.elements if t == "a" and not (a["href"] or "").startswith(("#", "https://"))]
    assert not set("\u202e\x1b\ud800") & set(source)
    assert all(re.fullmatch("[A-Za-z0-9_-]+", identifier) for identifier in page.ids())


def test_rules_come_gravest_first_and_only_what_stops_the_run_is_marked() -> None:
    low = finding(rule_id="FM0101", slug="small", severity=Severity.LOW, fingerprint="aa")
    page = page_of(result(findings=(finding(), low)))
    assert [a["id"] for a in page.of("article", "rule")] == ["r-FM0701", "r-FM0101"]
    assert [(a["data-s"], "data-g" in a) for a in page.of("details", "finding")] == [("critical", True), ("low", False)]


def test_proof_place_and_the_line_that_it_quotes_are_told() -> None:
    proved = finding(evidence=(Proof("code", "Processor calls PutObject", Location("index.js", 7, 3, 7, 9)),))
    options = ReportOptions(
        read_line=lambda file, line: "  s3.putObject(<key>);" if (file, line) == ("index.js", 7) else None
    )
    words = page_of(result(findings=(proved,)), options).words
    assert "Processor calls PutObject" in words
    assert "index.js:7:3" in words
    assert "s3.putObject(<key>);" in words


def test_sections_without_anything_are_left_out_and_the_others_are_there() -> None:
    clean = page_of(result())
    assert {"undecided", "waived", "baselined", "not-evaluated", "controls"} & set(clean.ids()) == set()
    assert {"summary", "examined", "findings", "passed", "method"} <= set(clean.ids())
    question = Undecided("FM0701", "Documents", "R", "T", "the value of parameter X", None, None, None)
    full = page_of(result(unknown=(question,), waived=(Waived(finding(), "known", "stackproof.yaml", "ann"),)))
    assert {"undecided", "waived"} <= set(full.ids())
    assert "the value of parameter X" in full.words
    assert f"f-{finding().fingerprint}" in full.ids()


def test_controls_are_counted_by_framework_with_the_rules_and_what_their_mapping_rests_on() -> None:
    rule = rule_info(controls=(("nist-800-53-r5", "AC-10"), ("nist-800-53-r5", "AC-6"), ("own", "7")))
    passed = (Passed("FM0701", (("S", "A"), ("S", "B"))),)
    page = page_of(result(rules=(rule,), findings=(finding(),), passed=passed))
    assert "AC-6 1200FM0701 the rule's own AC-10 1200FM0701 the rule's own" in page.words
    assert "own 1 control: 1 contradicted" in page.words


def test_a_control_fares_as_the_worst_of_its_judgements() -> None:
    def fares(**judged: Any) -> str:
        page = page_of(result(rules=(rule_info(controls=(("own", "7"),)),), **judged))
        (told,) = re.findall(r"own 1 control: 1 ([a-z ]+?)(?=Judgements)", page.words)
        return str(told)

    passed = (Passed("FM0701", (("S", "A"),)),)
    question = Undecided("FM0701", "S", "R", "T", "X", None, None, None)
    waiver = Waived(finding(), "known", "stackproof.yaml", "ann")
    broken = (NotEvaluated("FM0701", "app", "KeyError"),)
    assert fares() == "without a judgement"
    assert fares(passed=passed) == "only supported"
    assert fares(passed=passed, baselined=(finding(),)) == "baselined"
    assert fares(passed=passed, baselined=(finding(),), waived=(waiver,)) == "waived"
    assert fares(passed=passed, waived=(waiver,), unknown=(question,)) == "undecided"
    assert fares(passed=passed, unknown=(question,), not_evaluated=broken) == "not evaluated"
    assert fares(passed=passed, not_evaluated=broken, findings=(finding(),)) == "contradicted"


def test_too_many_findings_are_cut_with_a_notice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analyzer.report.html.findings.MOST_FINDINGS", 2)
    page = page_of(result(findings=tuple(finding(fingerprint=f"{n:x}") for n in range(5))))
    assert [a["id"] for a in page.of("details", "finding")] == ["f-0", "f-1"]
    assert "3 more findings of this rule" in page.words


def test_same_result_same_bytes_and_the_format_is_known_by_its_suffix() -> None:
    given = result(findings=(finding(),))
    assert renderer("html")(given, options=ReportOptions()) == render(with_controls(given), options=ReportOptions())
    assert format_of("out/report.html") == "html"


def test_rule_documentation_becomes_html() -> None:
    written = (
        "Set `a|b` <now>:\n\n- one\n  more\n- two\n\n| x | y |\n|---|---|\n| `p|q` | 2 |\n\n"
        "```ts\nconst a = 1;\n\nb();\n```\nEnd."
    )
    assert prose(written) == (
        "<p>Set <code>a|b</code> &lt;now&gt;:</p><ul><li>one more</li><li>two</li></ul>"
        '<div class="scroll" tabindex="0"><table><thead><tr><th scope="col">x</th><th scope="col">y</th></tr></thead>'
        "<tbody><tr><td><code>p|q</code></td><td>2</td></tr></tbody></table></div>"
        '<figure class="listing"><figcaption>TypeScript</figcaption><pre tabindex="0"><code>const a = 1;\n\nb();</code>'
        "</pre></figure><p>End.</p>"
    )
