"""``check --format jsonl``: every input by itself, each written as soon as it is its turn, none kept in memory."""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from analyzer import collector
from analyzer.cli.clusters import cluster, is_cluster
from analyzer.cli.journal import Journal
from analyzer.cli.manifest import named_in, one_by_one
from analyzer.cli.progress import Progress
from analyzer.cli.remembered import remembered
from analyzer.cli.single import Answer, Line, Orders, judge_lines, unjudged
from analyzer.cli.workload import BACKSTOP, LARGEST_PARCEL
from analyzer.parallel.crew import Crew, Gone, InlineCrew, Lost
from analyzer.parallel.sharing import Sharing
from analyzer.policy.exit_status import ExitStatus
from analyzer.records import dataclass, replace
from analyzer.report import formats, jsonl
from analyzer.report.sanitize import terminal
from analyzer.sources import remote

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analyzer.cli.judging import Request
    from analyzer.cli.output import Target

_CLUSTER_PARCEL = 32


@dataclass(frozen=True, slots=True)
class Destination:
    """Where the lines go: to a file or, None, to standard output. ``resume``: whether what is in the file counts."""

    file: str | None
    resume: bool = False


def check_each(
    request: Request, manifest: str | None, format_name: str, targets: Sequence[Target], *, resume: bool
) -> int:
    """``check`` for JSON Lines: judge the paths of ``request`` and the inputs that ``manifest`` names.

    Raises:
        click.UsageError: other reports are wanted as well, which need everything in memory.
        click.ClickException: as :func:`stream`.
    """
    name = formats.STREAMED.name
    files = [each.file for each in targets if each.format == name]
    if len(files) < len(targets) or len(files) > 1 or (files and format_name not in (name, "text")):
        raise click.UsageError(f"{name} is written while the run goes on, and so goes alone")
    if (files and format_name == name) or (resume and not files):
        raise click.UsageError(f"{name} goes to standard output or, to be resumed, to one file: -o FILE.{name}")
    if request.companions:
        raise click.UsageError(f"--with needs all inputs together, which {name} never has; use another format")
    paths = request.paths if manifest is not None else request.wanted
    names = chain(paths, () if manifest is None else named_in(manifest))
    return stream(request, one_by_one(names), Destination(files[0] if files else None, resume))


def stream(request: Request, names: Iterable[str], destination: Destination) -> int:
    """Judge each of ``names`` by itself and write what is found. Returns the exit status.

    Raises:
        click.ClickException: the request, the destination or the cluster cannot be used.
    """
    collector.early()
    held = orders(request)
    journal = None if destination.file is None else Journal(Path(destination.file), held.key, resume=destination.resume)
    writer = _Writer(held, journal)
    try:
        with Progress(None, sys.stderr, items=None) as progress:
            writer.judge(names, progress.step)
    except (KeyboardInterrupt, Gone) as end:
        writer.close(complete=False)
        gone = isinstance(end, Gone)
        why = terminal(str(end)) if gone else "interrupted"
        where = f"; {terminal(journal.unfinished)} holds what was judged, --resume goes on" if journal else ""
        click.echo(f"stackproof: {why}: {writer.tally.inputs} inputs were judged{where}", err=True)
        return ExitStatus.INCOMPLETE if gone else ExitStatus.INTERRUPTED
    writer.close(complete=True)
    if destination.file is not None:
        click.echo(f"stackproof: {terminal(destination.file)}: {told(writer.tally)}", err=True)
    return writer.tally.exit_code


def told(tally: jsonl.Tally) -> str:
    """The sums in one line for people."""
    found = ", ".join(f"{number} {severity}" for severity, number in tally.findings.most_common()) or "none"
    return (
        f"{tally.inputs} inputs, {tally.applications} applications ({tally.failed} over the gate); findings: {found}; "
        f"{tally.counts['problems']} not read, {tally.counts['not_evaluated']} not evaluated"
    )


class _Writer:
    """Shares the inputs out and writes the answers."""

    def __init__(self, held: Orders, journal: Journal | None) -> None:
        self._orders = held
        self._journal = journal
        self.tally = jsonl.Tally()

    def judge(self, names: Iterable[str], before: Callable[[str], None]) -> None:
        some = iter(names)
        first = list(islice(some, LARGEST_PARCEL + 1))
        crew, size = self._crew(few=len(first) <= LARGEST_PARCEL)
        named = _Tee(self._lines(chain(first, some)))
        for answer in Sharing(crew, named, size, lambda lines: (self._orders, lines)).answers():
            line = named.taken.popleft()
            before(remote.shown(line.name))
            self._take(line, unjudged(self._orders, line.name, answer.reason) if isinstance(answer, Lost) else answer)

    def close(self, *, complete: bool) -> None:
        """Write the summary and, where the run is complete, put the file in its place."""
        from analyzer.data.dates import data_dates

        if self._orders.memory is not None:
            self._orders.memory.folder.prune()
        told = jsonl.summary(self.tally, version=self._orders.version, data=data_dates(), complete=complete)
        self._write(told.encode())
        if self._journal is not None:
            (self._journal.finish if complete else self._journal.close)()

    def _lines(self, names: Iterable[str]) -> Iterator[Line]:
        for name in names:
            known = self._journal.earlier(remote.shown(name)) if self._journal else None
            yield Line(name, None if known is None else known[1][0].get("state"))

    def _take(self, line: Line, answer: Answer) -> None:
        if answer.text is not None:
            self.tally.join(answer.tally)
            self._write(answer.text.encode())
            return
        known = self._journal.earlier(remote.shown(line.name)) if self._journal else None
        assert known is not None  # only what is known is answered so
        self.tally.add(known[1])
        self._write(known[0])

    def _write(self, data: bytes) -> None:
        if self._journal is not None:
            self._journal.write(data)
        else:
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()

    def _crew(self, *, few: bool) -> tuple[Crew, int]:
        request = self._orders.request
        if is_cluster(request.executor):
            return cluster(request.executor, judge_lines), _CLUSTER_PARCEL
        from analyzer.parallel.processes import ProcessCrew, cores

        jobs = (1 if few else cores()) if request.jobs is None else request.jobs
        if jobs == 1:
            return InlineCrew(judge_lines), 1
        limit = BACKSTOP * self._orders.settings.rule_seconds
        return ProcessCrew(judge_lines, jobs, limit=limit), 1 if few else LARGEST_PARCEL


class _Tee:
    """Hands lines on and remembers those that have no answer yet."""

    def __init__(self, lines: Iterator[Line]) -> None:
        self._lines = lines
        self.taken: deque[Line] = deque()

    def __iter__(self) -> Iterator[Line]:
        for line in self._lines:
            self.taken.append(line)
            yield line


def orders(request: Request) -> Orders:
    """What is to be done with every input of ``request``.

    Raises:
        click.ClickException: the request, its configuration or a file that it names cannot be used.
    """
    from analyzer import __version__, registry
    from analyzer.cli.judging import Baselines, choices_of, config_files, ours, refused
    from analyzer.cli.parameters import read_files
    from analyzer.parallel.identity import key_of
    from analyzer.policy.config_error import ConfigError
    from analyzer.policy.effective import settings
    from analyzer.policy.settings import Settings

    bare = replace(request, paths=(), jobs=request.jobs, as_of=None)
    try:
        choices = choices_of(request)
        around: Settings = settings(choices, tuple(config_files(request).chain(Path.cwd())), Baselines())
        rules = registry.select(ours(choices.select), ours(choices.ignore))
    except ConfigError as error:
        raise refused(error.lines) from error
    except registry.RegistryError as error:
        raise click.ClickException(str(error)) from error
    values, identifiers = read_files(request.parameters), tuple(rule.id for rule in rules)
    asked = replace(bare, jobs=None, executor=None, cache=None)
    key = key_of(__version__, asked, choices, around, sorted(values.items()), identifiers)
    cwd = os.getcwd()  # noqa: PTH109
    return Orders(
        __version__, key, cwd, bare, choices, around, values, identifiers, registry.ids(), remembered(request)
    )
