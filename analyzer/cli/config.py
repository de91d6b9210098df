"""``stackproof config show``: what is in force, and where it comes from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from analyzer.cli.judging import Request, config_files, refused
from analyzer.report.sanitize import terminal

if TYPE_CHECKING:
    from analyzer.policy.configuration import Configuration
    from analyzer.policy.effective import Origin


@click.group("config")
def command() -> None:
    """Show the configuration."""


@command.command("show", context_settings={"show_default": True})
@click.argument("path", default=".")
@click.option("--config", metavar="FILE", help="This configuration, and none that lies near PATH.")
@click.option("--format", "format_name", type=click.Choice(["text", "json"]), default="text", help="How to show it.")
def show(path: str, config: str | None, format_name: str) -> None:
    """Show what governs PATH (a file or folder), setting by setting, with the file and line it comes from.

    Options of `check` win over it; `ignore` and `exclude` add up.
    """
    from analyzer.policy.config_error import ConfigError
    from analyzer.policy.effective import origins
    from analyzer.sources.reading import exists, is_folder, why_absent

    target = Path(path)
    if not exists(target):
        raise click.ClickException(f"{path}: {why_absent(target)}")
    folder = target if is_folder(target) else target.parent
    try:
        files = config_files(Request(paths=(path,), config=config))
        chain = list(files.chain(Path.cwd() / folder))
        excluded = files.excluded(Path.cwd() / target)
    except ConfigError as error:
        raise refused(error.lines) from error
    settings = list(origins(chain))
    told = _as_json(chain, settings) if format_name == "json" else _as_text(path, chain, settings)
    click.echo(told)
    if excluded and format_name == "text":
        click.echo(f"{terminal(path)} is {terminal(excluded)}")


def _as_text(path: str, chain: list[Configuration], settings: list[Origin]) -> str:
    governing = chain[0].file if chain else "no configuration"
    name = max(len(setting.name) for setting in settings)
    shown = [_shown(setting.value) for setting in settings]
    value = min(max(map(len, shown)), 60)
    lines = [
        terminal(f"{setting.name:{name}}  {text:{value}}  {setting.origin}".rstrip())
        for setting, text in zip(settings, shown, strict=True)
    ]
    return "\n".join([terminal(f"{path} is governed by {governing}"), *lines])


def _shown(value: Any) -> str:
    match value:
        case str():
            return value
        case list() if all(isinstance(item, str) for item in value):
            return ", ".join(value) or "none"
        case _:
            return json.dumps(value, ensure_ascii=False)


def _as_json(chain: list[Configuration], settings: list[Origin]) -> str:
    from analyzer.report.json_format import dumps

    told = [{"name": setting.name, "value": setting.value, "origin": setting.origin} for setting in settings]
    return dumps({"files": [each.file for each in chain], "settings": told}, indent=2).rstrip("\n")
