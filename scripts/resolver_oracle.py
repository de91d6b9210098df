"""Compares what our resolver makes of intrinsic functions with what cfn-lint's makes of them.

    python -m scripts.resolver_oracle FOLDER… [--show N]

Every intrinsic function in the properties of every template below the folders is given to both. cfn-lint answers values
(defaults and allowed values of parameters, its own stand-ins for pseudo parameters); ours may have holes. They agree
where one of cfn-lint's values fits ours, a hole fitting anything. A function of which ours says nothing but a hole, or
cfn-lint nothing at all, is not compared. Disagreements are shown for a person to judge; templates with macros are left
out, as cfn-lint resolves them after the transform. Exit status 1 where they disagree.

Known and ours right (public templates, 2026-11-24): cfn-lint does not decide conditions that compare two literals.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from analyzer.model.application import load
from analyzer.model.intrinsics import intrinsic
from analyzer.model.value import Absent, Known, Listing, OneOf, Structure, Text, Value, as_text, shown
from analyzer.sources.discovery import discover

SUFFIXES = frozenset({".json", ".yaml", ".yml", ".template"})
MOST_VALUES = 40
REGIONS = ["us-east-1"]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.resolver_oracle", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--show", type=int, default=20, help="show so many disagreements")
    asked = parser.parse_args(arguments)
    counts: Counter[str] = Counter()
    differing: list[str] = []
    for file in sorted(file for folder in asked.folders for file in folder.rglob("*") if file.suffix in SUFFIXES):
        for end, told in compared(file):
            counts[end] += 1
            if end == "differs":
                differing.append(told)
    print(", ".join(f"{count} {end}" for end, count in sorted(counts.items())))
    print(*differing[: asked.show], sep="\n")
    return 1 if differing else 0


def compared(file: Path) -> Iterator[tuple[str, str]]:
    """How the answers on every intrinsic function in a template compare, and what they are."""
    for application in discover([file.name], cwd=file.parent).applications:
        if application.kind != "template" or "Transform" in application.stacks[0].document:
            continue
        validator = _cfn_lint(application.stacks[0].document)
        if validator is None:
            yield "templates cfn-lint cannot read", ""
            continue
        for resource in load(application).resources():
            for raw in _functions(resource.properties.raw):
                value = resource.properties.template.resolver.value(raw)
                theirs = list(_answers(validator, raw))
                yield _end(value, theirs), f"{file.name}: {json.dumps(raw)[:200]}\n  {shown(value)!r}\n  {theirs[:3]!r}"


def _cfn_lint(document: Any) -> Any:
    from cfnlint.context import create_context_for_template
    from cfnlint.decode.cfn_yaml import loads
    from cfnlint.jsonschema import CfnTemplateValidator
    from cfnlint.template import Template

    with contextlib.redirect_stderr(io.StringIO()):
        try:
            template = Template("template", loads(json.dumps(document)), REGIONS)
            return CfnTemplateValidator({}).evolve(context=create_context_for_template(template), cfn=template)
        except Exception:  # noqa: BLE001  it is not cfn-lint that is examined here
            return None


def _functions(raw: Any) -> Iterator[Any]:
    """The outermost intrinsic functions in raw content."""
    if isinstance(raw, dict):
        if intrinsic(raw) is not None:
            yield raw
            return
        for inner in raw.values():
            yield from _functions(inner)
    elif isinstance(raw, list):
        for inner in raw:
            yield from _functions(inner)


def _answers(validator: Any, raw: Any) -> Iterator[Any]:
    try:
        for value, _, error in validator.resolve_value(raw):
            if error is None:
                yield value
    except Exception:  # noqa: BLE001  as above
        return


def _end(value: Value, theirs: list[Any]) -> str:
    if not theirs:
        return "cfn-lint answers nothing"
    if not isinstance(value, Known | Text | Listing | OneOf | Structure | Absent):
        return "ours is a hole"
    return "agree" if any(fits(value, one) for one in theirs[:MOST_VALUES]) else "differs"


def fits(value: Value, theirs: Any) -> bool:
    """Whether a value of cfn-lint's can be ours with its holes filled."""
    match value:
        case Known(value=content):
            return not isinstance(theirs, list | dict) and as_text(content) in _spellings(theirs)
        case Text(parts=parts):
            pattern = "".join(re.escape(part) if isinstance(part, str) else ".*" for part in parts)
            return isinstance(theirs, str) and re.fullmatch(pattern, theirs, re.DOTALL) is not None
        case Listing(items=items):
            return isinstance(theirs, list) and _fit_each(items, theirs)
        case OneOf(options=options):
            return any(fits(option.value, theirs) for option in options)
        case Structure():
            return isinstance(theirs, dict)
        case Absent():
            return theirs is None or theirs == {"Ref": "AWS::NoValue"}
        case _:
            return True


def _spellings(theirs: Any) -> set[str]:
    """As CloudFormation writes it; cfn-lint turns a boolean of a parameter into Python's word for it."""
    spelled = as_text(theirs)
    return {spelled, spelled.lower()} if spelled in ("True", "False") else {spelled}


def _fit_each(items: Sequence[Value], theirs: list[Any]) -> bool:
    if len(items) != len(theirs):
        return any(not isinstance(item, Known | Text) for item in items)  # a hole may stand for several
    return all(fits(item, one) for item, one in zip(items, theirs, strict=True))


if __name__ == "__main__":
    sys.exit(main())
