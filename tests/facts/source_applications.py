"""CDK source in memory, as facts see it."""

from __future__ import annotations

from textwrap import dedent
from types import SimpleNamespace

from analyzer.facts.source import Source
from analyzer.sources.cdk_source import cdk_files
from analyzer.sources.folder_tree import MemoryTree


class Files(MemoryTree):
    """Files whose places are their own names."""

    def locate(self, name: str) -> str:
        return name


def source(files: dict[str, str]) -> Source:
    tree = Files({name: dedent(text).encode() for name, text in files.items()}, "app")
    read = SimpleNamespace(source_root=tree, cdk_files=cdk_files(tree))
    return Source(SimpleNamespace(name="app", source=read))  # type: ignore[arg-type]
