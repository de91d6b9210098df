"""Finding and opening the files that a resource's property names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from analyzer.sources.errors import MissingAsset
from analyzer.sources.files import FileTree
from analyzer.sources.folder_tree import FolderTree, SingleFile
from analyzer.sources.published_assets import object_key
from analyzer.sources.reading import is_folder, is_regular_file
from analyzer.sources.surroundings import Found, StackRecords, Surroundings

_ARCHIVES = (".zip", ".jar", ".war")
_INLINE = ("ZipFile", "InlineCode")


def find_asset(
    resource: Mapping[str, Any], property_path: str, place: Surroundings, records: StackRecords
) -> Found | MissingAsset:
    """The file or folder that ``property_path`` of ``resource`` names, or why there is none to read."""
    value = _property(resource, property_path)
    for name in _names(resource, property_path, value, records):
        found = place.find(name)
        if found is not None:
            return found
    return _why_missing(resource, property_path, value, records)


def open_tree(found: Found) -> FileTree | MissingAsset:
    """The files of a folder, an archive, or the one file."""
    if is_folder(found.path):
        return FolderTree(found.path, found.display)
    if not is_regular_file(found.path):
        return MissingAsset("neither a folder nor a regular file", found.display)
    if found.path.suffix.lower() in _ARCHIVES:
        from analyzer.sources.zip_tree import open_zip

        return open_zip(found.path, found.display)
    return SingleFile(found.path, found.display)


def _names(resource: Mapping[str, Any], property_path: str, value: object, records: StackRecords) -> Iterator[str]:
    recorded = _recorded_path(resource, property_path)
    if recorded is not None:
        yield recorded
    published = records.asset(value)
    if published is not None:
        yield published
    if isinstance(value, str) and "://" not in value:
        yield value


def _recorded_path(resource: Mapping[str, Any], property_path: str) -> str | None:
    """The ``aws:asset:path`` of the resource, if it is about this property (or a part of it)."""
    metadata = resource.get("Metadata")
    if not isinstance(metadata, Mapping) or not isinstance(metadata.get("aws:asset:path"), str):
        return None
    about = metadata.get("aws:asset:property", property_path)
    same = isinstance(about, str) and about.split(".", 1)[0] == property_path.split(".", 1)[0]
    return metadata["aws:asset:path"] if same else None


def _property(resource: Mapping[str, Any], property_path: str) -> object:
    value: object = resource.get("Properties")
    for name in property_path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _why_missing(resource: Mapping[str, Any], property_path: str, value: object, records: StackRecords) -> MissingAsset:
    recorded = _recorded_path(resource, property_path) or records.asset(value)
    if recorded is not None:
        return MissingAsset("recorded as an asset, but not to be found where it may be read from", recorded)
    if value is None:
        return MissingAsset(f"the resource has no {property_path}")
    if isinstance(value, Mapping) and any(name in value for name in _INLINE):
        return MissingAsset("written in the template itself, not in files")
    key = object_key(value)
    if not isinstance(key, str):
        return MissingAsset("where the files are is known only at deployment")
    if isinstance(value, Mapping) or "://" in key:
        return MissingAsset("stored elsewhere, not beside the template", key)
    return MissingAsset("not there, or outside the folders that were given", key)
