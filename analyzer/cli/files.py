"""Writing files: as a whole or not at all."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import click


def replace_file(file: Path, data: bytes) -> None:
    """Write ``data`` to ``file``, which is replaced as a whole or left alone.

    Raises:
        click.ClickException: it cannot be written.
    """
    draft = file.with_name(f".{file.name}.{os.getpid()}.tmp")
    try:
        draft.write_bytes(data)
        draft.replace(file)
    except OSError as error:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise click.ClickException(f"cannot write {file}: {error.strerror or error}") from error
