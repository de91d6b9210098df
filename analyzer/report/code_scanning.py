"""SARIF for an upload to GitHub code scanning: what fails, and nothing else.

GitHub reads neither ``suppressions`` nor ``kind``: a waived, a baselined or an undecided result would be an open alert
that no mending closes. GitHub closes the alert of what the log lacks by itself. ``sarif`` is the format that keeps all.
"""

from __future__ import annotations

from analyzer.policy.result import Result
from analyzer.records import replace
from analyzer.report import sarif
from analyzer.report.options import ReportOptions


def render(result: Result, *, options: ReportOptions) -> str:
    """The report as one SARIF log like that of :mod:`analyzer.report.sarif`, with its failures alone."""
    return sarif.render(_failures(result), options=options)


def remarks(result: Result) -> tuple[str, ...]:
    """What somebody who uploads the log should know: GitHub's limits, and what becomes of an incomplete run."""
    limits = sarif.remarks(_failures(result))
    if not (result.problems or result.not_evaluated):
        return limits
    return (*limits, "the run is incomplete; GitHub refuses such a log, so no alert is closed by mistake")


def _failures(result: Result) -> Result:
    return replace(result, waived=(), baselined=(), unknown=())
