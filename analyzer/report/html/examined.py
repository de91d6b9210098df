"""What was examined, by what, and what was not: inputs with their digests, rules, dates, and what was passed over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analyzer.policy.result import Result
from analyzer.report.counts import count_of
from analyzer.report.html.contents import Contents
from analyzer.report.html.markup import Child, Html, code, element, joined
from analyzer.report.html.section import Section, table
from analyzer.report.options import ReportOptions
from analyzer.report.text_summary import bar, examined_by, idle_rules

MOST_ROWS = 2_000
"""Of files in one table; a folder of a whole estate has more, which the JSON report lists."""


def examined(contents: Contents, options: ReportOptions) -> Section:
    """The inputs with their digests, what could not be read, what was passed over, the rules and their data."""
    result = contents.result
    listed = element(
        "dl", [[element("dt", term), element("dd", told)] for term, told in _facts(result)], class_="facts few"
    )
    inputs = table(
        "Inputs",
        ["Input", "kind", "stacks", "resources", "SHA-256"],
        [
            [code(each.path), each.kind, ", ".join(each.stacks), f"{each.resources:,}", code(each.sha256)]
            for each in result.inputs
        ],
        numbers=(3,),
    )
    folded = (_files(result), _governing(options), _silent(result, contents), _passed_over(result), _data(result))
    return Section(
        "examined",
        "What was examined",
        "Examined",
        joined(listed, inputs, _not_read(result), _doubtful(result), *folded),
    )


def _facts(result: Result) -> Iterator[tuple[str, Child]]:
    gate = result.gate
    yield "Tool", f"Stackproof {result.version}"
    if result.as_of is not None:
        yield "Judged as of", f"{result.as_of.isoformat()} (runtimes and waivers age)"
    idle = len(idle_rules(result))
    yield "Rules", f"{len(result.rules) + len(result.unneeded)} selected, {idle} found nothing to judge"
    if result.narrowed_to:
        yield "Frameworks", f"only rules that bear on {', '.join(result.narrowed_to)}"
    for companion in result.companions:
        yield companion.name, examined_by(companion)
    yield "Gate", bar(gate.severity, gate.confidence)


def _not_read(result: Result) -> Html | None:
    if not result.problems:
        return None
    rows = [[code(each.place), each.reason] for each in result.problems]
    return table("Not read: the result is incomplete", ["File", "why"], rows)


def _doubtful(result: Result) -> Html | None:
    rows = [[code(each.place), each.reason] for given in result.inputs for each in given.warnings]
    if not rows:
        return None
    return joined(table("Read, but doubtful", ["File", "why"], rows[:MOST_ROWS]), _left_out(len(rows) - MOST_ROWS))


def _files(result: Result) -> Html | None:
    """Every file that an input's digest was made of, where that is more than the input itself."""
    digests = [pair for given in result.inputs if len(given.digests) > 1 for pair in given.digests]
    if not digests:
        return None
    rows = [[code(path), code(digest)] for path, digest in digests[:MOST_ROWS]]
    return _folded(f"{count_of(len(digests), 'file')} with digests", ["File", "SHA-256"], rows, len(digests))


def _governing(options: ReportOptions) -> Html | None:
    """Configurations, waivers, baselines and parameters that the run went by."""
    read = options.run.read if options.run is not None else ()
    if not read:
        return None
    rows = [[code(path), code(digest)] for path, digest in read]
    return _folded(f"{count_of(len(read), 'file')} that governed the run", ["File", "SHA-256"], rows, len(rows))


def _silent(result: Result, contents: Contents) -> Html | None:
    """Rules that a configuration kept silent; what they would have said is nowhere in the report."""
    silenced = [(rule, stack) for given in result.inputs for rule, stack in given.ignored]
    if not silenced:
        return None
    rows = [[contents.rule(rule), stack] for rule, stack in silenced[:MOST_ROWS]]
    heading = f"{count_of(len(silenced), 'judgement')} kept silent by configuration"
    return _folded(heading, ["Rule", "stack"], rows, len(silenced))


def _passed_over(result: Result) -> Html | None:
    found = result.passed_over
    if not found:
        return None
    rows = [[code(each.path), each.reason] for each in found[:MOST_ROWS]]
    return _folded(f"{count_of(len(found), 'file')} looked at and not examined", ["File", "why"], rows, len(found))


def _data(result: Result) -> Html:
    told = [[element("dt", key.replace("_", " ")), element("dd", date)] for key, date in result.data.items()]
    summary = element("summary", "Dates of the data that rules judge by")
    return element("details", summary, element("dl", told, class_="facts few"), class_="plain")


def _folded(heading: str, heads: Sequence[str], rows: Sequence[Sequence[Child]], count: int) -> Html:
    told = table(heading, heads, rows)
    return element("details", element("summary", heading), told, _left_out(count - len(rows)), class_="plain")


def _left_out(more: int) -> Html | None:
    return element("p", f"{more:,} more: see the JSON report.") if more > 0 else None
