"""Judging an application, or remembering how it was judged.

An outcome is kept under a key that stands for the tool, the rules, the settings and all that was found out of the
application before it is judged; with it goes every question that judging it asked of the disk. It is remembered if all
of these still have the same answers: then judging would come to the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from analyzer.cache.codec import Decoder, Decoders, encode
from analyzer.cache.folder import Folder
from analyzer.policy.assess import Examined, Outcome, attempt
from analyzer.records import dataclass, replace

if TYPE_CHECKING:
    from analyzer.policy.settings import Settings
    from analyzer.rule import Rule
    from analyzer.sources.assembly import Application


@dataclass(frozen=True, slots=True)
class Memory:
    """Where outcomes are kept; ``tool`` stands for the tool, its rules and its data (see
    :func:`analyzer.parallel.identity.tool_digest`)."""

    folder: Folder
    tool: str

    def judge(
        self,
        source: Application,
        rules: Sequence[Rule],
        settings: Settings,
        *,
        parameters: Mapping[str, str] | None = None,
        before: Callable[[Rule], None] | None = None,
    ) -> Outcome:
        """As :func:`analyzer.policy.assess.attempt`, by the outcome of an earlier run where that is as good."""

        def judge() -> Outcome:
            return attempt(source, rules, settings, parameters=parameters, before=before)

        if settings.companions:  # what they say rests on more than is read here
            return judge()
        key = _key(self.tool, source, rules, settings, parameters)
        known = _read(self.folder.read(key))
        if known is None:
            return _judge_and_keep(self.folder, key, judge)
        if before is not None:
            for rule in rules:
                before(rule)
        return replace(known, settings=settings)


def _key(
    tool: str,
    source: Application,
    rules: Sequence[Rule],
    settings: Settings,
    parameters: Mapping[str, str] | None,
) -> str:
    """Like the settings, the rest is told by its ``repr``. The baseline plays no part before all is judged."""
    told = (
        tool,
        [rule.id for rule in rules],
        replace(settings, baseline=None),
        sorted((parameters or {}).items()),
        source.settled(),
    )
    return sha256(repr(told).encode("utf-8", "surrogateescape")).hexdigest()


def _judge_and_keep(folder: Folder, key: str, judge: Callable[[], Outcome]) -> Outcome:
    from analyzer.sources.observing import observing
    from analyzer.sources.replaying import same

    with observing() as seen:
        outcome = judge()
        if not isinstance(outcome, Examined) or outcome.not_evaluated:
            return outcome
        plain = [encode(value) for value in _kept(outcome)]  # draws the pictures, which may look at more
    answers = [(question, path, answer) for (question, path), answer in seen.answers.items()]
    if seen.usable and same(answers):  # else something changed meanwhile
        folder.write(key, json.dumps([answers, plain], separators=(",", ":")).encode())
    return outcome


def _read(entry: bytes | None) -> Examined | None:
    """The outcome in ``entry``; None where it is none, or something that it rests on has changed."""
    from analyzer.sources.replaying import same

    if entry is None:
        return None
    try:
        answers, plain = json.loads(entry)
        if not same((str(question), str(path), was) for question, path, was in answers):
            return None
        return Examined(None, *[make(value) for make, value in zip(_decoders(), plain, strict=True)])  # type: ignore[arg-type]
    except (ValueError, TypeError, RecursionError):
        return None


def _kept(outcome: Examined) -> list[Any]:
    """All of an outcome but the settings, which come first."""
    return [getattr(outcome, field.name) for field in fields(outcome)[1:]]


@cache
def _decoders() -> tuple[Decoder, ...]:
    from typing import get_type_hints

    from analyzer.picture.sketch import Sketch
    from analyzer.policy import result
    from analyzer.policy.settings import Settings

    known = {**vars(result), "Sketch": Sketch, "Settings": Settings}
    hints = get_type_hints(Examined, localns=known)
    made = Decoders(known)
    return tuple(made.of(hints[field.name]) for field in fields(Examined)[1:])
