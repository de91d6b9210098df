"""cfn-lint, in process: its rules are loaded once and judge every template.

Neither ``.cfnlintrc`` nor the environment has a say: such files can name Python rules to load, and hide findings
where no report would show it. ``ignore_checks`` in the template's ``Metadata`` is taken out before cfn-lint sees it and
put on the remarks instead, so that what is hidden stays visible.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from analyzer.companions.hidden import NO_REASON, Ignored, ignored_checks
from analyzer.companions.one_by_one import one_by_one
from analyzer.companions.pointers import owner, pointer
from analyzer.companions.report import Remark, Span, Template, Trouble, UnavailableError

if TYPE_CHECKING:
    from cfnlint.match import Match
    from cfnlint.rules import Rules

DEFAULT_REGION = "us-east-1"

BROKEN = ("E0000", "E0002")
"""Ids under which cfn-lint reports that it could not read a template, and that one of its rules broke down."""


class Analyzer:
    """One collection of cfn-lint's own rules."""

    name = "cfn-lint"

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._rules: Rules

    def start(self) -> str:
        """Load cfn-lint and its rules."""
        try:
            from cfnlint.config import _DEFAULT_RULESDIR
            from cfnlint.rules import Rules
            from cfnlint.version import __version__
        except ImportError as error:
            raise UnavailableError(f"it is not installed here ({error}); install the extra `engines`") from error
        self._rules = Rules.create_from_directory(_DEFAULT_RULESDIR)
        return str(__version__)

    def examine(self, templates: tuple[Template, ...]) -> tuple[list[Remark], list[Trouble]]:
        """What cfn-lint says of each template by itself."""
        return one_by_one(templates, self._judge, seconds=self._seconds, renew=self.start)

    def _judge(self, template: Template) -> list[Remark | Trouble]:
        ignored = ignored_checks(template.document)
        return [_answer(match, template, ignored) for match in self._lint(template)]

    def _lint(self, template: Template) -> Sequence[Match]:
        from cfnlint.config import ConfigMixIn
        from cfnlint.decode.decode import decode_str
        from cfnlint.helpers import REGIONS
        from cfnlint.runner import run_template_by_data

        document, unreadable = decode_str(template.text)
        if unreadable:
            return list(unreadable)
        region = template.region if template.region in REGIONS else DEFAULT_REGION
        config = ConfigMixIn([], config_file=os.devnull, regions=[region])
        for holder in _configurations(document):
            holder.pop("ignore_checks", None)
        return list(run_template_by_data(document or {}, config, self._rules))


def _configurations(document: Any) -> Iterator[dict[str, Any]]:
    """The ``Metadata.cfn-lint.config`` of the template and of its resources."""
    resources = document.get("Resources") if isinstance(document, dict) else None
    each = resources.values() if isinstance(resources, dict) else ()
    for holder in (document, *each):
        for key in ("Metadata", "cfn-lint", "config"):
            holder = holder.get(key) if isinstance(holder, dict) else None
        if isinstance(holder, dict):
            yield holder


def _answer(match: Match, template: Template, ignored: Ignored) -> Remark | Trouble:
    message = " ".join(match.message.split())
    if match.rule.id in BROKEN:
        return Trouble(template.path, f"{match.rule.id}: {message}")
    steps = tuple(getattr(match, "path", None) or ())
    logical_id = owner(steps, template.document)
    return Remark(
        id=match.rule.id,
        title=" ".join(match.rule.shortdesc.split()),
        message=message,
        template=template.path,
        level=match.rule.severity,
        logical_id=logical_id,
        pointer=pointer(steps),
        span=Span(match.linenumber, match.columnnumber, match.linenumberend, match.columnnumberend),
        url=match.rule.source_url,
        hidden=NO_REASON if ignored.hides(match.rule.id, logical_id) else None,
    )
