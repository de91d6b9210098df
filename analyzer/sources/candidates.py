"""Which files of a folder are templates: by extension, then by a look at their bytes, then by parsing."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

from analyzer.sources.assembly import StackSource
from analyzer.sources.document import Document
from analyzer.sources.errors import InputError
from analyzer.sources.reading import (
    MAX_DOCUMENT_BYTES,
    display_path,
    is_inside,
    read_document,
    read_head,
    real,
    size_of,
)
from analyzer.sources.stack_frames import SourceFiles
from analyzer.sources.surroundings import StackRecords, Surroundings
from analyzer.sources.template_text import is_template

SUFFIXES = (".json", ".yaml", ".yml", ".template")
_KEY = re.compile(rb"""^(?:\xef\xbb\xbf)?["']?Resources["']?[ \t]*:|["']Resources["']\s*:""", re.M)
_UTF16_SPEAKS = tuple(
    word.encode(code) for word in ("Resources", "AWSTemplateFormatVersion") for code in ("utf-16-le", "utf-16-be")
)


def has_template_suffix(name: str) -> bool:
    """Whether a file called ``name`` may be a template."""
    return name.endswith(SUFFIXES)


def speaks_of_resources(data: bytes) -> bool:
    """Whether the text has a key ``Resources`` (YAML: not indented) or one of the other words of a template.

    Only then is a file that does not parse an error: a folder holds YAML of many kinds, some of it templates
    of YAML.
    """
    if b"AWSTemplateFormatVersion" in data or b"AWS::Serverless" in data:
        return True
    if b"Resources" in data and _KEY.search(data):  # a word is found sooner than a pattern
        return True
    return b"\0" in data[:4] and any(word in data for word in _UTF16_SPEAKS)


def read_candidate(file: Path, display: str) -> Document | str:
    """The template in ``file``, found by a search, or why it is none.

    Raises :class:`InputError` where it should be one and cannot be read.
    """
    if size_of(file) > MAX_DOCUMENT_BYTES and not speaks_of_resources(read_head(file, display)):
        return "too large to be a template"
    return candidate(read_document(file, display), display)


def candidate(data: bytes, display: str) -> Document | str:
    """The template in ``data``, or why it is none. Raises as :func:`read_candidate`."""
    if not speaks_of_resources(data):
        return "no word of a template in it"
    document = Document(data, display)
    return document if is_template(document.value) else "no template: no Resources with types"


def read_named(data: bytes, display: str) -> Document:
    """The template in a file that was named. Raises :class:`InputError` where it is none."""
    try:
        document = Document(data, display)
    except InputError as error:
        if display == "-" or has_template_suffix(display) or speaks_of_resources(data):
            raise
        reason = f"not a CloudFormation template: no Resources, and {error.reason}"
        raise InputError(display, reason, error.line, error.column) from None
    if not isinstance(document.value, dict) or not isinstance(document.value.get("Resources"), dict):
        raise InputError(display, "not a CloudFormation template: no Resources")
    return document


def plain_stack(document: Document, file: Path | None, searched: Path | None, cwd: Path) -> StackSource:
    """The stack of a template outside of assemblies; ``file`` is its real path, None for standard input, and
    ``searched`` the folder in which it was found, None for a template that was named."""
    here = real(cwd)
    folder = here if file is None else file.parent
    display = "" if file is None else display_path(folder, cwd)
    place = Surroundings(folder, "" if display == "." else display, (_root(folder, searched, here),), here)
    records = StackRecords("", SourceFiles(None, here))
    return StackSource(_stem(document.path), document, file, place, records)


def remote_stack(document: Document, cwd: Path) -> StackSource:
    """The stack of a template that came from a URL; nothing lies beside it, whatever it names."""
    place = Surroundings(Path(document.path), posixpath.dirname(document.path), (), real(cwd))
    return StackSource(_stem(document.path), document, None, place, StackRecords("", SourceFiles(None, real(cwd))))


def _root(folder: Path, searched: Path | None, cwd: Path) -> Path:
    """What the template may read: the (real) working directory that holds it, else the folder that was searched,
    else its own; never the whole disk."""
    candidates = (cwd, real(searched) if searched else folder)
    inside = (root for root in candidates if is_inside(folder, root) and root != Path(root.anchor))
    return next(inside, folder)


def _stem(display: str) -> str:
    name = display.rpartition("/")[2]
    for suffix in SUFFIXES:
        name = name.removesuffix(suffix)
    return name or display
