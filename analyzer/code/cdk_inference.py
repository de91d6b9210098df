"""What expressions of CDK source are: modules and types of the CDK, the application's own classes, their instances.

Nothing is run. A name has the type of its annotation, else of the value it gets; flow is not followed, so a name that
gets values of different types has the first one that is known. None is: cannot be told.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from analyzer.code.cdk_kinds import (
    CONSTRUCTS,
    CdkType,
    Kind,
    OwnFunction,
    OwnModule,
    OwnType,
    Package,
    instance_of,
    submodule_of,
)
from analyzer.code.cdk_source import Project
from analyzer.code.cdk_tree import (
    SUPER,
    THIS,
    Binding,
    Call,
    Choice,
    ClassDeclaration,
    Expression,
    Lambda,
    Member,
    Name,
    Record,
    Scope,
    Text,
)
from analyzer.data.cdk_library import CdkLibrary

_DEEPEST: Final = 30


class Inference:
    """Types of expressions of one project."""

    def __init__(self, project: Project, library: CdkLibrary) -> None:
        self.project = project
        self.library = library
        self._depth = 0
        self._types: dict[int, Kind | None] = {}
        """By the identity of expressions and bindings, which live as long as the project."""

    # --- expressions ----------------------------------------------------------------------------------

    def type_of(self, expression: Expression, scope: Scope) -> Kind | None:
        """What an expression that stands in ``scope`` is."""
        key = id(expression)
        if key in self._types:
            return self._types[key]
        if self._depth >= _DEEPEST:
            return None
        self._types[key] = None  # a name that is made of itself has no type
        self._depth += 1
        try:
            self._types[key] = self._type_of(expression, scope)
        finally:
            self._depth -= 1
        return self._types[key]

    def _type_of(self, expression: Expression, scope: Scope) -> Kind | None:
        match expression:
            case Name(name=name) if name == THIS:
                return None if scope.owner is None else OwnType(scope.owner, instance=True)
            case Name(name=name) if name == SUPER:
                return instance_of(self.base_of(scope))
            case Name(name=name):
                return self._named(name, scope)
            case Member(object=target, name=name):
                return self.member(self.type_of(target, scope), name)
            case Call():
                return self._called(expression, scope)
            case Choice(options=options):
                found = (self.type_of(option, scope) for option in options)
                return next((kind for kind in found if kind is not None), None)
            case Lambda(scope=inner):
                return OwnFunction(inner)
            case _:
                return None

    def _named(self, name: str, scope: Scope) -> Kind | None:
        home = declaring(name, scope)
        if home is None:
            return None
        if name in home.classes:
            return OwnType(home.classes[name])
        if name in home.functions and name not in home.bindings:
            return OwnFunction(home.functions[name])
        found = (self.bound(binding) for binding in home.bindings.get(name, ()))
        return next((kind for kind in found if kind is not None), None)

    def bound(self, binding: Binding) -> Kind | None:
        """What a binding gives its name."""
        key = id(binding)
        if key not in self._types:
            self._types[key] = None
            self._types[key] = self._bound(binding)
        return self._types[key]

    def _bound(self, binding: Binding) -> Kind | None:
        if binding.imported is not None:
            return self.imported(binding.scope.file, binding.imported.module, binding.imported.name)
        kind = None
        if binding.annotation is not None:
            kind = instance_of(self.type_of(binding.annotation, binding.scope))
        if kind is None and binding.value is not None:
            kind = self.type_of(binding.value, binding.scope)
        return self.member(kind, binding.attribute) if binding.attribute else kind

    def _called(self, call: Call, scope: Scope) -> Kind | None:
        required = _required(call)
        if required is not None:
            return self.imported(scope.file, required, "*")
        callee = call.callee
        if isinstance(callee, Member):
            owner = self.type_of(callee.object, scope)
            result = self._method_result(owner, callee.name)
            if result is not None:
                return result
        kind = self.type_of(callee, scope)
        if isinstance(kind, OwnFunction):
            return self._result(kind.scope)
        return instance_of(kind) if isinstance(kind, CdkType | OwnType) and not kind.instance else None

    def function_of(self, call: Call, scope: Scope) -> Scope | None:
        """The application's own function or method that is called."""
        if isinstance(call.callee, Member):
            owner = self.type_of(call.callee.object, scope)
            if isinstance(owner, OwnType):
                classes = (one for one in self.lineage(owner.declaration) if isinstance(one, ClassDeclaration))
                return next(
                    (one.scope.functions[name] for one in classes if (name := call.callee.name) in one.scope.functions),
                    None,
                )
        kind = self.type_of(call.callee, scope)
        return kind.scope if isinstance(kind, OwnFunction) else None

    def _method_result(self, owner: Kind | None, name: str) -> Kind | None:
        if isinstance(owner, CdkType):
            method = self.library.method(owner.name, name)
            return CdkType(method.result, instance=True) if method is not None and method.result else None
        if isinstance(owner, OwnType):
            for declared in self.lineage(owner.declaration):
                if isinstance(declared, ClassDeclaration) and name in declared.scope.functions:
                    return self._result(declared.scope.functions[name])
                if isinstance(declared, CdkType):
                    return self._method_result(declared, name)
        return None

    def _result(self, function: Scope) -> Kind | None:
        if function.returns is not None:
            kind = self.type_of(function.returns, function)
            if kind is not None:
                return instance_of(kind)
        found = (self.type_of(result, function) for result in function.results)
        return next((kind for kind in found if kind is not None), None)

    # --- members --------------------------------------------------------------------------------------

    def member(self, owner: Kind | None, name: str) -> Kind | None:
        """What ``owner.name`` is."""
        match owner:
            case Package():
                return self._of_package(owner, name)
            case OwnModule(file=file):
                return self._of_module(file, name)
            case CdkType(name=kind):
                if self.library.is_enum(kind):
                    return CdkType(kind, instance=True)
                if self.library.has(f"{kind}.{name}"):
                    return CdkType(f"{kind}.{name}")
                found = self.library.property(kind, name)
                return CdkType(found, instance=True) if found else None
            case OwnType(declaration=declaration):
                return self._of_class(declaration, name)
            case _:
                return None

    def _of_package(self, package: Package, name: str) -> Kind | None:
        module = package.submodule
        if module is None:
            return None
        full = f"{module}.{name}" if module else name
        if module == CONSTRUCTS or self.library.has(full) or self.library.is_unlisted(full):
            return CdkType(full)
        if self.library.has_module(full):
            return Package(f"{package.name}.{name}", full)
        return None

    def _of_module(self, file: str, name: str, depth: int = 0) -> Kind | None:
        module = self.project.module(file)
        if module is None or depth > _DEEPEST:
            return None
        if name in module.scope.classes or name in module.scope.bindings or name in module.scope.functions:
            return self._named(name, module.scope)
        for entry in module.imports:
            if (entry.kind == "reexport" and entry.names in (("*",), ())) or (
                entry.kind == "reexport" and name in entry.names
            ):
                found = self.imported(file, entry.module, name)
            else:
                continue
            if found is not None:
                return found
        return None

    def imported(self, file: str, module: str, name: str) -> Kind | None:
        """What the import of ``name`` (``*``: the module itself) from ``module`` gives."""
        if self._depth >= _DEEPEST:
            return None
        self._depth += 1
        try:
            return self._imported(file, module, name)
        finally:
            self._depth -= 1

    def _imported(self, file: str, module: str, name: str) -> Kind | None:
        target = self.project.resolve(file, module)
        if target.state in ("file", "folder"):
            below = self.project.submodule(target, name)
            if below is not None:
                return OwnModule(below)
            if target.state == "folder":
                return None
            return OwnModule(target.file) if name == "*" else self._of_module(target.file, name)
        if target.state != "package":
            return None
        package = Package(module, submodule_of(module))
        # A default import of the library is its namespace too (``esModuleInterop``).
        return package if name in ("*", "default") else self.member(package, name)

    def _of_class(self, declaration: ClassDeclaration, name: str) -> Kind | None:
        for declared in self.lineage(declaration):
            if isinstance(declared, CdkType):
                return self.member(declared, name)
            found = (self.bound(binding) for binding in declared.fields.get(name, ()))
            kind = next((kind for kind in found if kind is not None), None)
            if kind is not None:
                return kind
            if name in declared.scope.functions:
                return self._result(declared.scope.functions[name])
        return None

    # --- classes --------------------------------------------------------------------------------------

    def lineage(self, declaration: ClassDeclaration) -> Iterator[ClassDeclaration | CdkType]:
        """A class of the application and what it inherits from; a class of the CDK stands for all above it."""
        pending, seen = [declaration], list[ClassDeclaration]()
        while pending and len(seen) < _DEEPEST:
            current = pending.pop(0)
            if current in seen:
                continue
            seen.append(current)
            yield current
            for base in current.bases:
                kind = self.type_of(base, current.scope.parent or current.scope)
                if isinstance(kind, OwnType):
                    pending.append(kind.declaration)
                elif isinstance(kind, CdkType):
                    yield CdkType(kind.name, instance=True)

    def is_construct(self, declaration: ClassDeclaration) -> bool:
        """Whether a class of the application is part of the construct tree."""
        above = (declared for declared in self.lineage(declaration) if isinstance(declared, CdkType))
        return any(self.library.is_construct(kind.name) for kind in above)

    def base_of(self, scope: Scope) -> Kind | None:
        """What ``super`` is in a method."""
        if scope.owner is None or not scope.owner.bases:
            return None
        return self.type_of(scope.owner.bases[0], scope.owner.scope.parent or scope)

    # --- options --------------------------------------------------------------------------------------

    def constructed(self, call: Call, scope: Scope) -> Kind | None:
        """The class that a call makes an instance of, ``super(…)`` included; None where it makes none."""
        if isinstance(call.callee, Name) and call.callee.name == SUPER:
            return self.base_of(scope)
        kind = self.type_of(call.callee, scope)
        return kind if isinstance(kind, CdkType | OwnType) and not kind.instance else None

    def parameters(self, call: Call, scope: Scope) -> tuple[str, ...]:
        """Types of the parameters of what is called, if it is the CDK's."""
        callee = call.callee
        if isinstance(callee, Member):
            owner = self.type_of(callee.object, scope)
            kind = self.cdk_type(owner)
            method = None if kind is None else self.library.method(kind, callee.name)
            if method is not None:
                return method.parameters
        made = self.constructed(call, scope)
        if isinstance(made, CdkType):
            return (made.name,) if self.library.is_struct(made.name) else self.library.constructor(made.name)
        return ()

    def cdk_type(self, kind: Kind | None) -> str | None:
        """The CDK's type behind a kind: its own, or the one that a class of the application inherits from."""
        if isinstance(kind, CdkType):
            return kind.name
        if isinstance(kind, OwnType):
            above = (declared.name for declared in self.lineage(kind.declaration) if isinstance(declared, CdkType))
            return next(above, None)
        return None

    def written(self, expression: Expression, scope: Scope, depth: int = 0) -> tuple[Expression, Scope]:
        """The expression behind a name that gets its value once, and the scope that it stands in."""
        if depth > _DEEPEST:
            return expression, scope
        binding = self.only_binding(expression, scope)
        if binding is None or binding.value is None or binding.attribute:
            return expression, scope
        return self.written(binding.value, binding.scope, depth + 1)

    def only_binding(self, expression: Expression, scope: Scope) -> Binding | None:
        """The one binding of a name or of a field of the instance."""
        bindings: list[Binding] = []
        match expression:
            case Name(name=name):
                home = declaring(name, scope)
                bindings = [] if home is None else home.bindings.get(name, [])
            case Member(object=target, name=name):
                owner = self.type_of(target, scope)
                if isinstance(owner, OwnType):
                    bindings = next(self._fields(owner.declaration, name), [])
                elif isinstance(owner, OwnModule):
                    module = self.project.module(owner.file)
                    bindings = [] if module is None else module.scope.bindings.get(name, [])
        if len(bindings) == 1 and bindings[0].imported is not None:
            bindings = self._exported(bindings[0])
        with_value = [binding for binding in bindings if binding.value is not None]
        return with_value[0] if len(with_value) == 1 else bindings[0] if len(bindings) == 1 else None

    def _exported(self, binding: Binding) -> list[Binding]:
        """The bindings behind an imported name, where they stand in the file that it is imported from."""
        imported = binding.imported
        target = None if imported is None else self.project.resolve(binding.scope.file, imported.module)
        module = self.project.module(target.file) if target is not None and target.state == "file" else None
        return [] if module is None or imported is None else module.scope.bindings.get(imported.name, [])

    def _fields(self, declaration: ClassDeclaration, name: str) -> Iterator[list[Binding]]:
        for declared in self.lineage(declaration):
            if isinstance(declared, ClassDeclaration) and name in declared.fields:
                yield declared.fields[name]


def declaring(name: str, scope: Scope) -> Scope | None:
    """The innermost scope around that declares ``name``; bodies of classes are not looked through."""
    current: Scope | None = scope
    while current is not None:
        visible = current.kind != "class" or current is scope
        if visible and (name in current.bindings or name in current.classes or _has_function(current, name)):
            return current
        current = current.parent
    return None


def options_of(call: Call) -> Record | None:
    """The options of a call as they are written: keyword arguments, or the last argument."""
    if call.keywords is not None:
        return call.keywords
    last = call.arguments[-1] if call.arguments else None
    return last if isinstance(last, Record) else None


def _has_function(scope: Scope, name: str) -> bool:
    return scope.kind != "class" and name in scope.functions


def _required(call: Call) -> str | None:
    """The module of ``require("…")``."""
    named = isinstance(call.callee, Name) and call.callee.name == "require" and len(call.arguments) == 1
    module = call.arguments[0] if named else None
    return module.value if isinstance(module, Text) and module.complete else None
