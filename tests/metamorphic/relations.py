"""The relations: what may be done to an application without any rule saying anything else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from analyzer.judgement import Verdict
from analyzer.rule import Rule
from tests.metamorphic import handlers, naming, order, splitting, wrapping
from tests.metamorphic.applications import Copy, copy
from tests.metamorphic.judging import Said, judge

View = Callable[[Said], Said | None]
Rewrite = Callable[[Copy, Random], None]


def differences(before: Iterable[Said], after: Iterable[Said]) -> list[str]:
    """What only one of the two says, ``-`` before and ``+`` after the rewriting."""
    first, second = set(before), set(after)
    return [f"- {said}" for said in sorted(first - second)] + [f"+ {said}" for said in sorted(second - first)]


def opposites(before: Iterable[Said], after: Iterable[Said]) -> list[str]:
    """Where one passes and the other fails, or one has nothing to say: what remains of sameness where a value may be
    overridden, so that it may be less certain or unknown."""
    later: dict[tuple[str, ...], set[str]] = {}
    for said in after:
        later.setdefault(_subject(said), set()).add(said.verdict)
    found = []
    for said in before:
        verdicts = later.get(_subject(said), set())
        contrary = {Verdict.PASS: Verdict.FAIL, Verdict.FAIL: Verdict.PASS}.get(Verdict(said.verdict))
        if not verdicts or contrary in verdicts:
            found.append(f"- {said}: {', '.join(sorted(verdicts)) or 'nothing'}")
    return found


def _subject(said: Said) -> tuple[str, ...]:
    return said.rule, said.stack, said.resource, said.type, said.key


def _always(copy: Copy) -> bool:
    return True


def _same(said: Said) -> Said:
    return said


@dataclass(frozen=True, slots=True)
class Relation:
    """``rewrite`` is done to a copy of an application that it ``applies`` to. What rules say of both is seen through
    ``view`` (None: left out) and must show no ``violations``."""

    name: str
    rewrite: Rewrite
    view: View = _same
    violations: Callable[[list[Said], list[Said]], list[str]] = differences
    applies: Callable[[Copy], bool] = _always


def violations(
    relation: Relation,
    source: Path,
    rules: Sequence[Rule],
    before: list[Said],
    scratch: Path,
    paths: Sequence[str] = (".",),
) -> list[str] | None:
    """How ``relation`` is violated on the application in ``source``, of which ``rules`` say ``before``; None where it
    does not apply. ``scratch`` is a folder that does not exist yet."""
    made = copy(source, scratch, paths)
    if not made.templates or not relation.applies(made):
        return None
    relation.rewrite(made, Random(source.name))
    made.write()
    after = judge(scratch, rules, paths)
    return relation.violations(_seen(before, relation.view), _seen(after, relation.view))


def _seen(judgements: Iterable[Said], view: View) -> list[Said]:
    return [seen for seen in map(view, judgements) if seen is not None]


def other_format(copy: Copy, random: Random) -> None:
    """JSON as YAML and YAML as JSON."""
    for name in list(copy.templates):
        suffix = ".yaml" if name.endswith(".json") else ".json"
        copy.rename(name, name.rpartition(".")[0] + suffix)


def _free_to_be_named(copy: Copy) -> bool:
    """An assembly and the parent of a nested stack say what a template's file is called."""
    text = str(list(copy.templates.values()))
    return not copy.assembly and not any(Path(name).name in text for name in copy.templates)


def _without_parameters(said: Said) -> Said | None:
    return None if said.resource.startswith(wrapping.LITERAL) else said


def everything(copy: Copy, random: Random) -> None:
    """Several rewritings at once: what holds for all of them holds for each."""
    for rewrite in (order.shuffle, wrapping.substituted, wrapping.conditional_parts, naming.rename):
        rewrite(copy, random)
    if _free_to_be_named(copy):
        other_format(copy, random)


FORMAT = Relation("format", other_format, applies=_free_to_be_named)
REVERSE = Relation("reverse", order.reverse)
SHUFFLE = Relation("shuffle", order.shuffle)
RENAME = Relation("rename", naming.rename, naming.restored)
SUB = Relation("sub", wrapping.substituted)
JOIN = Relation("join", wrapping.joined)
TEXT = Relation("text", wrapping.as_text)
IF_PROPERTIES = Relation("if-properties", wrapping.conditional_properties)
IF_PARTS = Relation("if-parts", wrapping.conditional_parts)
SPLIT = Relation("split", splitting.split, splitting.of_resources, applies=splitting.can_be_split)
INLINE = Relation("inline", handlers.inline_to_files, applies=handlers.has_inline_code)
GIVEN = Relation("given", wrapping.parameters_given, _without_parameters)
DEFAULT = Relation("default", wrapping.parameters_by_default, _without_parameters, opposites)
EVERYTHING = Relation("everything", everything, naming.restored)

RELATIONS = (
    FORMAT,
    REVERSE,
    SHUFFLE,
    RENAME,
    SUB,
    JOIN,
    TEXT,
    IF_PROPERTIES,
    IF_PARTS,
    SPLIT,
    INLINE,
    GIVEN,
    DEFAULT,
)
