"""The identity of a finding over time: what stays the same while lines move and assets are rebuilt."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from typing import Any

from analyzer.judgement import Evidence

LENGTH = 32
"""Hexadecimal digits kept of the SHA-256: 128 bits."""

DIGEST_LENGTH = 12
"""Digits kept for one link of evidence, which people copy into waivers and which only has to differ from the others of
the same finding."""

_ASSET_HASH = re.compile(r"\b[0-9a-f]{64}\b")
_POSITION = re.compile(r"(\.(?:[cm]?[jt]sx?|py|json|ya?ml|template)):\d+(?::\d+)?\b")
_LINE_WORD = re.compile(r"\b(lines?|columns?) \d+(?:\s*(?:-|to|and)\s*\d+)?")


def fingerprint(rule_id: str, stack: str, subject: str, key: str, evidence: Iterable[str]) -> str:
    """The fingerprint of one finding; ``subject`` is its construct path, or its logical id where there is none.

    ``evidence`` is given as its stable texts (:func:`stable`), and counts as a set.
    """
    return _sha256("\x1e".join((rule_id, stack, subject, key, *sorted(set(evidence)))))[:LENGTH]


def stable(link: Evidence) -> str:
    """What one link of evidence says, without what moves with every edit (lines, columns, asset hashes)."""
    return _stable(link.kind, link.key or link.text)


def within(stack: str, construct_path: str | None, logical_id: str) -> str:
    """What a subject is called inside its stack, whatever that is called: its construct path below the stack, or its
    logical id; empty for the template itself, which goes by the stack's name."""
    if construct_path is None:
        return "" if logical_id == stack else logical_id
    return construct_path.removeprefix(f"{stack}/")


def evidence_digest(link: str) -> str:
    """The identity over time of one link of evidence, given as its stable text."""
    return _sha256(link)[:DIGEST_LENGTH]


@lru_cache(maxsize=1024)
def _stable(kind: str, text: str) -> str:
    return f"{kind}\x1f{normalise(text)}"


def _sha256(text: str) -> str:
    digest: str = _hash()(text.encode("utf-8", "surrogatepass")).hexdigest()
    return digest


@cache
def _hash() -> Callable[[bytes], Any]:
    from hashlib import sha256  # takes milliseconds, which a run without findings need not spend

    return sha256


def normalise(text: str) -> str:
    """``text`` without lines, columns, asset hashes and differences in white space."""
    text = _ASSET_HASH.sub("*", " ".join(text.split()))
    text = _POSITION.sub(r"\1", text)
    return _LINE_WORD.sub(r"\1", text)
