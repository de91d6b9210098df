"""Sides of comparisons made by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from analyzer.judgement import Confidence, Evidence, Severity
from analyzer.policy.comparison.change import Bar, Change, Difference
from analyzer.policy.comparison.compare import compare
from analyzer.policy.comparison.side import Known, Side
from analyzer.policy.fingerprint import evidence_digest, fingerprint, stable
from analyzer.policy.result import Finding, Input, JudgedTemplate, Proof, Undecided
from tests.builders import finding

BAR = Bar(Severity.MEDIUM, Confidence.LIKELY)
RULES = frozenset(("FM0601", "FM0701"))


def template(
    *resources: str, path: str = "cdk.out/Documents.template.json", stack: str = "Documents"
) -> JudgedTemplate:
    return JudgedTemplate(path, stack, resources)


def given(*templates: JudgedTemplate, **changes: Any) -> Input:
    stacks = tuple(each.stack for each in templates)
    return replace(Input("cdk.out", "cloud-assembly", "0" * 64, stacks, templates=templates), **changes)


def side(*known: Known, **changes: Any) -> Side:
    """A side with one template that declares ``Fn`` and ``Other``, and what differs in ``changes``."""
    plain = Side("old", "0.1.0", {}, "2026-11-24", "medium", "likely", RULES, (given(template("Fn", "Other")),), known)
    return replace(plain, **changes)


def known(resource: str = "Fn", evidence: tuple[str, ...] = ("a",), *, key: str = "", **changes: Any) -> Known:
    """A finding of FM0701 on a function; its digests tell of its evidence and key, as real ones do."""
    stack = changes.pop("stack", "Documents")
    of_known = {name: changes.pop(name) for name in ("fate", "blocking", "waived") if name in changes}
    rule_id = changes.get("rule_id", "FM0701")
    links = [Evidence("code", link) for link in evidence]
    found = finding(
        resource=resource,
        construct_path=changes.pop("construct_path", None),
        stack=stack,
        evidence=tuple(Proof("code", f"does {link.text}", None, evidence_digest(stable(link))) for link in links),
        fingerprint=fingerprint(rule_id, stack, resource, key, map(stable, links)),
        kin=fingerprint(rule_id, "", resource, key, map(stable, links)),
        identity=fingerprint(rule_id, "", resource, key, ()),
        **changes,
    )
    return Known(found, **of_known)


def undecided(
    resource: str = "Fn", rule_id: str = "FM0701", needs: str = "the value of X", **changes: Any
) -> Undecided:
    plain = Undecided(rule_id, "Documents", resource, "AWS::Lambda::Function", needs, None, None, None)
    return replace(plain, **changes)


def passed(*resources: str, rule_id: str = "FM0701", stack: str = "Documents") -> frozenset[tuple[str, str, str]]:
    return frozenset((rule_id, stack, resource) for resource in resources)


def difference(old: Side, new: Side, bar: Bar = BAR) -> Difference:
    return compare(old, new, bar)


def told(old: Side, new: Side) -> list[tuple[str, str, str, str]]:
    """Every change as kind, resource, before and after."""
    return [
        (change.kind.value, about(change).resource, change.before.value, change.after.value)
        for change in difference(old, new).changes
    ]


def about(change: Change) -> Finding | Undecided:
    return change.shown.finding if isinstance(change.shown, Known) else change.shown
