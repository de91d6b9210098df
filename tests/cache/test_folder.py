"""The folder: whole entries or none, whoever writes there and whatever lies about."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from analyzer.cache.folder import CacheError, Folder

KEY, OTHER = "ab" + "0" * 62, "cd" + "1" * 62


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = Folder(str(tmp_path / "deep" / "cache"))
    made.prepare()
    return made


def file_of(folder: Folder, key: str = KEY) -> Path:
    return Path(folder.path) / "v1" / key[:2] / f"{key[2:]}.json"


def test_an_entry_is_read_as_it_was_written(folder: Folder) -> None:
    assert folder.read(KEY) is None
    for body in (b"", b"[1]", b"a\nb\n"):
        folder.write(KEY, body)
        assert folder.read(KEY) == body
    assert folder.read(OTHER) is None
    assert [path.name for path in file_of(folder).parent.iterdir()] == [file_of(folder).name]


def test_only_its_owner_may_write_there(folder: Folder) -> None:
    assert Path(folder.path).stat().st_mode & 0o777 == 0o700
    for mode in (0o770, 0o702):
        Path(folder.path).chmod(mode)
        with pytest.raises(CacheError, match="others may write there"):
            folder.prepare()
    Path(folder.path).chmod(0o755)
    folder.prepare()


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CacheError, match="file: File exists"):
        Folder(str(tmp_path / "file")).prepare()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: b"",
        lambda data: data[:-1],
        lambda data: data + b" ",
        lambda data: data.replace(b"[1]", b"[2]"),
        lambda data: b"0" + data[1:],
        lambda data: data.partition(b"\n")[2],
        lambda data: b"\0" * 100,
    ],
)
def test_an_entry_that_is_damaged_is_none(folder: Folder, spoil: object) -> None:
    folder.write(KEY, b"[1]")
    file = file_of(folder)
    file.write_bytes(spoil(file.read_bytes()))  # type: ignore[operator]
    assert folder.read(KEY) is None


def test_an_entry_under_another_key_is_none(folder: Folder) -> None:
    folder.write(KEY, b"[1]")
    file_of(folder, OTHER).parent.mkdir()
    file_of(folder).rename(file_of(folder, OTHER))
    assert folder.read(OTHER) is None


def test_what_is_no_file_is_no_entry(folder: Folder, tmp_path: Path) -> None:
    folder.write(KEY, b"[1]")
    file, elsewhere = file_of(folder), tmp_path / "elsewhere"
    file.rename(elsewhere)
    file.symlink_to(elsewhere)
    assert folder.read(KEY) is None
    file.unlink()
    os.mkfifo(file)
    assert folder.read(KEY) is None
    file.unlink()
    file.mkdir()
    assert folder.read(KEY) is None
    folder.write(KEY, b"[1]")
    assert folder.read(KEY) is None


def test_a_folder_that_is_gone_is_a_miss(tmp_path: Path) -> None:
    folder = Folder(str(tmp_path / "file" / "cache"))
    (tmp_path / "file").touch()
    folder.write(KEY, b"[1]")
    assert folder.read(KEY) is None
    folder.prune()


def test_several_writers_leave_one_whole_entry(folder: Folder) -> None:
    bodies = [bytes([65 + number]) * 200_000 for number in range(4)]
    seen: list[bytes | None] = []

    def write(body: bytes) -> None:
        for _ in range(10):
            folder.write(KEY, body)
            seen.append(folder.read(KEY))

    writers = [threading.Thread(target=write, args=(body,)) for body in bodies]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert set(seen) <= set(bodies)


def test_what_was_not_used_for_longest_goes_first(folder: Folder) -> None:
    keys = [f"{number:02x}" + "0" * 62 for number in range(4)]
    for age, key in enumerate(keys):
        folder.write(key, b"x" * 1000)
        os.utime(file_of(folder, key), (1_000_000 - age, 1_000_000 - age))
    (Path(folder.path) / "mine.json").write_text("x" * 5000)
    assert folder.read(keys[3]) is not None  # used again
    folder.prune(2200)
    assert [folder.read(key) is not None for key in keys] == [True, False, False, True]
    folder.prune(0)
    assert [path.name for path in Path(folder.path).rglob("*") if path.is_file()] == ["mine.json"]
