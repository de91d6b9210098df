"""What is to be said of waivers: unused, expired, about to expire, refused by policy, outgrown by new evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

from analyzer.policy.result import Finding, WaiverNote, WaiverUse
from analyzer.policy.waivers import Use, Waiver, WaiverPolicy
from analyzer.records import dataclass

_ARTICLES = {"owner": "an owner", "approver": "an approver", "expires": "an expiry", "evidence": "the evidence seen"}


@dataclass(frozen=True, slots=True)
class Review:
    """Every waiver with what became of it over all applications, and what calls for somebody's attention."""

    waivers: tuple[WaiverUse, ...]
    notes: tuple[WaiverNote, ...]


def review(
    uses: Iterable[tuple[Use, WaiverPolicy]], *, as_of: date, ran: Callable[[Waiver], bool] = lambda _: True
) -> Review:
    """Put together what became of each waiver in each application.

    Nothing is said of a waiver whose rules did not run (``ran``), nor that one is unused whose stack was not examined:
    a run on one file proves nothing of the others.
    """
    merged: dict[Waiver, list[tuple[Use, WaiverPolicy]]] = {}
    for use, policy in uses:
        merged.setdefault(use.waiver, []).append((use, policy))
    waivers: list[WaiverUse] = []
    notes: list[WaiverNote] = []
    for waiver, parts in merged.items():
        use = _merge(waiver, [part for part, _ in parts])
        warn_days = max(policy.warn_days for _, policy in parts)
        told = [*_remarks(use, as_of, warn_days)] if ran(waiver) else [("not run", "its rules did not run")]
        waivers.append(_describe(use, told[0][0] if told else "used"))
        notes += [WaiverNote(waiver.rule, waiver.origin, *remark) for remark in told if remark[0] in _SPOKEN_OF]
    return Review(tuple(waivers), tuple(notes))


_SPOKEN_OF = ("refused", "expired", "outgrown", "unused", "expiring")


def _merge(waiver: Waiver, uses: Sequence[Use]) -> Use:
    def all_of(lists: Iterable[tuple[Finding, ...]]) -> tuple[Finding, ...]:
        return tuple(finding for findings in lists for finding in findings)

    return Use(
        waiver,
        tuple(dict.fromkeys(name for use in uses for name in use.missing)),
        all_of(use.covered for use in uses),
        all_of(use.hides for use in uses),
        all_of(use.barred for use in uses),
        all_of(use.outgrown for use in uses),
        any(use.reached for use in uses),
    )


def _remarks(use: Use, as_of: date, warn_days: int) -> Iterator[tuple[str, str]]:
    """The states of a waiver, the most telling first, each with one line for people."""
    waiver, name = use.waiver, f"the waiver of {use.waiver.rule}"
    if use.missing:
        needs = " and ".join(_ARTICLES[field] for field in use.missing)
        yield "refused", f"{name} hides nothing: by policy it needs {needs}"
    elif not waiver.holds(as_of):
        yield "expired", f"{name} expired on {waiver.expires}; {_came_back(len(use.covered))}"
    elif not use.covered:
        state = "unused" if use.reached else "not examined"
        yield state, f"{name} hides nothing" if use.reached else "no stack in its scope was examined"
    else:
        yield from _shortcomings(use, name)
        left = None if waiver.expires is None else (waiver.expires - as_of).days
        if left is not None and left <= warn_days:
            yield "expiring", f"{name} expires on {waiver.expires}, {_in_days(left)}"


def _shortcomings(use: Use, name: str) -> Iterator[tuple[str, str]]:
    for rule in sorted({finding.rule_id for finding in use.barred}):
        yield "refused", f"{name} does not hide {rule}: by policy that rule cannot be waived"
    for finding in use.outgrown:
        new = "; ".join(use.waiver.unseen(finding))
        yield "outgrown", f"{name} no longer hides {finding.resource}, as there is new evidence: {new}"


def _came_back(number: int) -> str:
    return f"{number} finding{'s' * (number != 1)} came back" if number else "it would hide nothing"


def _in_days(left: int) -> str:
    return "today" if left == 0 else f"in {left} day{'s' * (left != 1)}"


def _describe(use: Use, state: str) -> WaiverUse:
    waiver = use.waiver
    return WaiverUse(
        rule=waiver.rule,
        scope=waiver.scope,
        reason=waiver.reason,
        origin=waiver.origin,
        owner=waiver.owner,
        approver=waiver.approver,
        expires=None if waiver.expires is None else waiver.expires.isoformat(),
        bound=waiver.evidence is not None or waiver.fingerprint is not None,
        state=state,
        hides=use.hides,
    )
