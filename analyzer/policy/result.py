"""What a run found, ready for any report: every place concrete, every finding graded, nothing left to look up."""

from __future__ import annotations

from dataclasses import field
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from analyzer.judgement import Confidence, Severity
from analyzer.policy.exit_status import ExitStatus
from analyzer.records import dataclass

if TYPE_CHECKING:
    from analyzer.picture.sketch import Sketch

ELSEWHERE = ".../"
"""What the path of a source file begins with of which no more is known than its end, as it is not where it was looked
for; so :class:`analyzer.sources.stack_frames.SourceFiles` shows it."""

OURS = "stackproof"
"""The tool that has found what no companion has."""


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A span of a file. Paths are relative to the working directory, with ``/``; lines and columns start at 1."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True, order=True)
class SourceLine:
    """The line of CDK source that created a resource."""

    file: str
    line: int

    @property
    def is_here(self) -> bool:
        """Whether the file was found. An assembly may come without its source, and who annotates a file that is not in
        the repository shows nothing, so the template or handler is the place then."""
        return not self.file.startswith(ELSEWHERE)


@dataclass(frozen=True, slots=True)
class Proof:
    """One link of the evidence, with its place made concrete. ``digest`` is its identity over time, by which waivers
    are bound to it."""

    kind: str
    text: str
    location: Location | None
    digest: str = ""


@dataclass(frozen=True, slots=True)
class FrameworkCause:
    """Why a framework made a resource that nobody wrote: ``name`` is what it added (``log-retention``), ``causes`` are
    the members of constructs that make it do so, any of them (``aws_lambda.Function.logRetention``), and ``on`` are the
    constructs (paths, else logical ids) where they are used; empty: not known."""

    name: str
    causes: tuple[str, ...]
    on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One failure on one subject. Fields as in the JSON contract; ``severity`` is the one in force for this run.

    ``kin`` is the fingerprint without the stack: what stays when a template is renamed; ``identity`` is that without
    the evidence, too: what stays when more, or less, is found to be wrong with the same thing. ``gate`` is the gate of
    the finding's application where that is not the gate of the run. ``waivable``: whether a waiver or a baseline may
    excuse it; ``acknowledgeable``: whether an acknowledgement in CDK source may. ``framework``: why CDK made the
    resource, where it did and nobody wrote it. ``picture`` is drawn when it is called. ``tool`` is who found it,
    ``aliases`` the rule ids under which companions found the same. ``failure_mode`` is 0 for what a companion found
    that is none of the failure modes.
    """

    rule_id: str
    slug: str
    title: str
    failure_mode: int
    severity: Severity
    confidence: Confidence
    documented_severity: Severity
    stack: str
    template: str | None
    resource: str
    resource_type: str
    related_resources: tuple[str, ...]
    construct_path: str | None
    pointer: str | None
    location: Location | None
    source: SourceLine | None
    message: str
    evidence: tuple[Proof, ...]
    remediation: str
    references: tuple[str, ...]
    controls: tuple[tuple[str, str], ...]
    fingerprint: str
    kin: str = ""
    gate: Gate | None = None
    waivable: bool = True
    framework: FrameworkCause | None = None
    acknowledgeable: bool = True
    picture: Sketch | None = field(default=None, compare=False, repr=False)
    tool: str = OURS
    aliases: tuple[str, ...] = ()
    identity: str = ""


@dataclass(frozen=True, slots=True)
class Undecided:
    """A subject that a rule could not decide, and what would decide it. ``framework`` as in :class:`Finding`."""

    rule_id: str
    stack: str
    resource: str
    resource_type: str
    needs: str
    location: Location | None
    source: SourceLine | None
    construct_path: str | None
    framework: FrameworkCause | None = None


@dataclass(frozen=True, slots=True)
class Passed:
    """How many subjects a rule examined without a failure, and which."""

    rule_id: str
    subjects: tuple[tuple[str, str], ...]  # (stack, logical id), sorted


@dataclass(frozen=True, slots=True)
class Waived:
    """A finding hidden from the gate by a waiver: who, why, until when. ``acknowledged`` is the id under which the CDK
    recorded it, without the prefix; None where the waiver is no acknowledgement. ``inline``: whether it is written in
    the input itself."""

    finding: Finding
    reason: str
    origin: str
    owner: str | None = None
    approver: str | None = None
    expires: str | None = None
    acknowledged: str | None = None
    inline: bool = False


@dataclass(frozen=True, slots=True)
class WaiverNote:
    """What somebody should know of a waiver. ``state``: ``unused``, ``expired``, ``expiring`` (soon), ``refused`` (by
    policy) or ``outgrown`` (there is more evidence than it was written for); ``text`` is one line for people."""

    rule_id: str
    origin: str
    state: str
    text: str


@dataclass(frozen=True, slots=True)
class WaiverUse:
    """One waiver and the findings it hides. ``state`` is that of its first note, else ``used``, ``not run`` (none of
    its rules ran) or ``not examined`` (no stack in its scope was). ``bound``: whether more evidence ends it."""

    rule: str
    scope: str
    reason: str
    origin: str
    owner: str | None
    approver: str | None
    expires: str | None
    bound: bool
    state: str
    hides: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Attested:
    """A subject that passed because somebody vouches for it: ``owner`` and ``reason`` from the configuration at
    ``origin``. It is among the passed as well."""

    rule_id: str
    stack: str
    resource: str
    resource_type: str
    construct_path: str | None
    statement: str
    owner: str
    reason: str
    origin: str


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A file that was looked at and not taken as an input, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class NotEvaluated:
    """A rule that crashed or ran out of time on one application: the result is incomplete. For a companion ``rule_id``
    is its name and ``application`` the template that it did not examine."""

    rule_id: str
    application: str
    reason: str


class JudgedTemplate(NamedTuple):
    """One stack of an application: the path of its template, its name, and what it declares, sorted. ``resources`` are
    the logical ids of those that are written and those that SAM or ``Fn::ForEach`` make of them."""

    path: str
    stack: str
    resources: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Input:
    """One application that was examined. ``kind``: ``cloud-assembly``, ``template`` or ``cdk-source``.

    ``files`` are the templates and CDK source files that were judged; ``digests`` are pairs (path, SHA-256) of what
    ``sha256`` was made of; ``gate`` is its gate where that is not the run's; ``not_run`` are the rules of the run that
    did not judge this application, and ``ignored`` pairs (rule id, stack): where its configuration kept a rule silent.
    ``warnings`` are doubtful places that were read all the same: keys written twice, macros that are not run here.
    ``picture`` shows its stacks and what flows between them, drawn when it is called; None for one stack.
    """

    path: str
    kind: str
    sha256: str
    stacks: tuple[str, ...]
    resources: int = 0
    files: tuple[str, ...] = ()
    gate: Gate | None = None
    digests: tuple[tuple[str, str], ...] = ()
    templates: tuple[JudgedTemplate, ...] = ()
    not_run: tuple[str, ...] = ()
    ignored: tuple[tuple[str, str], ...] = ()
    warnings: tuple[InputProblem, ...] = ()
    picture: Sketch | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class InputProblem:
    """An input that could not be read, or only in part: one line for people."""

    path: str
    line: int | None
    column: int | None
    reason: str

    @property
    def place(self) -> str:
        """``path:line:column``, as far as it is known."""
        return ":".join(str(part) for part in (self.path, self.line, self.column) if part is not None)


@dataclass(frozen=True, slots=True)
class RuleInfo:
    """A selected rule, for reports that list rules. ``source`` rules also judge CDK source without a template."""

    id: str
    slug: str
    title: str
    failure_mode: int
    severity: Severity
    documented: Severity
    help: str
    references: tuple[str, ...]
    controls: tuple[tuple[str, str], ...]
    source: bool = False


@dataclass(frozen=True, slots=True)
class Companion:
    """Another analyzer that was asked. ``version`` is empty where it did not run; ``templates`` is how many it
    examined; ``rules`` are those of its checks that found something."""

    name: str
    version: str
    templates: int
    rules: tuple[RuleInfo, ...]


@dataclass(frozen=True, slots=True)
class Gate:
    """The gate in force: findings at or over ``severity`` (None: never) with at least ``confidence`` fail the run."""

    severity: Severity | None = Severity.MEDIUM
    confidence: Confidence = Confidence.LIKELY

    def stops(self, finding: Finding) -> bool:
        """Whether ``finding`` fails the run."""
        return self.severity is not None and finding.severity >= self.severity and finding.confidence >= self.confidence


@dataclass(frozen=True, slots=True)
class Result:
    """Everything a report may say about one run; all lists are in their final, deterministic order.

    ``gate`` is the gate of the run; an application whose configuration asks for another is judged by its own, so ask
    :meth:`stops` and not the gate. ``waivers`` are all waivers, ``waiver_notes`` what calls for attention among them.
    """

    version: str
    data: dict[str, str]
    inputs: tuple[Input, ...]
    rules: tuple[RuleInfo, ...]
    findings: tuple[Finding, ...]
    unknown: tuple[Undecided, ...]
    passed: tuple[Passed, ...]
    gate: Gate
    waived: tuple[Waived, ...] = ()
    baselined: tuple[Finding, ...] = ()
    not_evaluated: tuple[NotEvaluated, ...] = ()
    problems: tuple[InputProblem, ...] = ()
    waiver_notes: tuple[WaiverNote, ...] = ()
    passed_over: tuple[PassedOver, ...] = ()
    unneeded: tuple[str, ...] = ()
    """Ids of selected rules that no input gave anything to judge, so that they were not even loaded."""
    as_of: date | None = None
    """The day on which dated facts and waivers were judged."""
    frameworks: tuple[str, ...] = ()
    """Keys of the frameworks whose controls reports show; empty: all."""
    narrowed_to: tuple[str, ...] = ()
    """Keys of the frameworks that the rules of the run were asked to bear on; empty: all rules were wanted."""
    attested: tuple[Attested, ...] = ()
    waivers: tuple[WaiverUse, ...] = ()
    interrupted: bool = False
    """Somebody ended the run before everything was judged; one of the ``problems`` says how much was."""
    companions: tuple[Companion, ...] = ()

    def stops(self, finding: Finding) -> bool:
        """Whether ``finding`` is at or over the gate of its application."""
        return (finding.gate or self.gate).stops(finding)

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """The findings that fail the run."""
        return tuple(finding for finding in self.findings if self.stops(finding))

    @property
    def verdict(self) -> str:
        """``failed``, ``incomplete`` (something was not read or not evaluated, so it is no proof) or ``passed``."""
        if self.blocking:
            return "failed"
        return "incomplete" if self.not_evaluated or self.problems else "passed"

    @property
    def exit_code(self) -> ExitStatus:
        """How the run ends."""
        if self.interrupted:
            return ExitStatus.INTERRUPTED
        return ExitStatus.of(incomplete=self.not_evaluated, unread=self.problems, over=self.blocking)
