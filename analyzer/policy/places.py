"""Makes the symbolic places of judgements concrete: files, lines, construct paths."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from analyzer.data.framework import framework_owned
from analyzer.judgement import AnyPlace, CodePlace, Subject, TemplatePlace
from analyzer.policy.block_scalars import text_start
from analyzer.policy.framework_causes import cause
from analyzer.policy.result import FrameworkCause, Location, SourceLine
from analyzer.records import dataclass

SOURCE = "Source"
"""The type of subjects that are written in CDK source and in no template."""


class Position(Protocol):
    """A span of a template; lines and columns start at 1."""

    @property
    def line(self) -> int:
        """First line."""

    @property
    def column(self) -> int:
        """First column."""

    @property
    def end_line(self) -> int:
        """Last line."""

    @property
    def end_column(self) -> int:
        """Column after the last character."""


class Construct(Protocol):
    """What the cloud assembly knows of one logical id."""

    @property
    def path(self) -> str | None:
        """Construct path."""

    @property
    def source_file(self) -> str | None:
        """File of the CDK source line that created it."""

    @property
    def source_line(self) -> int | None:
        """That line, from 1."""


class Stack(Protocol):
    """A template as `analyzer.sources` knows it."""

    @property
    def name(self) -> str:
        """Name for people."""

    @property
    def path(self) -> str:
        """Path of the template, relative to the working directory."""

    def position(self, pointer: str) -> Position | None:
        """Where the value at an RFC 6901 pointer is written."""

    @property
    def document(self) -> Mapping[str, Any]:
        """The parsed template."""

    @property
    def text(self) -> str:
        """The template as it is written."""

    def construct(self, logical_id: str) -> Construct:
        """The construct behind a logical id."""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What reports say of a subject besides its name; each as the method of :class:`Places` tells it."""

    stack: str
    template: str | None
    construct_path: str | None
    source: SourceLine | None
    framework: FrameworkCause | None


class Places:
    """The places of one application. ``stacks`` maps the keys that judgements use to their templates."""

    def __init__(self, stacks: Mapping[str, Stack]) -> None:
        self._stacks = stacks
        self._found: dict[TemplatePlace, Location | None] = {}
        self._whereabouts: dict[tuple[str, str, str], Whereabouts] = {}

    def whereabouts(self, subject: Subject) -> Whereabouts:
        """All that is told of a subject, found once for all judgements on it."""
        key = (subject.stack, subject.logical_id, subject.type)
        found = self._whereabouts.get(key)
        if found is None:
            found = Whereabouts(
                self.stack_name(subject),
                self.template(subject),
                self.construct_path(subject),
                self.source_line(subject),
                self.framework(subject),
            )
            if subject.type != SOURCE:  # what is written in source code is told apart by its place
                self._whereabouts[key] = found
        return found

    def stack_name(self, subject: Subject) -> str:
        """The name of a subject's stack for people; the application's where it is in source code."""
        stack = self._stack_of(subject)
        return subject.stack if stack is None else stack.name

    def template(self, subject: Subject) -> str | None:
        """Path of the template that declares a subject; None for source code."""
        stack = self._stack_of(subject)
        return None if stack is None else stack.path

    def construct_path(self, subject: Subject) -> str | None:
        """The construct path of a subject as its author knows it, without the ``Resource`` that constructs call
        their main resource; None where the assembly does not tell."""
        stack = self._stack_of(subject)
        path = None if stack is None else stack.construct(subject.logical_id).path
        return None if path is None else path.removesuffix("/Resource").removesuffix("/Default")

    def framework(self, subject: Subject) -> FrameworkCause | None:
        """Why CDK made a subject that nobody wrote; None for all others."""
        stack = self._stack_of(subject)
        if stack is None:
            return None
        path = stack.construct(subject.logical_id).path
        owned = framework_owned(subject.logical_id, subject.type, path)
        return None if owned is None else cause(owned, path, stack)

    def source_line(self, subject: Subject) -> SourceLine | None:
        """The CDK source line that created a subject, or where a subject of the source itself is written."""
        stack = self._stack_of(subject)
        if stack is None:
            location = self.location(subject.place)
            return None if location is None else SourceLine(location.file, location.line)
        construct = stack.construct(subject.logical_id)
        if construct.source_file is None or construct.source_line is None:
            return None
        return SourceLine(construct.source_file, construct.source_line)

    def _stack_of(self, subject: Subject) -> Stack | None:
        # An application may be called like one of its stacks, so the type decides.
        return None if subject.type == SOURCE else self._stacks.get(subject.stack)

    def location(self, place: AnyPlace | None) -> Location | None:
        """``place`` as a span of a file; None where it cannot be told."""
        match place:
            case None:
                return None
            case TemplatePlace():
                return self._in_template(place)
            case CodePlace() if place.inline is not None:
                return self._in_inline_code(place, place.inline)
            case CodePlace(place=span):
                return Location(place.file, span.line, span.column, span.end_line, span.end_column)

    def _in_template(self, place: TemplatePlace) -> Location | None:
        if place not in self._found:
            self._found[place] = self._look_up(place)
        return self._found[place]

    def _look_up(self, place: TemplatePlace) -> Location | None:
        stack = self._stacks.get(place.stack)
        span = None if stack is None else stack.position(place.pointer)
        if stack is None or span is None:
            return None
        return Location(stack.path, span.line, span.column, span.end_line, span.end_column)

    def _in_inline_code(self, place: CodePlace, inline: TemplatePlace) -> Location | None:
        """A block scalar keeps the lines of the code; in any other value (JSON, a quoted or joined string) the
        best that can be said is where the value is."""
        stack = self._stacks.get(inline.stack)
        header = None if stack is None else stack.position(inline.pointer)
        start = None if stack is None or header is None else text_start(stack.text, header.end_line)
        if stack is None or start is None:
            return self._in_template(inline)
        line, column = start[0] - 1, start[1] - 1
        span = place.place
        return Location(
            stack.path, span.line + line, span.column + column, span.end_line + line, span.end_column + column
        )
