"""What a change is in words; the same in every format for people."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.policy.comparison.change import Aspect, Change, Difference, Kind, State
from analyzer.policy.comparison.side import Side
from analyzer.report.counts import counted
from analyzer.report.text_summary import GATE_OFF, bar

HEADINGS = {
    Kind.ADDED: "Added",
    Kind.WORSENED: "Worsened",
    Kind.NOT_JUDGED: "No longer judged, which is not mended",
    Kind.EASED: "Eased",
    Kind.MENDED: "Mended",
    Kind.GONE: "Gone with what it was about",
}

_BEFORE = {
    State.WAIVED: "was waived",
    State.BASELINED: "was in the baseline",
    State.UNKNOWN: "was undecided",
    State.PASSED: "passed before",
    State.CLEAR: "was not there before",
    State.ABSENT: "what it is about is new",
}
_AFTER = {
    State.FAILING: "fails now",
    State.WAIVED: "is waived now",
    State.BASELINED: "is in the baseline now",
    State.UNKNOWN: "is undecided now",
    State.PASSED: "passes now",
    State.CLEAR: "the rule ran and does not find it now",
}
MOST_LINKS = 4
MOST_RULES = 8


def remarks(change: Change) -> Iterator[str]:
    """What is to be said of a change beside what was found: where it came from, what became of it, what differs."""
    if change.before is not change.after:
        if change.before is State.NOT_JUDGED:
            yield f"was not judged before: {change.why}"
        elif change.before in _BEFORE:
            yield _BEFORE[change.before]
        yield from _after(change)
    for aspect in change.aspects:
        yield from _aspect(aspect)


def _after(change: Change) -> Iterator[str]:
    told = _AFTER.get(change.after, "")
    if change.after is State.NOT_JUDGED:
        yield change.why
    elif change.after is State.UNKNOWN:
        if change.known is not None:  # an open question says itself what it needs
            yield f"{told}: needs {change.why}"
    elif change.known is not None and change.known.waived is not None and change.after is State.WAIVED:
        yield f"{told}: {excuse(change)}"
    elif told and (change.after is not State.FAILING or change.kind is Kind.WORSENED):
        yield told


def excuse(change: Change) -> str:
    """Why the finding is waived, by whom and until when; empty where it is not."""
    waived = None if change.known is None else change.known.waived
    if waived is None:
        return ""
    until = f"until {waived.expires}" if waived.expires else ""
    who = ", ".join(part for part in (waived.origin, waived.owner, waived.approver, until) if part)
    return f"{waived.reason} ({who})"


def _aspect(aspect: Aspect) -> Iterator[str]:
    if aspect.name != "evidence":
        yield f"{aspect.name} {', '.join(aspect.before)} → {', '.join(aspect.after)}"
        return
    for word, links in (("new evidence", aspect.after), ("evidence gone", aspect.before)):
        yield from (f"{word}: {text}" for text in links[:MOST_LINKS])
        if len(links) > MOST_LINKS:
            yield f"{word}: {len(links) - MOST_LINKS} more"


def described(side: Side) -> str:
    """What a side is: what was examined, and by what."""
    stacks = sum(len(given.stacks) for given in side.inputs)
    resources = sum(given.resources for given in side.inputs)
    day = f" as of {side.as_of}" if side.as_of else ""
    return (
        f"{side.name}: {counted(resources, 'resource')} in {counted(stacks, 'stack')} of "
        f"{counted(len(side.inputs), 'application')}, {counted(len(side.rules), 'rule')}{day}"
    )


def notes(difference: Difference) -> Iterator[str]:
    """What else may be behind the differences than what was changed, and what is not sure for want of input."""
    old, new = difference.old, difference.new
    if old.version != new.version:
        yield f"judged by different versions: stackproof {old.version}, then {new.version}"
    if old.as_of != new.as_of:
        yield f"judged as of different days: {old.as_of}, then {new.as_of}"
    moved = [name for name in sorted(old.data.keys() | new.data.keys()) if old.data.get(name) != new.data.get(name)]
    if moved:
        yield f"judged by different facts: {_some(moved)}"
    for word, rules in (("new", new.rules - old.rules), ("old", old.rules - new.rules)):
        if rules:
            yield f"{counted(len(rules), 'rule')} ran on the {word} side only: {_some(sorted(rules))}"
    if old.problems or old.not_evaluated:
        yield "the old side was not read or evaluated whole, so what looks added may have been there before"
    yield from gaps(difference)


def gaps(difference: Difference) -> Iterator[str]:
    """What was not read or not evaluated, on either side."""
    for word, side in (("old", difference.old), ("new", difference.new)):
        yield from (f"not read on the {word} side: {problem.place}: {problem.reason}" for problem in side.problems)
        for failure in side.not_evaluated:
            where = f"{failure.rule_id} on {failure.application}"
            yield f"not evaluated on the {word} side: {where}: {failure.reason}"


def lapsed(difference: Difference) -> Iterator[str]:
    """The rules that say nothing any more of what they passed."""
    for each in difference.lapsed:
        yield f"{each.rule_id} passed {counted(each.subjects, 'subject')}, and now: {each.why}"


def totals(difference: Difference) -> str:
    """How many changes of each kind, and what stayed."""
    parts = [f"{len(difference.of(kind))} {kind.replace('_', ' ')}" for kind in Kind]
    return f"{', '.join(parts)}; {difference.unchanged} unchanged, {difference.still_open} still undecided."


def look(difference: Difference) -> str:
    """``passed``, ``failed`` or ``incomplete``: as what the verdict is shown; see
    :func:`analyzer.report.text_summary.look`."""
    return "incomplete" if difference.verdict == "passed" and difference.ungated else difference.verdict


def verdict(difference: Difference) -> str:
    """The gate's verdict in one sentence."""
    severity, number = difference.bar.severity, len(difference.blocking)
    gate = "each application's own" if severity is None else bar(severity, difference.bar.confidence)
    match difference.verdict:
        case "failed":
            return f"Failed: {counted(number, 'added or worsened finding')} at or over the gate ({gate})."
        case "incomplete":
            return "Incomplete: the new side was not read or evaluated whole, so this is no proof."
        case _ if difference.ungated:
            return GATE_OFF
        case _:
            return f"Passed: nothing added or worsened at or over the gate ({gate})."


def _some(names: list[str]) -> str:
    more = len(names) - MOST_RULES
    return ", ".join(names[:MOST_RULES]) + (f" and {more} more" if more > 0 else "")
