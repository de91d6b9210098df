"""One finding in the terminal: what, where, the proof, the way out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analyzer.judgement import Severity
from analyzer.policy.result import Finding, Location, Proof, SourceLine
from analyzer.report.display import Display, wrap
from analyzer.report.excerpt import excerpt
from analyzer.report.framework_groups import Group
from analyzer.report.options import ReportOptions, Verbosity
from analyzer.report.rows import read_more
from analyzer.report.sanitize import terminal

MOST_PROOFS = 6
"""More links of evidence are shown only when asked to be verbose."""

MOST_NAMES = 8

_LABEL = 9


class FindingBlock:
    """Lays out findings as a few lines each."""

    def __init__(self, display: Display, options: ReportOptions) -> None:
        self._display = display
        self._options = options

    def lines(self, finding: Finding) -> Iterator[str]:
        """The block of one finding."""
        yield self._title(finding, f"{finding.resource} ({finding.resource_type})")
        yield from wrap(terminal(finding.message), self._options.width, first="  ", rest="  ")
        yield from self._places(finding)
        yield from self._proof(finding.evidence)
        if finding.related_resources:
            yield from self._field("with", ", ".join(finding.related_resources))
        yield from self._controls(finding)
        yield from self._way_out(finding)

    def folded(self, findings: Sequence[Finding]) -> Iterator[str]:
        """The block of several findings of one rule in one stack; the first speaks for all."""
        first = findings[0]
        yield self._title(first, f"{len(findings)} times: {first.title}")
        names = [finding.resource for finding in findings[:MOST_NAMES]]
        more = len(findings) - len(names)
        yield from self._field("in", ", ".join(names) + (f" and {more} more (-v shows all)" if more else ""))
        yield from self._field("first", first.message)
        if first.location:
            yield from self._field("at", _where(first.location))
        yield from self._way_out(first)

    def added(self, group: Group) -> Iterator[str]:
        """The block of what is found on CDK's own additions; each finding by itself only if asked to be verbose."""
        sign = self._sign(max(finding.severity for finding in group.findings))
        number = len(group.findings)
        counted = self._display.paint(f"{number} finding{'s' * (number != 1)}", "bold")
        yield f"{sign} {counted} on what CDK adds by itself"
        yield from wrap(terminal(group.heading), self._options.width, first="  ", rest="  ")
        if self._options.verbosity is Verbosity.VERBOSE:
            for finding in group.findings:
                yield from self.lines(finding)
            return
        by_rule: dict[str, list[Finding]] = {}
        for finding in group.findings:
            by_rule.setdefault(f"{finding.rule_id} {finding.slug}", []).append(finding)
        for rule, findings in by_rule.items():
            names = [finding.resource for finding in findings[:MOST_NAMES]]
            more = len(findings) - len(names)
            yield from self._field("found", f"{rule}: {', '.join(names)}{f' and {more} more' if more else ''}")
        yield from self._field("more", "-v shows each finding")

    def _sign(self, severity: Severity) -> str:
        return self._display.severity(severity, f"{self._display.symbol(severity.label)} {severity.label}")

    def _title(self, finding: Finding, subject: str) -> str:
        display = self._display
        sign = self._sign(finding.severity)
        rule = display.paint(finding.rule_id, "bold")
        doubt = "" if finding.confidence.label == "certain" else f" ({finding.confidence.label})"
        about = display.paint(terminal(subject), "dim")
        return f"{sign} {rule} {terminal(finding.slug)}{doubt}  {about}"

    def _places(self, finding: Finding) -> Iterator[str]:
        """Where it shows, and where CDK source made the resource; each with its line of code."""
        styles = self._display.severity_style(finding.severity)
        location, source = finding.location, finding.source
        if location:
            yield from self._quoted(location, "", styles)
        if source and not (location and (source.file, source.line) == (location.file, location.line)):
            yield from self._quoted(_whole_line(source), finding.construct_path or "", styles)
        elif finding.construct_path:
            yield from self._field("construct", finding.construct_path)
        elif not location:
            yield from self._field("at", finding.template or finding.stack)

    def _quoted(self, location: Location, note: str, styles: tuple[str, ...]) -> Iterator[str]:
        display = self._display
        corner = display.paint(display.symbol("corner"), "dim")
        where = _where(location) if location.end_column else f"{location.file}:{location.line}"
        aside = display.paint(f"  {terminal(note)}", "dim") if note else ""
        yield f"  {' ' * len(str(location.line))} {corner} {display.paint(terminal(where), 'cyan')}{aside}"
        yield from excerpt(location, self._options.read_line, display, *styles)

    def _proof(self, evidence: Sequence[Proof]) -> Iterator[str]:
        verbose = self._options.verbosity is Verbosity.VERBOSE
        shown = evidence if verbose else evidence[:MOST_PROOFS]
        for number, link in enumerate(shown, start=1):
            where = f" [{_where(link.location)}]" if link.location else ""
            label = "proof" if number == 1 else ""
            yield from self._field(label, f"{number}. {link.text}{where}", hanging=3)
        if len(evidence) > len(shown):
            yield from self._field("", f"… {len(evidence) - len(shown)} more (-v shows all)")

    def _controls(self, finding: Finding) -> Iterator[str]:
        """Controls by framework; only a verbose report has them."""
        if self._options.verbosity is not Verbosity.VERBOSE:
            return
        by_framework: dict[str, list[str]] = {}
        for framework, control in finding.controls:
            by_framework.setdefault(framework, []).append(control)
        for number, (framework, controls) in enumerate(by_framework.items()):
            yield from self._field("" if number else "controls", f"{framework} {', '.join(controls)}", hanging=2)

    def _way_out(self, finding: Finding) -> Iterator[str]:
        if finding.remediation:
            yield from self._field("fix", finding.remediation)
        if finding.aliases:
            yield from self._field("also", ", ".join(finding.aliases))
        about = read_more(finding)
        if about:
            yield from self._field("more", about)

    def _field(self, label: str, text: str, *, hanging: int = 0) -> Iterator[str]:
        margin = " " * (_LABEL + 3)
        first, *others = wrap(terminal(text), self._options.width, first=margin, rest=margin + " " * hanging)
        name = self._display.paint(label, "dim") + " " * (_LABEL - len(label))
        yield f"  {name} {first.removeprefix(margin)}"
        yield from others


def _where(location: Location) -> str:
    return f"{location.file}:{location.line}:{location.column}"


def _whole_line(source: SourceLine) -> Location:
    """A source line as a place: from its first character to its end; column 0 stands for the whole line."""
    return Location(source.file, source.line, 1, source.line + 1, 0)
