"""Entry point: the commands, imported when used, and one line on stderr for whatever goes wrong."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from analyzer import __version__
from analyzer.policy.exit_status import ExitStatus

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


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its :class:`ExitStatus`. Nothing but findings is 1, which Python would make of any
    exception."""
    _open_streams()
    # A run builds few, large, long-lived structures: the default pace of the cycle collector only costs time.
    gc.set_threshold(100_000, 20, 20)
    try:
        status = cli.main(arguments, prog_name="stackproof", standalone_mode=False)
        sys.stdout.flush()
        return int(status or 0)
    except click.exceptions.Exit as wanted:
        return wanted.exit_code
    except (click.Abort, KeyboardInterrupt):
        return _fail("interrupted", ExitStatus.INTERRUPTED)
    except click.exceptions.NoArgsIsHelpError as error:
        print(error.format_message(), file=sys.stderr)
        return ExitStatus.ERROR
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "stackproof"
        return _fail(f"{error.format_message()} (see `{command} --help`)", ExitStatus.ERROR)
    except click.ClickException as error:
        return _fail(error.format_message(), ExitStatus.ERROR)
    except (BrokenPipeError, SystemExit):  # click turns the first into the second, with the status of findings
        _write_no_more()
        return ExitStatus.BROKEN_PIPE
    except OSError as error:
        if error.filename is not None:  # that of a file we opened is no news to the code around it
            return _defect()
        _write_no_more()
        return _fail(f"cannot write to standard output: {error.strerror}", ExitStatus.ERROR)
    except Exception:  # noqa: BLE001  whatever it is, it is not findings
        return _defect()


def _open_streams() -> None:
    """Make up for standard streams that are closed (`>&-`), so that nothing else is opened in their places."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115


def _write_no_more() -> None:
    """Standard output takes nothing more; what is still in its buffer must not be tried again at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _defect() -> int:
    """Say what a report of the defect needs: where it happened."""
    from traceback import print_exc

    print_exc()
    return _fail(
        "this is an error in Stackproof, which judged nothing; please report it with the lines above",
        ExitStatus.INCOMPLETE,
    )


def _fail(reason: str, status: ExitStatus) -> int:
    line = " ".join(reason.split())
    print(f"stackproof: {line}", file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
