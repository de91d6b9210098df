"""Entry points, read as the standard library reads them."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

import pytest

from analyzer.entry_points import EntryPoint, installed


def distribution(folder: Path, name: str, text: str | bytes) -> str:
    info = folder / name
    info.mkdir(parents=True)
    (info / "entry_points.txt").write_bytes(text.encode() if isinstance(text, str) else text)
    return str(folder)


@pytest.mark.parametrize("group", ["console_scripts", "pytest11", "stackproof.rules", "no.such.group"])
def test_it_agrees_with_the_standard_library_on_what_is_installed_here(group: str) -> None:
    expected = {EntryPoint(found.name, found.module) for found in metadata.entry_points(group=group)}
    assert set(installed(group)) == expected


def test_only_the_group_asked_for_is_read(tmp_path: Path) -> None:
    text = """
# a comment
[other]
x = not.this

[ stackproof.rules ]
acme = acme_rules.pack [extra]
; another
attr = acme.module:RULES

[last]
y = nor.this
"""
    folder = distribution(tmp_path, "acme-1.dist-info", text)
    assert installed("stackproof.rules", [folder]) == [
        EntryPoint("acme", "acme_rules.pack"),
        EntryPoint("attr", "acme.module"),
    ]


def test_one_offered_twice_is_one(tmp_path: Path) -> None:
    text = "[stackproof.rules]\na = b\n"
    first = distribution(tmp_path / "1", "a-1.dist-info", text)
    second = distribution(tmp_path / "2", "a.egg-info", text)
    assert installed("stackproof.rules", [second, first]) == [EntryPoint("a", "b")]


def test_what_cannot_be_read_offers_nothing(tmp_path: Path) -> None:
    broken = distribution(tmp_path / "1", "a-1.dist-info", b"[stackproof.rules]\na = \xff\n")
    (tmp_path / "2" / "b-1.dist-info").mkdir(parents=True)
    (tmp_path / "archive.zip").write_bytes(b"PK")
    path = [broken, str(tmp_path / "2"), str(tmp_path / "archive.zip"), str(tmp_path / "missing")]
    assert installed("stackproof.rules", path) == []
