"""Compares two runs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple, TypeVar

from analyzer.policy.comparison.change import Aspect, Bar, Change, Difference, Kind, Lapsed, State
from analyzer.policy.comparison.matching import Matched, match
from analyzer.policy.comparison.side import Fate, Home, Known, Named, Side, is_source
from analyzer.policy.comparison.twins import stack_names, twins
from analyzer.policy.result import Finding, Undecided

_STATES = {Fate.FAILING: State.FAILING, Fate.WAIVED: State.WAIVED, Fate.BASELINED: State.BASELINED}
_KINDS = tuple(Kind)

Name = TypeVar("Name", Home, str)


class _Standing(NamedTuple):
    """What the other side says of a subject, and why where that needs a word."""

    state: State
    why: str = ""


def compare(old: Side, new: Side, bar: Bar) -> Difference:
    """The difference between two runs."""
    homes = twins(tuple(old.templates.values()), tuple(new.templates.values()))
    matched = match(old.known, new.known, homes)
    both = [_both(before, after) for before, after in matched.pairs]
    names = stack_names(homes, _stacks(old), _stacks(new))
    forth = _Gaze(new, homes, names)
    back = _Gaze(old, _inverted(homes), _inverted(names))
    questions, still_open = _questions(old, new, matched, forth, back)
    changes = [
        *(change for change in both if change is not None),
        *(_appeared(known, back) for known in matched.only_new),
        *(_vanished(known, forth) for known in matched.only_old),
        *questions,
    ]
    ordered = sorted(changes, key=lambda change: (_KINDS.index(change.kind), -change.severity))
    return Difference(
        old=old,
        new=new,
        bar=bar,
        changes=tuple(ordered),
        unchanged=both.count(None),
        still_open=still_open,
        lapsed=tuple(_lapsed(old, forth)),
    )


def _inverted(pairs: Mapping[Name, Name]) -> dict[Name, Name]:
    return {after: before for before, after in pairs.items()}


class _Gaze:
    """Looks from one side at the other. ``homes`` and ``names`` are what its templates and stacks are there."""

    def __init__(self, there: Side, homes: Mapping[Home, Home], names: Mapping[str, str]) -> None:
        self._there = there
        self._homes = homes
        self._names = names
        self._by_name: dict[str, list[Home]] = defaultdict(list)
        for home in homes:
            self._by_name[home[1]].append(home)

    def named(self, subject: Named) -> Named:
        """The subject as the other side calls it."""
        rule_id, stack, resource = subject
        renamed = self._names.get(stack, stack)
        return rule_id, renamed, renamed if resource == stack else resource  # a template goes by its stack's name

    def finding(self, known: Known) -> _Standing:
        """What the other side says of what ``known`` is about."""
        found = known.finding
        home = None if is_source(found) else self._homes.get(known.home)
        there = self._there.writes_source(found) if is_source(found) else self._declares(home, found)
        return self._standing(known.subject, home, there=there)

    def question(self, open_question: Undecided) -> _Standing:
        """What the other side says of what ``open_question`` is about."""
        homes = self._by_name.get(open_question.stack, ())
        kind = open_question.resource_type
        home = next((self._homes[home] for home in homes), None)
        there = not homes or any(
            self._there.declares(self._homes[each], open_question.resource, kind) for each in homes
        )
        subject = (open_question.rule_id, open_question.stack, open_question.resource)
        return self._standing(subject, home, there=there and self._has_stack(open_question.stack))

    def silence(self, subject: Named) -> str | None:
        """Why the other side says nothing of ``subject``; None where it does, or where the subject is not there."""
        rule_id, stack, _ = subject
        named = self.named(subject)
        if stack not in self._names or named in self._there.passed or named in self._there.open:
            return None
        homes = [self._homes[home] for home in self._by_name.get(stack, ())]
        there = [home for home in homes if self._there.mentions(home, named[2])]
        if homes and not there:
            return None
        return self._there.silent_about(rule_id, there[0] if there else None)

    def _declares(self, home: Home | None, finding: Finding) -> bool:
        return home is not None and self._there.declares(home, finding.resource, finding.resource_type)

    def _has_stack(self, stack: str) -> bool:
        return stack in self._names

    def _standing(self, subject: Named, home: Home | None, *, there: bool) -> _Standing:
        if not there and home is None and self._there.problems:
            return _Standing(State.NOT_JUDGED, f"not everything was read: {self._there.problems[0].reason}")
        if not there:
            return _Standing(State.ABSENT)
        named = self.named(subject)
        if named in self._there.open:
            return _Standing(State.UNKNOWN, self._there.open[named])
        if named in self._there.passed:
            return _Standing(State.PASSED)
        silence = self._there.silent_about(subject[0], home)
        return _Standing(State.CLEAR) if silence is None else _Standing(State.NOT_JUDGED, silence)


def _both(before: Known, after: Known) -> Change | None:
    """What changed about a finding that is in both runs; None: nothing."""
    aspects = tuple(_aspects(before.finding, after.finding))
    counts_before, counts_after = (known.fate is Fate.FAILING for known in (before, after))
    if counts_before != counts_after:
        kind = Kind.WORSENED if counts_after else Kind.EASED
    elif aspects:
        kind = Kind.WORSENED if any(aspect.worse for aspect in aspects) else Kind.EASED
    else:
        return None
    return Change(kind, after, _STATES[before.fate], _STATES[after.fate], aspects=aspects)


def _aspects(before: Finding, after: Finding) -> Iterator[Aspect]:
    if before.severity != after.severity:
        words = (before.severity.label,), (after.severity.label,)
        yield Aspect("severity", *words, worse=after.severity > before.severity)
    if before.confidence != after.confidence:
        words = (before.confidence.label,), (after.confidence.label,)
        yield Aspect("confidence", *words, worse=after.confidence > before.confidence)
    if (before.kin == after.kin and before.kin) or before.fingerprint == after.fingerprint:
        return  # the same evidence, whatever its words: line numbers move
    here, there = ({link.digest or link.text: link.text for link in found.evidence} for found in (before, after))
    went = tuple(text for digest, text in here.items() if digest not in there)
    came = tuple(text for digest, text in there.items() if digest not in here)
    if went or came:
        yield Aspect("evidence", went, came, worse=bool(came))


def _appeared(known: Known, back: _Gaze) -> Change:
    was = back.finding(known)
    kind = Kind.WORSENED if was.state is State.UNKNOWN else Kind.ADDED
    return Change(kind, known, was.state, _STATES[known.fate], was.why)


_AFTERWARDS = {State.ABSENT: Kind.GONE, State.NOT_JUDGED: Kind.NOT_JUDGED, State.UNKNOWN: Kind.NOT_JUDGED}


def _vanished(known: Known, forth: _Gaze) -> Change:
    now = forth.finding(known)
    return Change(_AFTERWARDS.get(now.state, Kind.MENDED), known, _STATES[known.fate], now.state, now.why)


def _questions(old: Side, new: Side, matched: Matched, forth: _Gaze, back: _Gaze) -> tuple[list[Change], int]:
    """The changes of what could not be decided, and how much could not be in both runs. What came of or became a
    finding is told with that."""
    before = _by_subject(old.unknown, lambda each: forth.named(_subject(each)))
    after = _by_subject(new.unknown, _subject)
    failed_before = {forth.named(known.subject) for known in matched.only_old}
    fails_now = {known.subject for known in matched.only_new}
    changes: list[Change] = []
    still_open = 0
    for subject in (*before, *(subject for subject in after if subject not in before)):
        went, came = before.get(subject, []), after.get(subject, [])
        same = min(len(went), len(came))
        still_open += same
        if subject not in failed_before:
            changes += [_opened(each, back) for each in came[same:]]
        if subject not in fails_now:
            changes += [_closed(each, forth) for each in went[same:]]
    return changes, still_open


def _by_subject(questions: Iterable[Undecided], named: Callable[[Undecided], Named]) -> dict[Named, list[Undecided]]:
    found: dict[Named, list[Undecided]] = defaultdict(list)
    for each in questions:
        found[named(each)].append(each)
    return found


def _opened(question: Undecided, back: _Gaze) -> Change:
    was = back.question(question)
    kind = Kind.WORSENED if was.state is State.PASSED else Kind.ADDED
    return Change(kind, question, was.state, State.UNKNOWN, was.why or question.needs)


def _closed(question: Undecided, forth: _Gaze) -> Change:
    now = forth.question(question)
    kind = {State.ABSENT: Kind.GONE, State.NOT_JUDGED: Kind.NOT_JUDGED}.get(now.state, Kind.EASED)
    return Change(kind, question, State.UNKNOWN, now.state, now.why)


def _lapsed(old: Side, forth: _Gaze) -> Iterator[Lapsed]:
    """The rules that say nothing any more of what they passed, by the reason for it."""
    silent = Counter((subject[0], why) for subject in old.passed if (why := forth.silence(subject)) is not None)
    for (rule_id, why), subjects in sorted(silent.items()):
        yield Lapsed(rule_id, why, subjects)


def _subject(question: Undecided) -> Named:
    return question.rule_id, question.stack, question.resource


def _stacks(side: Side) -> set[str]:
    """Every name that judgements of a side give a stack."""
    return {stack for _, stack, _ in (*side.passed, *side.open, *(known.subject for known in side.known))}
