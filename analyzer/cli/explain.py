"""``stackproof explain``: a rule's documentation, offline."""

from __future__ import annotations

import click


@click.command("explain")
@click.argument("rule")
def command(rule: str) -> int:
    """Show what RULE checks, why it fails, how to mend it and what it cannot see."""
    from analyzer import registry
    from analyzer.cli.markdown import plain

    try:
        found = registry.select([rule])
    except registry.RegistryError as error:
        raise click.ClickException(str(error)) from error
    known = next((known for known in found if known.id == rule.upper()), None)
    if known is None:
        raise click.UsageError(f"{rule} is a prefix; say which: {', '.join(known.id for known in found)}")
    grades = f"Severity {known.severity.label}; documented as {known.documented.label}. Since {known.since}."
    heading = f"# {known.id} {known.slug}: {known.title}\n\n{grades}\n"
    _, _, body = known.documentation.strip().partition("\n")
    click.echo(plain(f"{heading}{body}"))
    return 0
