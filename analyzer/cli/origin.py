"""Where this Stackproof came from, so that hooks and pipelines get the very same, and extras from the same place."""

from __future__ import annotations

import json
import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from shlex import quote
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from analyzer import __version__

RELEASE = f"stackproof=={__version__}"
"""What a package index is asked for."""

_WRITABLE = re.compile(r"[A-Za-z0-9._~/:@+=!<>,\[\]#% -]+")
"""What stands unchanged within double quotes of a shell, of YAML and of Groovy alike."""


def is_writable(requirement: str) -> bool:
    """Whether ``requirement`` can stand in double quotes in every file that ``stackproof init`` writes."""
    return _WRITABLE.fullmatch(requirement) is not None and not requirement.startswith("-")


def requirement(extra: str = "") -> str | None:
    """What pip is to be told to install what runs here: as :pep:`610` recorded it (``direct_url.json``), without a
    password, at the commit of a repository. None: it came from a folder or a file of this machine.

    ``extra``: with the packages of this extra, too.
    """
    try:
        record = _record()
    except PackageNotFoundError:
        return None
    name = f"stackproof[{extra}]" if extra else "stackproof"
    if record is None:
        return f"{name}=={__version__}"
    found = _of(record)
    return f"{name} @ {found}" if found is not None and is_writable(found) else None


def how(extra: str) -> str:
    """How to install ``extra`` beside what runs here, to stand behind a sentence that asks for it; empty where nothing
    tells. A package index is named only where one was asked before."""
    asked = requirement(extra)
    return f": pip install {quote(asked)}" if asked is not None else _how_here(extra)


def _how_here(extra: str) -> str:
    """The same for what came from a folder or file of this machine, as long as it is there."""
    from urllib.request import url2pathname

    try:
        record = _record() or {}
    except PackageNotFoundError:
        return ""
    url = urlsplit(record.get("url", ""))
    place = Path(url2pathname(url.path))
    if url.scheme != "file" or "vcs_info" in record or not place.exists():
        return ""
    editable = "-e " if record.get("dir_info", {}).get("editable") else ""
    return f": pip install {editable}{quote(f'{place}[{extra}]')}"


def _record() -> dict[str, Any] | None:
    """What pip recorded; None: a package index gave it. Raises :class:`PackageNotFoundError`: it is not installed."""
    recorded = distribution("stackproof").read_text("direct_url.json")
    return None if recorded is None else dict(json.loads(recorded))


def _of(record: dict[str, Any]) -> str | None:
    url = _without_password(record["url"])
    if url.startswith("file:"):
        return None
    return f"{record['vcs_info']['vcs']}+{url}@{record['vcs_info']['commit_id']}" if "vcs_info" in record else url


def _without_password(url: str) -> str:
    """``git`` in ``ssh://git@…`` is no secret, a user's token in ``https://`` is."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    user = parts.username if parts.scheme == "ssh" else None
    return urlunsplit(parts._replace(netloc=f"{user}@{host}" if user else host))
