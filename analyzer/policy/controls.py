"""Puts the controls that rules bear on into a result, for those reports that show them.

It is done once per report and not while judging: most runs end in a terminal, which shows no controls.
"""

from __future__ import annotations

from analyzer.policy.result import Finding, Result, RuleInfo
from analyzer.records import replace

Named = tuple[tuple[str, str], ...]
"""Controls as (framework, id)."""


def with_controls(result: Result) -> Result:
    """``result`` whose rules and findings also have the controls of the dated data, after those the rules name
    themselves; of its frameworks only, where it names any. What has them already stays as it is."""
    known: dict[str, Named] = {}

    def together(rule_id: str, own: Named) -> Named:
        if rule_id not in known:
            known[rule_id] = of_data(rule_id)
        return chosen((*own, *known[rule_id]), result)

    def rule(told: RuleInfo) -> RuleInfo:
        return replace(told, controls=together(told.id, told.controls))

    def finding(found: Finding) -> Finding:
        return replace(found, controls=together(found.rule_id, found.controls))

    return replace(
        result,
        rules=tuple(map(rule, result.rules)),
        findings=tuple(map(finding, result.findings)),
        baselined=tuple(map(finding, result.baselined)),
        waived=tuple(replace(waived, finding=finding(waived.finding)) for waived in result.waived),
    )


def of_data(rule_id: str) -> Named:
    """The controls that the dated data know of a rule."""
    from analyzer.data.controls import controls_of

    return tuple((control.framework, control.id) for control in controls_of(rule_id))


def chosen(controls: Named, result: Result) -> Named:
    """Those of ``controls``, each once, that are of the frameworks of ``result``, where it names any."""
    return tuple(each for each in dict.fromkeys(controls) if not result.frameworks or each[0] in result.frameworks)
