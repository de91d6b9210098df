"""Dynamic references: ``{{resolve:ssm:/path}}`` in a string stands for what is stored there at deployment.

CloudFormation looks for them after all functions, so that one may be put together from pieces, and have holes itself.
Source: AWS CloudFormation User Guide, "Get values stored in other services using dynamic references".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from analyzer.model.value import Known, Origin, Part, Reference, Text, Unknown, Value, references, text

OPENING = "{{resolve:"
_CLOSING = "}}"
_DYNAMIC = re.compile(r"\{\{resolve:[^{}]*\}\}")


def literal(content: str, origin: Origin | None = None) -> Value:
    """A string that is written out."""
    return composed([content], origin) if OPENING in content else Known(content, origin)


def composed(parts: Sequence[Part], origin: Origin | None = None) -> Known | Text | Reference | Unknown:
    """A string made of ``parts``, with a hole for every dynamic reference in it."""
    whole = text(list(parts), origin)
    if isinstance(whole, Known):
        return text(_within(str(whole.value)), origin) if OPENING in str(whole.value) else whole
    if not isinstance(whole, Text) or not any(isinstance(part, str) and OPENING in part for part in whole.parts):
        return whole
    return text(_across(whole.parts), origin)


def _within(content: str) -> list[Part]:
    parts: list[Part] = []
    last = 0
    for match in _DYNAMIC.finditer(content):
        parts += [content[last : match.start()], Unknown(f"the value of {match[0]}", ("dynamic", match[0]))]
        last = match.end()
    return [*parts, content[last:]]


def _across(parts: Sequence[Part]) -> list[Part]:
    """The parts with those that a dynamic reference spans turned into one hole."""
    done: list[Part] = []
    spanned: list[Part] = []
    for part in parts:
        if not isinstance(part, str):
            (spanned or done).append(part)
            continue
        if spanned:
            inside, closing, part = part.partition(_CLOSING)
            spanned.append(inside + closing)
            if not closing:
                continue
            done.append(_hole(spanned))
            spanned = []
        *whole, rest = _within(part)
        start = str(rest).rfind(OPENING)
        done += [*whole, str(rest)[:start] if start >= 0 else rest]
        spanned = [str(rest)[start:]] if start >= 0 else []
    return done + spanned


def _hole(parts: Sequence[Part]) -> Unknown:
    mentions = tuple(ref for part in parts if not isinstance(part, str) for ref in references(part))
    return Unknown(f"the value of {''.join(map(str, parts))}", ("dynamic", *parts), mentions)
