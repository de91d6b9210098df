"""checkov, as a child process: its pins would hold back every other package of an environment it shares.

It works on copies in a folder of its own, with neither the configuration files nor the tokens that checkov would look
for: a ``.checkov.yaml`` beside the templates may name Python checks to load, and a token makes it upload results. One
odd template ends a whole run of checkov, so a run that fails is repeated on halves until the culprit is alone.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence, Sized
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from time import monotonic

from analyzer.companions.checkov_output import Answer, OutputError, parse
from analyzer.companions.child import ChildError, Done, run
from analyzer.companions.report import Remark, Template, Trouble, UnavailableError

VARIABLE = "STACKPROOF_CHECKOV"
"""The environment variable that names the command where ``--checkov`` does not."""

OPTIONS = ("--framework", "cloudformation", "--skip-download", "--compact", "--output", "json", "--file")

SKIPPED = re.compile(r"skipping (t\d+\.(?:json|yaml)) ")
"""How checkov says in its log that a file is no template to it; no report of it does."""

KEPT = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR")
"""What the child gets of the environment."""

VERSION = re.compile(r"\d+(\.\w+)+")

EACH = 2.0
"""Seconds that one template more may take."""

MOST_RUNS = 4
"""Times the seconds of one run that all runs together may take: halves of a run that hangs hang as well."""


class Checkov:
    """One command. ``command`` None: the one that the environment variable or the search path gives. ``seconds`` is for
    its start, :data:`EACH` come on top for each template."""

    name = "checkov"

    def __init__(self, seconds: float, stop: Event, command: str | None = None) -> None:
        self._seconds = seconds
        self._stop = stop
        self._wanted = command or os.environ.get(VARIABLE)
        self._command = ""

    def start(self) -> str:
        """Find the command and ask its version."""
        from shutil import which

        wanted = self._wanted or "checkov"
        found = which(wanted)
        if found is None:
            hint = "" if self._wanted else "; it wants an environment of its own, and --checkov to name its command"
            raise UnavailableError(f"there is no command {wanted!r}{hint}")
        self._command = str(Path(found).absolute())
        try:
            told = self._run(("--version",), {})
        except ChildError as error:
            raise UnavailableError(f"{wanted} --version: {error}") from error
        version = told.output.strip()
        if told.status != 0 or not VERSION.fullmatch(version):
            raise UnavailableError(f"{wanted} --version ends with status {told.status} and tells no version")
        return version

    def examine(self, templates: tuple[Template, ...]) -> tuple[list[Remark], list[Trouble]]:
        """What checkov says of ``templates``, together where it can be."""
        remarks: list[Remark] = []
        troubles: list[Trouble] = []
        parts = [templates] if templates else []
        until = monotonic() + MOST_RUNS * self._allowed(templates)
        while parts:
            part = parts.pop()
            try:
                answer = self._answer(part, until)
            except (ChildError, OutputError) as error:
                if len(part) == 1 or monotonic() > until:
                    troubles += (Trouble(template.path, str(error)) for template in part)
                else:
                    middle = len(part) // 2
                    parts += [part[middle:], part[:middle]]
                continue
            remarks += answer.remarks
            troubles += (Trouble(path, "it does not take it for a template") for path in answer.unread)
        return remarks, troubles

    def _answer(self, templates: Sequence[Template], until: float) -> Answer:
        if monotonic() > until:
            raise ChildError("its runs took too long together")
        names = dict(_named(templates))
        done = self._run(OPTIONS, names)
        # 1 says that there are findings; 2, or a signal, that it broke down.
        if done.status not in (0, 1):
            raise OutputError(f"it ended with status {done.status}{_last_words(done.errors)}")
        answer = parse(done.output, names)
        passed_over = set(SKIPPED.findall(done.errors)) & names.keys()
        return Answer(answer.remarks, sorted({*answer.unread, *(names[name].path for name in passed_over)}))

    def _run(self, options: Sequence[str], files: Mapping[str, Template]) -> Done:
        """Run it on copies of ``files``."""
        with TemporaryDirectory(prefix="stackproof-checkov-") as home:
            folder = Path(home)
            for name, template in files.items():
                (folder / name).write_bytes(template.text.encode("utf-8", "surrogatepass"))
            command = [self._command, *options, *files]
            seconds = self._allowed(files)
            return run(command, folder, _environment(home), seconds=seconds, stop=self._stop)

    def _allowed(self, templates: Sized) -> float:
        return self._seconds + EACH * len(templates)


def _named(templates: Sequence[Template]) -> Iterator[tuple[str, Template]]:
    """Names that hold nothing of the original ones, which may look like options or lead elsewhere."""
    for number, template in enumerate(templates):
        suffix = "json" if template.text.lstrip("\ufeff \t\r\n").startswith("{") else "yaml"
        yield f"t{number}.{suffix}", template


def _environment(home: str) -> Mapping[str, str]:
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return {**kept, "HOME": home, "USERPROFILE": home, "PYTHONUTF8": "1", "LOG_LEVEL": "WARNING"}


def _last_words(errors: str) -> str:
    lines = [line for line in errors.splitlines() if line.strip()]
    return f": {' '.join(lines[-1].split())[:200]}" if lines else ""
