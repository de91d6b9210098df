"""Which controls of which frameworks the rules bear on: evidence towards a control, never proof of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

from analyzer.data.store import read_json

BASES = MappingProxyType(
    {
        "h": "published: AWS Security Hub maps a check of the same thing",
        "w": "published: prowler maps a check of the same thing",
        "j": "own judgement",
    }
)
"""What a mapping rests on, surest first."""

JUDGEMENT = "j"


class Framework(NamedTuple):
    """A catalogue of controls, as reports cite it: name, version and where it is published."""

    name: str
    version: str
    url: str


class Control(NamedTuple):
    """One control that a rule bears on. ``title`` is short and, but for NIST, in our own words; ``basis`` is a key of
    :data:`BASES`; ``via`` names the AWS controls, or the checks of prowler, whose published mapping it is (empty: the
    control itself, or nothing is published)."""

    framework: str
    id: str
    title: str
    basis: str
    via: tuple[str, ...] = ()

    @property
    def published(self) -> bool:
        """Whether somebody else says so, too; else it is our own judgement."""
        return self.basis != JUDGEMENT


def in_order(identifier: str) -> list[tuple[int, str]]:
    """The sort key of a control's id: ``AC-6`` comes before ``AC-17``."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.findall(r"[0-9]+|[^0-9]+", identifier)]


def frameworks_in_order(keys: Iterable[str]) -> list[str]:
    """These keys of frameworks, each once: those of the data in its order, then those of rules from elsewhere."""
    named = set(keys)
    return [*(key for key in frameworks() if key in named), *sorted(named - frameworks().keys())]


@cache
def frameworks() -> Mapping[str, Framework]:
    """Every framework by its key, in the order of the data."""
    found = _content()["frameworks"].items()
    return MappingProxyType({key: Framework(each["name"], each["version"], each["url"]) for key, each in found})


@cache
def controls_of(rule_id: str) -> tuple[Control, ...]:
    """The controls that the rule bears on, each once by its surest basis, in the order of the frameworks and of their
    controls; empty for a rule that the data do not know."""
    found: dict[tuple[str, str], Control] = {}
    content = _content()
    for entry in content["mappings"]:
        if rule_id.startswith(tuple(entry["rules"])):
            for identifier in entry["ids"]:
                framework = entry["framework"]
                title = content["controls"][framework][identifier]
                control = Control(framework, identifier, title, entry["basis"], tuple(entry.get("via", ())))
                known = found.setdefault((framework, identifier), control)
                if _sureness(control) < _sureness(known):
                    found[framework, identifier] = control
    ordered = ((framework, each) for framework, ids in content["controls"].items() for each in ids)
    return tuple(found[key] for key in ordered if key in found)


def framework_keys(prefix: str) -> tuple[str, ...]:
    """The frameworks whose key is or begins with ``prefix``, whatever its case; empty where none does."""
    wanted = prefix.lower()
    return tuple(key for key in frameworks() if key.startswith(wanted))


def bears_on(rule_id: str, frameworks: Collection[str]) -> bool:
    """Whether the rule bears on a control of one of these frameworks (keys)."""
    return any(control.framework in frameworks for control in controls_of(rule_id))


def nearest_framework(name: str) -> str | None:
    """The key of the framework that ``name`` was probably meant to be; None where none is like it."""
    from difflib import get_close_matches

    # People write the beginning of a key, so that is what it is compared with.
    keys = tuple(frameworks())
    shortened = {key[: len(name)]: key for key in keys[::-1]}
    near = get_close_matches(name.lower(), [*keys, *shortened], n=1, cutoff=0.7)
    return shortened.get(near[0], near[0]) if near else None


def published_requirements() -> Mapping[str, tuple[str, ...]]:
    """AWS Security Hub control → the NIST 800-53 r5 ids that its page names."""
    return MappingProxyType({key: tuple(ids) for key, ids in _content()["published"].items()})


def _sureness(control: Control) -> int:
    return tuple(BASES).index(control.basis)


@cache
def _content() -> dict[str, Any]:
    return read_json("controls.json")
