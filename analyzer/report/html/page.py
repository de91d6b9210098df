"""The page: head with a content security policy of hashes, the verdict, navigation, and the sections in order."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from analyzer.policy.result import Result
from analyzer.report.html.contents import Contents
from analyzer.report.html.controls import controls
from analyzer.report.html.examined import examined
from analyzer.report.html.filtering import filter_form
from analyzer.report.html.findings import findings_section
from analyzer.report.html.markup import Html, element, joined
from analyzer.report.html.rest import baselined, method, not_evaluated, passed, undecided, waived
from analyzer.report.html.section import Section
from analyzer.report.html.summary import stacks, summary
from analyzer.report.options import ReportOptions
from analyzer.report.text_summary import examined as examined_sentence
from analyzer.report.text_summary import look, outcome, verdict


def render(result: Result, *, options: ReportOptions) -> str:
    """The report as one HTML file. Same result, same bytes."""
    contents = Contents(result, options.read_line)
    overview = summary(contents)
    found = findings_section(contents)  # first of those that link to it, so that they know what is on the page
    listed = (found, undecided(contents), waived(contents), baselined(contents))
    told = (overview, examined(contents, options), controls(contents), stacks(contents))
    rest = (not_evaluated(contents), passed(contents), method())
    sections = [section for section in (*told, *listed, *rest) if section is not None]
    style, script = _resource("style.css"), _resource("script.js")
    head = _head(verdict(result)[1], style, script)
    body = element(
        "body",
        _opening(result),
        _navigation(sections),
        _main(sections, filter_form(contents)),
        element("script", Html(script)),
    )
    return f"<!doctype html>\n{element('html', head, body, lang='en')}\n"


def _resource(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def _head(title: str, style: str, script: str) -> Html:
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; img-src data:;"
        " base-uri 'none'; form-action 'none'"
    )
    return element(
        "head",
        element("meta", charset="utf-8"),
        Html(f'<meta http-equiv="Content-Security-Policy" content="{policy}">'),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", f"Stackproof: {title}"),
        element("style", Html(style)),
    )


def _hash(content: str) -> str:
    return f"sha256-{b64encode(sha256(content.encode()).digest()).decode()}"


def _opening(result: Result) -> Html:
    word, _, rest = verdict(result)[1].partition(": ")
    return joined(
        element("a", "Skip to the report", href="#report", class_="skip"),
        element(
            "header",
            element("p", "Stackproof ", element("span", result.version), class_="brand"),
            element("h1", element("span", word, class_=f"state {look(result)}"), " ", rest),
            element("p", outcome(result)),
            element("p", examined_sentence(result), _as_of(result), class_="muted"),
            element("p", class_="paper", id="partial"),
            class_="top",
        ),
    )


def _as_of(result: Result) -> str | None:
    return f" Judged as of {result.as_of.isoformat()}." if result.as_of is not None else None


def _navigation(sections: list[Section]) -> Html:
    links = [
        element("a", section.short, " ", _number(section.count), href=f"#{section.identifier}") for section in sections
    ]
    return element("nav", links, aria_label="Sections")


def _number(count: int | None) -> Html | None:
    return None if count is None else element("span", str(count), class_="count")


def _main(sections: list[Section], form: Html | None) -> Html:
    """The sections, with the filter before the first that it narrows."""
    shown = []
    for section in sections:
        heading = element("h2", section.title, id=f"h-{section.identifier}")
        filtered = section.identifier == "findings"
        shown.append(
            element(
                "section",
                heading,
                form if filtered else None,
                section.body,
                id=section.identifier,
                aria_labelledby=f"h-{section.identifier}",
            )
        )
    return element("main", shown, id="report", tabindex=-1)
