"""Where this Stackproof came from, so that hooks and pipelines get the very same."""

from __future__ import annotations

import json
import re
from importlib.metadata import PackageNotFoundError, distribution
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


def requirement() -> str | None:
    """What pip is to be told to install what runs here: as :pep:`610` recorded it (``direct_url.json``), without a
    password, at the commit of a repository. None: it came from a folder or a file of this machine."""
    try:
        recorded = distribution("stackproof").read_text("direct_url.json")
    except PackageNotFoundError:
        return None
    if recorded is None:
        return RELEASE
    found = _of(json.loads(recorded))
    return found if found is not None and is_writable(found) else None


def _of(record: dict[str, Any]) -> str | None:
    url = _without_password(record["url"])
    if url.startswith("file:"):
        return None
    if "vcs_info" in record:
        return f"stackproof @ {record['vcs_info']['vcs']}+{url}@{record['vcs_info']['commit_id']}"
    return f"stackproof @ {url}"


def _without_password(url: str) -> str:
    """``git`` in ``ssh://git@…`` is no secret, a user's token in ``https://`` is."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    user = parts.username if parts.scheme == "ssh" else None
    return urlunsplit(parts._replace(netloc=f"{user}@{host}" if user else host))
