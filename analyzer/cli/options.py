"""Options that several commands share, and their values."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import click

from analyzer.policy.effective import DEFAULT_CONFIDENCE, DEFAULT_FAIL_ON, DEFAULT_PROFILE
from analyzer.registry import COMPANIONS

Command = Callable[..., Any]

MOST_JOBS = 512

CACHE = "STACKPROOF_CACHE"
"""The variable of the environment that stands for `--cache`: where to write is nothing that an input may say, and so
nothing for a configuration."""


class Selectors(click.ParamType[tuple[str, ...]]):
    """Rule ids or prefixes, separated by commas."""

    name = "ids"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        """The ids in ``value``."""
        if isinstance(value, tuple):
            return value
        found = tuple(part.strip() for part in str(value).split(",") if part.strip())
        return found or self.fail("no rule id is given", param, ctx)


class Jobs(click.ParamType[int | None]):
    """A number of processes from 1; None for ``auto``: as many as pay."""

    name = "jobs"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | None:
        """The number that ``value`` writes."""
        if value == "auto" or (isinstance(value, int) and value > 0):
            return None if value == "auto" else value
        text = str(value)
        if text.isascii() and text.isdigit() and int(text) in range(1, MOST_JOBS + 1):
            return int(text)
        return self.fail(f"{value!r} is neither `auto` nor a number from 1 to {MOST_JOBS}", param, ctx)


class Companions(Selectors):
    """Names of companions, separated by commas."""

    name = "tools"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        """The names in ``value``."""
        found = super().convert(value, param, ctx)
        for name in found:
            if name not in COMPANIONS:
                from difflib import get_close_matches

                near = get_close_matches(name, COMPANIONS, n=1)
                hint = f"; did you mean {near[0]}?" if near else f"; known: {', '.join(COMPANIONS)}"
                self.fail(f"no companion is called {name!r}{hint}", param, ctx)
        return found


class Day(click.ParamType[date]):
    """A date in the form 2027-01-31."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The date that ``value`` writes."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            return self.fail(f"{value!r} is not a date like 2027-01-31", param, ctx)


class Framework(click.ParamType[tuple[str, ...]]):
    """The key of a framework or its beginning; its value are the keys that begin so."""

    name = "framework"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        """The keys of the frameworks that ``value`` names."""
        from analyzer.data.controls import framework_keys, frameworks, nearest_framework

        if isinstance(value, tuple):
            return value
        near = nearest_framework(value)
        hint = f"did you mean {near}?" if near else f"known are {', '.join(frameworks())}"
        return framework_keys(value) or self.fail(f"no framework is called {value!r}; {hint}", param, ctx)


def flatten(given: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """The values of a repeatable option of :class:`Selectors` or :class:`Framework`."""
    return tuple(identifier for ids in given for identifier in ids)


def judging(command: Command) -> Command:
    """Decorator: the arguments and options of every command that judges inputs; the fields of
    :class:`analyzer.cli.judging.Request` but for those of :func:`gate`."""
    return click.argument("paths", nargs=-1, metavar="[PATH]...")(how_to_judge(command))


def how_to_judge(command: Command) -> Command:
    """Decorator: the options of :func:`judging` without the inputs."""
    for option in reversed(_judging_options()):
        command = option(command)
    return command


def gate(command: Command) -> Command:
    """Decorator: the options that decide the exit status."""
    from analyzer.judgement import Confidence, Severity

    severities = click.Choice(["never", *(severity.label for severity in Severity)])
    confidences = click.Choice([confidence.label for confidence in Confidence])
    fail_on = _option("--fail-on", type=severities, help=f"Least severity that exits 1.  [default: {DEFAULT_FAIL_ON}]")
    confidence = _option(
        "--min-confidence", type=confidences, help=f"Least confidence that exits 1.  [default: {DEFAULT_CONFIDENCE}]"
    )
    return fail_on(confidence(command))


def _judging_options() -> list[Callable[[Command], Command]]:
    from analyzer.policy.settings import DEFAULT_RULE_SECONDS, Profile

    profiles = click.Choice([profile.value for profile in Profile])
    return [
        _option(
            "--select", type=Selectors(), multiple=True, help="Only these rules (ids or prefixes, comma-separated)."
        ),
        _option("--ignore", type=Selectors(), multiple=True, help="Not these rules."),
        _option(
            "--framework",
            "frameworks",
            type=Framework(),
            multiple=True,
            metavar="NAME",
            help="Only rules that bear on it, and only its controls: nist, soc-2, pci, cis, …",
        ),
        _option("--exclude", multiple=True, metavar="GLOB", help="Not these files and folders, even if named."),
        _option("--skip-other-files", is_flag=True, help="Pass over named files that are no input: for hooks."),
        _option("--profile", type=profiles, help=f"Whose severities are in force.  [default: {DEFAULT_PROFILE}]"),
        _option(
            "--parameters", multiple=True, metavar="FILE", help="Parameter values: AWS CLI, CodePipeline or SAM format."
        ),
        _option("--config", metavar="FILE", help="This configuration, and none that lies near the input."),
        _option("--waivers", multiple=True, metavar="FILE", help="Also the waivers and policy of a central file."),
        _option("--no-inline-waivers", is_flag=True, help="Ignore waivers written in the input itself."),
        _option(
            "--with",
            "companions",
            type=Companions(),
            multiple=True,
            metavar="TOOLS",
            help=f"Also ask these, comma-separated: {', '.join(COMPANIONS)}.",
        ),
        _option("--checkov", metavar="COMMAND", help="The command of checkov, which wants an environment of its own."),
        _option("--as-of", type=Day(), help="Judge dated facts and waivers as on this day.  [default: today]"),
        _option("--jobs", type=Jobs(), metavar="N|auto", help="Processes that judge.  [default: auto]"),
        _option("--executor", metavar="local|dask://HOST:PORT", help="Where they run.  [default: local]"),
        _option("--cache", metavar="DIR", envvar=CACHE, help=f"Keep outcomes there, for later runs.  [env: {CACHE}]"),
        _option(
            "--rule-timeout",
            type=click.FloatRange(min=0.001),
            metavar="SECONDS",
            help=f"What one rule may take on one application.  [default: {DEFAULT_RULE_SECONDS:g}]",
        ),
    ]


def _option(*names: str, **settings: Any) -> Callable[[Command], Command]:
    return click.option(*names, **settings)
