"""``stackproof waivers``: which waiver hides what, and which should be looked at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from analyzer.cli import options
from analyzer.cli.judging import Request, judge
from analyzer.cli.output import complain
from analyzer.policy.exit_status import ExitStatus
from analyzer.report.sanitize import terminal

if TYPE_CHECKING:
    from analyzer.policy.result import Result, WaiverUse


@click.command("waivers", context_settings={"show_default": True})
@options.judging
@click.option("--format", "format_name", type=click.Choice(["text", "json"]), default="text", help="How to list them.")
@click.option("--strict", is_flag=True, help="Exit 1 if a waiver is unused, expired, about to, refused or outgrown.")
def command(format_name: str, strict: bool, **asked: Any) -> int:
    """List the waivers of the configuration, of central files and of the inputs, each with what it hides.

    A waiver that is not bound to evidence shows the `evidence` that would bind it.
    """
    result = judge(Request(**asked, use_baselines=False))
    click.echo(_as_json(result) if format_name == "json" else "\n".join(_as_text(result)))
    complain(result)
    overdue = strict and result.waiver_notes
    return ExitStatus.of(incomplete=result.not_evaluated, unread=result.problems, over=overdue)


def _as_text(result: Result) -> Iterator[str]:
    if not result.waivers:
        yield "No waivers."
    notes: dict[tuple[str, str], list[str]] = {}
    for note in result.waiver_notes:
        notes.setdefault((note.rule_id, note.origin), []).append(note.text)
    for waiver in result.waivers:
        yield terminal(f"{waiver.rule}  {waiver.state}  {waiver.scope}")
        yield terminal(f"  {waiver.reason} ({', '.join(_signed(waiver))})")
        for text in notes.get((waiver.rule, waiver.origin), ()):
            yield terminal(f"  ! {text}")
        for finding in waiver.hides:
            yield terminal(f"  hides {finding.rule_id} {finding.stack}/{finding.resource}: {finding.message}")
        if waiver.hides and not waiver.bound:
            yield f"  not bound; to bind it: evidence: [{', '.join(_evidence(waiver))}]"


def _signed(waiver: WaiverUse) -> Iterator[str]:
    yield waiver.origin
    if waiver.owner:
        yield f"owner {waiver.owner}"
    if waiver.approver:
        yield f"approved by {waiver.approver}"
    if waiver.expires:
        yield f"until {waiver.expires}"


def _evidence(waiver: WaiverUse) -> list[str]:
    """The digests of all evidence that the waiver hides, quoted: one may look like a number."""
    return sorted({f'"{link.digest}"' for finding in waiver.hides for link in finding.evidence})


def _as_json(result: Result) -> str:
    from analyzer.report.json_format import dumps

    return dumps([_described(waiver) for waiver in result.waivers], indent=2).rstrip("\n")


def _described(waiver: WaiverUse) -> dict[str, Any]:
    return {
        "rule": waiver.rule,
        "state": waiver.state,
        "scope": waiver.scope,
        "reason": waiver.reason,
        "origin": waiver.origin,
        "owner": waiver.owner,
        "approver": waiver.approver,
        "expires": waiver.expires,
        "bound": waiver.bound,
        "hides": [
            {
                "rule_id": finding.rule_id,
                "stack": finding.stack,
                "resource": finding.resource,
                "message": finding.message,
                "fingerprint": finding.fingerprint,
                "evidence": [link.digest for link in finding.evidence],
            }
            for finding in waiver.hides
        ],
    }
