"""Reads what checkov prints with ``--output json``.

One object per kind of input, a list of them where there are several, and a bare summary where nothing was read. Every
field is checked, as the output may be of any version: what has another shape is an :class:`OutputError`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from analyzer.companions.pointers import parsed, pointer
from analyzer.companions.report import Remark, Span, Template
from analyzer.records import dataclass


class OutputError(Exception):
    """The output is not what checkov writes. One line for people."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What checkov found, and the paths of the templates that it could not read."""

    remarks: list[Remark]
    unread: list[str]


def parse(text: str, names: Mapping[str, Template]) -> Answer:
    """The answer in ``text``; ``names`` are the file names under which checkov was given the templates.

    Raises:
        OutputError: see there.
    """
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise OutputError("it did not answer in JSON") from error
    remarks: list[Remark] = []
    unread: list[str] = []
    for part in content if isinstance(content, list) else [content]:
        results = part.get("results", {}) if isinstance(part, dict) else None
        if not isinstance(results, dict):
            raise OutputError("its answer has no results")
        remarks += (_remark(check, names, hidden=False) for check in _checks(results, "failed_checks"))
        remarks += (_remark(check, names, hidden=True) for check in _checks(results, "skipped_checks"))
        for file in results.get("parsing_errors") or ():
            unread.append(_template(file, names).path)
    return Answer(remarks, unread)


def _checks(results: Mapping[str, Any], key: str) -> Iterator[Mapping[str, Any]]:
    checks = results.get(key, [])
    if not isinstance(checks, list) or not all(isinstance(check, dict) for check in checks):
        raise OutputError(f"its {key} are no list of checks")
    yield from checks


def _remark(check: Mapping[str, Any], names: Mapping[str, Template], *, hidden: bool) -> Remark:
    identifier, title = check.get("check_id"), check.get("check_name")
    if not isinstance(identifier, str) or not isinstance(title, str) or not identifier:
        raise OutputError("a check has no id or no name")
    result = check.get("check_result")
    result = result if isinstance(result, dict) else {}
    logical_id = _logical_id(check.get("resource"))
    template = _template(check.get("file_path"), names)
    severity, url = check.get("severity"), check.get("guideline")
    return Remark(
        id=identifier,
        title=" ".join(title.split()),
        message=" ".join(title.split()),
        template=template.path,
        level=severity.lower() if isinstance(severity, str) else "",
        logical_id=logical_id,
        pointer=pointer(("Resources", logical_id)) + _first_key(result.get("evaluated_keys")),
        span=_span(check.get("file_line_range")),
        url=url if isinstance(url, str) else "",
        hidden=" ".join(str(result.get("suppress_comment") or "no reason is given").split()) if hidden else None,
    )


def _template(file: object, names: Mapping[str, Template]) -> Template:
    template = names.get(file.replace("\\", "/").rpartition("/")[2]) if isinstance(file, str) else None
    if template is None:
        raise OutputError("it speaks of a file that it was not given")
    return template


def _logical_id(resource: object) -> str:
    """checkov calls a resource ``AWS::S3::Bucket.Uploads``."""
    if not isinstance(resource, str):
        raise OutputError("a check has no resource")
    return resource.rpartition(".")[2]


def _first_key(keys: object) -> str:
    first = keys[0] if isinstance(keys, list) and keys else ""
    return parsed(first) if isinstance(first, str) and first.startswith("Properties") else ""


def _span(lines: object) -> Span | None:
    match lines:
        case [int(first), int(last)] if 0 < first <= last:
            return Span(first, 1, last + 1, 0)
    return None
