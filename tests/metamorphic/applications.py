"""A copy of an application whose templates can be rewritten."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analyzer.sources.discovery import discover
from analyzer.sources.reading import is_folder
from tests.metamorphic.judging import PARAMETERS
from tests.metamorphic.spelling import as_yaml

Document = dict[str, Any]


@dataclass
class Copy:
    """The templates of the application in ``folder``, by their paths there; :meth:`write` puts them into their files.

    ``assembly``: whether a template belongs to a cloud assembly, so that its name and its format are settled.
    """

    folder: Path
    templates: dict[str, Document] = field(default_factory=dict)
    assembly: bool = False
    as_yaml: bool = False

    def write(self) -> None:
        """Write every template to its file, in the format that its name tells; the other one's if ``other_format``."""
        for name, document in self.templates.items():
            file = self.folder / name
            spelled = json.dumps(document, ensure_ascii=False) if file.suffix == ".json" else as_yaml(document)
            file.write_text(spelled, encoding="utf-8")

    def rename(self, old: str, new: str) -> None:
        """Give the template ``old`` the file name ``new``."""
        (self.folder / old).unlink()
        self.templates[new] = self.templates.pop(old)

    def json_files(self, pattern: str) -> Iterator[tuple[Path, Any]]:
        """The other JSON files with this name, parsed."""
        for file in self.folder.rglob(pattern):
            yield file, json.loads(file.read_text("utf-8"))

    def give(self, values: dict[str, str]) -> None:
        """Give these values to parameters."""
        file = self.folder / PARAMETERS
        given = json.loads(file.read_text("utf-8")) if file.exists() else {}
        file.write_text(json.dumps({**given, **values}), encoding="utf-8")


def copy(source: Path, folder: Path, paths: Sequence[str] = (".",)) -> Copy:
    """The application in ``source``, copied into the new ``folder``."""
    shutil.copytree(source, folder, symlinks=True)
    found = Copy(folder)
    for application in discover(paths, cwd=folder).applications:
        found.assembly |= application.kind == "cloud-assembly"
        for stack in application.all_stacks():
            found.templates[stack.path] = deepcopy(stack.document)
    return found


Change = Callable[[Any, tuple[str | int, ...]], Any]


def mapped(content: Any, change: Change, path: tuple[str | int, ...] = ()) -> Any:
    """``content`` with ``change`` applied to everything in it, innermost first."""
    if isinstance(content, dict):
        content = {key: mapped(value, change, (*path, key)) for key, value in content.items()}
    elif isinstance(content, list):
        content = [mapped(value, change, (*path, index)) for index, value in enumerate(content)]
    return change(content, path)


__all__ = ["Copy", "Document", "copy", "is_folder", "mapped"]
