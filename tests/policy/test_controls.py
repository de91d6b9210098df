"""Controls come into a result where reports want them, and nowhere else."""

from __future__ import annotations

import subprocess
import sys

from analyzer.policy.controls import with_controls
from analyzer.policy.result import Waived
from tests.builders import finding, result, rule_info

LOOP = (
    ("nist-800-53-r5", "CP-2"),
    ("nist-800-53-r5", "SC-5"),
    ("nist-800-53-r5", "SC-6"),
    ("soc-2-2017", "A1.1"),
    ("soc-2-2017", "PI1.3"),
    ("dora", "7"),
    ("dora", "11"),
)


def test_rules_and_findings_of_every_fate_get_the_same_controls() -> None:
    given = result(findings=(finding(),), baselined=(finding(),), waived=(Waived(finding(), "by design", "here"),))
    assert with_controls(given) == result(
        rules=(rule_info(controls=LOOP),),
        findings=(finding(controls=LOOP),),
        baselined=(finding(controls=LOOP),),
        waived=(Waived(finding(controls=LOOP), "by design", "here"),),
    )


def test_controls_that_a_rule_names_come_first_and_none_comes_twice() -> None:
    own = (("house", "7"), ("dora", "11"))
    assert with_controls(result(findings=(finding(controls=own),))).findings == (
        finding(controls=(*own, *(control for control in LOOP if control not in own))),
    )


def test_twice_is_as_good_as_once() -> None:
    once = with_controls(result(findings=(finding(),)))
    assert with_controls(once) == once


def test_a_rule_of_somebody_elses_pack_has_only_its_own() -> None:
    foreign = finding(rule_id="XX0101", controls=(("house", "7"),))
    assert with_controls(result(rules=(), findings=(foreign,))) == result(rules=(), findings=(foreign,))


def test_a_report_for_a_terminal_reads_no_controls() -> None:
    program = (
        "import sys\n"
        "from analyzer.report.formats import renderer\n"
        "from analyzer.report.options import ReportOptions\n"
        "from tests.builders import finding, result\n"
        "renderer('text')(result(findings=(finding(),)), options=ReportOptions())\n"
        "print('analyzer.data.controls' in sys.modules)\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout == "False\n"
