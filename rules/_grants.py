"""Gives findings on grants their picture; shared by the rules of FM06 on identity policies."""

from collections.abc import Callable, Iterator
from functools import wraps

from analyzer.judgement import Verdict
from analyzer.records import replace
from analyzer.rule import Judgement, Query, Sketch

Check = Callable[[Query], Iterator[Judgement]]


def pictured(check: Check) -> Check:
    """Decorator: each failing judgement of ``check`` has a picture of what its subject allows."""

    @wraps(check)
    def judged(query: Query) -> Iterator[Judgement]:
        for judgement in check(query):
            yield _pictured(query, judgement) if judgement.verdict is Verdict.FAIL else judgement

    return judged


def _pictured(query: Query, judgement: Judgement) -> Judgement:
    return replace(judgement, picture=Sketch(lambda: query.iam.picture(judgement.subject, judgement.evidence)))
