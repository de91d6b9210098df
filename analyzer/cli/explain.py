"""``stackproof explain``: a rule's documentation, offline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from analyzer.rule import Rule


@click.command("explain")
@click.argument("rule")
def command(rule: str) -> None:
    """Show what RULE (an id or a slug) checks, why it fails, how to mend it and what it cannot see."""
    from analyzer import registry
    from analyzer.cli.markdown import plain

    try:
        found = _asked(rule)
    except registry.RegistryError as error:
        raise click.ClickException(str(error)) from error
    known = next((known for known in found if rule.upper() in (known.id, known.slug.upper())), None)
    if known is None:
        raise click.UsageError(f"{rule} is a prefix; say which: {', '.join(known.id for known in found)}")
    grades = f"Severity {known.severity.label}; documented as {known.documented.label}. Since {known.since}."
    heading = f"# {known.id} {known.slug}: {known.title}\n\n{grades}\n"
    _, _, body = known.documentation.strip().partition("\n")
    click.echo(plain(f"{heading}{body}"))


def _asked(rule: str) -> tuple[Rule, ...]:
    """The rules whose id begins so, or the one with this slug."""
    from analyzer import registry

    try:
        return registry.select([rule])
    except registry.UnknownRuleError:
        found = tuple(known for known in registry.select() if known.slug == rule.lower())
        if not found:
            raise
        return found
