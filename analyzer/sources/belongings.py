"""Every file that belongs to an application, with its digest: what an evidence bundle says was examined.

More than the templates: a handler that is changed behind the back of a template is another application.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from analyzer.sources.assembly import Application, StackSource
from analyzer.sources.reading import display_path

MOST_FILES = 100_000
"""Of one application; one with more is not listed at all, as half a list would prove nothing."""

_LOCAL = (
    "Code",
    "Code.ImageUri",
    "CodeUri",
    "Content",
    "ContentUri",
    "BodyS3Location",
    "DefinitionS3Location",
    "DefinitionUri",
)
"""Properties whose value may be a file or folder beside the template."""

_CHUNK = 1024 * 1024


class NotListed(Exception):
    """The files of an application cannot all be listed; the text says why."""


def belongings(application: Application, cwd: Path) -> dict[str, str]:
    """Display path → SHA-256 of every regular file of ``application``, sorted by path: of a cloud assembly all that
    lies in its folder, of templates themselves and the code and definitions that they name, of CDK source the files
    that import the CDK. Links are not followed. An input by URL or from standard input has its templates only.

    Raises:
        NotListed: there are more than :data:`MOST_FILES`, or one of them cannot be read.
    """
    found = {stack.path: stack.sha256 for stack in application.all_stacks()}
    root = application.source_root
    if root is not None:
        for name in application.cdk_files:
            found[root.locate(name)] = sha256(root.read(name) or b"").hexdigest()
    if "://" not in application.path:
        for path in _paths(application, cwd):
            shown = display_path(path, cwd)
            if shown not in found and (digest := _digest(path, shown)) is not None:
                found[shown] = digest
            if len(found) > MOST_FILES:
                raise NotListed(f"{application.path}: more than {MOST_FILES:,} files")
    return dict(sorted(found.items()))


def _paths(application: Application, cwd: Path) -> Iterator[Path]:
    if application.kind == "cloud-assembly":
        yield from _below(Path(os.path.normpath(cwd / application.path)))
        return
    for stack in application.all_stacks():
        if stack.file is not None:
            for named in _named(stack):
                yield from _below(named)


def _named(stack: StackSource) -> Iterator[Path]:
    """The files and folders that resources of ``stack`` name, and those that SAM's ``Globals`` name for them."""
    resources = stack.document.get("Resources")
    globals_ = stack.document.get("Globals")
    shared = globals_.values() if isinstance(globals_, Mapping) else ()
    own: list[Any] = list(resources.values()) if isinstance(resources, Mapping) else []
    for resource in [*own, *({"Properties": properties} for properties in shared)]:
        for name in _LOCAL if isinstance(resource, Mapping) else ():
            found = stack.named(resource, name)
            if found is not None:
                yield found


def _below(path: Path) -> Iterator[Path]:
    """The file ``path``, or every file below the folder ``path``, in a fixed order."""
    if not path.is_dir():
        yield path
        return
    for folder, folders, files in os.walk(path):
        folders.sort()
        yield from (Path(folder, name) for name in sorted(files))


def _digest(path: Path, shown: str) -> str | None:
    """None for what is no regular file (a pipe would be read for ever)."""
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            return None
        digest = sha256()
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    except OSError as error:
        raise NotListed(f"{shown}: {error.strerror or error}") from error
    return digest.hexdigest()
