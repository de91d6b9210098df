"""What expressions of CDK source can be."""

from __future__ import annotations

from typing import Final

from analyzer.code.cdk_tree import ClassDeclaration, Scope
from analyzer.records import dataclass

CONSTRUCTS: Final = "constructs"
"""The package of the construct tree itself."""


@dataclass(frozen=True, slots=True)
class Package:
    """A module that is not the application's. ``submodule`` is the CDK's (``aws_ec2``, empty for the library's top,
    ``constructs``); None for any other package."""

    name: str
    submodule: str | None


@dataclass(frozen=True, slots=True)
class OwnModule:
    """A file of the application."""

    file: str


@dataclass(frozen=True, slots=True)
class CdkType:
    """A class, enumeration or interface of the CDK itself; with ``instance`` a value of that type."""

    name: str
    instance: bool = False


@dataclass(frozen=True, slots=True)
class OwnType:
    """A class of the application itself; with ``instance`` a value of it."""

    declaration: ClassDeclaration
    instance: bool = False


@dataclass(frozen=True, slots=True)
class OwnFunction:
    """A function of the application."""

    scope: Scope


Kind = Package | OwnModule | CdkType | OwnType | OwnFunction


def instance_of(kind: Kind | None) -> Kind | None:
    """A value of a type; anything else is what it is."""
    match kind:
        case CdkType(name=name):
            return CdkType(name, instance=True)
        case OwnType(declaration=declaration):
            return OwnType(declaration, instance=True)
        case _:
            return kind


def submodule_of(module: str) -> str | None:
    """The CDK's submodule that a package name means: ``aws-cdk-lib/aws-ec2`` and ``aws_cdk.aws_ec2`` → ``aws_ec2``.

    None for other packages, those of CDK v1 among them.
    """
    if module in ("aws-cdk-lib", "aws-cdk-lib/core", "aws_cdk"):
        return ""
    if module == CONSTRUCTS:
        return CONSTRUCTS
    for prefix in ("aws-cdk-lib/", "aws_cdk."):
        if module.startswith(prefix):
            name = module.removeprefix(prefix).replace("-", "_")
            return None if "/" in name else name
    return None
