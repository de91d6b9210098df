"""The archive: the same bytes for the same files, and nothing hostile is unpacked."""

from __future__ import annotations

import io
import stat
import struct
import warnings
import zipfile
from collections.abc import Callable

import pytest

from analyzer.report.bundle import archive
from analyzer.report.bundle.archive import BundleError, pack, unpack

FILES = {"run.json": b"{}\n", "reports/report.html": b"<p>" * 1000, "README.md": b""}


def zipped(*entries: tuple[zipfile.ZipInfo | str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as opened, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of doubled names
        for entry, data in entries:
            opened.writestr(entry, data)
    return made.getvalue()


def of_mode(name: str, mode: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = mode << 16
    return entry


def test_what_is_packed_is_unpacked() -> None:
    assert unpack(pack(FILES)) == FILES


def test_the_order_in_which_files_come_does_not_matter_and_no_time_is_told() -> None:
    assert pack(FILES) == pack(dict(reversed(FILES.items())))
    with zipfile.ZipFile(io.BytesIO(pack(FILES))) as opened:
        told = [(each.filename, each.date_time, each.create_system, each.external_attr) for each in opened.infolist()]
    mode = (stat.S_IFREG | 0o644) << 16
    assert told == [(name, (1980, 1, 1, 0, 0, 0), 3, mode) for name in sorted(FILES)]


@pytest.mark.parametrize(
    "name",
    [
        "../run.json",
        "/etc/passwd",
        "a/../../b",
        "C:\\run.json",
        "a\\b",
        "a//b",
        "folder/",
        ".hidden",
        "a/.git/config",
        "run\n.json",
        "r\u202en.json",
        "x" * 201,
        "a\0b",
    ],
)
def test_a_name_that_no_bundle_has_is_refused(name: str) -> None:
    data = zipped((name.replace("\0", "_"), b"x"))
    if "\0" in name:
        data = data.replace(b"a_b", b"a\0b")
    with pytest.raises(BundleError, match="is no name of a file of a bundle"):
        unpack(data)


@pytest.mark.parametrize("mode", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFDIR, stat.S_IFCHR, stat.S_IFSOCK])
def test_what_is_no_regular_file_is_refused(mode: int) -> None:
    with pytest.raises(BundleError, match="'link' is no regular file"):
        unpack(zipped((of_mode("link", mode | 0o777), b"/etc/passwd")))


def test_a_doubled_name_is_refused() -> None:
    with pytest.raises(BundleError, match=r"'run\.json' is in it twice"):
        unpack(zipped(("run.json", b"{}"), ("run.json", b"{ }")))


def test_an_encrypted_file_is_refused() -> None:
    data = bytearray(zipped(("run.json", b"{}")))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.index(mark) + offset
        data[at : at + 2] = struct.pack("<H", struct.unpack("<H", data[at : at + 2])[0] | 1)
    with pytest.raises(BundleError, match=r"'run\.json' is encrypted"):
        unpack(bytes(data))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_compressions_are_refused(method: int) -> None:
    with pytest.raises(BundleError, match="compressed in a way that no bundle is"):
        unpack(zipped(("run.json", b"{}"), method=method))


def test_a_bomb_is_refused_before_anything_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda *_: pytest.fail("unpacked"))
    monkeypatch.setattr(archive, "MOST_BYTES", 1000)
    with pytest.raises(BundleError, match="more than 1,000 bytes once unpacked"):
        unpack(zipped(("a", b"x" * 600), ("b", b"x" * 600)))
    monkeypatch.setattr(archive, "MOST_FILES", 1)
    with pytest.raises(BundleError, match="2 files; a bundle has 1 at most"):
        unpack(zipped(("a", b"x"), ("b", b"x")))
    monkeypatch.setattr(archive, "MOST_RATIO", 10)
    with pytest.raises(BundleError, match="'a' unpacks to suspiciously much"):
        unpack(zipped(("a", b"x" * 100_000)))


def test_a_size_that_lies_is_no_way_around_the_limit() -> None:
    """The directory declares 10 bytes; more than that is never inflated, and the check sum then fails."""
    data = bytearray(zipped(("run.json", b"x" * 100_000)))
    at = data.index(b"PK\x01\x02") + 24
    data[at : at + 4] = struct.pack("<I", 10)
    with pytest.raises(BundleError, match="no zip archive that can be read"):
        unpack(bytes(data))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: b"",
        lambda data: b"PK",
        lambda data: b"not a zip " * 100,
        lambda data: data[: len(data) // 2],
        lambda data: data[:40] + bytes(byte ^ 0xFF for byte in data[40:60]) + data[60:],
    ],
    ids=["empty", "short", "text", "cut", "damaged"],
)
def test_what_is_no_archive_is_one_line(spoil: Callable[[bytes], bytes]) -> None:
    with pytest.raises(BundleError) as caught:
        unpack(spoil(pack(FILES)))
    assert "\n" not in str(caught.value)
