"""What a report says to somebody who opens it: the text of a PDF, of every file of an archive, or just the text."""

from __future__ import annotations

import io
import zipfile

import pypdfium2


def text_of(report: str | bytes, *, without: tuple[str, ...] = ()) -> str:
    """The text of a report, whatever its format; of an archive ``without`` the files whose names end so."""
    if isinstance(report, str):
        return report
    if report.startswith(b"%PDF-"):
        return "\n".join(pages(report))
    if report.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(report)) as archive:
            names = [name for name in archive.namelist() if not (without and name.endswith(without))]
            return "\n".join(text_of(_decoded(archive.read(name))) for name in names)
    return report.decode()


def pages(report: bytes) -> list[str]:
    """The text of every page of a PDF. Lines end with a newline; what broke at the end of a line stays broken."""
    document = pypdfium2.PdfDocument(report)
    return [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in document]


def _decoded(data: bytes) -> str | bytes:
    return data if data.startswith((b"%PDF-", b"PK")) else data.decode()
