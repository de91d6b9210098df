"""From the paths a user gives to applications."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from analyzer.sources import remote
from analyzer.sources.assembly import Discovery, StackSource
from analyzer.sources.candidates import (
    SUFFIXES,
    candidate,
    has_template_suffix,
    plain_stack,
    read_candidate,
    read_named,
    remote_stack,
)
from analyzer.sources.cdk_source import imports_cdk, is_source_name
from analyzer.sources.errors import InputError, PassedOver
from analyzer.sources.folder_tree import is_capped_file, read_capped
from analyzer.sources.gathering import FoundAssembly, gather
from analyzer.sources.globs import expand, is_glob
from analyzer.sources.reading import (
    MAX_DOCUMENT_BYTES,
    display_path,
    exists,
    is_folder,
    is_inside,
    is_regular_file,
    read_document,
    real,
    real_in,
    too_large,
    why_absent,
)
from analyzer.sources.remote import is_url
from analyzer.sources.walking import MANIFEST, entries, is_assembly, skip_reason

_ASSEMBLY_PARTS = (".assets.json", ".metadata.json")
_ASSEMBLY_FILES = ("tree.json", "cdk.out", "validation-report.json")


Excluded = Callable[[Path], str | None]
"""Why a file or folder is left out by the user's wish; None where it is not."""


def discover(
    paths: Sequence[str],
    *,
    cwd: Path,
    stdin: Callable[[], bytes] | None = None,
    excluded: Excluded = lambda _: None,
    lenient: bool = False,
) -> Discovery:
    """The applications in ``paths``: assemblies, templates, CDK source, folders, globs, URLs and ``-``.

    Relative paths are relative to ``cwd``, display paths too. ``stdin`` answers the bytes of standard input.
    What is ``excluded`` is passed over even if it was named; with ``lenient`` so is every named file that is no input,
    as if a search had come upon it. What cannot be read is among the errors and never hides
    the rest; nothing is raised save by ``excluded``.
    """
    search = Search(real(cwd), stdin, excluded, lenient=lenient)
    # Files first: one that was named must be an input, one that a search comes upon need not.
    for path in sorted(paths, key=lambda path: is_folder(search.cwd / path)):
        search.visit(path)
    applications, errors = gather(search)
    found = [error for application in applications for error in application.errors]
    return Discovery(
        tuple(applications),
        tuple(dict.fromkeys([*search.errors, *errors, *found])),
        tuple(dict.fromkeys(search.passed_over)),
    )


class Search:
    """What was found so far. Every file and folder counts once, however often it is named."""

    def __init__(
        self,
        cwd: Path,
        stdin: Callable[[], bytes] | None = None,
        excluded: Excluded = lambda _: None,
        *,
        lenient: bool = False,
    ) -> None:
        self.cwd = cwd
        self._excluded = excluded
        self._stdin = stdin
        self._lenient = lenient
        self._seen: set[Path] = set()
        self._tops: dict[Path, Path] = {}
        self._known_assemblies: dict[Path, bool] = {}
        self._seen_urls: set[str] = set()
        self.assemblies: dict[Path, FoundAssembly] = {}
        """By their real paths."""
        self.templates: list[StackSource] = []
        self.sources: list[tuple[Path, Path | None]] = []
        """Files that import the CDK, with the folder that was searched; None for one that was named."""
        self.errors: list[InputError] = []
        self.passed_over: list[PassedOver] = []

    def visit(self, path: str) -> None:
        """Take one path of the command line."""
        if path == "-":
            self._guarded(self._visit_stdin)
            return
        if is_url(path):
            self._guarded(lambda: self._visit_url(path))
            return
        target = self.cwd / path
        if exists(target):
            self._visit_match(target) if self._lenient else self._visit(target)
        elif is_glob(path):
            matches = list(expand(path, self.cwd))
            for match in matches:
                self._visit_match(match)
            if not matches:
                self.errors.append(InputError(path, "no file matches"))
        else:
            self.errors.append(InputError(path, why_absent(target)))

    def _visit(self, target: Path) -> None:
        if self._leaves_out(target):
            return
        if is_folder(target):
            self._visit_folder(target)
        elif self._is_new(real(target)):
            self._guarded(lambda: self._take_named(target))

    def _visit_match(self, match: Path) -> None:
        if is_folder(match):
            self._visit(match)
        else:
            self._consider(match, real(match.parent), match.parent)

    def _visit_folder(self, folder: Path) -> None:
        if is_assembly(folder):
            self._take_assembly(folder)
        else:
            self._search(folder)

    def _take_assembly(self, folder: Path) -> None:
        self.assemblies.setdefault(real(folder), FoundAssembly(folder)).only = None

    def _visit_stdin(self) -> None:
        if self._stdin is None:
            raise InputError("-", "there is no standard input")
        data = self._stdin()
        if len(data) > MAX_DOCUMENT_BYTES:
            raise InputError("-", too_large(len(data)))
        self.templates.append(plain_stack(read_named(data, "-"), None, None, self.cwd))

    def _visit_url(self, url: str) -> None:
        local = remote.local_path(url)
        if local is not None:
            self.visit(local)
        elif url.endswith("/"):
            for found in remote.below(url, SUFFIXES):
                self._guarded(partial(self._take_url, found, named=False))
        else:
            self._take_url(url, named=True)

    def _take_url(self, url: str, *, named: bool) -> None:
        display = remote.shown(url)
        if display in self._seen_urls:
            return
        self._seen_urls.add(display)
        data = remote.read_url(url)
        found = read_named(data, display) if named else candidate(data, display)
        if isinstance(found, str):
            self._pass_over(display, found)
        else:
            self.templates.append(remote_stack(found, self.cwd))

    def _take_named(self, file: Path) -> None:
        display = display_path(file, self.cwd)
        if is_regular_file(file) and is_assembly(file.parent) and self._take_assembly_file(file, display):
            return
        if is_source_name(file.name) and is_regular_file(file):
            if not imports_cdk(file.name, read_capped(file) or b""):
                raise InputError(display, "neither a template nor CDK source: it does not import the CDK")
            self.sources.append((real(file), None))
            return
        data = read_document(file, display)
        self.templates.append(plain_stack(read_named(data, display), real(file), None, self.cwd))

    def _take_assembly_file(self, file: Path, display: str) -> bool:
        """A file in the folder of an assembly: the manifest stands for all of it, a template for itself."""
        if file.name == MANIFEST:
            self._take_assembly(file.parent)
        elif file.name in _ASSEMBLY_FILES or file.name.endswith(_ASSEMBLY_PARTS):
            self._pass_over(display, "part of a cloud assembly, not a template")
        elif has_template_suffix(file.name):
            found = self.assemblies.setdefault(real(file.parent), FoundAssembly(file.parent, set()))
            if found.only is not None:
                found.only.add(real(file))
        else:
            return False
        return True

    def _search(self, top: Path) -> None:
        pending = [top]
        while pending:
            folder = pending.pop()
            meant = real(folder)
            if not self._is_new(meant):
                continue
            try:
                found = list(entries(folder))
            except OSError as error:
                self._refuse(folder, f"cannot be listed: {error.strerror}")
                continue
            folders = {path for path in found if is_folder(path)}
            below = [path for path in found if path in folders and self._enters(path)]
            pending.extend(reversed(below))
            for path in found:
                if path not in folders:
                    self._consider(path, meant, top)

    def _enters(self, folder: Path) -> bool:
        reason = skip_reason(folder)
        if reason is not None:
            self._pass_over(display_path(folder, self.cwd), reason)
            return False
        if self._leaves_out(folder):
            return False
        if self._is_assembly(folder):
            self._take_assembly(folder)
            return False
        return True

    def _consider(self, file: Path, folder: Path, top: Path) -> None:
        """Take a file that a search below ``top`` came upon in a folder with the real path ``folder``, if it is an
        input."""
        source = is_source_name(file.name)
        if not (source or has_template_suffix(file.name)):
            return
        display = display_path(file, self.cwd)
        if self._leaves_out(file):
            return
        if not is_regular_file(file):
            self._pass_over(display, "not a regular file")
        elif not is_inside(meant := real_in(folder, file), self._real(top)):
            self._pass_over(display, "a symbolic link that leads out of the folder")
        elif self._is_new(meant):
            self._guarded(lambda: self._take_source(file, top) if source else self._take_found(file, meant, top))

    def _take_source(self, file: Path, top: Path) -> None:
        if is_capped_file(file) and imports_cdk(file.name, read_capped(file) or b""):
            self.sources.append((real(file), top))

    def _take_found(self, file: Path, meant: Path, top: Path) -> None:
        """Take a template that a search came upon as ``file`` below ``top``; ``meant`` is its real path."""
        display = display_path(file, self.cwd)
        if self._is_assembly(file.parent) and self._take_assembly_file(file, display):
            return
        found = read_candidate(file, display)
        if isinstance(found, str):
            self._pass_over(display, found)
        else:
            self.templates.append(plain_stack(found, meant, self._real(top), self.cwd))

    def _leaves_out(self, path: Path) -> bool:
        reason = self._excluded(path)
        if reason is not None:
            self._pass_over(display_path(path, self.cwd), reason)
        return reason is not None

    def _guarded(self, take: Callable[[], None]) -> None:
        try:
            take()
        except InputError as error:
            self.errors.append(error)

    def _refuse(self, path: Path, reason: str) -> None:
        self.errors.append(InputError(display_path(path, self.cwd), reason))

    def _pass_over(self, display: str, reason: str) -> None:
        self.passed_over.append(PassedOver(display, reason))

    def _is_new(self, path: Path) -> bool:
        """Whether this is the first time that the search meets a file or folder, given by its real path."""
        new = path not in self._seen
        self._seen.add(path)
        return new

    def _is_assembly(self, folder: Path) -> bool:
        if folder not in self._known_assemblies:
            self._known_assemblies[folder] = is_assembly(folder)
        return self._known_assemblies[folder]

    def _real(self, top: Path) -> Path:
        """The real path of a folder that is searched, found out once for all that is in it."""
        if top not in self._tops:
            self._tops[top] = real(top)
        return self._tops[top]
