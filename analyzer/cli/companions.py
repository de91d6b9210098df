"""Asks the companions of a run, and tells each application what they said of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TextIO

from analyzer.cli.options import flatten
from analyzer.cli.progress import Waiting
from analyzer.companions.report import Remark, Report, Template
from analyzer.companions.runner import ask, companions
from analyzer.records import replace

if TYPE_CHECKING:
    from analyzer.cli.judging import Request
    from analyzer.policy.settings import Settings
    from analyzer.sources.assembly import Application


def ask_about(
    request: Request, applications: Sequence[Application], settings: Sequence[Settings], stream: TextIO
) -> tuple[tuple[Report, ...], list[Settings]]:
    """What the companions that ``request`` names say of all templates, and the ``settings`` of the ``applications``,
    each with what was said of its own. Who is still at work is shown on ``stream``, if it is a terminal."""
    names = tuple(dict.fromkeys(flatten(request.companions)))
    with Waiting(stream) as waiting:
        asked = companions(names, checkov=request.checkov)
        reports = ask(asked, _templates(applications), waiting=waiting.on)
    by_template: dict[str, dict[str, list[Remark]]] = {}
    for report in reports:
        for remark in report.remarks:
            by_template.setdefault(remark.template, {}).setdefault(report.tool, []).append(remark)
    pairs = zip(applications, settings, strict=True)
    return reports, [replace(own, companions=_share(each, reports, by_template)) for each, own in pairs]


def _templates(applications: Sequence[Application]) -> Iterator[Template]:
    for application in applications:
        for stack in application.all_stacks():
            yield Template(stack.path, stack.text, stack.document, stack.facts.region)


def _share(
    application: Application, reports: Sequence[Report], by_template: dict[str, dict[str, list[Remark]]]
) -> tuple[Report, ...]:
    paths = dict.fromkeys(stack.path for stack in application.all_stacks())

    def own(tool: str) -> tuple[Remark, ...]:
        return tuple(remark for path in paths for remark in by_template.get(path, {}).get(tool, ()))

    return tuple(replace(report, remarks=own(report.tool), troubles=()) for report in reports)
