"""From the arguments of a command to a result: configuration, inputs, rules, judgement."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from analyzer.cli.options import flatten
from analyzer.policy.effective import Choices, baseline_file, settings
from analyzer.records import dataclass
from analyzer.registry import tool_of
from analyzer.report.sanitize import terminal

if TYPE_CHECKING:
    from analyzer.companions.report import Report
    from analyzer.policy.assess import Inputs
    from analyzer.policy.baseline import Baseline
    from analyzer.policy.config_files import ConfigFiles
    from analyzer.policy.configuration import Configuration
    from analyzer.policy.result import Result
    from analyzer.policy.settings import Settings
    from analyzer.policy.waiver_entries import Known
    from analyzer.registry import Selection
    from analyzer.sources.assembly import Application


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a command was asked to judge, option by option; None and empty: not given (``jobs``: as many as pay).
    ``use_baselines``: whether those that are in force count. ``pictures``: whether a report is to show any."""

    paths: tuple[str, ...]
    select: tuple[tuple[str, ...], ...] = ()
    ignore: tuple[tuple[str, ...], ...] = ()
    exclude: tuple[str, ...] = ()
    skip_other_files: bool = False
    frameworks: tuple[tuple[str, ...], ...] = ()
    profile: str | None = None
    parameters: tuple[str, ...] = ()
    config: str | None = None
    waivers: tuple[str, ...] = ()
    no_inline_waivers: bool = False
    as_of: date | None = None
    fail_on: str | None = None
    min_confidence: str | None = None
    baseline: str | None = None
    use_baselines: bool = True
    jobs: int | None = None
    executor: str | None = None
    cache: str | None = None
    rule_timeout: float | None = None
    companions: tuple[tuple[str, ...], ...] = ()
    checkov: str | None = None
    pictures: bool = False

    @property
    def wanted(self) -> tuple[str, ...]:
        """The paths, or what stands for none."""
        return self.paths or (("cdk.out",) if Path("cdk.out").is_dir() else (".",))


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be judged, and by which configurations: for each application those from the nearest outwards, and
    those around the working directory."""

    request: Request
    choices: Choices
    inputs: Inputs
    configurations: tuple[tuple[Configuration, ...], ...]
    around: tuple[Configuration, ...]

    def baselines(self) -> tuple[str, ...]:
        """The baselines that are in force, relative to the working directory."""
        chains = self.configurations or (self.around,)
        named = (baseline_file(self.choices, chain[0] if chain else None) for chain in chains)
        return tuple(dict.fromkeys(file for file in named if file is not None))


def judge(request: Request) -> Result:
    """Judge what ``request`` names.

    Raises:
        click.ClickException: the request, its configuration or a file that it names cannot be used.
    """
    return carry_out(plan(request))


def plan(request: Request) -> Plan:
    """Find what ``request`` names and what governs it. Raises as :func:`judge`."""
    from analyzer.policy.config_error import ConfigError

    try:
        files = config_files(request)
        inputs = discovered(request.wanted, files, lenient=request.skip_other_files)
        configurations = tuple(tuple(files.chain(folder_of(each))) for each in inputs.applications)
        return Plan(request, choices_of(request), inputs, configurations, tuple(files.chain(Path.cwd())))
    except ConfigError as error:
        raise refused(error.lines) from error


def refused(lines: Sequence[str]) -> click.ClickException:
    """The error to raise for these ``lines``; those before the last are written at once."""
    for line in lines[:-1]:
        click.echo(f"stackproof: {terminal(line)}", err=True)
    return click.ClickException(terminal(lines[-1]))


def carry_out(plan: Plan, *, partly: bool = False) -> Result:
    """Judge what was planned. ``partly``: an interrupt makes a result of what was judged until then, instead of being
    raised. Raises as :func:`judge`."""
    from analyzer import __version__
    from analyzer.cli.parameters import read_files
    from analyzer.cli.workload import Workload
    from analyzer.data.dates import data_dates
    from analyzer.policy.assess import Outcome, conclude

    values, inputs = read_files(plan.request.parameters), plan.inputs
    read = Baselines() if plan.request.use_baselines else None
    own = [settings(plan.choices, chain, read) for chain in plan.configurations]
    default = settings(plan.choices, plan.around, read)
    selection = _rules(own or [default], inputs)
    reports: tuple[Report, ...] = ()
    outcomes: list[Outcome] = []
    interrupted = False
    try:
        if plan.request.companions:
            from analyzer.cli.companions import ask_about

            reports, own = ask_about(plan.request, inputs.applications, own, sys.stderr)
        workload = Workload(tuple(zip(inputs.applications, own, strict=True)), selection.rules, values)
        for outcome in workload.outcomes(plan.request, sys.stderr):
            outcomes.append(outcome)  # one by one: an interrupt must find them here
    except KeyboardInterrupt:
        if not partly:
            raise
        interrupted = True
    result = conclude(
        outcomes,
        inputs,
        selection.rules,
        default,
        version=__version__,
        data_dates=data_dates(),
        unneeded=selection.unneeded,
        interrupted=interrupted,
    )
    if not reports:
        return result
    from analyzer.policy.companions import told

    return told(result, reports)


def config_files(request: Request, known: Known | None = None) -> ConfigFiles:
    """The configurations that ``request`` may meet. ``known`` answers the ids of all rules."""
    from analyzer import registry
    from analyzer.policy.config_files import ConfigFiles

    return ConfigFiles(Path.cwd(), known or registry.ids, named=request.config, excludes=request.exclude)


def folder_of(application: Application) -> Path:
    """The folder in which the search for an application's configuration begins; of a URL the working directory."""
    if "://" in application.path:
        return Path.cwd()
    from analyzer.sources.reading import is_folder

    path = Path.cwd() / application.path
    return path if is_folder(path) else path.parent


class Baselines:
    """Reads baselines, each once."""

    def __init__(self) -> None:
        self._read: dict[str, Baseline] = {}

    def __call__(self, file: str) -> Baseline:
        """The baseline in ``file``, relative to the working directory."""
        if file not in self._read:
            self._read[file] = read_baseline(file)
        return self._read[file]


def read_baseline(file: str) -> Baseline:
    """The baseline in ``file``.

    Raises:
        click.ClickException: it cannot be read, or is none.
    """
    from analyzer.policy.baseline import BaselineError, loads
    from analyzer.sources.reading import exists

    path = Path(file)
    try:
        text = path.read_bytes().decode("utf-8-sig")
        return loads(text, os.path.normpath(path.parent), lambda name: not exists(path.parent / name))
    except FileNotFoundError as error:
        raise click.ClickException(f"{file}: no such baseline; `stackproof baseline create` writes one") from error
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror or error}") from error
    except (BaselineError, ValueError) as error:  # ValueError: not UTF-8, or a file that is no name
        raise click.ClickException(f"{file}: {error}") from error


def choices_of(request: Request) -> Choices:
    """What ``request`` says of settings. Raises ``ConfigError`` for a central file that cannot be used."""
    from analyzer import registry

    central = []
    if request.waivers:
        from analyzer.policy.config_files import read_central

        central = [read_central(file, Path.cwd(), registry.ids) for file in request.waivers]
    return Choices(
        as_of=request.as_of or date.today(),
        select=flatten(request.select),
        ignore=flatten(request.ignore),
        fail_on=request.fail_on,
        min_confidence=request.min_confidence,
        profile=request.profile,
        inline_waivers=not request.no_inline_waivers,
        baseline=request.baseline,
        central=tuple(central),
        exclude=request.exclude,
        rule_seconds=request.rule_timeout,
        frameworks=tuple(dict.fromkeys(flatten(request.frameworks))),
        pictures=request.pictures,
    )


def _rules(own: Sequence[Settings], inputs: Inputs) -> Selection:
    """The rules that any of the applications is to be judged by."""
    from analyzer import registry
    from analyzer.model.written_types import written_types

    types = written_types(inputs.applications)
    try:
        wanted = dict.fromkeys((each.select, each.ignore) for each in own)
        selections = [registry.fitting(ours(select), ours(ignore), types) for select, ignore in wanted]
    except registry.RegistryError as error:
        raise click.ClickException(str(error)) from error
    found = {rule.id: rule for selection in selections for rule in selection.rules}
    rules = {rule.id: rule for rule in found.values() if any(each.chosen(rule.id, rule.controls) for each in own)}
    left_out = {identifier for selection in selections for identifier in selection.unneeded} - found.keys()
    unneeded = {identifier for identifier in left_out if any(each.chosen(identifier) for each in own)}
    if not rules and not unneeded:
        asked = "--select, --ignore and --framework" if own[0].narrowed_to else "--select and --ignore"
        raise click.UsageError(f"{asked} leave no rule, together with those of the configuration")
    return registry.Selection(tuple(rules[identifier] for identifier in sorted(rules)), tuple(sorted(unneeded)))


def ours(selectors: Iterable[str]) -> tuple[str, ...]:
    """Those that do not speak of rules of a companion."""
    return tuple(selector for selector in selectors if tool_of(selector) is None)


def discovered(paths: Sequence[str], files: ConfigFiles, *, lenient: bool = False) -> Inputs:
    """What is in ``paths``, but for what the configurations exclude."""
    from analyzer.policy.assess import Inputs, problem
    from analyzer.policy.result import InputProblem, PassedOver
    from analyzer.sources.discovery import discover

    excluded = files.excluded
    found = discover(paths, cwd=Path.cwd(), stdin=sys.stdin.buffer.read, excluded=excluded, lenient=lenient)
    problems = [problem(error) for error in found.errors]
    if not problems and not found.applications and not _may_be_nothing(paths, excluded, lenient=lenient):
        where = ", ".join(paths)
        problems.append(InputProblem(where, None, None, "no cloud assembly, template or CDK source is here"))
    passed_over = tuple(PassedOver(skipped.path, skipped.reason) for skipped in found.passed_over)
    return Inputs(tuple(found.applications), tuple(problems), passed_over)


def _may_be_nothing(paths: Sequence[str], excluded: Callable[[Path], str | None], *, lenient: bool) -> bool:
    """Whether it is in order that nothing is to be judged, as for a hook that is handed the names of changed files:
    everything that was named is excluded, or with ``lenient`` a file."""
    from analyzer.sources.reading import is_regular_file

    files = [Path.cwd() / path for path in paths if path != "-"]
    return len(files) == len(paths) and all(
        (lenient and is_regular_file(file)) or excluded(file) is not None for file in files
    )
