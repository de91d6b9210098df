"""The document as a whole: its data, and the compiler that typesets it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import Any

from analyzer.policy.result import Result
from analyzer.report.control_groups import NOT_MET
from analyzer.report.formats import ReportError, missing
from analyzer.report.method import LIMITS
from analyzer.report.options import ReportOptions
from analyzer.report.pdf.controls import controls
from analyzer.report.pdf.figures import Figures
from analyzer.report.pdf.findings import findings
from analyzer.report.pdf.pieces import Block, heading, paragraph, words
from analyzer.report.pdf.rest import baselined, method, not_evaluated, passed, undecided, waived
from analyzer.report.pdf.summary import examined, stacks, tiles
from analyzer.report.text_summary import examined as examined_sentence
from analyzer.report.text_summary import look, outcome, verdict

STANDARD = "ua-1"
"""PDF/UA-1 (ISO 14289-1), which the compiler checks: tags, a title, a language, words for every picture."""

_MOST_NAMED = 3


def render(result: Result, *, options: ReportOptions) -> bytes:
    """The report as PDF. Same result, same ``options.generated``, same release of typst: same bytes.

    Raises:
        ReportError: typst is not installed.
    """
    lacking = missing("pdf")
    if lacking is not None:
        raise ReportError(lacking)
    import typst

    figures = Figures()
    told = content(result, options, figures)
    try:
        return _compile(told, figures, [STANDARD])
    except typst.TypstError as error:
        # Only what we did not foresee comes here; the document is tagged all the same, and must not claim more.
        told["blocks"] += [
            heading(2, "Not PDF/UA"),
            paragraph(f"This document is tagged but does not claim to be PDF/UA-1: {_first_line(str(error))}"),
        ]
        return _compile(told, figures, [])


def content(result: Result, options: ReportOptions, figures: Figures) -> dict[str, Any]:
    """What the template is given; the pictures that it names are in ``figures``."""
    word, _, rest = verdict(result)[1].partition(": ")
    when = options.generated.astimezone(UTC)
    return {
        "title": f"Static examination of {_named(result)}",
        "made": [when.year, when.month, when.day, when.hour, when.minute, when.second],
        "dates": _dates(result, f"{when:%Y-%m-%d %H:%M} UTC"),
        "verdict": {"kind": look(result), "word": word, "rest": words(rest)},
        "sentences": [outcome(result), words(examined_sentence(result))],
        "limits": [LIMITS, NOT_MET],
        "tiles": tiles(result),
        "blocks": list(_blocks(result, options, figures)),
    }


def _blocks(result: Result, options: ReportOptions, figures: Figures) -> Iterator[Block]:
    yield from stacks(result)
    yield from examined(result, options.run)
    yield from controls(result)
    yield from findings(result, figures, options.read_line)
    for section in (undecided, waived, baselined, not_evaluated, passed):
        yield from section(result)
    yield from method()


def _named(result: Result) -> str:
    paths = [given.path for given in result.inputs]
    if not paths:
        return "nothing"
    if len(paths) > _MOST_NAMED:
        return f"{len(paths):,} applications"
    return words(", ".join(paths), most=120)


def _dates(result: Result, made: str) -> str:
    judged = f"judged as of {result.as_of}" if result.as_of else ""
    return " · ".join(part for part in (f"Made {made}", judged, f"Stackproof {result.version}") if part)


def _compile(told: dict[str, Any], figures: Figures, standards: list[str]) -> bytes:
    import typst

    files = {
        "main.typ": Path(__file__).with_name("report.typ").read_bytes(),
        "data.json": json.dumps(told).encode(),
        **figures.files,
    }
    made: bytes = typst.compile(files, format="pdf", ignore_system_fonts=True, pdf_standards=standards)
    return made


def _first_line(text: str) -> str:
    return text.partition("\n")[0]
