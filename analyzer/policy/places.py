"""Makes the symbolic places of judgements concrete: files, lines, construct paths."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from analyzer.judgement import AnyPlace, CodePlace, Subject, TemplatePlace
from analyzer.policy.result import Location, SourceLine


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

    def text_start(self, pointer: str) -> tuple[int, int] | None:
        """Line and column of the first line of the YAML block scalar at ``pointer``; None for any other value."""

    def construct(self, logical_id: str) -> Construct:
        """The construct behind a logical id."""


class Places:
    """The places of one application. ``stacks`` maps the keys that judgements use to their templates."""

    def __init__(self, stacks: Mapping[str, Stack]) -> None:
        self._stacks = stacks

    def stack_name(self, key: str) -> str:
        """The name of a stack for people; the key itself where it is no stack's (source code)."""
        stack = self._stacks.get(key)
        return key if stack is None else stack.name

    def template(self, key: str) -> str | None:
        """Path of the template of a stack; None for source code."""
        stack = self._stacks.get(key)
        return None if stack is None else stack.path

    def construct_path(self, subject: Subject) -> str | None:
        """The construct path of a subject; None where the assembly does not tell."""
        stack = self._stacks.get(subject.stack)
        return None if stack is None else stack.construct(subject.logical_id).path

    def source_line(self, subject: Subject) -> SourceLine | None:
        """The CDK source line that created a subject, or where a subject of the source itself is written."""
        stack = self._stacks.get(subject.stack)
        if stack is None:
            location = self.location(subject.place)
            return None if location is None else SourceLine(location.file, location.line)
        construct = stack.construct(subject.logical_id)
        if construct.source_file is None or construct.source_line is None:
            return None
        return SourceLine(construct.source_file, construct.source_line)

    def location(self, place: AnyPlace | None) -> Location | None:
        """``place`` as a span of a file; None where it cannot be told."""
        match place:
            case None:
                return None
            case TemplatePlace():
                return self._in_template(place)
            case CodePlace(place=span, inline=None):
                return Location(place.file, span.line, span.column, span.end_line, span.end_column)
            case CodePlace(inline=TemplatePlace() as inline):
                return self._in_inline_code(place, inline)

    def _in_template(self, place: TemplatePlace) -> Location | None:
        stack = self._stacks.get(place.stack)
        span = None if stack is None else stack.position(place.pointer)
        if stack is None or span is None:
            return None
        return Location(stack.path, span.line, span.column, span.end_line, span.end_column)

    def _in_inline_code(self, place: CodePlace, inline: TemplatePlace) -> Location | None:
        """A block scalar keeps the lines of the code; in any other value (JSON, a quoted or joined string) the
        best that can be said is where the value is."""
        stack = self._stacks.get(inline.stack)
        start = None if stack is None else stack.text_start(inline.pointer)
        if stack is None or start is None:
            return self._in_template(inline)
        line, column = start[0] - 1, start[1] - 1
        span = place.place
        return Location(
            stack.path, span.line + line, span.column + column, span.end_line + line, span.end_column + column
        )
