"""Generated files are brought up to date, or told of."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.generated import bring_up_to_date, only_to_check


def content(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_is_stale_is_written_and_what_is_left_over_removed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {"same": b"1", "stale": b"2", "over": b"3", "not ours": b"4"}
    for name, data in before.items():
        (tmp_path / name).write_bytes(data)
    wanted = {tmp_path / "same": b"1", tmp_path / "stale": b"new", tmp_path / "deep" / "missing": b"5"}
    ours = [tmp_path / "same", tmp_path / "stale", tmp_path / "over"]

    assert bring_up_to_date(wanted, ours, tmp_path, check=True) == 1
    assert capsys.readouterr().out == "stale: stale\nstale: deep/missing\nstale: over\n"
    assert content(tmp_path) == before

    assert bring_up_to_date(wanted, ours, tmp_path, check=False) == 0
    assert capsys.readouterr().out == "written: stale\nwritten: deep/missing\nremoved: over\n"
    assert content(tmp_path) == {"same": b"1", "stale": b"new", "deep/missing": b"5", "not ours": b"4"}

    assert bring_up_to_date(wanted, wanted, tmp_path, check=True) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(("arguments", "check"), [([], False), (["--check"], True)])
def test_the_command_line_asks_for_a_check(arguments: list[str], check: bool) -> None:
    assert only_to_check(arguments, "What the script does.\n\nMore.") is check
