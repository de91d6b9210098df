"""What a function's code loads and whether it will be there: its own files, its layers, the runtime, or a build.

A finished asset (a folder of a cloud assembly, a zip archive, what ``aws cloudformation package`` takes) is what
Lambda gets. The ``CodeUri`` of a SAM function is built first, so there a manifest's declaration counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Final

from analyzer.facts import node_packages, python_packages
from analyzer.facts.functions import LAYER
from analyzer.facts.settle import Settled, settle_cases
from analyzer.judgement import Confidence, Verdict
from analyzer.model.value import Known, Unknown, Value
from analyzer.records import dataclass, replace

if TYPE_CHECKING:
    from analyzer.code.program import Import
    from analyzer.facts.ecosystem import Ecosystem, Manifest
    from analyzer.facts.functions import Function, Functions
    from analyzer.model.node import Case, Node
    from analyzer.sources.files import FileTree

LARGEST_PARSED: Final = 2 * 1024 * 1024
"""Imports of larger files were found by pattern, in comments and texts too."""

LARGEST_OWN: Final = 64 * 1024
"""In larger files, code of bundled packages asks inside functions for others that are never needed."""

_FROM_A_LAYER = "a layer may bring it"
"""How the Python front end ends what it says of an import that leads to no file."""

_READ = ("nodejs", "python")
_BUILT = ".aws-sam/build"
_NO_PACKAGES = ("LambdaInsightsExtension", "AWS-Parameters-and-Secrets-Lambda-Extension", "AWS-AppConfig-Extension")
"""Names of AWS's own layers that hold an extension and nothing to import."""


@dataclass(frozen=True, slots=True)
class Use:
    """A package that the code loads, under the name it is installed by (Python: imported by)."""

    package: str
    entry: Import


@dataclass(frozen=True, slots=True)
class Supply:
    """Whether a package is there: ``provided`` by ``by``; or not, for the reason ``by`` (``certain`` unless another
    package may bring it; ``where`` says which condition brings it); or None and what it ``needs`` to know."""

    provided: bool | None
    by: str = ""
    needs: str = ""
    certain: bool = True
    where: str = ""


@dataclass(frozen=True, slots=True)
class Presence:
    """What was asked of a package, settled over every ``runtime`` that the function may get, and the supply there."""

    settled: Settled
    supply: Supply
    runtime: str = ""
    confidence: Confidence = Confidence.CERTAIN


@dataclass(frozen=True, slots=True)
class Shortage:
    """A package or file that the code loads and nothing brings: the import, ``who`` does not have it, the ``moment`` of
    the failure, and what selects the failing alternative (``where``)."""

    name: str
    entry: Import
    who: str
    confidence: Confidence
    where: str = ""

    @property
    def moment(self) -> str:
        """When the function fails."""
        return "when it first runs that code" if self.entry.deferred else "whenever it starts"


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer of a function: its name for people, its files or why they cannot be read, and who may leave it out."""

    name: str
    content: FileTree | str
    node: Node
    built: bool = False


class Packages:
    """The packages of one function whose code is Node.js or Python; other languages use none that are seen."""

    def __init__(self, function: Function) -> None:
        self.function = function
        self.program = function.program
        self._language: Ecosystem = node_packages if self.program.language == "javascript" else python_packages

    # --- what is loaded -------------------------------------------------------------------------------

    @cached_property
    def uses(self) -> tuple[Use, ...]:
        """Every import of a package, in the order found."""
        tree = self.function.code
        if isinstance(tree, str) or self.program.language not in ("javascript", "python"):
            return ()
        found = ((self._language.package_of(entry, tree), entry) for entry in self.program.imports)
        return tuple(Use(package, entry) for package, entry in found if package is not None)

    @cached_property
    def lost(self) -> tuple[Import, ...]:
        """Relative imports of Node.js that lead to no file, where no build can still write it."""
        tree = self.function.code
        if isinstance(tree, str) or self._language is not node_packages or (self.awaits_build and self.build_method):
            return ()
        return tuple(
            entry
            for entry in self.program.imports
            if node_packages.is_lost(entry) and not self._is_bundled(entry.place.file)
        )

    def certain_uses(self) -> Iterator[Use]:
        """Packages that the code cannot do without: not behind a ``catch``, not asked for by a bundled package."""
        for use in self.uses:
            idle = use.entry.deferred and self._is_bundled(use.entry.place.file)
            if use.entry.kind != "optional" and not idle and not self.guessed(use):
                yield use

    def guessed(self, use: Use) -> bool:
        """Whether the import stands in a file that was too large to be parsed."""
        return self._size(use.entry.place.file) > LARGEST_PARSED

    def _is_bundled(self, file: str) -> bool:
        return self._size(file) > LARGEST_OWN

    def _size(self, file: str) -> int:
        tree = self.function.code
        return 0 if isinstance(tree, str) else len(tree.read(file) or b"")

    # --- what is there --------------------------------------------------------------------------------

    def shortages(self) -> list[Shortage]:
        """What will be missing, SDK v2 for JavaScript apart, in the order of the imports; at the start first."""
        found = [self._shortage(use) for use in self.certain_uses() if use.package != node_packages.SDK_V2]
        local = [Shortage(entry.module, entry, "its code does not have", Confidence.CERTAIN) for entry in self.lost]
        present = [shortage for shortage in found if shortage is not None]
        return sorted([*present, *local], key=lambda shortage: shortage.entry.deferred)

    def _shortage(self, use: Use) -> Shortage | None:
        missing = self.missing(use)
        if missing.settled.verdict is not Verdict.FAIL:
            return None
        who = f"neither its files nor a layer nor the {missing.runtime} runtime has"
        where = f"{missing.supply.where}{missing.settled.where}"
        confidence = min(missing.confidence, missing.settled.confidence)
        return Shortage(use.package, use.entry, who, confidence, where)

    @cached_property
    def undecided(self) -> str:
        """What it would take to know that nothing is missing; empty where that is known."""
        settled = (self.missing(use).settled for use in self.certain_uses() if use.package != node_packages.SDK_V2)
        needs = next((one.needs for one in settled if one.verdict is Verdict.UNKNOWN), "")
        return needs or (self.function.needs if self._is_hidden() else "")

    def _is_hidden(self) -> bool:
        """Whether some code was not read; what a layer brings is asked of the layers here."""
        program = self.program
        return not program.complete and not all(problem.endswith(_FROM_A_LAYER) for problem in program.problems)

    def missing(self, use: Use) -> Presence:
        """FAIL where some runtime that the function may get leaves it without the package."""
        return self._settle(use, lambda supply: None if supply.provided is None else not supply.provided)

    def provided(self, use: Use) -> Presence:
        """FAIL where the package is there under some runtime that the function may get."""
        return self._settle(use, lambda supply: supply.provided)

    def _settle(self, use: Use, fails: Callable[[Supply], bool | None]) -> Presence:
        supplies = [(case, self.supply(use, _runtime(case))) for case in self.function.resource["Runtime"].cases()]
        answers = {id(case): fails(supply) for case, supply in supplies}
        settled = settle_cases([case for case, _ in supplies], lambda case: answers[id(case)])
        if settled.verdict is Verdict.UNKNOWN:
            needs = next((supply.needs for _, supply in supplies if supply.needs), settled.needs)
            return Presence(replace(settled, needs=needs), Supply(None))
        supply = next((supply for case, supply in supplies if case is settled.case), Supply(None))
        idle = use.entry.deferred and not supply.provided
        doubtful = idle or not supply.certain or self.guessed(use)
        runtime = (settled.case and _runtime(settled.case)) or ""
        return Presence(settled, supply, runtime, Confidence.LIKELY if doubtful else Confidence.CERTAIN)

    def supply(self, use: Use, runtime: str | None) -> Supply:
        """Whether the package is there under ``runtime`` (None: not known)."""
        answers = (self._in_files, self._in_layers, self._in_runtime(runtime), self._in_build, self._elsewhere)
        found = (answer(use) for answer in answers)
        return next((supply for supply in found if supply is not None), Supply(False))

    def _in_files(self, use: Use) -> Supply | None:
        tree = self.function.code
        if isinstance(tree, str):
            return Supply(None, needs=tree)
        if use.package in self._language.INLINE_ONLY and self.function.resource["Code"]["ZipFile"]:
            return Supply(True, "Lambda, beside inline code")
        if self._language.holds(tree, use.entry.place.file, use.package):
            return Supply(True, "its own files")
        packed = self._language.packed(tree)
        return Supply(None, needs=f"the packages in {packed}") if packed else None

    def _in_layers(self, use: Use) -> Supply | None:
        holding = self._holding(use)
        return Supply(True, f"the layer {holding.name}") if holding is not None and not holding.node.guards else None

    def _holding(self, use: Use) -> Layer | None:
        """A layer with the package; one that a condition may leave out only where there is no other."""
        holding = [layer for layer in self.layers if self._layer_holds(layer, use.package)]
        return min(holding, key=lambda layer: len(layer.node.guards), default=None)

    def _layer_holds(self, layer: Layer, package: str) -> bool:
        if isinstance(layer.content, str):
            return False
        if self._language.layer_holds(layer.content, package):
            return True
        manifest = self._language.manifest_of(layer.content, bundled=False) if layer.built else None
        return manifest is not None and self._language.declares(manifest, package)

    def _in_runtime(self, runtime: str | None) -> Callable[[Use], Supply | None]:
        def answer(use: Use) -> Supply | None:
            if runtime is not None:
                held = self._language.runtime_holds(runtime, use.package)
                return Supply(True, f"the {runtime} runtime") if held else None
            may_hold = self._language.may_come_with_runtime(use.package)
            return Supply(None, needs=f"the runtime of {self.function.name}") if may_hold else None

        return answer

    def _in_build(self, use: Use) -> Supply | None:
        if not self.awaits_build or use.package in self._left_out:
            return None
        manifest = self.manifest
        if manifest is None:
            return Supply(None, needs=f"a {self._language.MANIFEST} beside the code of {self.function.name}")
        if self._language.declares(manifest, use.package):
            return Supply(True, f"the build, since {manifest.file} asks for it")
        if manifest.opaque or self.build_method == "makefile":
            return Supply(None, needs=f"what the build of {self.function.name} installs")
        return None

    def _elsewhere(self, use: Use) -> Supply | None:
        unread = next((layer.content for layer in self.layers if isinstance(layer.content, str)), None)
        if unread is not None:
            return Supply(None, needs=unread)
        unbuilt = next((layer for layer in self.layers if self._is_unbuilt(layer, use.package)), None)
        if unbuilt is not None:
            return Supply(None, needs=f"whether the packages of layer {unbuilt.name} are installed before it is packed")
        conditional = self._holding(use)
        if conditional is not None:
            where = f" unless {' and '.join(map(str, conditional.node.guards))}"
            return Supply(False, f"only the layer {conditional.name} has {use.package}", certain=False, where=where)
        if use.package in self._left_out:
            return Supply(False, f"BuildProperties.External keeps {use.package} out of the bundle")
        open_manifest = self.awaits_build and self.manifest is not None and not self.manifest.closed
        return Supply(False, f"{use.package} is neither in its files nor in a layer", certain=not open_manifest)

    def _is_unbuilt(self, layer: Layer, package: str) -> bool:
        """Whether a layer's own manifest asks for the package, though nobody says who installs it."""
        if isinstance(layer.content, str) or layer.built:
            return False
        files = (f"{folder}{self._language.MANIFEST}" for folder in ("", "nodejs/", "python/"))
        return any(package.encode() in (layer.content.read(file) or b"") for file in files)

    # --- who builds -----------------------------------------------------------------------------------

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        """The layers that can hold packages."""
        nodes = self.function.resource["Layers"].items()
        return tuple(
            self._layer(node, content)
            for node, content in zip(nodes, self.function.layers, strict=True)
            if not any(name in str(case.value) for case in node.cases() for name in _NO_PACKAGES)
        )

    def _layer(self, node: Node, content: FileTree | str) -> Layer:
        resource = self.function.application.behind(node.value, LAYER)
        if resource is None:
            return Layer(node.text, content, node)
        built = bool(resource.node["Metadata"]["BuildMethod"]) and resource.template.serverless
        return Layer(resource.logical_id, content, node, built)

    @cached_property
    def awaits_build(self) -> bool:
        """Whether ``sam build`` makes the asset of what lies there."""
        resource, tree = self.function.resource, self.function.code
        if isinstance(tree, str) or not resource.template.serverless or resource["Code"]["ZipFile"]:
            return False
        metadata = resource.node["Metadata"]
        skipped = metadata["SkipBuild"].known is True
        packed = tree.display.endswith((".zip", ".jar"))
        return bool(metadata["aws:asset:path"]) and not (skipped or packed or _BUILT in tree.display)

    @cached_property
    def build_method(self) -> str:
        """SAM's ``BuildMethod``; empty for the usual one of the runtime."""
        return str(self.function.resource.node["Metadata"]["BuildMethod"].known or "")

    @cached_property
    def manifest(self) -> Manifest | None:
        """What the build will install; None where no manifest says it."""
        tree = self.function.code
        if isinstance(tree, str):
            return None
        return self._language.manifest_of(tree, bundled=self.build_method == "esbuild")

    @cached_property
    def _left_out(self) -> frozenset[str]:
        """Packages that the bundler is told to leave to the runtime."""
        external = self.function.resource.node["Metadata"]["BuildProperties"]["External"]
        return frozenset(str(item.known) for item in external.items())


def read_languages(functions: Functions) -> Iterator[Function]:
    """The user's functions in Node.js or Python, and those that may be."""
    for function in functions.own():
        cases = [case.value for case in function.resource["Runtime"].cases()]
        if function.is_image or any(_may_be_read(value) for value in cases):
            yield function


def _may_be_read(value: Value) -> bool:
    return isinstance(value, Unknown) or (isinstance(value, Known) and str(value.value).startswith(_READ))


def _runtime(case: Case) -> str | None:
    return str(case.value.value) if isinstance(case.value, Known) else None
