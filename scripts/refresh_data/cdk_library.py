"""`cdk_types.json.gz` and `cdk_deprecated.json.gz`: what aws-cdk-lib's own jsii manifest says of its API.

Both name types without the package (`aws_ec2.Vpc`). Left out: L1 types without a deprecated member in reach, and
modules that no app builds stacks with.
"""

from __future__ import annotations

import gzip
import json
import re
import tarfile
from collections.abc import Iterator, Mapping
from typing import Any

from .inputs import Inputs
from .output import Source, meta

PACKAGE = "aws-cdk-lib."
KINDS = {"class": "class", "enum": "enum", "interface": "interface"}
_UNUSED_MODULES = ("assertions", "cloud_assembly_schema", "cx_api", "interfaces", "mixins")
_LONGEST_NOTE = 160
_LINK = re.compile(r"\{@link\s+([^\s}]+)\s*\}")
_SHOWN_KINDS = ("properties", "methods", "members")

Type = Mapping[str, Any]


class Library:
    """The manifest, and which of its types are worth keeping."""

    def __init__(self, inputs: Inputs) -> None:
        manifest = read_manifest(inputs)
        self.version = str(manifest["version"])
        self.types: dict[str, Type] = {
            name.removeprefix(PACKAGE): body
            for name, body in manifest["types"].items()
            if name.startswith(PACKAGE) and name.split(".")[1] not in _UNUSED_MODULES
        }
        self.deprecated = {name: found for name, body in self.types.items() if (found := own_deprecated(body))}
        self.kept = {name for name in self.types if not is_generated(name)}
        self.kept |= self._generated_with_deprecated()

    def _generated_with_deprecated(self) -> set[str]:
        """L1 types that are deprecated in part, and those whose members or parameters lead to one."""
        found = {name for name in self.deprecated if is_generated(name)}
        while True:
            more = {
                name
                for name, body in self.types.items()
                if is_generated(name) and name not in found and any(target in found for target in mentioned(body))
            }
            if not more:
                return found
            found |= more

    def reference(self, written: Any) -> str:
        """The kept type that a property, parameter or result has, looked for inside lists, maps and unions."""
        for name in named(written):
            short = name.removeprefix(PACKAGE)
            if short in self.kept and short != "IResolvable":
                return short
        return ""

    def shape(self, body: Type) -> dict[str, Any]:
        """Base types, parameters of the constructor, and the members whose types matter."""
        bases = [*([body["base"]] if "base" in body else []), *body.get("interfaces", [])]
        properties = {item["name"]: self.reference(item["type"]) for item in body.get("properties", [])}
        methods = {item["name"]: self._signature(item) for item in body.get("methods", [])}
        parameters = body.get("initializer", {}).get("parameters", [])
        found: dict[str, Any] = {
            "k": "struct" if body.get("datatype") else KINDS[body["kind"]],
            "b": [base.removeprefix(PACKAGE) for base in bases],
            "i": [self.reference(parameter["type"]) for parameter in parameters],
            "p": {name: target for name, target in properties.items() if target},
            "m": {name: signature for name, signature in methods.items() if any(signature)},
        }
        return {key: value for key, value in found.items() if value}

    def _signature(self, method: Type) -> list[str]:
        """The result, then the parameters; empty text for what is of no kept type."""
        result = self.reference(method.get("returns", {}).get("type"))
        return [result, *(self.reference(parameter["type"]) for parameter in method.get("parameters", []))]


def read_manifest(inputs: Inputs) -> dict[str, Any]:
    """The `.jsii` manifest inside the npm package that the Python distribution carries."""
    archive = next((inputs.package("aws_cdk") / "_jsii").glob("aws-cdk-lib@*.jsii.tgz"))
    with tarfile.open(archive) as tar:
        stream = tar.extractfile("package/.jsii.gz")
        if stream is None:
            raise FileNotFoundError(f"{archive.name} holds no jsii manifest")
        return dict(json.loads(gzip.decompress(stream.read())))


def build_types(library: Library, date: str) -> dict[str, Any]:
    """`types`: name → `{"k": kind, "b": bases, "i": constructor, "p": properties, "m": methods}`."""
    types = {name: library.shape(library.types[name]) for name in sorted(library.kept)}
    note = "k kind, b bases, i constructor's parameters, p properties, m methods: result, then parameters."
    return {"meta": meta(date, [source(library)], note), "types": types}


def build_deprecated(library: Library, date: str) -> dict[str, Any]:
    """`deprecated`: type → member (empty: the type itself) → note; null where an override is not deprecated."""
    found: dict[str, dict[str, str | None]] = {name: {**members} for name, members in library.deprecated.items()}
    for name, member in reinstated(library):
        found.setdefault(name, {})[member] = None
    ordered = {name: dict(sorted(members.items())) for name, members in sorted(found.items())}
    return {"meta": meta(date, [source(library)], "type, member, what the library says of it"), "deprecated": ordered}


def reinstated(library: Library) -> Iterator[tuple[str, str]]:
    """Members that a type declares anew without the deprecation of the type it inherits them from."""
    for name, body in library.types.items():
        own = {item["name"] for kind in _SHOWN_KINDS for item in body.get(kind, [])}
        live = own - set(library.deprecated.get(name, {}))
        for base in ancestors(library, body):
            for member in live & set(library.deprecated.get(base, {})):
                yield name, member


def ancestors(library: Library, body: Type) -> Iterator[str]:
    """Every type that `body` inherits from."""
    pending = [*([body["base"]] if "base" in body else []), *body.get("interfaces", [])]
    while pending:
        base = pending.pop().removeprefix(PACKAGE)
        yield base
        above = library.types.get(base, {})
        pending += [*([above["base"]] if "base" in above else []), *above.get("interfaces", [])]


def own_deprecated(body: Type) -> dict[str, str]:
    """Deprecated members of a type with their notes; the empty name stands for the type itself."""
    found = {"": note(body)} if is_deprecated(body) else {}
    for kind in _SHOWN_KINDS:
        found.update({item["name"]: note(item) for item in body.get(kind, []) if is_deprecated(item)})
    return found


def is_deprecated(item: Type) -> bool:
    docs = item.get("docs", {})
    return docs.get("stability") == "deprecated" or "deprecated" in docs


def note(item: Type) -> str:
    """The first sentences of what the library says, without the dash they often begin with."""
    written = _LINK.sub(r"`\1`", str(item.get("docs", {}).get("deprecated") or ""))
    text = " ".join(written.split()).lstrip("- ")
    sentences = re.split(r"(?<=[a-z`)\d]\.)\s", text)
    kept = sentences.pop(0)
    while sentences and len(kept) + len(sentences[0]) < _LONGEST_NOTE:
        kept = f"{kept} {sentences.pop(0)}"
    return "" if kept == "this property has been deprecated" else kept[:_LONGEST_NOTE].rstrip(".")


def is_generated(name: str) -> bool:
    """Whether a type is of the L1 layer; the classes that all of it inherits from (`CfnResource`) are not."""
    return "." in name and any(part.startswith(("Cfn", "ICfn")) for part in name.split(".")[1:])


def mentioned(body: Type) -> Iterator[str]:
    """The types of everything that a type's properties, methods and constructor take."""
    for item in [*body.get("properties", []), *body.get("initializer", {}).get("parameters", [])]:
        yield from (name.removeprefix(PACKAGE) for name in named(item["type"]))
    for method in body.get("methods", []):
        for parameter in method.get("parameters", []):
            yield from (name.removeprefix(PACKAGE) for name in named(parameter["type"]))


def named(written: Any) -> Iterator[str]:
    """Every type that a jsii type reference names."""
    if isinstance(written, Mapping):
        if "fqn" in written:
            yield str(written["fqn"])
        yield from named(written.get("collection", {}).get("elementtype"))
        for combined in ("union", "intersection"):
            for part in written.get(combined, {}).get("types", []):
                yield from named(part)


def source(library: Library) -> Source:
    return Source("aws-cdk-lib", library.version, "Apache-2.0", "https://github.com/aws/aws-cdk")
