"""Entry point: how every run ends, with one line on stderr for whatever goes wrong.

Click and the commands are imported inside, so that whoever interrupts a run while they load sees that line, too.
"""

from __future__ import annotations

import atexit
import gc
import os
import sys
from collections.abc import Sequence

from analyzer import collector
from analyzer.policy.exit_status import ExitStatus


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its :class:`ExitStatus`. Nothing but findings is 1, which Python would make of any
    exception."""
    try:
        _open_streams()
        collector.late()
        atexit.register(gc.freeze)  # a last round, when the process ends and takes everything with it, only costs time
        return _run(arguments)
    except KeyboardInterrupt:
        print(file=sys.stderr)  # behind the ^C that a terminal shows
        return _fail("interrupted", ExitStatus.INTERRUPTED)
    except Exception:  # noqa: BLE001  whatever it is, it is not findings
        return _defect()


def _run(arguments: Sequence[str] | None) -> int:
    import click

    from analyzer.cli.commands import cli

    try:
        status = cli.main(arguments, prog_name="stackproof", standalone_mode=False)
        sys.stdout.flush()
        return int(status or 0)
    except click.exceptions.Exit as wanted:
        return wanted.exit_code
    except click.Abort:  # so click calls an interrupt, after a line break
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
            raise
        _write_no_more()
        return _fail(f"cannot write to standard output: {error.strerror}", ExitStatus.ERROR)


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
