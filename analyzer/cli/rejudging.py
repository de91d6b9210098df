"""Judging the inputs of an evidence bundle again, by the settings that it records.

A bundle may come from anybody: of its settings only those count that decide what is judged and how severely. It cannot
name a program, a cluster, an address or a file outside the folder that was given.
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator, Mapping
from contextlib import chdir
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from analyzer.cli.judging import Plan, Request, carry_out, plan
from analyzer.records import replace
from analyzer.report.bundle.archive import BundleError
from analyzer.report.bundle.checking import pairs
from analyzer.report.bundle.contents import LINK, REPORTS, RUN, TEST_RESULT, files
from analyzer.report.bundle.judgements import differences
from analyzer.report.options import ReportOptions

Json = dict[str, Any]

_REPEATED = {"select": "--select", "ignore": "--ignore", "frameworks": "--framework"}
_LISTED = {"exclude": "--exclude", "parameters": "--parameters", "waivers": "--waivers"}
_SINGLE = {
    "profile": "--profile",
    "config": "--config",
    "fail_on": "--fail-on",
    "min_confidence": "--min-confidence",
    "baseline": "--baseline",
    "rule_timeout": "--rule-timeout",
}
_FLAGS = {"skip_other_files": "--skip-other-files", "no_inline_waivers": "--no-inline-waivers"}
_NOT_REPEATED = ("companions", "checkov")
MOST_LINES = 10


def rejudge(recorded: Mapping[str, bytes], run: Json, folder: Path) -> tuple[list[str], list[str]]:
    """Judge what the bundle ``recorded`` names in ``folder``. Answers what differs and what could not be compared.

    Raises:
        BundleError: its settings are malformed.
        click.ClickException: the inputs cannot be judged.
    """
    if not folder.is_dir():
        raise click.ClickException(f"{folder}: no such folder")
    outside = list(_outside(run))
    if outside:
        return [], [f"the inputs: {name} is not in the folder that can be given" for name in outside]
    with chdir(folder):
        planned = plan(_request(run))
        return _compare(recorded, run, planned)


def _compare(recorded: Mapping[str, bytes], run: Json, planned: Plan) -> tuple[list[str], list[str]]:
    from analyzer.cli.governed import describe
    from analyzer.cli.lines import reader

    now = describe(planned, with_files=True)
    problems = [
        *_changed("input", pairs(run["examined"], "examined"), dict(now.examined)),
        *_changed("configuration", pairs(run["governed_by"], "governed_by"), dict(now.read)),
    ]
    result = carry_out(planned)
    # The options as they were written then: they may be written in several ways that mean the same.
    now = replace(now, asked=run["options"])
    options = ReportOptions(
        generated=_generated(run), run=now, read_line=reader(planned.request.wanted), **_oscal(run.get("oscal"))
    )
    made = files(result, options)
    report = json.loads(made[REPORTS["json"]])
    problems += differences(json.loads(recorded[REPORTS["json"]]), report)
    left_open = list(_left_open(run, json.loads(made[RUN])))
    if not problems and not left_open:
        problems += _other_bytes(recorded, made)
    return problems, left_open


def _changed(kind: str, before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    found = [f"{kind} {path} was changed" for path in before if path in after and before[path] != after[path]]
    found += [f"{kind} {path} is missing" for path in before if path not in after]
    found += [f"{kind} {path} is not in the bundle" for path in after if path not in before]
    more = len(found) - MOST_LINES
    return [*found[:MOST_LINES], f"{more:,} more files of the {kind}"] if more > 0 else found


def _left_open(run: Json, now: Json) -> Iterator[str]:
    """Why the reports cannot have the same bytes although everything is in order."""
    made_by, here = run["tool"], now["tool"]
    if made_by.get("version") != here["version"] or made_by.get("data") != here["data"]:
        yield f"the reports: stackproof {made_by.get('version')} made them, this is {here['version']}, or of other data"
    if made_by.get("typst") != here["typst"]:
        yield f"the PDF: typst {made_by.get('typst')} made it, here is {here['typst']}"
    if any(run["options"].get(name) for name in _NOT_REPEATED):
        yield "the findings of companions, which are not asked again"


def _other_bytes(recorded: Mapping[str, bytes], made: Mapping[str, bytes]) -> list[str]:
    names = [name for name in sorted(recorded.keys() | made.keys()) if name not in (LINK, TEST_RESULT)]
    return [f"{name} comes out differently" for name in names if recorded.get(name) != made.get(name)]


def _outside(run: Json) -> Iterator[str]:
    """What the run read and cannot be asked for here."""
    options = run["options"]
    listed = (options.get(key) for key in _LISTED if key != "exclude")
    single = [options[key] for key in ("config", "baseline") if options.get(key)]
    for name in (text for given in (run.get("paths"), *listed, single) for text in _strings(given)):
        normal = posixpath.normpath(name)
        if name == "-" or "://" in name or posixpath.isabs(normal) or normal.split("/", 1)[0] == "..":
            yield repr(name)


def _request(run: Json) -> Request:
    """The request that the bundle records, read by the parser of the command itself.

    Raises:
        BundleError: an option has no value that the command takes.
    """
    from analyzer.cli.check import command

    arguments = list(_arguments(run["options"], run.get("as_of")))
    try:
        parsed = command.make_context("check", [*arguments, "--", *_strings(run.get("paths"))]).params
    except click.UsageError as error:
        raise BundleError(f"{RUN}: {error.format_message()}") from error
    wanted = {field.name for field in fields(Request)}
    return Request(**{name: value for name, value in parsed.items() if name in wanted}, pictures=True)


def _arguments(options: Json, as_of: Any) -> Iterator[str]:
    for name, option in _REPEATED.items():
        given = options.get(name)
        for each in given if isinstance(given, list) else []:
            yield from (option, ",".join(_strings(each))) if name != "frameworks" else _each(option, each)
    for name, option in _LISTED.items():
        yield from _each(option, options.get(name))
    for name, option in _SINGLE.items():
        if options.get(name) is not None:
            yield from (option, str(options[name]))
    yield from (option for name, option in _FLAGS.items() if options.get(name) is True)
    if as_of is not None:
        yield from ("--as-of", str(as_of))


def _each(option: str, values: Any) -> Iterator[str]:
    for value in _strings(values):
        yield from (option, value)


def _strings(value: Any) -> list[str]:
    """``value`` as a list of strings. Raises BundleError where it is none; None is empty."""
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise BundleError(f"{RUN}: an option is malformed")
    return value


def _generated(run: Json) -> datetime:
    try:
        return datetime.fromisoformat(str(run.get("generated")))
    except ValueError as error:
        raise BundleError(f"{RUN}: generated is no time") from error


def _oscal(told: Any) -> Json:
    plan_, satisfied = (told.get("plan"), told.get("satisfied")) if isinstance(told, dict) else (None, False)
    return {"oscal_plan": plan_ if isinstance(plan_, str) else None, "oscal_satisfied": satisfied is True}
