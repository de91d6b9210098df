"""Plain YAML scalars as CloudFormation means them.

YAML 1.1's implicit types as PyYAML resolves them, save what would spoil a template: dates and timestamps
(``2010-09-09``), sexagesimal numbers (``1:30``), numbers with leading zeros (an account id such as
``001234567012``, which YAML 1.1 takes for octal) and infinities stay text.
"""

from __future__ import annotations

import math
import re
from typing import Any

_BOOLEANS = {
    spelling: value
    for words, value in ((("yes", "true", "on"), True), (("no", "false", "off"), False))
    for word in words
    for spelling in (word, word.capitalize(), word.upper())
}
_NULLS = frozenset(("", "~", "null", "Null", "NULL"))
_NUMBER_STARTS = frozenset("-+.0123456789")
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9_]*)")
_BASED_INTEGER = re.compile(r"([-+]?)0(?:b([01_]+)|x([0-9a-fA-F_]+))")
_FLOAT = re.compile(r"[-+]?(?:(?:0|[1-9][0-9_]*)\.[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+][0-9]+)?")
_LONGEST_NUMBER = 300
"""Longer digit strings stay text: no property takes such a number, and Python refuses those over 4,300."""


def plain(text: str) -> Any:
    """The value of an unquoted scalar: bool, None, int, float or the text itself."""
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if text in _NULLS:
        return None
    if text[0] in _NUMBER_STARTS and len(text) <= _LONGEST_NUMBER:
        return _number(text)
    return text


def _number(text: str) -> int | float | str:
    if _INTEGER.fullmatch(text):
        return int(text.replace("_", ""))
    if _FLOAT.fullmatch(text):
        number = float(text.replace("_", ""))
        return number if math.isfinite(number) else text
    based = _BASED_INTEGER.fullmatch(text)
    if based is None:
        return text
    sign, binary, hexadecimal = based.groups()
    digits = (binary or hexadecimal).replace("_", "")
    return int(sign + digits, 2 if binary else 16) if digits else text
