"""Processor architectures of functions: what keeps one on x86_64.

Source: AWS Lambda Developer Guide, "Selecting and configuring an instruction set architecture" (read 2026-11-24).
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from analyzer.facts.functions import Function

if TYPE_CHECKING:
    from analyzer.sources.files import FileTree

MOST_FILES: Final = 20_000
_X86_ONLY: Final = re.compile(r"nodejs(4|6|8|10)|python(2|3\.[67]$)|java8$|go1|ruby2\.5|dotnetcore(1|2)|provided$")
_BINARIES: Final = re.compile(r"\.(node|so(\.[\d.]+)?)$|(^|/)bootstrap$|(^|/)bin/[^./]+$")
_ELF: Final = b"\x7fELF"
_X86_64: Final = 0x3E
"""``e_machine`` of an ELF header."""


def only_x86(runtime: str | None) -> bool:
    """Whether Lambda has the runtime for x86_64 only."""
    return _X86_ONLY.match(runtime or "") is not None


def x86_binary(tree: FileTree) -> str | None:
    """The first file of native x86_64 code; None where there is none."""
    for name in islice(tree.names(), MOST_FILES):
        if _BINARIES.search(name) and _machine(tree.read(name) or b"") == _X86_64:
            return name
    return None


def _machine(data: bytes) -> int | None:
    return int.from_bytes(data[18:20], "little") if data.startswith(_ELF) and len(data) > 20 else None


def at_the_edge(function: Function) -> bool:
    """Whether CloudFront runs the function, which it does on x86_64 only."""
    for distribution in function.application.resources("AWS::CloudFront::Distribution"):
        config = distribution["DistributionConfig"]
        behaviours = [config["DefaultCacheBehavior"], *config["CacheBehaviors"].items()]
        for association in (a for b in behaviours for a in b["LambdaFunctionAssociations"].items()):
            mentioned = function.application.mentioned(association["LambdaFunctionARN"].value)
            if any(_is_or_publishes(resource, function) for resource in mentioned):
                return True
    return False


def _is_or_publishes(resource: object, function: Function) -> bool:
    if resource is function.resource:
        return True
    version = getattr(resource, "type", "") == "AWS::Lambda::Version"
    return version and function.application.behind(resource["FunctionName"].value) is function.resource  # type: ignore[index]
