"""Turns the flaws of an endpoint's policy into a judgement; shared by the rules of FM03."""

from analyzer.facts.endpoint_reviews import Flaws
from analyzer.facts.network_worlds import Answer
from analyzer.judgement import Verdict
from analyzer.model.template import Resource
from analyzer.rule import Evidence, Judgement, Severity, fail, passed, unknown


def judgement(
    endpoint: Resource, answer: Answer[Flaws] | None, consequence: str, severity: Severity | None = None
) -> Judgement:
    """One finding with all the flaws; ``consequence`` ends the sentence and has no full stop."""
    if answer is None:
        return unknown(endpoint, f"the conditions on which the policy of {endpoint.logical_id} depends")
    if answer.verdict is Verdict.PASS:
        return passed(endpoint)
    flaws = sorted((flaw for flaw in answer.result if not flaw.needs), key=lambda flaw: flaw.text)
    if answer.verdict is Verdict.UNKNOWN or not flaws:
        needs = [flaw.needs for flaw in answer.result if flaw.needs]
        return unknown(endpoint, min(needs, default=f"the policy of {endpoint.logical_id}"))
    texts = list(dict.fromkeys(flaw.text for flaw in flaws))
    evidence = dict.fromkeys(Evidence("property", flaw.text, flaw.place) for flaw in flaws)
    return fail(
        endpoint,
        f"The policy of {endpoint.logical_id} {'; it '.join(texts)}{answer.where}: {consequence}.",
        at=flaws[0].place,
        evidence=evidence,
        severity=severity,
        confidence=answer.confidence,
    )
