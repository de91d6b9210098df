"""The sample reports: current, reproducible, and staleness is noticed."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts import gen_samples


def test_the_samples_are_what_the_command_writes_today() -> None:
    wanted = gen_samples.samples()
    there = {name: path.read_bytes() for name in wanted if (path := gen_samples.SAMPLES / name).exists()}
    stale = [name for name, content in wanted.items() if there.get(name) != content]
    assert stale == [], "run `python scripts/gen_samples.py` and look at what changed"
    names = {path.name for path in gen_samples.SAMPLES.iterdir()} - {*gen_samples.NOT_SAMPLES}
    assert names == set(wanted)


def test_check_tells_missing_stale_and_left_over_samples_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(gen_samples, "samples", lambda: {"a.html": b"a", "b.html": b"b", "c.html": b"c"})
    (tmp_path / "README.md").write_text("stays")
    (tmp_path / "a.html").write_bytes(b"a")
    (tmp_path / "b.html").write_bytes(b"edited")
    (tmp_path / "old.html").write_bytes(b"of a format that is gone")
    assert gen_samples.main(["--check"], tmp_path) == 1
    assert capsys.readouterr().out == "stale: b.html\nstale: c.html\nstale: old.html\n"
    assert (tmp_path / "b.html").read_bytes() == b"edited"
    assert gen_samples.main([], tmp_path) == 0
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        "README.md": b"stays",
        "a.html": b"a",
        "b.html": b"b",
        "c.html": b"c",
    }
    capsys.readouterr()
    assert gen_samples.main(["--check"], tmp_path) == 0
    assert capsys.readouterr().out == ""
