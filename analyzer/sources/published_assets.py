"""The files a cloud assembly publishes, by the names templates use for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from analyzer.sources.template_text import literal_end, references

_LEGACY_PARAMETER = re.compile(r"AssetParameters([0-9a-f]{64})")
_KEY_PROPERTIES = ("S3Key", "Key", "ImageUri")


class PublishedAssets:
    """Where the files of one stack are before they are published, relative to the stack's assembly:
    ``manifests`` are the contents of its ``<Stack>.assets.json``."""

    def __init__(self, manifests: Iterable[object]) -> None:
        self._paths = {
            key: path for manifest in manifests for key, path in _published(manifest) if isinstance(path, str)
        }

    def find(self, value: object) -> str | None:
        """The local path of what a property such as ``Code`` or ``TemplateURL`` names by object key or image
        tag; None where it is not one of the assembly's assets."""
        key = literal_end(object_key(value)).lstrip("/:")
        names = (key, key.rpartition("/")[2], key.rpartition(":")[2])
        return next((self._paths[name] for name in names if name in self._paths), None)


class LegacyAssets:
    """The assets of CDK v1, which are named by parameters and recorded in the stack's ``metadata``."""

    def __init__(self, metadata: object) -> None:
        self._paths = dict(_recorded(metadata))

    def find(self, value: object) -> str | None:
        """The local path of what a property refers to by asset parameters; None where it does not."""
        return next((self._paths[name] for name in asset_hashes(value) if name in self._paths), None)


def object_key(value: object) -> object:
    """The part of ``Code``, ``Content``, ``CodeUri`` and the like that names the object."""
    if not isinstance(value, Mapping):
        return value
    return next((value[name] for name in _KEY_PROPERTIES if name in value), value)


def asset_hashes(value: object) -> Iterator[str]:
    """The hashes in references to asset parameters. A nested stack receives its parent's parameters under
    longer names, which contain the parent's."""
    for parameter in references(value):
        match = _LEGACY_PARAMETER.search(parameter)
        if match:
            yield match[1]


def _published(manifest: object) -> Iterator[tuple[str, Any]]:
    """Object keys and image tags with the path of their source."""
    for section, place, name in (("files", "path", "objectKey"), ("dockerImages", "directory", "imageTag")):
        for asset in _values(manifest, section):
            source = asset.get("source")
            path = source.get(place) if isinstance(source, Mapping) else None
            for destination in _values(asset, "destinations"):
                if isinstance(destination.get(name), str):
                    yield destination[name], path


def _values(value: object, name: str) -> Iterator[Mapping[str, Any]]:
    section = value.get(name) if isinstance(value, Mapping) else None
    if isinstance(section, Mapping):
        yield from (entry for entry in section.values() if isinstance(entry, Mapping))


def _recorded(metadata: object) -> Iterator[tuple[str, str]]:
    for entries in metadata.values() if isinstance(metadata, Mapping) else ():
        for entry in entries if isinstance(entries, list) else ():
            data = entry.get("data") if isinstance(entry, Mapping) else None
            if not isinstance(data, Mapping) or entry.get("type") != "aws:cdk:asset":
                continue
            if isinstance(data.get("path"), str) and isinstance(data.get("sourceHash"), str):
                yield data["sourceHash"], data["path"]
