"""One template judged by Stackproof within another tool's process, for tools that ask template by template.

A template of a cloud assembly is judged with its assembly, and what that says of other templates is left to them. Any
other is an application of its own: what only shows where templates meet (exports, an alarm in another stack) is not
seen here. The configuration nearest to it is in force, with its waivers; no baseline counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from analyzer import registry
from analyzer.records import dataclass
from analyzer.sources.cloud_assembly import outermost_assembly
from analyzer.sources.walking import MANIFEST

if TYPE_CHECKING:
    from analyzer.policy.assess import Examined
    from analyzer.policy.result import Finding
    from analyzer.rule import Rule
    from analyzer.sources.assembly import Application

MOST_HELD = 16
"""Judgements kept: a tool asks for one template by every rule in turn."""


class NotJudgedError(Exception):
    """A template, or one rule on it, could not be judged. One line for people."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What was judged in one template."""

    findings: tuple[Finding, ...]
    passed: frozenset[tuple[str, str]]
    """(rule id, logical id)"""
    broken: tuple[tuple[str, str], ...]
    """(rule id, why it was not evaluated)"""

    def of(self, rule_id: str) -> tuple[Finding, ...]:
        """The findings of one rule.

        Raises:
            NotJudgedError: it was not evaluated to its end.
        """
        for broken, reason in self.broken:
            if broken == rule_id:
                raise NotJudgedError(f"{rule_id} was not evaluated: {reason}")
        return tuple(found for found in self.findings if found.rule_id == rule_id)


def judged(file: Path) -> Judged:
    """What Stackproof says of the template in ``file``; judged once as long as neither it nor its assembly changes.

    Raises:
        NotJudgedError: it is no template, or cannot be read.
    """
    try:
        states = [_state(path) for path in (file, file.parent / MANIFEST) if path.is_file() or path == file]
    except OSError as error:
        raise NotJudgedError(f"{file}: {error.strerror or error}") from error
    return _judged(file.resolve(), tuple(states))


def rules() -> tuple[Rule, ...]:
    """All rules that judge templates, by id."""
    return registry.rules()


def _state(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_mtime_ns, found.st_size


@lru_cache(maxsize=MOST_HELD)
def _judged(file: Path, states: tuple[tuple[int, int], ...]) -> Judged:  # noqa: ARG001  they tell one state from another
    application = _application(file)
    examined = _examine(application, file.parent)
    stacks = [stack for stack in application.all_stacks() if stack.file == file]
    paths, names = {stack.path for stack in stacks}, {stack.name for stack in stacks}
    return Judged(
        tuple(found for found in examined.findings if found.template in paths),
        frozenset(
            (each.rule_id, subject) for each in examined.passed for name, subject in each.subjects if name in names
        ),
        tuple((each.rule_id, each.reason) for each in examined.not_evaluated),
    )


def _application(file: Path) -> Application:
    """That of the assembly which names the template, else the template alone."""
    from analyzer.sources.discovery import discover

    if (file.parent / MANIFEST).is_file():
        manifest = outermost_assembly(file.parent) / MANIFEST
        for application in discover([str(manifest)], cwd=Path.cwd()).applications:
            if any(stack.file == file for stack in application.all_stacks()):
                return application
    found = discover([str(file)], cwd=Path.cwd())
    if found.errors or not found.applications:
        reasons = "; ".join(error.reason for error in found.errors)
        raise NotJudgedError(f"{file.name}: {reasons or 'no CloudFormation template'}")
    return found.applications[0]


def _examine(application: Application, folder: Path) -> Examined:
    from analyzer.model.written_types import written_types
    from analyzer.policy.assess import examine
    from analyzer.policy.config_error import ConfigError
    from analyzer.policy.config_files import ConfigFiles
    from analyzer.policy.effective import Choices, settings

    try:
        chain = tuple(ConfigFiles(Path.cwd(), registry.ids).chain(folder))
    except ConfigError as error:
        raise NotJudgedError("; ".join(error.lines)) from error
    own = settings(Choices(as_of=date.today()), chain)
    types = written_types([application])
    return examine(application, registry.fitting(_ours(own.select), _ours(own.ignore), types).rules, own)


def _ours(selectors: Iterable[str]) -> tuple[str, ...]:
    """Those that do not speak of rules of a companion."""
    return tuple(selector for selector in selectors if registry.tool_of(selector) is None)
