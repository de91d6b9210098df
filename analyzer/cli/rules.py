"""``stackproof rules``: what there is to select."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from analyzer.cli.options import Selectors, flatten

if TYPE_CHECKING:
    from analyzer.rule import Rule


@click.command("rules", context_settings={"show_default": True})
@click.option("--select", type=Selectors(), multiple=True, help="Only these rules (ids or prefixes, comma-separated).")
@click.option("--format", "format_name", type=click.Choice(["text", "json"]), default="text", help="How to list them.")
def command(select: tuple[tuple[str, ...], ...], format_name: str) -> int:
    """List the rules with their severities and titles."""
    from analyzer import registry

    try:
        rules = registry.select(flatten(select))
    except registry.RegistryError as error:
        raise click.ClickException(str(error)) from error
    click.echo(_as_json(rules) if format_name == "json" else _as_text(rules))
    return 0


def _as_text(rules: Sequence[Rule]) -> str:
    slug = max(len(rule.slug) for rule in rules)
    return "\n".join(f"{rule.id}  {rule.severity.label:8}  {rule.slug:{slug}}  {rule.title}" for rule in rules)


def _as_json(rules: Sequence[Rule]) -> str:
    import json

    return json.dumps([_describe(rule) for rule in rules], indent=2, ensure_ascii=False)


def _describe(rule: Rule) -> dict[str, object]:
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
        "references": list(rule.references),
    }
