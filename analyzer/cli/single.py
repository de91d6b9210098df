"""Judging inputs one by one, each as if it were alone, and what each leaves: lines of JSON. Runs here, in another
process or on another machine."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import click

from analyzer.cli.judging import Baselines, Request, config_files, discovered, folder_of
from analyzer.policy.assess import Inputs, attempt, conclude
from analyzer.policy.effective import Choices, settings
from analyzer.policy.result import InputProblem
from analyzer.records import dataclass
from analyzer.report import jsonl
from analyzer.sources import remote
from analyzer.sources.errors import InputError

if TYPE_CHECKING:
    from analyzer.cache.remembering import Memory
    from analyzer.policy.settings import Settings
    from analyzer.sources.assembly import Application


@dataclass(frozen=True, slots=True)
class Orders:
    """What is the same for all inputs. ``settings`` are those of the working directory ``cwd``, which govern what comes
    by URL; ``rules`` are the ids of those that the command line selects, ``known`` of all; ``key`` stands for all of
    this and for the tool: what was judged under another key is judged again."""

    version: str
    key: str
    cwd: str
    request: Request
    choices: Choices
    settings: Settings
    parameters: Mapping[str, str]
    rules: tuple[str, ...]
    known: frozenset[str]
    memory: Memory | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """An input as it was named, and the state that it had in an earlier run; None: it was not judged."""

    name: str
    earlier: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The lines about one input and their sums; ``text`` None: it is what it was in the earlier run."""

    text: str | None
    tally: jsonl.Tally


def judge_lines(parcel: tuple[Orders, Sequence[Line]]) -> list[Answer]:
    """What is to be written of each line.

    Raises:
        VersionError: the orders come from another version of the tool.
        OSError: the working directory of the orders is not there, and a line is local.
    """
    from analyzer.parallel.examination import check_version

    orders, lines = parcel
    check_version(orders.version)
    if any(_is_local(line.name) for line in lines) and os.getcwd() != orders.cwd:  # noqa: PTH109
        os.chdir(orders.cwd)
    return [_judge(orders, line) for line in lines]


def unjudged(orders: Orders, name: str, reason: str) -> Answer:
    """The answer for an input that nothing can be said of."""
    problem = InputProblem(remote.shown(name), None, None, f"could not be judged: {reason}")
    return _answer(orders, name, [jsonl.unread([problem])], None)


def _judge(orders: Orders, line: Line) -> Answer:
    try:
        state = _state(line)
        if state is not None and state == line.earlier:
            return Answer(None, jsonl.Tally())
        inputs, own = _found(orders, line.name)
        return _answer(orders, line.name, _records(orders, inputs, own), state or _digest(line.name, inputs))
    except (click.ClickException, InputError) as error:
        reason = error.format_message() if isinstance(error, click.ClickException) else error.reason
        problem = InputProblem(remote.shown(line.name), None, None, reason)
        return _answer(orders, line.name, [jsonl.unread([problem])], None)
    except Exception as error:  # noqa: BLE001  one input of many must not take the others with it
        from analyzer.engine import describe

        return unjudged(orders, line.name, describe(error))


def _found(orders: Orders, name: str) -> tuple[Inputs, list[Settings]]:
    """The applications of an input and the settings of each."""
    if name == "-":
        raise click.ClickException("standard input is no input among others")
    from analyzer.cli.judging import refused
    from analyzer.policy.config_error import ConfigError

    try:
        files = config_files(orders.request, lambda: orders.known)
        inputs = discovered((name,), files)
        if not _is_local(name):
            return inputs, [orders.settings for _ in inputs.applications]
        read = Baselines()
        return inputs, [
            settings(orders.choices, tuple(files.chain(folder_of(each))), read) for each in inputs.applications
        ]
    except ConfigError as error:
        raise refused(error.lines[:1]) from error


def _records(orders: Orders, inputs: Inputs, own: Sequence[Settings]) -> list[dict[str, Any]]:
    records = [_record(orders, each, held) for each, held in zip(inputs.applications, own, strict=True)]
    told = {problem for record in records for problem in record.pop("_told")}
    rest = [problem for problem in inputs.problems if problem not in told]
    return [*records, *([jsonl.unread(rest)] if rest or not records else [])]


def _record(orders: Orders, application: Application, held: Settings) -> dict[str, Any]:
    from analyzer.parallel.examination import loaded

    rules = loaded(orders.rules)
    judge = attempt if orders.memory is None else orders.memory.judge
    outcome = judge(application, rules, held, parameters=orders.parameters)
    if isinstance(outcome, InputProblem):
        return {**jsonl.unread([outcome]), "_told": [outcome]}
    result = conclude([outcome], Inputs((application,)), rules, held, version=orders.version, data_dates={})
    return {**jsonl.application(result), "_told": result.problems}


def _answer(orders: Orders, name: str, records: Sequence[Mapping[str, Any]], state: str | None) -> Answer:
    tally = jsonl.Tally()
    tally.add(records)
    return Answer(jsonl.lines(records, remote.shown(name), state=state, key=orders.key), tally)


def _state(line: Line) -> str | None:
    """What tells whether an input by URL has changed: its store's word, else (where it was judged before, so that it
    may pay) a digest of its bytes. None for a local one: what is read there is known only afterwards."""
    if _is_local(line.name):
        return None
    stamp = remote.stamp(line.name)
    if stamp is None and line.earlier is not None:
        return f"sha256:{sha256(remote.read_url(line.name)).hexdigest()}"
    return stamp


def _digest(name: str, inputs: Inputs) -> str | None:
    """The state of an input by URL whose store has no word for it."""
    stacks = [stack for application in inputs.applications for stack in application.all_stacks()]
    if not _is_local(name) and len(stacks) == 1:
        return f"sha256:{stacks[0].sha256}"
    return None


def _is_local(name: str) -> bool:
    return not remote.is_url(name) or remote.local_path(name) is not None
