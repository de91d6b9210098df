"""What IAM's action and resource patterns mean, on plain strings.

A string may hold characters that stand for text nobody knows yet (U+FFFC, private-use characters). They are ordinary
characters here: equal to themselves only, never a wildcard.

Source: the IAM JSON policy reference, elements Action, NotAction, Resource
(https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum, IntEnum
from functools import lru_cache

from analyzer.data.actions import Action, iam_actions, iam_prefixes
from analyzer.model.globs import matches, overlap

ARN_PARTS = 6
MOST_COMPARISONS = 1_000_000
"""A question about two patterns that would take more steps is answered with "not proven"."""
_WILDCARD_RUN = re.compile(r"[*?]+")


class ActionBreadth(Enum):
    """How much an action pattern matches. `SERVICE` is all of one service, or of several (`s*:*`)."""

    EVERYTHING = "everything"
    SERVICE = "service"
    PARTIAL = "partial"
    EXACT = "exact"


class ResourceBreadth(IntEnum):
    """How much a resource pattern matches, narrowest first.

    `FIXED` one name; `PATTERN` names that share some text; `EVERY_OF_TYPE` every resource of a type, perhaps in one
    account and Region; `EVERYTHING` as good as `*`.
    """

    FIXED = 0
    PATTERN = 1
    EVERY_OF_TYPE = 2
    EVERYTHING = 3


def action_matches(pattern: str, action: str) -> bool:
    """Whether an action pattern (`s3:Get*`, `*`) matches an action (`s3:GetObject`); case does not matter."""
    pattern = pattern.lower()
    return pattern in ("*", "*:*") or matches(pattern, action.lower())


def service_of(pattern: str) -> str | None:
    """The IAM prefix that a pattern names, in lower case; `None` where it is not confined to one service."""
    prefix, colon, _ = pattern.lower().partition(":")
    return prefix if colon and not has_wildcard(prefix) else None


@lru_cache(maxsize=4096)
def expand(pattern: str) -> tuple[Action, ...]:
    """The known actions that a pattern matches, by prefix and name; empty for an action that AWS does not list."""
    service, _, name = pattern.lower().partition(":")
    prefixes = _prefixes_matching(service)
    if not has_wildcard(name) and name:
        known = (iam_actions(prefix) for prefix in prefixes)
        return tuple(found.actions[name] for found in known if found and name in found.actions)
    return tuple(
        action
        for prefix in prefixes
        for lower, action in sorted(_actions_of(prefix).items())
        if matches(name or "*", lower)
    )


def scopable(actions: Iterable[Action]) -> tuple[Action, ...]:
    """Those actions that a policy could limit to some resources. Actions for which that is not known are left out."""
    return tuple(action for action in actions if action.scopable)


def changing(actions: Iterable[Action]) -> tuple[Action, ...]:
    """Those actions that change something (write, tagging, permissions); the rest reads or lists."""
    return tuple(action for action in actions if action.level.changes)


def action_breadth(pattern: str) -> ActionBreadth:
    """How much an action pattern matches. A pattern that matches every known action of a service is as good as
    `service:*`."""
    service, _, name = squeezed(pattern.lower()).partition(":")
    if service == "*" and name in ("", "*"):
        return ActionBreadth.EVERYTHING
    if not has_wildcard(pattern):
        return ActionBreadth.EXACT
    if name in ("*", "?*"):
        return ActionBreadth.SERVICE
    known = _actions_of(service)
    if known and len(expand(pattern)) == len(known):
        return ActionBreadth.SERVICE
    return ActionBreadth.PARTIAL


def complete_arn(pattern: str) -> str:
    """An ARN with fewer than six parts filled up with `*`, as IAM does in identity policies; others as they are."""
    if not pattern.startswith("arn:"):
        return pattern
    missing = ARN_PARTS - 1 - pattern.count(":")
    return pattern + ":*" * missing if missing > 0 else pattern


@lru_cache(maxsize=65536)
def resource_breadth(pattern: str, action: Action | None = None) -> ResourceBreadth:
    """How much a resource pattern matches, for one action or for whatever its service has.

    Region and account do not count: `arn:aws:sqs:us-east-1:111122223333:*` is every queue.
    """
    if squeezed(pattern) == "*":
        return ResourceBreadth.EVERYTHING
    parts = complete_arn(pattern).split(":", ARN_PARTS - 1)
    if len(parts) == ARN_PARTS and parts[0] == "arn":
        region, account, resource = (squeezed(part) for part in parts[3:])
        if resource == "*" and region in ("", "*") and account in ("", "*"):
            return ResourceBreadth.EVERYTHING
        if resource == "*" or _covers_a_type(parts[2:], action):
            return ResourceBreadth.EVERY_OF_TYPE
        return ResourceBreadth.PATTERN if has_wildcard(parts[5]) else ResourceBreadth.FIXED
    return ResourceBreadth.PATTERN if has_wildcard(pattern) else ResourceBreadth.FIXED


@lru_cache(maxsize=65536)
def can_apply(pattern: str, action: Action) -> bool:
    """Whether a resource pattern can match any resource that an action takes: `arn:aws:s3:::b/*` gives no
    `sqs:SendMessage`. An action without resource types needs `*`; true where AWS's types are not known."""
    if squeezed(pattern) == "*" or action.resource_types is None:
        return True
    if not action.resource_types:
        return False
    if not pattern.startswith("arn:"):
        return True
    arns = _arns_of(action)
    parts = complete_arn(pattern).split(":", ARN_PARTS - 1)
    return not arns or any(_may_overlap(parts[2:], arn.split(":", 3)) for arn in arns)


def covers_every(patterns: Iterable[str], action: Action) -> bool:
    """Whether patterns together match every resource that an action takes, in at least one account."""
    completed = [complete_arn(pattern) for pattern in patterns]
    if any(squeezed(pattern) == "*" for pattern in completed):
        return True
    arns = _arns_of(action)
    return bool(arns) and all(any(_covers_arn(pattern, arn) for pattern in completed) for arn in arns)


def covers(wide: str, narrow: str) -> bool:
    """Whether every text that matches `narrow` also matches `wide`. False may mean: too long to prove."""
    if len(wide) * len(narrow) > MOST_COMPARISONS:
        return wide == narrow
    return _covers(squeezed(wide), squeezed(narrow))


def overlaps(left: str, right: str) -> bool | None:
    """Whether some text matches both patterns; `None` where they are too long to tell."""
    if len(left) * len(right) > MOST_COMPARISONS:
        return None
    return overlap(list(left), list(right))


def has_wildcard(text: str) -> bool:
    """Whether a text holds `*` or `?`."""
    return "*" in text or "?" in text


def squeezed(pattern: str) -> str:
    """The same pattern with each run of wildcards in one form: every `?`, then `*` if the run had one."""
    return _WILDCARD_RUN.sub(_squeezed_run, pattern) if has_wildcard(pattern) else pattern


def _squeezed_run(run: re.Match[str]) -> str:
    text = run.group()
    return "?" * text.count("?") + ("*" if "*" in text else "")


def _covers(wide: str, narrow: str) -> bool:
    """Greedy matching of the symbols of `narrow`, with one way back: to let the last `*` take one symbol more."""
    at, star, retry = 0, -1, 0
    index = 0
    while index < len(narrow):
        if at < len(wide) and wide[at] == "*":
            star, retry = at, index
            at += 1
        elif at < len(wide) and _one_covers(wide[at], narrow[index]):
            at += 1
            index += 1
        elif star >= 0:
            retry += 1
            at, index = star + 1, retry
        else:
            return False
    return all(symbol == "*" for symbol in wide[at:])


def _one_covers(wide: str, narrow: str) -> bool:
    return wide == narrow or (wide == "?" and narrow != "*")


def _covers_a_type(parts: list[str], action: Action | None) -> bool:
    """Whether service, Region, account and resource of a pattern take in all resources of some type that has names."""
    arns = _arns_of(action) if action else _arns_of_service(parts[0])
    for arn in arns:
        own = arn.split(":", 3)
        if "*" in own[3] and covers(parts[3], own[3]) and _may_overlap(parts, own):
            return True
    return False


def _may_overlap(parts: list[str], own: list[str]) -> bool:
    return all(overlaps(part, own_part) is not False for part, own_part in zip(parts, own, strict=True))


def _covers_arn(pattern: str, arn: str) -> bool:
    """Whether a complete ARN pattern covers an ARN from the service on, whatever partition and account it names."""
    parts = pattern.split(":", ARN_PARTS - 1)
    service, region, _, resource = arn.split(":", 3)
    if len(parts) < ARN_PARTS or not matches(parts[2], service):
        return False
    return covers(parts[3], region) and covers(parts[5], resource)


def _arns_of(action: Action) -> tuple[str, ...]:
    """The ARNs of an action's resource types from the service on, `?*` for what names one of them."""
    service = iam_actions(action.prefix)
    formats = service.arn_formats if service else {}
    return tuple(arn.replace("{}", "?*") for name in action.resource_types or () for arn in formats.get(name, ()))


def _arns_of_service(service: str) -> tuple[str, ...]:
    known = iam_actions(service)
    formats = known.arn_formats.values() if known else ()
    return tuple(arn.replace("{}", "?*") for group in formats for arn in group)


def _prefixes_matching(service: str) -> tuple[str, ...]:
    if not has_wildcard(service):
        return (service,)
    return tuple(prefix for prefix in iam_prefixes() if matches(service, prefix))


def _actions_of(prefix: str) -> dict[str, Action]:
    known = iam_actions(prefix)
    return dict(known.actions) if known else {}
