"""The findings, grouped by rule: why and how to mend once for each rule, subject and proof for each finding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import count

from analyzer.judgement import Severity
from analyzer.policy.result import OURS, Finding, Location, Proof, Result, RuleInfo
from analyzer.report.framework_groups import Group, apart
from analyzer.report.html.figures import Figures
from analyzer.report.html.markup import Child, Html, anchor, code, element, joined, link, name, text
from analyzer.report.html.prose import prose, sections
from analyzer.report.html.section import Section, badge, count_of, rule_label, source_line, subject, where
from analyzer.report.options import ReadLine, ReportOptions
from analyzer.report.sanitize import source_line as readable

MOST_FINDINGS = 5_000
"""Browsers grow slow beyond this; then each rule shows its first findings and says how many more there are."""

MOST_COLUMNS = 160


class _Page:
    """What findings share: fragment names, each given once (a second finding with a fingerprint gets an ordinal), the
    pictures, and how lines are read."""

    def __init__(self, read_line: ReadLine) -> None:
        self._given: Counter[str] = Counter()
        self.figures = Figures()
        self.read_line = read_line

    def anchor(self, finding: Finding) -> str:
        base = anchor("f", finding.fingerprint)
        self._given[base] += 1
        return base if self._given[base] == 1 else f"{base}-{self._given[base]}"


def findings_section(result: Result, options: ReportOptions) -> Section:
    """The filter and one block a rule, the gravest first."""
    if not result.findings:
        nothing = element("p", "No rule found a failure in what it examined. See what is undecided and what passed.")
        return Section("findings", "Findings", "Findings", nothing, 0)
    own, added = apart(result.findings)
    by_rule: dict[str, list[Finding]] = {}
    for finding in own:
        by_rule.setdefault(finding.rule_id, []).append(finding)
    most = len(result.findings)
    if most > MOST_FINDINGS:
        most = max(MOST_FINDINGS // (len(by_rule) + len(added)), 1)
    rules = {rule.id: rule for rule in result.rules}
    passed = {each.rule_id: len(each.subjects) for each in result.passed}
    numbered, page = count(), _Page(options.read_line)
    blocks = [
        _rule(result, found, most, rules.get(rule_id), passed.get(rule_id, 0), page, next(numbered))
        for rule_id, found in sorted(by_rule.items(), key=lambda pair: (-max(f.severity for f in pair[1]), pair[0]))
    ]
    blocks += [_added(result, group, most, page, next(numbered)) for group in added]
    return Section("findings", "Findings", "Findings", joined(_filter(result), *blocks), len(result.findings))


def _filter(result: Result) -> Html:
    """Hidden until the script, without which it could do nothing, shows it."""
    severities = Counter(finding.severity for finding in result.findings)
    boxes = [
        element("label", element("input", type="checkbox", value=s.label, checked=True), " ", badge(s.label))
        for s in sorted(Severity, reverse=True)
        if severities[s]
    ]
    search = element(
        "input", type="search", id="q", autocomplete="off", placeholder="rule, resource, stack, file, text"
    )
    gate = element("label", element("input", type="checkbox", id="gate"), " only at or over the gate")
    return element(
        "form",
        element("label", element("span", "Search"), search, for_="q", class_="search"),
        element("fieldset", element("legend", "Severity"), boxes),
        element("div", gate, element("p", role="status", id="shown")),
        role="search",
        aria_label="Filter findings",
        hidden=True,
        id="filter",
    )


def _rule(
    result: Result,
    found: Sequence[Finding],
    most: int,
    info: RuleInfo | None,
    passed: int,
    page: _Page,
    number: int,
) -> Html:
    first = found[0]
    examined = f", {passed:,} passed" if first.tool == OURS else f" of {first.tool}"  # others tell no passes
    counts = f"{count_of(len(found), 'finding')}{examined}"
    heading = element(
        "h3", badge(max(each.severity for each in found).label), " ", rule_label(first.rule_id, first.slug), " "
    )
    shown = [_finding(each, result.stops(each), page) for each in found[:most]]
    more = len(found) - len(shown)
    left = f"{count_of(more, 'more finding')} of this rule: see the CSV, JSON or SARIF report." if more else None
    return element(
        "article",
        element("header", heading, element("p", first.title, "."), element("p", counts, class_="muted")),
        _about(info, first),
        *shown,
        element("p", left, class_="cut") if left else None,
        class_="rule",
        id=f"{anchor('r', first.rule_id)}",
        data_n=number,
    )


def _added(result: Result, group: Group, most: int, page: _Page, number: int) -> Html:
    """What CDK adds by itself, folded: a reader can only change what makes it do so."""
    worst = badge(max(each.severity for each in group.findings).label)
    counts = element("span", f"{count_of(len(group.findings), 'finding')} in {group.stack}", class_="muted")
    shown = [_finding(each, result.stops(each), page) for each in group.findings[:most]]
    more = len(group.findings) - len(shown)
    left = f"{count_of(more, 'more finding')} with this cause: see the CSV, JSON or SARIF report." if more else None
    return element(
        "details",
        element("summary", worst, " ", element("b", group.heading), " ", counts),
        element("p", "Nobody wrote these resources; they change with what makes CDK add them.", class_="muted"),
        *shown,
        element("p", left, class_="cut") if left else None,
        class_="rule",
        data_n=number,
    )


def _about(info: RuleInfo | None, first: Finding) -> Html:
    told = sections(info.help) if info is not None else {}
    wanted = [heading for heading in ("What it checks", "Why it fails", "Fix", "Limits") if told.get(heading)]
    body = [[element("h4", heading), prose(told[heading])] for heading in wanted]
    links = [element("li", link(address)) for address in first.references]
    controls = [element("li", f"{framework} {control}") for framework, control in first.controls]
    return element(
        "details",
        element("summary", "Why this fails, how to mend it, limits"),
        body,
        [element("h4", "Controls"), element("ul", controls)] if controls else None,
        [element("h4", "References"), element("ul", links)] if links else None,
        class_="about",
    )


def _finding(finding: Finding, stops: bool, page: _Page) -> Html:
    identifier = page.anchor(finding)
    heading = element(
        "summary",
        badge(finding.severity.label),
        element("span", text(finding.message), class_="message"),
        element("span", subject(finding.stack, finding.resource), class_="of"),
        id=f"{identifier}-s",
    )
    return element(
        "details",
        heading,
        element(
            "div",
            _facts(finding, stops),
            page.figures.of(finding.picture),
            _proof(finding, page.read_line),
            _remedy(finding, identifier),
            class_="inside",
        ),
        class_="finding",
        id=identifier,
        data_s=finding.severity.label,
        data_g=stops,
    )


def _facts(finding: Finding, stops: bool) -> Html:
    related = [[code(each), " "] for each in finding.related_resources]
    pairs: tuple[tuple[str, Child], ...] = (
        ("Resource", [code(finding.resource), " ", finding.resource_type]),
        ("Construct", name(finding.construct_path) if finding.construct_path else None),
        ("Source", source_line(finding.source)),
        ("Place", where(finding.location)),
        ("Related", related or None),
        ("Also found as", [[code(each), " "] for each in finding.aliases] or None),
        ("Confidence", finding.confidence.label),
        ("Document's grade", finding.documented_severity.label),
        ("Gate", "stops the run" if stops else "does not stop the run"),
    )
    rows = [[element("dt", term), element("dd", told)] for term, told in pairs if told is not None]
    return element("dl", rows, class_="facts")


def _proof(finding: Finding, read_line: ReadLine) -> Html | None:
    if not finding.evidence:
        return _quote(finding.location, read_line)
    return joined(
        element("h4", "Proof"), element("ol", [_link(each, read_line) for each in finding.evidence], class_="proof")
    )


def _link(proof: Proof, read_line: ReadLine) -> Html:
    return element(
        "li",
        element("span", proof.kind, class_="kind"),
        " ",
        proof.text,
        element("div", where(proof.location), class_="muted") if proof.location else None,
        _quote(proof.location, read_line),
    )


def _quote(location: Location | None, read_line: ReadLine) -> Html | None:
    """The line at a place, cut around its column where it is long."""
    line = None if location is None else read_line(location.file, location.line)
    if location is None or line is None or not line.strip(" \t{}[],\r"):
        return None
    start = max(location.column - 1 - MOST_COLUMNS // 2, 0) if len(line) > MOST_COLUMNS else 0
    cut = line[start : start + MOST_COLUMNS].strip()
    shown = f"{'…' if start else ''}{cut}{'…' if start + MOST_COLUMNS < len(line) else ''}"
    number = element("span", str(location.line), class_="line")
    return element("pre", number, element("code", text(readable(shown))), tabindex=0, class_="quote")


def _remedy(finding: Finding, identifier: str) -> Html:
    fix = element("p", element("b", "Fix: "), finding.remediation) if finding.remediation else None
    permanent = element("a", "Link to this finding", href=f"#{identifier}")
    return joined(fix, element("p", permanent, " ", code(finding.fingerprint), class_="muted"))
