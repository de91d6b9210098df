"""Inputs by URL, through fsspec (extra ``cluster``). Only a URL that the user named is ever opened: nothing that stands
in an input is taken for one, and chains of protocols (``zip::https://…``), which fsspec would follow, are refused.

A template that comes from a URL has nothing beside it: what it names locally is not looked for, here or there.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from analyzer.sources.errors import InputError
from analyzer.sources.reading import MAX_DOCUMENT_BYTES, too_large

PROTOCOLS = ("s3", "gs", "az", "abfs", "https", "http", "memory")
"""Those of fsspec that are opened; ``file`` is a path."""

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:(?::|//)")
_MOST_LISTED = 1_000_000


def is_url(text: str) -> bool:
    """Whether ``text`` is meant as a URL; a drive letter is not."""
    return _URL.match(text) is not None


def shown(url: str) -> str:
    """``url`` for people: without user name, password and query, which may be secrets (a signed URL)."""
    head, mark, rest = url.partition("://")
    if not mark:
        return url
    authority, slash, path = rest.partition("/")
    if head in ("http", "https"):
        path = re.split(r"[?#]", path, maxsplit=1)[0]
    return f"{head}://{authority.rpartition('@')[2]}{slash}{path}"


def local_path(url: str) -> str | None:
    """The path that a ``file://`` URL names; None for any other. Local files are read with the care that they need: a
    pipe could wait for ever."""
    from urllib.request import url2pathname

    if not url.lower().startswith("file://"):
        return None
    parts = urlsplit(url)
    return url2pathname(parts.path) if parts.netloc in ("", "localhost") else None


def read_url(url: str) -> bytes:
    """The bytes of the object at ``url``. Raises :class:`InputError` where it cannot be read or is too large."""
    system, path = _open(url)
    try:
        with system.open(path, "rb") as file:
            data: bytes = file.read(MAX_DOCUMENT_BYTES + 1)
    except Exception as error:  # noqa: BLE001  every store has exceptions of its own
        raise InputError(shown(url), f"cannot be read: {_reason(error)}") from None
    if len(data) > MAX_DOCUMENT_BYTES:
        raise InputError(shown(url), too_large(len(data)))
    return data


def stamp(url: str) -> str | None:
    """What changes when the object at ``url`` does, by its store's word and without reading it: ``etag:…``; None where
    the store says nothing of the kind, or nothing at all."""
    try:
        system, path = _open(url)
        known = system.info(path)
    except Exception:  # noqa: BLE001  reading it will say why
        return None
    tag = known.get("ETag") or known.get("etag") if isinstance(known, dict) else None
    return f"etag:{tag}:{known.get('size')}" if isinstance(tag, str) and tag else None


def below(url: str, suffixes: tuple[str, ...]) -> list[str]:
    """The URLs of the objects below ``url`` (it ends with ``/``) whose names end so, sorted.

    Raises :class:`InputError` where they cannot be listed.
    """
    if url.lower().startswith("http"):
        raise InputError(shown(url), "a web server does not list what it has; name the templates")
    system, path = _open(url)
    try:
        found = system.find(path)
    except Exception as error:  # noqa: BLE001  every store has exceptions of its own
        raise InputError(shown(url), f"cannot be listed: {_reason(error)}") from None
    protocol = url.partition("://")[0]
    names = [name for name in found if name.lower().endswith(suffixes)]
    if len(names) > _MOST_LISTED:
        raise InputError(shown(url), f"more than {_MOST_LISTED:,} templates; name parts of it")
    return sorted(f"{protocol}://{name.lstrip('/')}" for name in names)


def _open(url: str) -> tuple[Any, str]:
    """The file system of ``url`` and the path in it."""
    protocol = url.partition("://")[0].lower()
    if "::" in url.partition("?")[0] or protocol not in PROTOCOLS:
        raise InputError(shown(url), f"not a URL that is read: it must begin with {', '.join(PROTOCOLS)}")
    try:
        urlsplit(url)
        import fsspec
    except ValueError as error:
        raise InputError(shown(url), f"not a URL: {error}") from None
    except ImportError:
        raise InputError(shown(url), "URLs need fsspec; install the extra `cluster`") from None
    try:
        system, path = fsspec.core.url_to_fs(url)
    except Exception as error:  # noqa: BLE001  an unknown protocol, a missing package, wrong credentials
        raise InputError(shown(url), f"cannot be opened: {_reason(error)}") from None
    return system, path


def _reason(error: BaseException) -> str:
    text = re.sub(r"[a-z0-9]+://\S+", lambda found: shown(found[0]), " ".join(str(error).split()))
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
