"""TypeScript and JavaScript source of a CDK application as a :mod:`analyzer.code.cdk_tree`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.code import cdk_comments
from analyzer.code.cdk_ecmascript import Expressions, Here, type_of
from analyzer.code.cdk_tree import (
    DEEPEST,
    THIS,
    Binding,
    ClassDeclaration,
    Expression,
    Imported,
    Member,
    Module,
    Name,
    Scope,
    Statement,
)
from analyzer.code.js_imports import import_names, imports_of
from analyzer.code.js_syntax import (
    MAX_PARSED_BYTES,
    Source,
    UnparsableError,
    children,
    descendants,
    first_child,
    first_error,
    has_token,
    parse,
    string_value,
)
from analyzer.code.program import Import, Place
from analyzer.records import replace

if TYPE_CHECKING:
    from tree_sitter import Node

_CLASSES = ("class_declaration", "abstract_class_declaration", "class")
_FUNCTIONS = ("function_declaration", "generator_function_declaration", "function_signature")
_TYPES = ("interface_declaration", "type_alias_declaration")
_DECLARATIONS = ("lexical_declaration", "variable_declaration")
_INSIDE = frozenset(
    "statement_block else_clause catch_clause finally_clause switch_body switch_case switch_default "
    "export_statement ambient_declaration internal_module module class_static_block".split()
)
_OF_OTHER_KINDS = ("import_statement", "enum_declaration", "empty_statement", "export_clause", "comment")


def read_typescript(file: str, content: bytes) -> Module:
    """The file ``file`` with this ``content``; what cannot be parsed is a module with a ``problem``."""
    scope = Scope("module", file, file)
    if len(content) > MAX_PARSED_BYTES:
        return Module(file, "typescript", scope, problem=f"{file} is too large to be read")
    try:
        source = parse(file, content)
    except UnparsableError:
        return Module(file, "typescript", scope, problem=f"{file} cannot be parsed")
    broken = first_error(source.root)
    if broken is not None:
        line = source.place(broken).line
        return Module(file, "typescript", scope, problem=f"{file} cannot be parsed (line {line})")
    _Reader(source).module(scope)
    remarks, alone = cdk_comments.lines_of(_remarks(source))
    language = "typescript" if source.typescript else "javascript"
    return Module(file, language, scope, tuple(_imports(source)), remarks=remarks, comments=alone)


def _imports(source: Source) -> list[Import]:
    """Every import with all the names that it takes, those that are erased too."""
    by_place = {}
    for statement in descendants(source.root, "import_statement"):
        by_place[source.place(statement)] = tuple(name for name, _, _ in import_names(source, statement))
    found = imports_of(source, lambda _: None)
    return [replace(entry, names=by_place.get(entry.place) or entry.names) for entry in found]


def _remarks(source: Source) -> list[cdk_comments.Remark]:
    lines = source.data.split(b"\n")
    found = []
    for node in descendants(source.root, "comment"):
        first, last = node.start_point, node.end_point
        before, after = lines[first[0]][: first[1]], lines[last[0]][last[1] :]
        alone = not before.strip() and not after.strip()
        found.append(cdk_comments.Remark(first[0] + 1, last[0] + 1, source.text(node), alone))
    return found


class _Reader(Expressions):
    """Converts one parsed file."""

    def module(self, scope: Scope) -> None:
        """Convert the whole file into ``scope``."""
        self.statements(children(self.source.root), Here(scope))

    # --- statements -----------------------------------------------------------------------------------

    def statements(self, nodes: list[Node], here: Here) -> None:
        """Convert statements and those in them, without recursion but for functions and classes."""
        pending = list(reversed(nodes))
        while pending:
            pending.extend(reversed(self._statement(pending.pop(), here)))

    def _statement(self, node: Node, here: Here) -> list[Node]:
        """Convert one statement; answers the statements in it that belong to the same scope."""
        if node.type in _CLASSES:
            self._class(node, here)
        elif node.type in _TYPES:
            self._declared_type(node, here)
        elif node.type in _FUNCTIONS:
            self._function(node, here)
        elif node.type == "import_statement":
            self._import(node, here)
        elif node.type in _DECLARATIONS:
            self._variables(node, here)
        elif node.type not in _OF_OTHER_KINDS:
            return self._plain(node, here)
        return []

    def _plain(self, node: Node, here: Here) -> list[Node]:
        inner, parts = [], []
        caught = node.child_by_field_name("parameter") if node.type == "catch_clause" else None
        if caught is not None:
            self.bind_pattern(caught, None, None, here)
        for child in children(node):
            if child == caught:
                continue
            if _is_statement(child):
                inner.append(child)
            elif child.type not in _OF_OTHER_KINDS:
                parts.append(self.expression(child, here))
        if parts:
            here.scope.statements.append(Statement(self._span(node), tuple(parts), self._target(node)))
        if node.type == "return_statement":
            here.scope.results.extend(parts[:1])
        if node.type == "for_in_statement":
            self._loop_variable(node, here)
        return inner

    def _loop_variable(self, node: Node, here: Here) -> None:
        left = node.child_by_field_name("left")
        if left is not None:
            self.bind_pattern(left, None, None, here)

    def _variables(self, node: Node, here: Here) -> None:
        parts = []
        for declarator in children(node):
            name, value = declarator.child_by_field_name("name"), declarator.child_by_field_name("value")
            if name is None:
                continue
            written = None if value is None else self.expression(value, here)
            annotation = type_of(self, declarator.child_by_field_name("type"))
            self.bind_pattern(name, written, annotation, here)
            parts += [] if written is None else [written]
        names = [declarator.child_by_field_name("name") for declarator in children(node)]
        target = "" if not names or names[0] is None else self.source.text(names[0])
        here.scope.statements.append(Statement(self._span(node), tuple(parts), target))

    def _target(self, node: Node) -> str:
        """The name or field that an assignment sets."""
        assignment = first_child(node, "assignment_expression")
        left = None if assignment is None else assignment.child_by_field_name("left")
        name = None if left is None else left.child_by_field_name("property") or left
        return "" if name is None else self.source.text(name)

    def _span(self, node: Node) -> Place:
        """Where a statement stands, the ``export`` before it included."""
        outer = node.parent
        exported = outer is not None and outer.type == "export_statement"
        return self.source.place(outer if exported and outer is not None else node)

    def _import(self, node: Node, here: Here) -> None:
        required = first_child(node, "import_require_clause")
        written = (required or node).child_by_field_name("source")
        module = None if written is None else string_value(self.source, written)
        if module is None:
            return
        names = import_names(self.source, node)
        if required is not None:
            local = first_child(required, "identifier")
            names = [] if local is None else [("*", self.source.text(local), False)]
        for name, alias, _ in names:
            place = self.source.place(node)
            here.scope.bind(Binding(alias, here.scope, place, imported=Imported(module, name)))

    # --- classes and types ----------------------------------------------------------------------------

    def _class(self, node: Node, here: Here) -> None:
        declared = self._declare(node, here, self._bases(node, here), is_type=False)
        body = node.child_by_field_name("body")
        inside = Here(declared.scope, here.depth + 1)
        for member in children(body) if body is not None and here.depth <= DEEPEST else ():
            if member.type == "method_definition":
                self.function(member, self._name(member), inside)
            elif member.type in ("public_field_definition", "field_definition"):
                self._field(member, declared, inside)
            elif member.type == "class_static_block":
                self.statements(children(member), inside)

    def _bases(self, node: Node, here: Here) -> tuple[Expression, ...]:
        heritage = first_child(node, "class_heritage")
        extends = None if heritage is None else first_child(heritage, "extends_clause") or heritage
        value = None if extends is None else extends.child_by_field_name("value") or next(iter(children(extends)), None)
        return () if value is None or value.type == "implements_clause" else (self.expression(value, here),)

    def _declare(self, node: Node, here: Here, bases: tuple[Expression, ...], *, is_type: bool) -> ClassDeclaration:
        outer, name = here.scope, self._name(node)
        inner = Scope("class", name, outer.file, outer)
        place = self.source.place(node)
        declared = ClassDeclaration(name, outer.file, place, bases, self._is_documented(node), is_type, inner)
        inner.owner = declared
        outer.classes.setdefault(name, declared)
        outer.inner.append(inner)
        return declared

    def _declared_type(self, node: Node, here: Here) -> None:
        body = node.child_by_field_name("body") or node.child_by_field_name("value")
        if body is None or body.type not in ("interface_body", "object_type"):
            return
        clause = first_child(node, "extends_type_clause")
        bases = [type_of(self, part) for part in children(clause)] if clause is not None else []
        written = tuple(base for base in bases if base is not None)
        declared = self._declare(node, here, written, is_type=True)
        for member in children(body):
            if member.type == "property_signature":
                annotation = type_of(self, member.child_by_field_name("type"))
                self._add_field(declared, self._name(member), member, None, annotation, declared.scope)

    def _field(self, member: Node, declared: ClassDeclaration, here: Here) -> None:
        value = member.child_by_field_name("value")
        written = None if value is None else self.expression(value, here)
        if written is not None:
            here.scope.statements.append(Statement(self.source.place(member), (written,), self._name(member)))
        annotation = type_of(self, member.child_by_field_name("type"))
        self._add_field(declared, self._name(member), member, written, annotation, here.scope)

    def _add_field(
        self,
        declared: ClassDeclaration,
        name: str,
        node: Node,
        value: Expression | None,
        annotation: Expression | None,
        scope: Scope,
    ) -> None:
        binding = Binding(name, scope, self.source.place(node), value, annotation)
        declared.fields.setdefault(name, []).append(binding)

    def _name(self, node: Node) -> str:
        name = node.child_by_field_name("name") or node.child_by_field_name("property")
        return "" if name is None else string_value(self.source, name) or self.source.text(name).lstrip("#")

    def _is_documented(self, node: Node) -> bool:
        """Whether a comment that says something stands right before a class, its decorators or its ``export``."""
        outer = node.parent
        first = outer if outer is not None and outer.type == "export_statement" else node
        before = first.prev_sibling
        if before is None or before.type != "comment":
            return False
        text = self.source.text(before)
        near = text.startswith("/**") or first.start_point[0] - before.end_point[0] <= 1
        return near and cdk_comments.says_something(text)

    # --- functions ------------------------------------------------------------------------------------

    def _function(self, node: Node, here: Here) -> None:
        self.function(node, self._name(node), here)

    def function(self, node: Node, name: str, here: Here) -> Scope:
        """Convert a function, method or arrow function; a named one is declared in the scope around it."""
        outer = here.scope
        scope = Scope("function", name, outer.file, outer, outer.owner)
        outer.inner.append(scope)
        if name:
            outer.functions.setdefault(name, scope)
        if here.depth > DEEPEST:
            return scope
        inside = Here(scope, here.depth + 1)
        self._parameters(node, inside, constructor=name == "constructor")
        scope.returns = type_of(self, node.child_by_field_name("return_type"))
        body = node.child_by_field_name("body")
        if body is not None and body.type == "statement_block":
            self.statements(children(body), inside)
        elif body is not None:
            result = self.expression(body, inside)
            scope.results.append(result)
            scope.statements.append(Statement(self.source.place(body), (result,)))
        return scope

    def _parameters(self, node: Node, here: Here, *, constructor: bool) -> None:
        lone = node.child_by_field_name("parameter")
        written = node.child_by_field_name("parameters")
        parameters = [lone] if lone is not None else children(written) if written is not None else []
        for index, parameter in enumerate(parameters):
            pattern = parameter.child_by_field_name("pattern") or parameter.child_by_field_name("left") or parameter
            annotation = type_of(self, parameter.child_by_field_name("type"))
            default = parameter.child_by_field_name("value") or parameter.child_by_field_name("right")
            value = None if default is None else self.expression(default, here)
            self.bind_pattern(pattern, value, annotation, here, parameter=index)
            if constructor and here.scope.owner is not None and _is_property(parameter):
                field = self.source.text(pattern)
                source = Name(field, self.source.place(pattern))
                self._add_field(here.scope.owner, field, parameter, source, annotation, here.scope)

    def assign(self, target: Expression, value: Expression, here: Here) -> None:
        """Note that ``this.field`` or a variable gets a value."""
        match target:
            case Member(object=Name(name=name), name=field, place=place) if name == THIS:
                if here.scope.owner is not None:
                    binding = Binding(field, here.scope, place, value)
                    here.scope.owner.fields.setdefault(field, []).append(binding)
            case Name(name=name, place=place):
                home = _declaring(here.scope, name)
                home.bind(Binding(name, here.scope, place, value))
            case _:
                return


def _declaring(scope: Scope, name: str) -> Scope:
    current: Scope | None = scope
    while current is not None:
        if name in current.bindings:
            return current
        current = current.parent
    return scope


def _is_property(parameter: Node) -> bool:
    return first_child(parameter, "accessibility_modifier", "override_modifier") is not None or has_token(
        parameter, "readonly"
    )


def _is_statement(node: Node) -> bool:
    if node.type in _CLASSES:
        return node.type != "class"
    return node.type.endswith("_statement") or node.type in (*_INSIDE, *_DECLARATIONS, *_FUNCTIONS, *_TYPES)
