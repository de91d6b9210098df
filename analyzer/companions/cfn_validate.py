"""cloudformation-validate, in process: the validator that ``aws-cdk-lib`` runs at every synth, as a library.

Of what it tells the warnings and worse are taken, as cfn-lint does by default: its informational rules ask for tags and
descriptions of every resource and name every property whose change replaces it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.companions.hidden import NO_REASON, Ignored, ignored_checks
from analyzer.companions.one_by_one import one_by_one
from analyzer.companions.pointers import owner, parsed, pointer
from analyzer.companions.report import Remark, Span, Template, Trouble, UnavailableError

if TYPE_CHECKING:
    from cloudformation_validate import CompositeEngine, Diagnostic, ValidationReport

INCOMPLETE = "ANALYSIS_INCOMPLETE"
UNREADABLE = "ERROR"


class Analyzer:
    """One engine, which compiles its rules when it is made."""

    name = "cfn-validate"

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._engine: CompositeEngine

    def start(self) -> str:
        """Load the native library and compile the rules."""
        try:
            from cloudformation_validate import CompositeEngine, version
        except (ImportError, OSError, RuntimeError) as error:  # the wheel has no native library for this machine
            raise UnavailableError(f"it is not installed here ({error}); install the extra `engines`") from error
        self._engine = CompositeEngine()
        return str(version())

    def examine(self, templates: tuple[Template, ...]) -> tuple[list[Remark], list[Trouble]]:
        """What it says of each template by itself."""
        return one_by_one(templates, self._judge, seconds=self._seconds, renew=self.start)

    def _judge(self, template: Template) -> list[Remark | Trouble]:
        report = self._validate(template)
        ignored = ignored_checks(template.document)
        told = [_remark(each, template, ignored) for each in report.diagnostics]
        if report.status.name == UNREADABLE:
            return [Trouble(template.path, "; ".join(each.message for each in told) or "it cannot read it")]
        if report.status.name == INCOMPLETE:
            return [*told, Trouble(template.path, "it gave up on a part of the template")]
        return [*told]

    def _validate(self, template: Template) -> ValidationReport:
        from cloudformation_validate import (
            PseudoParameterOverrides,
            Severity,
            TemplateContent,
            ValidateConfig,
        )

        config = ValidateConfig(
            severity_level=Severity.WARN,
            pseudo_parameter_overrides=PseudoParameterOverrides(region=template.region),
        )
        return self._engine.validate_template(TemplateContent(template.text, template.path), config)


def _remark(told: Diagnostic, template: Template, ignored: Ignored) -> Remark:
    logical_id, place = _place(told, template)
    return Remark(
        id=told.rule_id,
        title=" ".join((told.rule_description or told.message).split()),
        message=" ".join(told.message.split()),
        template=template.path,
        level=told.severity.name.lower(),
        logical_id=logical_id,
        pointer=place,
        span=_span(told),
        url=told.documentation_url or "",
        hidden=NO_REASON if ignored.hides(told.rule_id, logical_id) else None,
    )


def _place(told: Diagnostic, template: Template) -> tuple[str, str]:
    """Logical id and pointer. Paths in a resource begin at the resource, all others at the top of the template."""
    path = parsed(told.property_path or "")
    if told.entity is None or told.entity.entity_type.name != "RESOURCE" or path.startswith("/Resources/"):
        logical_id = told.entity.logical_id if told.entity else owner(tuple(path.split("/")[1:]), template.document)
        return logical_id, path
    return told.entity.logical_id, pointer(("Resources", told.entity.logical_id)) + path


def _span(told: Diagnostic) -> Span | None:
    if told.start_line is None:
        return None
    line, column = told.start_line, told.start_column or 1
    return Span(line, column, told.end_line or line, told.end_column or column)
