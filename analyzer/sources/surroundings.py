"""The folders a template may name files in, and what a cloud assembly records beside it."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from analyzer.records import dataclass, replace
from analyzer.sources.constructs import ConstructIndex
from analyzer.sources.errors import InputError
from analyzer.sources.json_document import parse_json
from analyzer.sources.published_assets import LegacyAssets, PublishedAssets, asset_hashes
from analyzer.sources.reading import confined, decode, display_path, read_document
from analyzer.sources.stack_frames import SourceFiles


@dataclass(frozen=True, slots=True)
class Found:
    """A file or folder: its real path and the one to show to people."""

    path: Path
    display: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """``folder`` is where names are relative to and ``display`` its display path. ``roots`` are the real
    folders outside of which nothing is read. ``assembly`` is the outermost cloud assembly's folder, where
    names of a nested assembly may be relative to; None outside of assemblies."""

    folder: Path
    display: str
    roots: tuple[Path, ...]
    cwd: Path
    assembly: Path | None = None

    def find(self, name: str) -> Found | None:
        """The existing file or folder ``name``; None where there is none or it is out of bounds."""
        path = confined(name, (self.folder,), self.roots)
        if path is not None and not os.path.isabs(name):  # noqa: PTH117
            return Found(path, posixpath.normpath(posixpath.join(self.display, name)))
        if path is None and self.assembly is not None:
            path = confined(name, (self.assembly,), self.roots)
        return None if path is None else Found(path, display_path(path, self.cwd))

    def beside(self, found: Found) -> Surroundings:
        """The surroundings of the file ``found``."""
        return replace(self, folder=found.path.parent, display=posixpath.dirname(found.display))


class JsonFile:
    """A JSON file of an assembly, read when it is first asked for. ``name`` None is no file.

    A file that cannot be read leaves ``value`` None and says why in ``problem``.
    """

    def __init__(self, place: Surroundings, name: str | None) -> None:
        self._place = place
        self._name = name

    @property
    def value(self) -> Any:
        """The file's content; None where there is none."""
        return self._loaded[0]

    @property
    def problem(self) -> InputError | None:
        """Why there is no content although the manifest names the file."""
        return self._loaded[1]

    def settled(self) -> tuple[object, ...]:
        """Which file it is and, where it has been read by now, what was in it."""
        return self._place, self._name, (self._digest, self.problem) if "_loaded" in self.__dict__ else None

    @cached_property
    def _digest(self) -> str:
        return digest_of_value(self.value)

    @cached_property
    def _loaded(self) -> tuple[Any, InputError | None]:
        if self._name is None:
            return None, None
        shown = posixpath.normpath(posixpath.join(self._place.display, self._name))
        found = confined(self._name, (self._place.folder,), (self._place.assembly or self._place.folder,))
        if found is None:
            return None, InputError(shown, "named by the manifest, but not in the assembly")
        try:
            return parse_json(decode(read_document(found, shown), shown), shown)[0], None
        except InputError as error:
            return None, error


class StackRecords:
    """What a cloud assembly records of one stack; nothing for a template that is not part of one."""

    def __init__(
        self,
        stack_path: str,
        files: SourceFiles,
        *,
        metadata: object = None,
        metadata_file: JsonFile | None = None,
        asset_files: tuple[JsonFile, ...] = (),
        tree: JsonFile | None = None,
    ) -> None:
        self._stack_path = stack_path
        self._files = files
        self._inline_metadata = metadata if isinstance(metadata, Mapping) else {}
        self._metadata_file = metadata_file
        self._asset_files = asset_files
        self._tree = tree

    @cached_property
    def constructs(self) -> ConstructIndex:
        """The constructs of the stack and of its nested stacks."""
        return ConstructIndex(self._stack_path, self._metadata, self._tree, self._files)

    def asset(self, value: object) -> str | None:
        """The local path, relative to the stack's assembly, of the asset that a property's ``value`` names."""
        path = self._published.find(value)
        if path is None and any(asset_hashes(value)):
            return self._legacy.find(value)
        return path

    @cached_property
    def _published(self) -> PublishedAssets:
        return PublishedAssets(file.value for file in self._asset_files)

    @cached_property
    def _legacy(self) -> LegacyAssets:
        return LegacyAssets(self._metadata)

    def settled(self) -> tuple[object, ...]:
        """All that has been found out by now of what they will answer."""
        files = [file.settled() for file in (self._metadata_file, *self._asset_files, self._tree) if file is not None]
        return self._stack_path, self._files.settled(), digest_of_value(self._inline_metadata), tuple(files)

    @property
    def problems(self) -> tuple[InputError, ...]:
        """The files of these records that cannot be read; reads them."""
        files = [file for file in (self._metadata_file, *self._asset_files) if file is not None]
        return tuple(file.problem for file in files if file.problem is not None)

    @property
    def _metadata(self) -> Mapping[str, Any]:
        """Older versions keep metadata in the manifest, newer ones in a file of its own; both may be there."""
        separate = self._metadata_file.value if self._metadata_file else None
        return {**self._inline_metadata, **(separate if isinstance(separate, Mapping) else {})}


def digest_of_value(value: Any) -> str:
    """Equal for JSON that is equal, also in the order of its keys."""
    import json
    from hashlib import sha256

    return sha256(json.dumps(value, default=repr).encode("utf-8", "surrogateescape")).hexdigest()
