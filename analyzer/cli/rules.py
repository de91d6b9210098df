"""``stackproof rules``: what there is to select."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from analyzer.cli.options import Framework, Selectors, flatten

if TYPE_CHECKING:
    from analyzer.data.controls import Control
    from analyzer.rule import Rule


@click.command("rules", context_settings={"show_default": True})
@click.option("--select", type=Selectors(), multiple=True, help="Only these rules (ids or prefixes, comma-separated).")
@click.option(
    "--framework",
    "wanted",
    type=Framework(),
    metavar="NAME",
    help="Only rules that bear on this framework, with its controls.",
)
@click.option("--format", "format_name", type=click.Choice(["text", "json"]), default="text", help="How to list them.")
def command(select: tuple[tuple[str, ...], ...], wanted: tuple[str, ...] | None, format_name: str) -> None:
    """List the rules with their severities and titles.

    A framework is named by its key or the beginning of it: nist, soc-2, pci, cis, aws-fsbp, glba, dora, sec.
    """
    from analyzer import registry

    try:
        rules = registry.select(flatten(select))
    except registry.RegistryError as error:
        raise click.ClickException(str(error)) from error
    if wanted is not None:
        rules = tuple(rule for rule in rules if _controls(rule, wanted))
    click.echo(_as_json(rules, wanted) if format_name == "json" else _as_text(rules, wanted))


def _controls(rule: Rule, frameworks: tuple[str, ...] | None) -> tuple[Control, ...]:
    """The controls of the dated data; of ``frameworks`` alone where these are given."""
    from analyzer.data.controls import controls_of

    return tuple(each for each in controls_of(rule.id) if frameworks is None or each.framework in frameworks)


def _as_text(rules: Sequence[Rule], frameworks: tuple[str, ...] | None) -> str:
    if frameworks is not None:
        return "\n".join([*map(_heading, frameworks), *(line for rule in rules for line in _mapped(rule, frameworks))])
    slug = max(len(rule.slug) for rule in rules)
    return "\n".join(f"{rule.id}  {rule.severity.label:8}  {rule.slug:{slug}}  {rule.title}" for rule in rules)


def _heading(framework: str) -> str:
    from analyzer.data.controls import frameworks

    known = frameworks()[framework]
    return f"{framework}: {known.name}, {known.version}. A rule is evidence towards a control, never proof of it."


def _mapped(rule: Rule, frameworks: tuple[str, ...]) -> Iterator[str]:
    from analyzer.data.controls import BASES

    yield f"{rule.id}  {rule.severity.label:8}  {rule.title}"
    for control in _controls(rule, frameworks):
        via = f" ({', '.join(control.via)})" if control.via else ""
        yield f"    {control.framework} {control.id}  {control.title} [{BASES[control.basis]}{via}]"


def _as_json(rules: Sequence[Rule], frameworks: tuple[str, ...] | None) -> str:
    import json

    return json.dumps([_describe(rule, frameworks) for rule in rules], indent=2, ensure_ascii=False)


def _describe(rule: Rule, frameworks: tuple[str, ...] | None) -> dict[str, object]:
    return {
        "id": rule.id,
        "slug": rule.slug,
        "title": rule.title,
        "failure_mode": rule.failure_mode,
        "severity": rule.severity.label,
        "documented_severity": rule.documented.label,
        "source": rule.source,
        "since": rule.since,
        "controls": list(rule.controls),
        "mapped_controls": [{**each._asdict(), "published": each.published} for each in _controls(rule, frameworks)],
        "references": list(rule.references),
    }
