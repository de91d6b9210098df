"""One configuration: what a ``stackproof.yaml`` or ``[tool.stackproof]`` says, and on which line."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from analyzer.judgement import Severity
from analyzer.policy.config_error import ConfigError
from analyzer.policy.config_problems import Problem, dotted, pointer, schema_problems
from analyzer.policy.settings import Attestation, Override
from analyzer.policy.waiver_entries import Known, waiver, wrong_date, wrong_rule
from analyzer.policy.waivers import WARN_DAYS, Waiver, WaiverPolicy
from analyzer.records import dataclass
from analyzer.registry import canonical

RULE_SETTINGS = ("audit_retention_days", "log_retention_days")

Line = Callable[[str], int | None]
"""The line on which the value at a JSON pointer is written; None where it cannot be told."""


@dataclass(frozen=True, slots=True)
class Source:
    """A parsed file. ``file`` is its display path, ``base`` the folder (relative to the working directory) that its
    patterns and paths are relative to."""

    file: str
    base: str
    content: Any
    line: Line

    def place(self, path: Sequence[str | int]) -> str:
        """``stackproof.yaml:12``: where the value at ``path`` is written."""
        line = self.line(pointer(path))
        return self.file if line is None else f"{self.file}:{line}"


class Configuration:
    """A configuration that was found to be well-formed, with every rule id known.

    Raises:
        ConfigError: it is not; all problems at once.
    """

    def __init__(self, source: Source, known: Known) -> None:
        content = {} if source.content is None else source.content
        problems = schema_problems(content) or [
            *_rule_problems(content, known),
            *_waiver_problems(content, known),
            *_path_problems(content),
            *_framework_problems(content),
        ]
        refuse(source, problems)
        self.source = source
        self.content: Mapping[str, Any] = content

    @property
    def file(self) -> str:
        """Display path of the file."""
        return self.source.file

    def value(self, *path: str) -> Any:
        """The value at ``path``; None where it is not written."""
        found: Any = self.content
        for key in path:
            found = found.get(key) if isinstance(found, Mapping) else None
        return found

    def rules(self, key: str) -> tuple[str, ...]:
        """The rule ids or prefixes at ``key``, in their canonical form."""
        return tuple(canonical(identifier) for identifier in self.content.get(key, ()))

    def excludes(self) -> Iterator[tuple[str, str]]:
        """The globs of files and folders that are not judged, with their places."""
        for index, glob in enumerate(self.content.get("exclude", ())):
            yield glob, self.source.place(("exclude", index))

    def severities(self) -> dict[str, Severity]:
        """The severities it gives, by rule id or prefix in their canonical form."""
        return _severities(self.content)

    def parameters(self) -> dict[str, str]:
        """The parameter values for all stacks."""
        return _parameters(self.content)

    def overrides(self) -> tuple[Override, ...]:
        """Settings for parts of an application; those for stacks come last, as they win."""
        paths = [Override(path=glob, **self._override(held)) for glob, held in self.content.get("paths", {}).items()]
        stacks = [Override(stack=glob, **self._override(held)) for glob, held in self.content.get("stacks", {}).items()]
        return (*paths, *stacks)

    def _override(self, held: Mapping[str, Any]) -> dict[str, Any]:
        ignore = tuple(canonical(identifier) for identifier in held.get("ignore", ()))
        scope = {"base": self.source.base, "ignore": ignore}
        return {**scope, "severities": _severities(held), "parameters": _parameters(held)}

    def frameworks(self) -> tuple[str, ...]:
        """The keys of the frameworks whose controls reports are to show."""
        if "frameworks" not in self.content:
            return ()
        from analyzer.data.controls import framework_keys

        return tuple(dict.fromkeys(key for name in self.content["frameworks"] for key in framework_keys(name)))

    def rule_settings(self) -> dict[str, Any]:
        """What rules are told."""
        told = {name: self.content[name] for name in RULE_SETTINGS if name in self.content}
        if "audit_trail" in self.content:
            told["audit_trail"] = self.content["audit_trail"]["kind"]
        return told

    def attestation(self) -> Attestation | None:
        """Who vouches for the trail of the organization; None: nobody does."""
        held = self.content.get("audit_trail")
        if held is None:
            return None
        return Attestation(held["owner"].strip(), held["reason"].strip(), self.source.place(("audit_trail",)))

    def waivers(self) -> tuple[Waiver, ...]:
        """The waivers it holds."""
        return waivers(self.source, self.content)

    def waiver_policy(self) -> WaiverPolicy:
        """What it asks of waivers."""
        return policy(self.content.get("waiver_policy", {}))


@dataclass(frozen=True, slots=True)
class Central:
    """A central file: the waivers and the policy of those who decide what may be waived."""

    waivers: tuple[Waiver, ...]
    policy: WaiverPolicy


def central(source: Source, known: Known) -> Central:
    """The central waiver file in ``source``.

    Raises:
        ConfigError: it is not well-formed; all problems at once.
    """
    problems = schema_problems(source.content, definition="central")
    if not problems:
        named = _listed(("policy", "non_waivable"), source.content.get("policy", {}).get("non_waivable", ()), known)
        problems = [*named, *_waiver_problems(source.content, known)]
    refuse(source, problems)
    return Central(waivers(source, source.content), policy(source.content.get("policy", {})))


def waivers(source: Source, content: Mapping[str, Any]) -> tuple[Waiver, ...]:
    """The waivers in well-formed ``content``."""
    return tuple(
        waiver(entry, source.place(("waivers", index)), base=source.base)
        for index, entry in enumerate(content.get("waivers", ()))
    )


def policy(held: Mapping[str, Any]) -> WaiverPolicy:
    """The waiver policy that well-formed ``held`` writes."""
    return WaiverPolicy(
        require=tuple(held.get("require", ())),
        non_waivable=tuple(canonical(identifier) for identifier in held.get("non_waivable", ())),
        inline=held.get("inline", True),
        warn_days=held.get("warn_days", WARN_DAYS),
    )


def refuse(source: Source, problems: Sequence[Problem]) -> None:
    """Raise a :class:`ConfigError` if there are any ``problems``, in the order of their lines."""
    if problems:
        ordered = sorted(problems, key=lambda problem: source.line(pointer(problem.path)) or 0)
        raise ConfigError([f"{source.place(problem.path)}: {problem.text}" for problem in ordered])


def _rule_problems(content: Mapping[str, Any], known: Known) -> Iterator[Problem]:
    held: list[tuple[tuple[str, ...], Mapping[str, Any]]] = [((), content)]
    for section in ("paths", "stacks"):
        held += [((section, glob), part) for glob, part in content.get(section, {}).items()]
    for path, part in held:
        for key in ("select", "ignore", "severity"):
            yield from _listed((*path, key), part.get(key, ()), known)
    yield from _listed(
        ("waiver_policy", "non_waivable"), content.get("waiver_policy", {}).get("non_waivable", ()), known
    )


def _listed(path: tuple[str, ...], rules: Sequence[str] | Mapping[str, Any], known: Known) -> Iterator[Problem]:
    keyed = isinstance(rules, Mapping)
    for index, identifier in enumerate(rules):
        wrong = wrong_rule(canonical(identifier), known)
        if wrong:
            yield Problem((*path, identifier if keyed else index), f"{dotted(path)}: {wrong}")


def _waiver_problems(content: Mapping[str, Any], known: Known) -> Iterator[Problem]:
    for index, entry in enumerate(content.get("waivers", ())):
        path = ("waivers", index)
        wrong = wrong_rule(canonical(entry["rule"]), known)
        if wrong:
            yield Problem((*path, "rule"), f"{dotted(path)}: {wrong}")
        late = wrong_date(entry["expires"]) if "expires" in entry else None
        if late:
            yield Problem((*path, "expires"), f"{dotted(path)}: {late}")


def _path_problems(content: Mapping[str, Any]) -> Iterator[Problem]:
    """A baseline is written to, so a configuration may not name one elsewhere."""
    normal = posixpath.normpath(content.get("baseline", "."))
    if normal.startswith(("/", "../")) or normal == ".." or "\\" in normal:
        yield Problem(("baseline",), "baseline is a file in the folder of this file or below it")


def _framework_problems(content: Mapping[str, Any]) -> Iterator[Problem]:
    if not content.get("frameworks"):
        return
    from analyzer.data.controls import framework_keys, frameworks, nearest_framework

    for index, name in enumerate(content["frameworks"]):
        if not framework_keys(name):
            near = nearest_framework(name)
            hint = f"did you mean {near}?" if near else f"known: {', '.join(frameworks())}"
            yield Problem(("frameworks", index), f"frameworks: no framework is called {name!r}; {hint}")


def _severities(held: Mapping[str, Any]) -> dict[str, Severity]:
    return {canonical(identifier): Severity[word.upper()] for identifier, word in held.get("severity", {}).items()}


def _parameters(held: Mapping[str, Any]) -> dict[str, str]:
    return {name: _plain(value) for name, value in held.get("parameters", {}).items()}


def _plain(value: Any) -> str:
    """A parameter's value as CloudFormation is given it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(map(_plain, value)) if isinstance(value, list) else str(value)
