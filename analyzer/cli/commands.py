"""The commands, imported when used."""

from __future__ import annotations

from importlib import import_module

import click

from analyzer import __version__

COMMANDS = {
    "baseline": "Accept the findings of today and fail on new ones only.",
    "check": "Judge cloud assemblies, templates and CDK source.",
    "config": "Show the configuration and where each value comes from.",
    "diff": "Say what a change adds, mends or worsens.",
    "explain": "Show the documentation of a rule.",
    "graph": "Draw the event flow, the network, the grants or the stacks.",
    "init": "Write configuration, pre-commit hook and pipelines.",
    "rules": "List the rules.",
    "verify": "Check an evidence bundle.",
    "waivers": "List the waivers and what each hides.",
}
"""Every command, implemented as ``command`` in the module of its name, with its one-line help."""


class Commands(click.Group):
    """Commands that are imported only when they run; their help comes from :data:`COMMANDS`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command called ``cmd_name``, None where there is none."""
        if cmd_name not in COMMANDS:
            return None
        command = import_module(f"analyzer.cli.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands for ``--help``, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="stackproof", message="%(prog)s %(version)s")
def cli() -> None:
    """Prove, before deployment, that an AWS stack does not repeat known serverless failures."""
