"""CDK source as rules see it: imports, calls, classes, and the construct that each belongs to."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from analyzer.code.cdk_inference import Inference
from analyzer.code.cdk_resolution import Target
from analyzer.code.cdk_sites import Constructs, Site, sites
from analyzer.code.cdk_source import Project
from analyzer.code.cdk_tree import Module
from analyzer.code.place import Place
from analyzer.code.program import Import
from analyzer.data.cdk_library import cdk_library
from analyzer.judgement import CodePlace
from analyzer.records import dataclass
from analyzer.sources.folder_tree import MemoryTree

if TYPE_CHECKING:
    from analyzer.model.application import Application

SOURCE = "Source"
_TEST_FOLDERS = frozenset({"test", "tests", "__tests__"})


@dataclass(frozen=True, slots=True)
class SourceSubject:
    """A thing in source code: an imported module, a construct, a class or a file. ``stack`` is the application's name;
    ``logical_id`` the name as written."""

    stack: str
    logical_id: str
    place: CodePlace
    type: str = SOURCE


@dataclass(frozen=True, slots=True)
class SourceImport:
    """One import of a file, and where it leads."""

    subject: SourceSubject
    module: Module
    entry: Import
    target: Target

    @property
    def needed(self) -> bool:
        """Whether the application cannot do without it: Python never runs what is for type checkers, and code that
        catches the failure goes on. TypeScript checks the imports of types too."""
        erased = self.entry.kind == "type" and self.module.language == "python"
        return not erased and self.entry.kind != "optional"


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that could not be read, and what it would take."""

    subject: SourceSubject
    needs: str


class Source:
    """The CDK source of one application; empty where none is known."""

    def __init__(self, application: Application) -> None:
        self.name = application.name
        source = application.source
        tree = getattr(source, "source_root", None) or MemoryTree({}, "")
        names = getattr(source, "cdk_files", ())
        self.project = Project(tree, names)

    @cached_property
    def inference(self) -> Inference:
        """What expressions are of the CDK's; reads the CDK's library, which most applications do not need."""
        return Inference(self.project, cdk_library())

    @cached_property
    def constructs(self) -> Constructs:
        """The constructs that the source creates."""
        return Constructs(self.inference)

    # --- what there is --------------------------------------------------------------------------------

    @cached_property
    def modules(self) -> tuple[Module, ...]:
        """The files that can be read: those that import the CDK, and what they import locally."""
        return tuple(module for module in self.project.modules.values() if not module.problem)

    @property
    def cdk_modules(self) -> Iterator[Module]:
        """The files that import the CDK, tests apart."""
        own = set(self.project.names)
        return (module for module in self.modules if module.file in own and not is_test(module.file))

    @cached_property
    def unread(self) -> tuple[Unread, ...]:
        """The files that cannot be read."""
        return tuple(
            Unread(self.subject(file, Place(file, 1, 1, 1, 1)), f"source that can be read: {module.problem}")
            for file, module in self.project.modules.items()
            if module.problem
        )

    @cached_property
    def imports(self) -> tuple[SourceImport, ...]:
        """Every import of every file."""
        return tuple(
            SourceImport(
                self.subject(entry.module, entry.place), module, entry, self.project.resolve(module.file, entry.module)
            )
            for module in self.modules
            for entry in module.imports
        )

    @cached_property
    def sites(self) -> tuple[Site, ...]:
        """Every expression of every file."""
        return tuple(site for module in self.modules for site in sites(module))

    @cached_property
    def configuration(self) -> dict[str, Any] | None:
        """``cdk.json`` of the application; None where there is none that can be read."""
        try:
            content = json.loads(self.project.tree.read("cdk.json") or b"")
        except (ValueError, RecursionError):
            return None
        return content if isinstance(content, dict) else None

    # --- places and names -----------------------------------------------------------------------------

    def place(self, place: Place) -> CodePlace:
        """A place of a file, with the path to show to people."""
        return CodePlace(self.project.tree.locate(place.file), place)

    def subject(self, name: str, place: Place) -> SourceSubject:
        """The subject called ``name`` that is written at ``place``."""
        return SourceSubject(self.name, name, self.place(place))

    def subject_of(self, site: Site) -> SourceSubject:
        """The construct that an expression belongs to."""
        return self.subject(self.constructs.holder(site), site.expression.place)


class Keys:
    """Tells several findings on one subject apart without a line number: by file and text, then by order."""

    def __init__(self) -> None:
        self._seen: Counter[tuple[str, str, str]] = Counter()

    def key(self, subject: SourceSubject, text: str) -> str:
        """A key that is new for this subject."""
        found = (subject.logical_id, subject.place.place.file, text)
        self._seen[found] += 1
        number = self._seen[found]
        return f"{found[1]} {text}" if number == 1 else f"{found[1]} {text} #{number}"


def is_test(file: str) -> bool:
    """Whether a file holds tests: what is written there is expected of a stack, not decided."""
    folders, _, name = file.rpartition("/")
    stem = name.rpartition(".")[0]
    named = stem.endswith((".test", ".spec", "_test")) or name.startswith("test_") or name == "conftest.py"
    return named or not _TEST_FOLDERS.isdisjoint(folders.split("/"))
