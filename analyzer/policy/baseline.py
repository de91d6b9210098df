"""A baseline: findings that were there when it was written, so that only new ones fail a run.

A finding is known by its fingerprint, which speaks of no file and no line, and by the file it is in. An entry allows as
many findings as were there; one more of the same is new. In another file it is new as well, unless the entry's file is
gone (it was moved), or the fingerprint already names a construct path. A renamed template changes the name of its
stack, and so may a new template of the same name beside it: such findings are known by their ``kin``, which leaves the
stack out.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from analyzer.policy.result import Finding, Result
from analyzer.policy.waivers import file_of, relative
from analyzer.records import dataclass, replace
from analyzer.registry import tool_of

VERSION = 1


class BaselineError(Exception):
    """A file that is no baseline this version can read; the reason in words."""


@dataclass(frozen=True, slots=True)
class Entry:
    """``count`` findings that are accepted. ``file`` is relative to the baseline's folder; ``gone``: it is no longer
    there. Rule, stack, resource and message are for people."""

    fingerprint: str
    kin: str
    file: str
    count: int
    rule_id: str
    stack: str
    resource: str
    message: str
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Baseline:
    """The entries of one file. ``base`` is its folder, relative to the working directory."""

    entries: tuple[Entry, ...]
    base: str = "."

    def split(self, findings: Sequence[Finding]) -> tuple[list[Finding], list[tuple[Finding, Entry]]]:
        """The new ones of ``findings``, and the known ones with the entries that know them, both in their order."""
        left = Counter({entry: entry.count for entry in self.entries})
        known: dict[int, Entry] = {}
        for way in _WAYS:
            candidates: dict[str, list[Entry]] = {}
            for entry in self.entries:
                candidates.setdefault(way.key(entry), []).append(entry)
            for index, finding in enumerate(findings):
                if index not in known:
                    possible = (entry for entry in candidates.get(way.key(finding), ()) if left[entry])
                    fitting = next((entry for entry in possible if way.fits(entry, finding, self.base)), None)
                    if fitting is not None:
                        left[fitting] -= 1
                        known[index] = fitting
        new = [finding for index, finding in enumerate(findings) if index not in known]
        return new, [(findings[index], known[index]) for index in sorted(known)]


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to know a finding again."""

    key: Callable[[Entry | Finding], str]
    fits: Callable[[Entry, Finding, str], bool]


def _same_file(entry: Entry, finding: Finding, base: str) -> bool:
    return entry.file == _file(finding, base)


def _same_file_and_kin(entry: Entry, finding: Finding, base: str) -> bool:
    return bool(entry.kin) and _same_file(entry, finding, base)


def _may_have_moved(entry: Entry, finding: Finding, base: str) -> bool:  # noqa: ARG001  one signature for all ways
    return entry.gone or finding.construct_path is not None


def _may_be_renamed(entry: Entry, finding: Finding, base: str) -> bool:  # noqa: ARG001
    return entry.gone and bool(entry.kin)


_WAYS = (
    _Way(lambda known: known.fingerprint, _same_file),
    _Way(lambda known: known.kin, _same_file_and_kin),
    _Way(lambda known: known.fingerprint, _may_have_moved),
    _Way(lambda known: known.kin, _may_be_renamed),
)
"""The surest first: a finding that is where it was leaves the entries of what moved to others."""


def accept(findings: Iterable[Finding], base: str) -> tuple[Entry, ...]:
    """The entries for ``findings``, in a fixed order."""
    return _counted((_entry(finding, base), 1) for finding in findings)


def updated(baseline: Baseline, findings: Sequence[Finding]) -> tuple[Entry, ...]:
    """``baseline`` with what is new in ``findings`` added; findings that moved are known by where they are now.
    Nothing is taken out."""
    new, known = baseline.split(findings)
    changes = [(entry, entry.count) for entry in baseline.entries]
    changes += [(entry, -1) for _, entry in known]
    changes += [(_entry(finding, baseline.base), 1) for finding in (*(finding for finding, _ in known), *new)]
    return _counted(changes)


def pruned(baseline: Baseline, result: Result) -> tuple[Entry, ...]:
    """``baseline`` without what was looked for in ``result`` and is no longer there.

    Looked for is an entry whose rule, or whose companion, ran to its end, in a file that was judged or is gone.
    """
    findings = (*result.findings, *result.baselined)
    _, known = baseline.split(findings)
    found = Counter(entry for _, entry in known)
    crashed = {failure.rule_id for failure in result.not_evaluated}
    ran = ({rule.id for rule in result.rules} | {*result.unneeded}) - crashed
    asked = {companion.name for companion in result.companions} - crashed
    judged = {relative(file, baseline.base) for given in result.inputs for file in given.files}
    kept = (
        replace(entry, count=found[entry])
        if (entry.rule_id in ran or tool_of(entry.rule_id) in asked) and (entry.gone or entry.file in judged)
        else entry
        for entry in baseline.entries
    )
    return _ordered(entry for entry in kept if entry.count)


def dumps(entries: Iterable[Entry], version: str) -> str:
    """The file, one line per entry, so that a change of one is a change of one line."""
    lines = ",\n".join(f"    {_line(entry)}" for entry in entries)
    body = f"[\n{lines}\n  ]" if lines else "[]"
    head = f'{{\n  "stackproof_baseline": {VERSION},\n  "written_by": {json.dumps(f"stackproof {version}")},\n'
    return f'{head}  "findings": {body}\n}}\n'


def loads(text: str, base: str, gone: Callable[[str], bool]) -> Baseline:
    """The baseline that ``text`` writes; ``gone`` tells whether a file, relative to its folder, is no longer there.

    Raises:
        BaselineError: it is none, or of a version that is not known.
    """
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BaselineError("not JSON") from error
    if not isinstance(content, Mapping) or "stackproof_baseline" not in content:
        raise BaselineError("not a baseline: it has no stackproof_baseline")
    version = content["stackproof_baseline"]
    if version != VERSION or isinstance(version, bool):
        raise BaselineError(f"version {version!r} of baselines, where this stackproof reads {VERSION}")
    findings = content.get("findings")
    if not isinstance(findings, list):
        raise BaselineError("findings is not a list")
    entries = (_read(item, index, gone) for index, item in enumerate(findings))
    return Baseline(tuple(dict.fromkeys(entries)), base)


_TEXTS = ("fingerprint", "kin", "file", "rule_id", "stack", "resource", "message")


def _read(item: Any, index: int, gone: Callable[[str], bool]) -> Entry:
    if not isinstance(item, Mapping) or not all(isinstance(item.get(name), str) for name in _TEXTS):
        raise BaselineError(f"entry {index + 1} lacks one of {', '.join(_TEXTS)}")
    count = item.get("count")
    if not isinstance(count, int) or isinstance(count, bool) or count < 1:
        raise BaselineError(f"entry {index + 1} has no count of 1 or more")
    texts = {name: item[name] for name in _TEXTS}
    return Entry(count=count, gone=gone(item["file"]), **texts)


def _line(entry: Entry) -> str:
    """A lone surrogate, which a hostile name may hold, has no UTF-8; such a line is written in escapes."""
    line = json.dumps(_written(entry), ensure_ascii=False)
    return line if line.isprintable() else json.dumps(_written(entry))


def _written(entry: Entry) -> dict[str, Any]:
    return {
        "rule_id": entry.rule_id,
        "stack": entry.stack,
        "resource": entry.resource,
        "file": entry.file,
        "count": entry.count,
        "message": entry.message,
        "fingerprint": entry.fingerprint,
        "kin": entry.kin,
    }


def _entry(finding: Finding, base: str) -> Entry:
    return Entry(
        fingerprint=finding.fingerprint,
        kin=finding.kin,
        file=_file(finding, base),
        count=1,
        rule_id=finding.rule_id,
        stack=finding.stack,
        resource=finding.resource,
        message=finding.message,
    )


def _file(finding: Finding, base: str) -> str:
    file = file_of(finding)
    return "" if file is None else relative(file, base)


def _counted(changes: Iterable[tuple[Entry, int]]) -> tuple[Entry, ...]:
    """One entry for each finding in each file; those of which none is left are left out."""
    entries: dict[tuple[str, str], Entry] = {}
    counts: Counter[tuple[str, str]] = Counter()
    for entry, change in changes:
        identity = entry.fingerprint, entry.file
        entries.setdefault(identity, entry)
        counts[identity] += change
    return _ordered(replace(entry, count=counts[key]) for key, entry in entries.items() if counts[key] > 0)


def _ordered(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    def key(entry: Entry) -> tuple[str, ...]:
        return entry.rule_id, entry.file, entry.stack, entry.resource, entry.fingerprint

    return tuple(sorted(entries, key=key))
