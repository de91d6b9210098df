"""The report formats, by name. Each is a module with ``render(result, *, options)``, imported when used."""

from __future__ import annotations

from collections.abc import Collection
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple, Protocol, cast

from analyzer.report.options import Verbosity

if TYPE_CHECKING:
    from analyzer.policy.result import Result
    from analyzer.report.options import ReportOptions


class Render(Protocol):
    """What every format module provides."""

    def __call__(self, result: Result, *, options: ReportOptions) -> str | bytes:
        """The report: text with a newline at its end, or the bytes of a file that is no text.

        Raises:
            ReportError: it cannot be made here; the reason in words.
        """


class ReportError(Exception):
    """A report that cannot be made on this machine or of this result; the reason in one line for people."""


class Format(NamedTuple):
    """One format: where it is implemented, which file names ask for it, whether it tells what governed the run, whether
    its module has ``remarks(result)``: lines that somebody who uses the report should know of, whether it tells of
    every file that was examined, which takes reading them all, which module it needs that comes with the extra of
    its name only, and whether it shows pictures."""

    name: str
    module: str
    suffixes: tuple[str, ...]
    tells_run: bool = False
    remarks: bool = False
    tells_files: bool = False
    needs: str = ""
    pictures: bool = False


FORMATS = (
    Format("text", "analyzer.report.text", (".txt",)),
    Format("json", "analyzer.report.json_format", (".json",)),
    Format("sarif", "analyzer.report.sarif", (".sarif", ".sarif.json"), remarks=True),
    Format("code-scanning", "analyzer.report.code_scanning", (".code-scanning.sarif",), remarks=True),
    Format("html", "analyzer.report.html", (".html", ".htm"), pictures=True),
    Format("junit", "analyzer.report.junit", (".xml", ".junit.xml")),
    Format("github", "analyzer.report.github", ()),
    Format("gitlab", "analyzer.report.gitlab", (".gitlab.json", "gl-code-quality-report.json")),
    Format("cdk", "analyzer.report.cdk", ()),
    Format("csv", "analyzer.report.csv_format", (".csv",)),
    Format("oscal", "analyzer.report.oscal", (".oscal.json",), tells_run=True),
    Format("markdown", "analyzer.report.markdown", (".md", ".markdown")),
    Format("pdf", "analyzer.report.pdf", (".pdf",), tells_run=True, needs="typst", pictures=True),
    Format("bundle", "analyzer.report.bundle", (".zip",), tells_run=True, tells_files=True, pictures=True),
)

STREAMED = Format("jsonl", "analyzer.report.jsonl", (".jsonl", ".ndjson"))
"""Has no ``render``: it is written while the run goes on, one application at a time."""


def names() -> tuple[str, ...]:
    """The names of all formats that are made of a result."""
    return tuple(known.name for known in FORMATS)


def tells_run(wanted: Collection[str]) -> bool:
    """Whether one of the formats ``wanted`` tells what governed the run, so that it must be found out."""
    return any(known.tells_run for known in FORMATS if known.name in wanted)


def tells_files(wanted: Collection[str]) -> bool:
    """Whether one of the formats ``wanted`` tells of every file that was examined."""
    return any(known.tells_files for known in FORMATS if known.name in wanted)


def shows_pictures(wanted: Collection[str]) -> bool:
    """Whether one of the formats ``wanted`` shows pictures."""
    return any(known.pictures for known in FORMATS if known.name in wanted)


def missing(name: str) -> str | None:
    """What to install for the format called ``name``, in words; None: nothing. Cheap, so that it can be asked early."""
    needs = {known.name: known.needs for known in (*FORMATS, STREAMED)}[name]
    if not needs:
        return None
    from importlib.util import find_spec  # not on the way of a run that ends in a terminal

    if find_spec(needs) is not None:
        return None
    return f"needs {needs}; install the extra `{name}`"


def renderer(name: str) -> Render:
    """The ``render`` of the format called ``name``; KeyError where there is none.

    All show controls but the text, which does only where it is to be verbose: most runs end there, and need no more.
    """
    module = {known.name: known.module for known in FORMATS}[name]
    render = cast("Render", import_module(module).render)
    return _with_controls(render, unless_terse=name == "text")


def remarks(name: str, result: Result) -> tuple[str, ...]:
    """What the user of a report in the format called ``name`` should know and cannot see in it."""
    known = {known.name: known for known in FORMATS}[name]
    if not known.remarks:
        return ()
    return cast("tuple[str, ...]", import_module(known.module).remarks(result))


def _with_controls(render: Render, *, unless_terse: bool) -> Render:
    def complete(result: Result, *, options: ReportOptions) -> str | bytes:
        if unless_terse and options.verbosity is not Verbosity.VERBOSE:
            return render(result, options=options)
        from analyzer.policy.controls import with_controls

        return render(with_controls(result), options=options)

    return complete


def format_of(file: str) -> str | None:
    """The format that a file name asks for by its longest suffix; None where no format has it."""
    lower = file.lower()
    suffixes = (
        (suffix, known.name) for known in (*FORMATS, STREAMED) for suffix in known.suffixes if lower.endswith(suffix)
    )
    longest = max(suffixes, key=lambda found: len(found[0]), default=None)
    return None if longest is None else longest[1]
