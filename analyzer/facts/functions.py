"""Lambda functions: configuration, environment, and the code behind them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from analyzer.judgement import CodePlace
from analyzer.model.alternatives import one_of
from analyzer.model.intrinsics import concatenate
from analyzer.model.node import Node
from analyzer.model.template import Resource
from analyzer.model.value import ABSENT, Absent, Known, Listing, Option, Unknown, Value

if TYPE_CHECKING:
    from analyzer.code.place import Place
    from analyzer.code.program import CodeValue, Program
    from analyzer.model.application import Application
    from analyzer.sources.assembly import LocalFile
    from analyzer.sources.files import FileTree

FUNCTION = "AWS::Lambda::Function"
LAYER = "AWS::Lambda::LayerVersion"
DEFAULT_TIMEOUT = 3
DEFAULT_MEMORY = 128
"""Seconds and MiB. Source: Timeout and MemorySize of AWS::Lambda::Function, CloudFormation Template Reference."""


class Function:
    """One Lambda function. Code is read when ``program`` is first asked for."""

    def __init__(self, application: Application, resource: Resource) -> None:
        self.application = application
        self.resource = resource

    def __repr__(self) -> str:
        return f"<Function {self.resource.logical_id}>"

    @property
    def name(self) -> str:
        """The logical id as the user wrote it."""
        return self.resource.logical_id

    @cached_property
    def runtime(self) -> str | None:
        """The runtime's identifier; None for a container image or where it is not known."""
        known = self.resource["Runtime"].known
        return str(known) if known is not None else None

    @cached_property
    def handler(self) -> str | None:
        """The ``Handler`` string; None for a container image or where it is not known."""
        known = self.resource["Handler"].known
        return str(known) if known is not None else None

    @property
    def is_image(self) -> bool:
        """Whether the function is a container image."""
        return self.resource["PackageType"].known == "Image" or bool(self.resource["Code"]["ImageUri"])

    @property
    def timeout(self) -> Node:
        """The ``Timeout`` in seconds; Lambda's own default is :data:`DEFAULT_TIMEOUT`."""
        return self.resource["Timeout"]

    # --- environment ----------------------------------------------------------------------------------

    @cached_property
    def environment(self) -> dict[str, Node]:
        """The environment variables by name."""
        return dict(self.resource["Environment"]["Variables"].entries())

    def variable(self, name: str) -> Value:
        """The value of an environment variable; Absent where the template sets none."""
        node = self.environment.get(name)
        if node is not None:
            return node.value
        if name == "AWS_LAMBDA_FUNCTION_NAME":
            return self.resource.reference
        reserved = {"AWS_REGION": "AWS::Region", "AWS_DEFAULT_REGION": "AWS::Region"}
        return self.resource.template.ref(reserved[name]) if name in reserved else ABSENT

    def value_of(self, expression: CodeValue) -> Value:
        """What an expression of the handler's code is in the template's terms.

        Event fields and whatever else depends on the run are Unknown. A hole of inline code
        (``Fn::Sub`` inside ``ZipFile``) is the template value it stands for.
        """
        from analyzer.code.program import Choice, Composed, EnvironmentVariable, Literal

        match expression:
            case Literal(value=str(content)):
                return self.application.names.restore(content)
            case Literal(value=content):
                return Known(content)
            case EnvironmentVariable(name=name, default=default):
                value = self.variable(name)
                if isinstance(value, Absent):
                    return self.value_of(default) if default is not None else Unknown(f"environment variable {name}")
                return value
            case Composed(parts=parts):
                return self.resource.template.resolver.combine([self.value_of(part) for part in parts], concatenate)
            case Choice(options=options):
                return one_of([Option(self.value_of(option), ()) for option in options])
            case _:
                return Unknown("a value of the run")

    # --- code -----------------------------------------------------------------------------------------

    @cached_property
    def code(self) -> FileTree | str:
        """The files of the code, or why there are none to read."""
        if self.is_image:
            return f"the image of {self.name}"
        inline = self.resource["Code"]["ZipFile"]
        if inline:
            return self._inline(inline)
        return _tree(self.resource, "Code")

    def _inline(self, node: Node) -> FileTree | str:
        from analyzer.sources.folder_tree import inline

        if self._embedded is not None:
            return self._embedded if isinstance(self._embedded, str) else self._read(self._embedded)
        if isinstance(node.value, Unknown):
            return node.value.needs
        canonical = self.application.names.canonical(node.value)
        if canonical is None:
            differs = ", which differs by condition" if len(node.cases()) > 1 else ""
            return f"the inline code of {self.name}{differs}"
        return inline(canonical, self._inline_name, self.resource.template.source.path)

    @property
    def _inline_name(self) -> str:
        """What Lambda calls the file of inline code."""
        runtimes = [case.value for case in self.resource["Runtime"].cases()]
        python = all(isinstance(value, Known) and str(value.value).startswith("python") for value in runtimes)
        return "index.py" if python else "index.js"

    @cached_property
    def _embedded(self) -> LocalFile | str | None:
        """The file that Rain puts in the place of inline code (``!Rain::Embed handler.py``), or what is missing; None
        where the code is written out."""
        from analyzer.sources.errors import MissingAsset

        raw = self.resource["Code"]["ZipFile"].raw
        name = raw.get("Rain::Embed", raw.get("Fn::Rain::Embed")) if isinstance(raw, dict) else None
        if not isinstance(name, str):
            return None
        found = self.resource.template.source.local_file(name)
        return f"the file {name} that Rain embeds" if isinstance(found, MissingAsset) else found

    def _read(self, file: LocalFile) -> FileTree | str:
        from analyzer.sources.errors import InputError
        from analyzer.sources.folder_tree import inline

        try:
            return inline(file.read().decode("utf-8", "replace"), self._inline_name, file.path)
        except InputError:
            return f"the file {file.path} that Rain embeds"

    @property
    def unread(self) -> str | None:
        """Why there is no code to read; None where there is."""
        return self.code if isinstance(self.code, str) else None

    @cached_property
    def program(self) -> Program:
        """What the code does; an incomplete program with the problem said where it cannot be read."""
        from analyzer.code.program import Program

        if isinstance(self.code, str):
            return Program("", None, self.handler or "", complete=False, problems=(self.code,))
        if self.handler is None:
            return Program("", None, "", complete=False, problems=(f"the handler of {self.name}",))
        from analyzer.code import handler

        if self.resource["Code"]["ZipFile"]:
            (name,) = self.code.names()
            text = (self.code.read(name) or b"").decode("utf-8", "replace")
            return handler.analyze_text(text, name, self.handler, self.runtime)
        return handler.analyze(self.code, self.handler, self.runtime)

    @property
    def needs(self) -> str:
        """What it would take to know all of the code, as a noun phrase; empty where all of it is known."""
        if self.program.complete:
            return ""
        problem = next(iter(self.program.problems), "")
        if problem.startswith("the "):
            return problem
        return f"all of the code of {self.name}" + (f" ({problem.rstrip('.')})" if problem else "")

    def place(self, place: Place) -> CodePlace:
        """A span of this function's code as a place for people."""
        inline = self.resource["Code"]["ZipFile"]
        if self._embedded is not None and not isinstance(self._embedded, str):
            return CodePlace(self._embedded.path, place)
        if isinstance(self.code, str) or inline:
            return CodePlace(self.resource.template.source.path, place, inline.place)
        return CodePlace(self.code.locate(place.file), place)

    @cached_property
    def layers(self) -> tuple[FileTree | str, ...]:
        """The content of each layer, or what would be needed to read it."""
        return tuple(self._layer(node) for node in self.resource["Layers"].items())

    def _layer(self, node: Node) -> FileTree | str:
        layer = self.application.behind(node.value, LAYER)
        if layer is None:
            return f"the content of layer {node.text or node.undecided}"
        return _tree(layer, "Content")

    # --- role -----------------------------------------------------------------------------------------

    @cached_property
    def role(self) -> Resource | None:
        """The execution role, where it is a resource of the application."""
        return self.application.behind(self.resource["Role"].value, "AWS::IAM::Role")


def _tree(resource: Resource, name: str) -> FileTree | str:
    from analyzer.sources.errors import MissingAsset

    found = resource.asset(name)
    if not isinstance(found, MissingAsset):
        return found
    where = f"{found.path}: {found.reason}" if found.path else found.reason
    return f"the code of {resource.logical_id} ({where})"


class Functions:
    """The application's Lambda functions."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._all = {resource: Function(application, resource) for resource in application.resources(FUNCTION)}
        self._naming: dict[str, dict[Function, list[Resource]]] = {}

    def __iter__(self) -> Iterator[Function]:
        return iter(self._all.values())

    def __len__(self) -> int:
        return len(self._all)

    def own(self) -> Iterator[Function]:
        """The functions that the user wrote: CDK's own providers are not among them."""
        return (function for function in self if function.resource.framework is None)

    def of(self, resource: Resource) -> Function | None:
        """The function behind a resource; None for a resource of another type."""
        return self._all.get(resource)

    def behind(self, value: Value, *, by: tuple[Resource, ...] = ()) -> Function | None:
        """The function that a value names: its ARN, name, alias, version or an invocation URI around them.

        ``by`` are the aliases and versions that led here; one that names itself names no function.
        """
        direct = self._application.behind(value, FUNCTION)
        if direct is not None:
            return self._all[direct]
        if isinstance(value, Listing):
            return None
        through = [self._published(resource, by) for resource in self._application.mentioned(value)]
        found = list(dict.fromkeys(function for function in through if function is not None))
        return found[0] if len(found) == 1 else self._by_text(value)

    def naming(self, function: Function, type: str) -> tuple[Resource, ...]:
        """The resources of a type whose ``FunctionName`` names the function."""
        if type not in self._naming:
            found: dict[Function, list[Resource]] = {}
            for resource in self._application.resources(type):
                named = self.behind(resource["FunctionName"].value)
                if named is not None:
                    found.setdefault(named, []).append(resource)
            self._naming[type] = found
        return tuple(self._naming[type].get(function, ()))

    def _published(self, resource: Resource, by: tuple[Resource, ...]) -> Function | None:
        if resource.type in ("AWS::Lambda::Alias", "AWS::Lambda::Version"):
            return None if resource in by else self.behind(resource["FunctionName"].value, by=(*by, resource))
        return self._all.get(resource)

    def _by_text(self, value: Value) -> Function | None:
        """A function whose ARN or literal name stands inside the text, as in an invocation URI."""
        canonical = self._application.names.canonical(value)
        if not canonical:
            return None
        inner = canonical
        if "/functions/" in inner:
            inner = inner.split("/functions/", 1)[1].split("/invocations", 1)[0]
        matching = [function for function in self if self._named(function, inner)]
        return matching[0] if len(matching) == 1 else None

    def _named(self, function: Function, text: str) -> bool:
        names = self._application.names
        forms = (names.arn(function.resource), names.name(function.resource))
        return any(form and (text == form or text.startswith(form + ":")) for form in forms)
