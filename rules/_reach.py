"""Turns what the network says of a caller into a judgement; shared by the rules of FM08."""

from collections.abc import Callable, Iterator

from analyzer.facts.network import Blocked, Reach
from analyzer.facts.network_callers import Caller
from analyzer.facts.network_paths import Fault
from analyzer.judgement import Verdict
from analyzer.rule import Judgement, Query, Severity, fail, passed, unknown


def judgement(
    query: Query, caller: Caller, reach: Reach, message: Callable[[Reach], str], severity: Severity | None = None
) -> Judgement:
    """The judgement of ``caller``; ``message`` makes the sentence, without its full stop, where it fails."""
    if reach.verdict is Verdict.PASS:
        return passed(caller.subject)
    if reach.verdict is Verdict.UNKNOWN:
        return unknown(caller.subject, reach.needs)
    return fail(
        caller.subject,
        f"{message(reach)}{reach.where}.",
        at=reach.place,
        evidence=reach.evidence,
        related=(*reach.related, *caller.related),
        severity=severity or reach.severity,
        confidence=reach.confidence,
        picture=lambda: query.network.picture(caller, reach),
    )


def judge_each(query: Query, fault: Fault, so: str = "") -> Iterator[Judgement]:
    """Every function and ECS service, as to whether ``fault`` keeps it from what it calls; ``so`` ends the sentence."""
    for caller in query.network.callers:

        def message(reach: Reach, name: str = caller.name) -> str:
            return f"{name} {uses(reach.blocked)}, but {reasons(reach.blocked)}{so}"

        yield judgement(query, caller, query.network.blocked(caller, fault), message)


def uses(blocked: tuple[Blocked, ...]) -> str:
    """How the caller uses what it cannot reach: ``calls sqs (SendMessage) and textract (AnalyzeDocument)``."""
    texts = list(dict.fromkeys(one.need.text for one in blocked))
    verbs = [next((verb for verb in ("calls ", "may call ") if text.startswith(verb)), "") for text in texts]
    repeated = [verb and verb == before for verb, before in zip(verbs, ["", *verbs], strict=False)]
    return listed(
        tuple(text.removeprefix(verb if same else "") for text, verb, same in zip(texts, verbs, repeated, strict=True))
    )


def reasons(blocked: tuple[Blocked, ...]) -> str:
    """What is in the way, each reason once."""
    return listed(tuple(dict.fromkeys(reason for one in blocked for reason in one.reasons)))


def listed(words: tuple[str, ...]) -> str:
    """``a, b and c``."""
    return " and ".join(part for part in (", ".join(words[:-1]), words[-1] if words else "") if part)
