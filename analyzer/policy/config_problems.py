"""What is wrong with a configuration, said for the person who wrote it: one line each, with its place."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

from analyzer.policy.waiver_entries import unknown_key

if TYPE_CHECKING:
    from jsonschema import ValidationError


class Problem(NamedTuple):
    """Something wrong with the value at ``path``, keys and indices from the root."""

    path: tuple[str | int, ...]
    text: str


def schema_problems(value: object, *, definition: str | None = None) -> list[Problem]:
    """Where ``value`` departs from the schema that ships, or from one of its definitions; in the order of the file as
    far as paths tell."""
    from jsonschema import Draft202012Validator

    schema = json.loads(files("analyzer.policy").joinpath("config.schema.json").read_text("utf-8"))
    if definition is not None:
        schema = {"$defs": schema["$defs"], "$ref": f"#/$defs/{definition}"}
    errors = Draft202012Validator(schema).iter_errors(value)
    found = [problem for error in errors for problem in _problems(error)]
    return list(dict.fromkeys(sorted(found, key=lambda problem: [str(step) for step in problem.path])))


def pointer(path: Sequence[str | int]) -> str:
    """The JSON pointer (RFC 6901) of a path."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in path)


def dotted(path: Sequence[str | int]) -> str:
    """A path as people write it: ``gate.fail_on``, ``waivers[2].reason``."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".") or "the configuration"


def _problems(error: ValidationError) -> Iterator[Problem]:
    path = tuple(error.absolute_path)
    schema = error.schema if isinstance(error.schema, Mapping) else {}
    instance: Any = error.instance
    match error.validator:
        case "additionalProperties":
            allowed = [name for name in schema["properties"] if name != "$schema"]
            for key in instance.keys() - schema["properties"].keys():
                yield Problem((*path, key), unknown_key(str(key), allowed, dotted(path) if path else ""))
        case "required":
            for key in schema["required"]:
                if key not in instance:
                    yield Problem(path, f"{dotted(path)} has no {key}")
        case "enum":
            yield Problem(path, f"{dotted(path)}: {_choice(instance, schema['enum'])}")
        case "anyOf":
            yield Problem(path, f"{dotted(path)} has no scope; it is {schema['explain']}")
        case _:
            wanted = schema.get("explain", f"valid ({error.message})")
            yield Problem(path, f"{dotted(path)} is {wanted}, not {_shown(instance)}")


def _choice(given: Any, allowed: Sequence[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(str(given), allowed, n=1, cutoff=0.6)
    known = f"one of {', '.join(allowed)}" if len(allowed) > 1 else allowed[0]
    return f"{_shown(given)} is not {known}" + (f"; did you mean {near[0]}?" if near else "")


def _shown(value: object) -> str:
    match value:
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case None:
            return "empty"
        case bool():
            return "true" if value else "false"
        case _:
            text = repr(value)
            return text if len(text) <= 60 else f"{text[:57]}…"
