"""Cloud assemblies: what ``cdk synth`` wrote, by its manifest and nothing else.

Written from assemblies of aws-cdk-lib 2.275 (schema 55) and of CDK 1.204 (schema 21). Fields and artifact
types that are not known are left alone, so that newer assemblies are read as far as they are understood.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from analyzer.sources.assembly import Application, StackFacts, StackSource
from analyzer.sources.cdk_source import assembly_source, own_files, source_tree
from analyzer.sources.document import Document
from analyzer.sources.errors import InputError
from analyzer.sources.json_document import parse_json
from analyzer.sources.reading import confined, decode, display_path, read_document, real
from analyzer.sources.stack_frames import SourceFiles
from analyzer.sources.surroundings import JsonFile, StackRecords, Surroundings
from analyzer.sources.walking import MANIFEST, is_assembly

_STACK, _NESTED, _ASSETS, _TREE = (
    "aws:cloudformation:stack",
    "cdk:cloud-assembly",
    "cdk:asset-manifest",
    "cdk:tree",
)
_MOST_LEVELS = 8
_ENVIRONMENT = re.compile(r"aws://([^/]+)/([^/]+)")


def load_assembly(folder: Path, cwd: Path) -> Application:
    """The application of the cloud assembly in ``folder``.

    Raises :class:`InputError` where its manifest cannot be read; what else cannot be read is in the
    application's ``errors``.
    """
    outermost = outermost_assembly(folder)
    source = assembly_source(outermost, cwd)
    reader = _Reader(outermost, source, cwd)
    display = display_path(folder, cwd)
    stacks = tuple(reader.stacks(real(folder), display, 0))
    errors = reader.errors + [error for stack in stacks for error in stack_errors(stack)]
    return Application(
        name=(source or real(folder)).name,
        kind="cloud-assembly",
        path=display,
        stacks=stacks,
        source_root=None if source is None else source_tree(source, cwd),
        source_names=None if source is None else own_files(outermost, source),
        errors=tuple(dict.fromkeys(errors)),
    )


def stack_errors(stack: StackSource) -> Iterator[InputError]:
    """What cannot be read of a stack and its nested stacks; loads them."""
    for member in stack.family():
        yield from member.problems
        yield from member.nested_errors


def outermost_assembly(folder: Path) -> Path:
    """The assembly that ``folder``, an assembly itself, is nested in; its assets may be anywhere inside."""
    outermost = real(folder)
    for _ in range(_MOST_LEVELS):
        if not is_assembly(outermost.parent) or not _names_folder(outermost.parent, outermost.name):
            break
        outermost = outermost.parent
    return outermost


def _names_folder(assembly: Path, name: str) -> bool:
    try:
        manifest = _read_manifest(assembly, "")
    except InputError:
        return False
    nested = (properties for _, kind, _, properties in _artifacts(manifest) if kind == _NESTED)
    return any(properties.get("directoryName") == name for properties in nested)


def _read_manifest(folder: Path, display: str) -> Mapping[str, Any]:
    shown = posixpath.normpath(posixpath.join(display, MANIFEST))
    manifest = parse_json(decode(read_document(folder / MANIFEST, shown), shown), shown)[0]
    if not isinstance(manifest, Mapping) or not isinstance(manifest.get("artifacts", {}), Mapping):
        raise InputError(shown, "not the manifest of a cloud assembly: no artifacts")
    return manifest


def _artifacts(manifest: Mapping[str, Any]) -> Iterator[tuple[str, object, Mapping[str, Any], Mapping[str, Any]]]:
    """Id, type, content and properties of every artifact."""
    for artifact_id, artifact in manifest.get("artifacts", {}).items():
        if isinstance(artifact, Mapping):
            properties = artifact.get("properties")
            known = properties if isinstance(properties, Mapping) else {}
            yield artifact_id, artifact.get("type"), artifact, known


class _Reader:
    """Reads one assembly with the assemblies nested in it."""

    def __init__(self, outermost: Path, source: Path | None, cwd: Path) -> None:
        self._outermost = outermost
        self._roots = (outermost,) if source is None else (outermost, source)
        self._files = SourceFiles(source, cwd)
        self._cwd = cwd
        self._visited: set[Path] = set()
        self._tree: JsonFile | None = None
        self.errors: list[InputError] = []

    def stacks(self, folder: Path, display: str, level: int) -> Iterator[StackSource]:
        """The stacks of the assembly in the real path ``folder``, in the manifest's order."""
        self._visited.add(folder)
        place = Surroundings(folder, display, self._roots, self._cwd, self._outermost)
        artifacts = list(_artifacts(_read_manifest(folder, display)))
        self._note_tree(place, artifacts)
        assets = {
            artifact_id: JsonFile(place, text)
            for artifact_id, kind, _, properties in artifacts
            if kind == _ASSETS and (text := _text(properties.get("file"))) is not None
        }
        for artifact_id, kind, artifact, properties in artifacts:
            if kind == _STACK:
                yield from self._stack(place, artifact_id, artifact, properties, assets)
            elif kind == _NESTED:
                yield from self._nested(place, artifact_id, properties, level)

    def _note_tree(self, place: Surroundings, artifacts: list[Any]) -> None:
        for _, kind, _, properties in artifacts:
            if kind == _TREE and self._tree is None:
                self._tree = JsonFile(place, _text(properties.get("file")))

    def _nested(
        self, place: Surroundings, artifact_id: str, properties: Mapping[str, Any], level: int
    ) -> Iterator[StackSource]:
        name = _text(properties.get("directoryName")) or ""
        folder = confined(name, (place.folder,), (self._outermost,))
        if folder is None or folder in self._visited or level >= _MOST_LEVELS:
            self._refuse(place, f"{artifact_id}: no nested assembly {name!r} that can be read here")
            return
        try:
            yield from self.stacks(folder, posixpath.normpath(posixpath.join(place.display, name)), level + 1)
        except InputError as error:
            self.errors.append(error)

    def _stack(
        self,
        place: Surroundings,
        artifact_id: str,
        artifact: Mapping[str, Any],
        properties: Mapping[str, Any],
        assets: Mapping[str, JsonFile],
    ) -> Iterator[StackSource]:
        name = _text(properties.get("templateFile")) or ""
        file = confined(name, (place.folder,), (self._outermost,))
        if file is None:
            self._refuse(place, f"{artifact_id}: no template {name!r} in the assembly")
            return
        shown = posixpath.normpath(posixpath.join(place.display, name))
        try:
            template = Document(read_document(file, shown), shown)
        except InputError as error:
            self.errors.append(error)
            return
        if not isinstance(template.value, Mapping):
            self.errors.append(InputError(shown, "not a CloudFormation template"))
            return
        path = _text(artifact.get("displayName")) or artifact_id
        records = self._records(place, path, artifact, assets)
        yield StackSource(path, template, file, place, records, facts=_facts(artifact_id, artifact, properties))

    def _records(
        self, place: Surroundings, path: str, artifact: Mapping[str, Any], assets: Mapping[str, JsonFile]
    ) -> StackRecords:
        named = artifact.get("dependencies")
        own = [assets[name] for name in named if name in assets] if isinstance(named, list) else []
        metadata_file = _text(artifact.get("additionalMetadataFile"))
        return StackRecords(
            path,
            self._files,
            metadata=artifact.get("metadata"),
            metadata_file=None if metadata_file is None else JsonFile(place, metadata_file),
            asset_files=tuple(own or assets.values()),
            tree=self._tree,
        )

    def _refuse(self, place: Surroundings, reason: str) -> None:
        self.errors.append(InputError(posixpath.normpath(posixpath.join(place.display, MANIFEST)), reason))


def _facts(artifact_id: str, artifact: Mapping[str, Any], properties: Mapping[str, Any]) -> StackFacts:
    match = _ENVIRONMENT.fullmatch(_text(artifact.get("environment")) or "")
    account, region = (
        (None if part.startswith("unknown-") else part) for part in (match.groups() if match else ("unknown-",) * 2)
    )
    given = properties.get("parameters")
    parameters = given.items() if isinstance(given, Mapping) else ()
    return StackFacts(
        stack_name=_text(properties.get("stackName")) or artifact_id,
        account=account,
        region=region,
        parameters=tuple((name, value) for name, value in parameters if isinstance(value, str)),
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
