"""What Node.js and Python have in common as to packages: the questions that a language's own module answers."""

from __future__ import annotations

from typing import Protocol

from analyzer.code.program import Import
from analyzer.records import dataclass
from analyzer.sources.files import FileTree


@dataclass(frozen=True, slots=True)
class Manifest:
    """``file`` is its name, ``names`` what it asks for. ``closed``: nothing else is installed, because it locks every
    dependency of a dependency or has none; otherwise another package may bring more. ``opaque``: some lines name
    packages by place, so what they bring is not known."""

    file: str
    names: frozenset[str]
    closed: bool
    opaque: bool = False


class Ecosystem(Protocol):
    """A module that knows the packages of one language."""

    @property
    def MANIFEST(self) -> str:
        """The file that says what a build installs."""

    @property
    def INLINE_ONLY(self) -> frozenset[str]:
        """Packages that Lambda puts beside code that is written in the template."""

    def package_of(self, entry: Import, tree: FileTree) -> str | None:
        """The package that an import loads; None for what is not one."""

    def holds(self, tree: FileTree, importer: str, package: str) -> bool:
        """Whether the asset brings the package for one of its files."""

    def layer_holds(self, layer: FileTree, package: str) -> bool:
        """Whether a layer brings it."""

    def packed(self, tree: FileTree) -> str | None:
        """The file of the asset that holds packages which cannot be seen; None where there is none."""

    def runtime_holds(self, runtime: str, package: str) -> bool:
        """Whether the runtime brings it."""

    def may_come_with_runtime(self, package: str) -> bool:
        """Whether some version of the runtime brings it."""

    def manifest_of(self, tree: FileTree, *, bundled: bool) -> Manifest | None:
        """What a build installs; ``bundled``: a bundler takes from the development dependencies too."""

    def declares(self, manifest: Manifest, package: str) -> bool:
        """Whether the manifest asks for the package."""
