"""CDK source in memory for tests."""

from __future__ import annotations

from textwrap import dedent

from analyzer.code.cdk_inference import Inference
from analyzer.code.cdk_kinds import CdkType, Kind, OwnFunction, OwnModule, OwnType, Package
from analyzer.code.cdk_sites import Constructs, Site, sites
from analyzer.code.cdk_source import Project
from analyzer.code.cdk_tree import Call, Expression, Flag, Items, Member, Name, Record, Text
from analyzer.data.cdk_library import cdk_library
from analyzer.sources.cdk_source import cdk_files
from analyzer.sources.folder_tree import MemoryTree


def tree(files: dict[str, str]) -> MemoryTree:
    return MemoryTree({name: dedent(text).encode() for name, text in files.items()}, ".")


def project(files: dict[str, str]) -> Project:
    """The project of these files; ``{"lib/stack.ts": "…"}``."""
    source = tree(files)
    return Project(source, cdk_files(source))


def inference(files: dict[str, str]) -> Inference:
    return Inference(project(files), cdk_library())


def every_site(files: dict[str, str]) -> tuple[Constructs, list[Site]]:
    found = inference(files)
    modules = found.project.modules.values()
    return Constructs(found), [site for module in modules for site in sites(module)]


def shown(kind: Kind | None) -> str:
    """A kind in one word: ``aws_ec2.Vpc`` for the class, ``aws_ec2.Vpc()`` for a value of it."""
    match kind:
        case CdkType(name=name, instance=instance):
            return f"{name}()" if instance else name
        case OwnType(declaration=declaration, instance=instance):
            return f"own {declaration.name}()" if instance else f"own {declaration.name}"
        case OwnModule(file=file):
            return f"file {file}"
        case Package(name=name):
            return f"package {name}"
        case OwnFunction(scope=scope):
            return f"function {scope.name}"
        case None:
            return "?"


def text_of(expression: Expression | None) -> str:
    """An expression in a short form of its own."""
    match expression:
        case None:
            return "-"
        case Name(name=name):
            return name
        case Member(object=target, name=name):
            return f"{text_of(target)}.{name}"
        case Call(callee=callee, arguments=arguments, keywords=keywords, new=new):
            given = [*map(text_of, arguments), *([text_of(keywords)] if keywords else [])]
            return f"{'new ' if new else ''}{text_of(callee)}({', '.join(given)})"
        case Record(entries=entries, spreads=spreads, unchecked=unchecked):
            parts = [f"{entry.key}: {text_of(entry.value)}" for entry in entries]
            parts += [f"...{text_of(spread)}" for spread in spreads]
            return "{" + ", ".join(parts) + "}" + ("!" if unchecked else "")
        case Items(items=items):
            return f"[{', '.join(map(text_of, items))}]"
        case Text(value=value, complete=complete, written=written):
            return repr(value if complete else written)
        case Flag(value=value):
            return str(value).lower()
        case _:
            return type(expression).__name__.lower()
