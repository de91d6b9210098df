"""Shorthand for the tests of the JavaScript front end."""

from __future__ import annotations

from textwrap import dedent

from analyzer.code.javascript import analyze
from analyzer.code.program import CodeValue, Derived, EnvironmentVariable, EventField, Items, Literal, Program, Record
from analyzer.sources.folder_tree import MemoryTree


def tree(files: dict[str, str]) -> MemoryTree:
    return MemoryTree({name: dedent(text).encode() for name, text in files.items()}, "asset")


def program(source: str | dict[str, str], export: str = "handler", name: str = "index.js") -> Program:
    """The program of one file, or of several of which the first is the entry."""
    files = {name: source} if isinstance(source, str) else source
    return analyze(tree(files), next(iter(files)), export)


Call = tuple[str, str, CodeValue]


def calls(found: Program) -> list[Call]:
    """Service, operation and arguments of the calls that are reached."""
    return [(call.service, call.operation, call.arguments) for call in found.calls if call.reached]


def operations(found: Program) -> list[str]:
    return [f"{call.service}:{call.operation}" for call in found.calls if call.reached]


def returned(found: Program) -> list[CodeValue]:
    return [answer.value for answer in found.returns]


def value(expression: str, before: str = "", **files: str) -> CodeValue:
    """What an expression in a handler evaluates to."""
    text = f"{dedent(before)}\nexports.handler = async (event) => {{ return {{ it: {expression} }}; }};\n"
    found = program({"index.js": text, **files})
    assert len(found.returns) == 1, found
    answer = found.returns[0].value
    assert isinstance(answer, Record), answer
    it = answer.get("it")
    assert it is not None
    return it


def lit(constant: str | float | bool | None) -> Literal:
    return Literal(constant)


def env(name: str, default: CodeValue | None = None) -> EnvironmentVariable:
    return EnvironmentVariable(name, default)


def field(*path: str) -> EventField:
    return EventField(path)


def record(**entries: CodeValue) -> Record:
    return Record(tuple(entries.items()))


def items(*values: CodeValue) -> Items:
    return Items(values)


def derived(how: str, *sources: CodeValue) -> Derived:
    return Derived(sources, how)
