"""Finds rules: the modules named by the entry-point group ``stackproof.rules``.

An entry point's value is a module that defines ``RULE`` or a package of such modules, installed like any other
Python package; nothing is ever loaded from the repository under test. In a package, a module whose name begins
with a rule id (``fm0701_event_loop``) must define that rule, and is imported only when it is selected; other
modules are imported and may define one; names that begin with ``_`` are private to the package.

A package may say in ``NEEDS`` which resource types the rules of an id prefix judge (``{"FM14": ("AWS::DynamoDB::",)}``,
beginnings of type names; the longest prefix counts). Where no input has one, those rules are not even imported.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

from analyzer.entry_points import EntryPoint, installed
from analyzer.records import dataclass

if TYPE_CHECKING:
    from analyzer.rule import Rule

GROUP = "stackproof.rules"

COMPANIONS = ("cfn-lint", "checkov", "cfn-validate")
"""The other analyzers whose findings a report may hold, in the order in which they are told; their rule ids begin with
the name and a colon: ``cfn-lint:E3012``."""

_ID_IN_NAME = re.compile(r"([a-z]+[0-9]{3,})(?:_|$)")


class RegistryError(Exception):
    """The rules cannot be told: no rules, a duplicate id, a rule that cannot be imported. One line for people."""


class UnknownRuleError(RegistryError):
    """A rule id or prefix that selects nothing. ``selector`` is what was asked for, ``near`` what is like it."""

    def __init__(self, selector: str, near: str | None = None) -> None:
        self.selector = selector
        self.near = near
        hint = f"; did you mean {near}?" if near else "; `stackproof rules` lists them all"
        super().__init__(f"no rule has the id or prefix {selector!r}{hint}")


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A module that may define a rule. ``id`` is known without importing it where its name begins with one."""

    module: str
    id: str | None = None
    must_define: bool = True
    needs: tuple[str, ...] = ()

    def fits(self, types: frozenset[str] | None) -> bool:
        """Whether the rule may find something to judge where the inputs have these resource types."""
        return types is None or not self.needs or any(kind.startswith(self.needs) for kind in types)


@dataclass(frozen=True, slots=True)
class Selection:
    """The rules of a run, by id, and the ids of those that no input gives anything to judge."""

    rules: tuple[Rule, ...]
    unneeded: tuple[str, ...] = ()


@cache
def rules() -> tuple[Rule, ...]:
    """All rules of all installed rule packs, by id.

    Raises:
        RegistryError: see there.
    """
    return select()


def select(prefixes: Sequence[str] = (), ignore: Sequence[str] = ()) -> tuple[Rule, ...]:
    """The rules whose id begins with one of ``prefixes`` (none given: all) and with none of ``ignore``, by id.

    Letter case does not matter. Only the modules of rules that may be selected are imported.

    Raises:
        UnknownRuleError: a prefix that no rule has.
        RegistryError: see there.
    """
    return fitting(prefixes, ignore).rules


def fitting(prefixes: Sequence[str] = (), ignore: Sequence[str] = (), types: frozenset[str] | None = None) -> Selection:
    """As :func:`select`, for inputs with these resource types (None: not known, so every rule may be needed).

    Raises:
        UnknownRuleError: a prefix that no rule has.
        RegistryError: see there.
    """
    return load(installed(GROUP), prefixes, ignore, types)


def ids() -> frozenset[str]:
    """The ids of all rules of all installed rule packs; most of them are known without importing anything.

    Raises:
        RegistryError: see there.
    """
    candidates = [found for entry_point in installed(GROUP) for found in _candidates(entry_point)]
    imported = (_import(candidate) for candidate in candidates if candidate.id is None)
    return frozenset(_known_ids(candidates) | {rule.id for rule in imported if rule is not None})


def slugs(identifiers: Collection[str]) -> dict[str, str]:
    """The slugs of those rules among ``identifiers`` that are installed; imports all rules if there are any.

    Raises:
        RegistryError: see there.
    """
    return {rule.id: rule.slug for rule in rules() if rule.id in identifiers} if identifiers else {}


def load(
    entry_points: Iterable[EntryPoint],
    prefixes: Sequence[str] = (),
    ignore: Sequence[str] = (),
    types: frozenset[str] | None = None,
) -> Selection:
    """:func:`fitting` among the rules that ``entry_points`` name."""
    candidates = [found for entry_point in entry_points for found in _candidates(entry_point)]
    wanted = tuple(prefix.upper() for prefix in prefixes)
    unwanted = tuple(prefix.upper() for prefix in ignore)
    found: dict[str, Rule] = {}
    known = _known_ids(candidates)
    unneeded: list[str] = []
    for candidate in candidates:
        if candidate.id and not _chosen(candidate.id, wanted, unwanted):
            continue
        if candidate.id and not candidate.fits(types):
            unneeded.append(candidate.id)
            continue
        rule = _import(candidate)
        if rule is not None:
            _refuse_duplicate(found.get(rule.id), rule)
            found[rule.id] = rule
    known = known | found.keys()
    if not known:
        raise RegistryError(f"no rules are installed (entry-point group {GROUP!r} names none)")
    for prefix in (*wanted, *unwanted):
        if not any(identifier.startswith(prefix) for identifier in known):
            raise UnknownRuleError(prefix, nearest(prefix, known))
    chosen = tuple(rule for identifier, rule in sorted(found.items()) if _chosen(identifier, wanted, unwanted))
    return Selection(chosen, tuple(sorted(unneeded)))


def canonical(identifier: str) -> str:
    """A rule id or prefix as findings carry it, however people write it: ``FM0701``, ``cfn-lint:E3012``; all rules of
    a companion are ``cfn-lint:``."""
    tool, _, rule = identifier.partition(":")
    return f"{tool.lower()}:{rule.upper()}" if tool.lower() in COMPANIONS else identifier.upper()


def tool_of(identifier: str) -> str | None:
    """The companion that a canonical rule id or prefix belongs to; None where it is ours."""
    tool, colon, _ = identifier.partition(":")
    return tool if colon and tool in COMPANIONS else None


def nearest(selector: str, known: Iterable[str]) -> str | None:
    """The id among ``known`` that ``selector`` was probably meant to be; None where nothing is like it."""
    from difflib import SequenceMatcher

    wanted = selector.upper()
    scored = [(SequenceMatcher(None, wanted, identifier).ratio(), identifier) for identifier in sorted(known)]
    close = [(sorted(identifier) == sorted(wanted), score, identifier) for score, identifier in scored if score >= 0.6]
    # A transposed digit is likelier than a wrong one; of equals the first id.
    return max(close, key=lambda found: found[:2])[2] if close else None


def _chosen(identifier: str, wanted: tuple[str, ...], unwanted: tuple[str, ...]) -> bool:
    return (not wanted or identifier.startswith(wanted)) and not (unwanted and identifier.startswith(unwanted))


def _known_ids(candidates: list[_Candidate]) -> set[str]:
    known: set[str] = set()
    for candidate in candidates:
        if candidate.id is None:
            continue
        if candidate.id in known:
            raise RegistryError(f"two modules define the rule {candidate.id}; one is {candidate.module}")
        known.add(candidate.id)
    return known


def _candidates(entry_point: EntryPoint) -> Iterator[_Candidate]:
    name = entry_point.value
    try:
        spec = find_spec(name)
    except (ImportError, ValueError) as error:
        raise RegistryError(f"rule pack {entry_point.name!r} ({name}) cannot be imported: {error}") from error
    if spec is None:
        raise RegistryError(f"rule pack {entry_point.name!r} names the module {name}, which is not installed")
    if spec.submodule_search_locations is None:
        yield _Candidate(name)
        return
    needs = _needs(name)
    for module in sorted(pkgutil.iter_modules(spec.submodule_search_locations), key=lambda found: found.name):
        if not module.name.startswith("_"):
            match = _ID_IN_NAME.match(module.name)
            identifier = match[1].upper() if match else None
            types = _longest(needs, identifier) if identifier else ()
            yield _Candidate(f"{name}.{module.name}", identifier, match is not None, types)


def _needs(package: str) -> Mapping[str, tuple[str, ...]]:
    try:
        found = getattr(importlib.import_module(package), "NEEDS", {})
    except Exception as error:  # whatever a rule pack raises at import: the run cannot be trusted without it
        raise RegistryError(f"the rule package {package} cannot be imported: {_reason(error)}") from error
    return found if isinstance(found, Mapping) else {}


def _longest(needs: Mapping[str, tuple[str, ...]], identifier: str) -> tuple[str, ...]:
    prefixes = [prefix for prefix in needs if identifier.startswith(prefix)]
    return needs[max(prefixes, key=len)] if prefixes else ()


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0]


def _import(candidate: _Candidate) -> Rule | None:
    from analyzer.rule import Rule

    try:
        module = importlib.import_module(candidate.module)
    except Exception as error:  # whatever a rule pack raises at import: the run cannot be trusted without it
        raise RegistryError(f"the rule module {candidate.module} cannot be imported: {_reason(error)}") from error
    rule = getattr(module, "RULE", None)
    if rule is None and not candidate.must_define:
        return None
    if not isinstance(rule, Rule):
        raise RegistryError(f"the module {candidate.module} does not define RULE as an analyzer.rule.Rule")
    if candidate.id is not None and rule.id != candidate.id:
        raise RegistryError(f"the module {candidate.module} defines the rule {rule.id}, its name says {candidate.id}")
    return rule


def _refuse_duplicate(first: Rule | None, second: Rule) -> None:
    if first is not None:
        raise RegistryError(f"two modules define the rule {second.id}: {first.module} and {second.module}")
