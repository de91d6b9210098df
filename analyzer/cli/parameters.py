"""Files with parameter values: JSON, YAML, or a SAM configuration in TOML."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click


def read_files(files: Iterable[str]) -> dict[str, str]:
    """The parameter values in ``files``; a later file wins.

    Raises:
        click.ClickException: a file cannot be read, or its shape is none of those that are known.
    """
    from analyzer.model.parameters import read_parameters

    values: dict[str, str] = {}
    for file in files:
        found = read_parameters(_parse(file))
        if found is None:
            raise click.ClickException(
                f"{file}: no parameter values; known are the AWS CLI's list, CodePipeline's and a plain mapping, "
                "and a SAM configuration"
            )
        values.update(found)
    return values


def _parse(file: str) -> Any:
    from analyzer.sources.document import Document
    from analyzer.sources.errors import InputError

    try:
        data = Path(file).read_bytes()
        return _toml(data) if file.lower().endswith(".toml") else Document(data, file).value
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror or error}") from error
    except (InputError, ValueError) as error:  # ValueError: not TOML, or not UTF-8
        reason = str(error) if isinstance(error, InputError) else f"{file}: {error}"
        raise click.ClickException(reason) from error


def _toml(data: bytes) -> Any:
    import tomllib

    return tomllib.loads(data.decode("utf-8-sig"))
