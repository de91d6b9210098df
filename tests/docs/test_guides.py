"""The guides say what happens: their files are written and their commands run, in the order of the page.

A fenced block whose info string has a second word is a file of that name, in a folder that the blocks of a page share.
In a ``console`` block a line that begins with ``$`` is a command, and what follows is all that it writes. It ends with
status 0, unless a comment says ``# exits 1``. ``…`` stands for any text of a line and, alone, for any lines.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import pytest

from analyzer.report import formats

ROOT = Path(__file__).parents[2]
GUIDES = ("configuration", "waivers", "baseline", "evidence", "formats", "html-report")

BLOCK = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
EXITS = re.compile(r"# exits (\d+)$")


@dataclass(frozen=True)
class Step:
    """A file to write (``name``), or a command to run (``command``) with all that it writes."""

    line: int
    text: str
    name: str = ""
    command: str = ""


def page(guide: str) -> str:
    return (ROOT / "docs" / "guides" / f"{guide}.md").read_text("utf-8")


def steps(text: str) -> Iterator[Step]:
    for block in BLOCK.finditer(text):
        line = text.count("\n", 0, block.start()) + 1
        language, _, name = block["info"].partition(" ")
        if name:
            yield Step(line, block["body"], name=name)
        elif language == "console":
            for part in re.split(r"^\$ ", block["body"], flags=re.MULTILINE)[1:]:
                command, _, output = part.partition("\n")
                yield Step(line, output, command=command)


def pattern(expected: str) -> str:
    """A regular expression for the output that a page shows."""
    lines = (
        r"(?:.*\n)*?" if line == "…" else ".*?".join(map(re.escape, line.split("…"))) + r"[ ]*\n"
        for line in expected.splitlines()
    )
    return "".join(lines)


def run(command: str, folder: Path) -> tuple[int, str]:
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([str(folder.parent / "bin"), os.environ["PATH"]]),
        "PYTHONPATH": str(ROOT),
        "SOURCE_DATE_EPOCH": "1795521600",
    }
    ran = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return ran.returncode, ran.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The root of a new repository, with the command on the search path."""
    (tmp_path / "bin").mkdir()
    command = tmp_path / "bin" / "stackproof"
    command.write_text(f"#!{sys.executable}\nimport sys\nfrom analyzer.cli.main import main\nsys.exit(main())\n")
    command.chmod(0o755)
    (tmp_path / "repository" / ".git").mkdir(parents=True)
    return tmp_path / "repository"


@pytest.mark.parametrize("guide", GUIDES)
def test_everything_on_the_page_is_so(folder: Path, guide: str) -> None:
    for step in steps(page(guide)):
        if step.name:
            (folder / step.name).parent.mkdir(parents=True, exist_ok=True)
            (folder / step.name).write_text(step.text)
            continue
        exits = EXITS.search(step.command)
        status, output = run(step.command, folder)
        where = f"docs/guides/{guide}.md:{step.line}: {step.command}\n{output}"
        assert status == (int(exits[1]) if exits else 0), where
        assert re.fullmatch(pattern(step.text), output), where


@pytest.mark.parametrize(
    ("expected", "output", "fits"),
    [
        ("a\n", "a\n", True),
        ("a\n", "a\nb\n", False),
        ("a\n…\n", "a\nb\nc\n", True),
        ("…\nc\n", "c\n", True),
        ("a … c\n", "a b c\n", True),
        ("a … c\n", "a b\n c\n", False),
        ("a.c\n", "abc\n", False),
        ("", "", True),
        ("", "a\n", False),
    ],
)
def test_what_a_page_shows_is_compared_as_a_whole(expected: str, output: str, fits: bool) -> None:
    assert (re.fullmatch(pattern(expected), output) is not None) is fits


SHOWN_ONLY = {
    ("waivers", "typescript"),  # tests/integrations run acknowledgements in real applications
    ("evidence", "sh"),  # tests/cli run these with other inputs; signing asks for a key and a network
}


def test_every_block_is_a_file_or_commands_or_shown_only_where_nothing_can_be_run() -> None:
    shown = {
        (guide, block["info"])
        for guide in GUIDES
        for block in BLOCK.finditer(page(guide))
        if " " not in block["info"] and block["info"] != "console"
    }
    assert shown == SHOWN_ONLY


def test_the_guide_to_the_configuration_has_every_setting() -> None:
    schema = json.loads(files("analyzer.policy").joinpath("config.schema.json").read_text("utf-8"))
    told = set(re.findall(r"^\| `([a-z_]+)`", page("configuration"), re.MULTILINE))
    assert told == schema["properties"].keys() - {"$schema"}


def test_the_guide_to_formats_has_every_format_with_its_suffixes() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \|([^|]*)\|", page("formats"), re.MULTILINE)
    assert len(rows) == len(dict(rows)), "a format has two rows"
    told = dict(rows)
    known = {known.name: known.suffixes for known in (*formats.FORMATS, formats.STREAMED)}
    assert {name: tuple(re.findall(r"`([^`]+)`", suffixes)) for name, suffixes in told.items()} == known
