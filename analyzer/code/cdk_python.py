"""Python source of a CDK application as a :mod:`analyzer.code.cdk_tree`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from analyzer.code import cdk_comments
from analyzer.code.cdk_tree import (
    DEEPEST,
    SUPER,
    THIS,
    Binding,
    Call,
    Choice,
    ClassDeclaration,
    Entry,
    Expression,
    Flag,
    Imported,
    Items,
    Lambda,
    Member,
    Module,
    Name,
    Other,
    Record,
    Scope,
    Statement,
    Text,
)
from analyzer.code.place import Place
from analyzer.code.python_modules import Library, Source, imports_of
from analyzer.records import dataclass
from analyzer.sources.folder_tree import MemoryTree

_WRAPPERS = frozenset({"Optional", "Union", "Annotated", "ClassVar", "Final", "Type", "type"})
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_LOOPS = (ast.For, ast.AsyncFor)
_WITHS = (ast.With, ast.AsyncWith)


def read_python(file: str, content: bytes) -> Module:
    """The file ``file`` with this ``content``; what cannot be parsed is a module with a ``problem``."""
    library = Library(MemoryTree({file: content}, file))
    source = library.parse(file)
    scope = Scope("module", file, file)
    if not isinstance(source, Source):
        return Module(file, "python", scope, problem=source)
    _Reader(source).module(scope)
    remarks, alone = cdk_comments.lines_of(cdk_comments.python_remarks(content.decode("utf-8", "replace")))
    nothing_found = Library(MemoryTree({}, file))
    return Module(
        file,
        "python",
        scope,
        imports=tuple(imports_of(source, "", nothing_found)),
        documented=ast.get_docstring(source.tree) is not None,
        remarks=remarks,
        comments=alone,
    )


@dataclass(frozen=True, slots=True)
class _Here:
    """Where a node stands: its scope, the name of the instance there, and how deep."""

    scope: Scope
    instance: str = ""
    depth: int = 0

    def deeper(self) -> _Here:
        return _Here(self.scope, self.instance, self.depth + 1)


class _Reader:
    """Converts one parsed file."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._made: dict[int, tuple[ast.expr, Expression]] = {}
        """By the identity of nodes, which are kept so that none is taken for another."""

    def module(self, scope: Scope) -> None:
        self._statements(self._source.tree.body, _Here(scope))

    def _place(self, node: ast.AST) -> Place:
        return self._source.place(node)

    # --- statements -----------------------------------------------------------------------------------

    def _statements(self, body: Sequence[ast.stmt], here: _Here) -> None:
        pending = list(reversed(body))
        while pending:
            statement = pending.pop()
            pending.extend(reversed(self._statement(statement, here)))

    def _statement(self, node: ast.stmt, here: _Here) -> list[ast.stmt]:
        """Convert one statement; answers the statements in it that belong to the same scope."""
        if isinstance(node, _FUNCTIONS):
            self._function(node, here)
            return []
        if isinstance(node, ast.ClassDef):
            self._class(node, here)
            return []
        if isinstance(node, ast.Import | ast.ImportFrom):
            self._import(node, here)
            return []
        parts = [self._expression(part, here) for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr)]
        if isinstance(node, _WITHS):
            parts += [self._expression(item.context_expr, here) for item in node.items]
        here.scope.statements.append(Statement(self._place(node), tuple(parts), _target(node)))
        self._bindings(node, here)
        if isinstance(node, ast.Return) and parts:
            here.scope.results.append(parts[0])
        return list(_blocks(node))

    def _bindings(self, node: ast.stmt, here: _Here) -> None:
        if isinstance(node, ast.Assign):
            value = self._expression(node.value, here)
            for target in node.targets:
                self._bind(target, value, None, here)
        elif isinstance(node, ast.AnnAssign):
            written = None if node.value is None else self._expression(node.value, here)
            self._bind(node.target, written, self._type(node.annotation, here), here)
        elif isinstance(node, _LOOPS):
            self._bind(node.target, None, None, here)
        elif isinstance(node, _WITHS):
            for item in node.items:
                if item.optional_vars is not None:
                    self._bind(item.optional_vars, self._expression(item.context_expr, here), None, here)

    def _bind(self, target: ast.expr, value: Expression | None, annotation: Expression | None, here: _Here) -> None:
        scope, place = here.scope, self._place(target)
        if isinstance(target, ast.Tuple | ast.List):
            for element in target.elts:
                self._bind(element, None, None, here)
        elif isinstance(target, ast.Name):
            binding = Binding(target.id, scope, place, value, annotation)
            scope.bind(binding)
            if scope.kind == "class" and scope.owner is not None:
                scope.owner.fields.setdefault(target.id, []).append(binding)
        elif isinstance(target, ast.Attribute) and scope.owner is not None and _is_name(target.value, here.instance):
            binding = Binding(target.attr, scope, place, value, annotation)
            scope.owner.fields.setdefault(target.attr, []).append(binding)

    def _import(self, node: ast.Import | ast.ImportFrom, here: _Here) -> None:
        place, scope = self._place(node), here.scope
        if isinstance(node, ast.Import):
            for alias in node.names:
                module = alias.name if alias.asname else alias.name.partition(".")[0]
                scope.bind(Binding(alias.asname or module, scope, place, imported=Imported(module, "*")))
            return
        module = "." * node.level + (node.module or "")
        for alias in node.names:
            scope.bind(Binding(alias.asname or alias.name, scope, place, imported=Imported(module, alias.name)))

    def _class(self, node: ast.ClassDef, here: _Here) -> None:
        outer = here.scope
        inner = Scope("class", node.name, outer.file, outer)
        bases = tuple(self._expression(base, here) for base in node.bases)
        documented = ast.get_docstring(node) is not None
        declared = ClassDeclaration(
            node.name, outer.file, self._place(node), bases, documented, is_type=False, scope=inner
        )
        inner.owner = declared
        outer.classes[node.name] = declared
        outer.inner.append(inner)
        self._statements(node.body, _Here(inner, "", here.depth + 1))

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, here: _Here) -> None:
        outer = here.scope
        owner = outer.owner if outer.kind == "class" else None
        static = any(isinstance(item, ast.Name) and item.id == "staticmethod" for item in node.decorator_list)
        inner = Scope("function", node.name, outer.file, outer, owner or outer.owner)
        outer.functions[node.name] = inner
        outer.inner.append(inner)
        instance = self._parameters(node.args, inner, here, is_method=owner is not None and not static)
        if node.returns is not None:
            inner.returns = self._type(node.returns, here)
        # Decorators and defaults are evaluated outside.
        outside = [*node.decorator_list, *node.args.defaults, *(d for d in node.args.kw_defaults if d is not None)]
        outer.statements.append(Statement(self._place(node), tuple(self._expression(part, here) for part in outside)))
        self._statements(node.body, _Here(inner, instance or here.instance, here.depth + 1))

    def _parameters(self, arguments: ast.arguments, scope: Scope, here: _Here, *, is_method: bool) -> str:
        """Bind the parameters; answers the name of the instance."""
        positional = [*arguments.posonlyargs, *arguments.args]
        instance = positional.pop(0).arg if is_method and positional else ""
        for index, parameter in enumerate([*positional, *arguments.kwonlyargs]):
            annotation = None if parameter.annotation is None else self._type(parameter.annotation, here)
            place = self._place(parameter)
            scope.bind(Binding(parameter.arg, scope, place, annotation=annotation, parameter=index))
        for extra in (arguments.vararg, arguments.kwarg):
            if extra is not None:
                scope.bind(Binding(extra.arg, scope, self._place(extra)))
        return instance

    # --- expressions ----------------------------------------------------------------------------------

    def _expression(self, node: ast.expr, here: _Here) -> Expression:
        if id(node) not in self._made:
            self._made[id(node)] = node, self._converted(node, here)
        return self._made[id(node)][1]

    def _converted(self, node: ast.expr, here: _Here) -> Expression:
        if here.depth > DEEPEST:
            return Other((), self._place(node))
        inside, place = here.deeper(), self._place(node)
        match node:
            case ast.Name(id=name):
                return Name(THIS if name == here.instance and name else name, place)
            case ast.Attribute(value=value, attr=attribute):
                return Member(self._expression(value, inside), attribute, place, self._end(node, attribute))
            case ast.Subscript(value=value, slice=ast.Constant(value=str(key))):
                return Member(self._expression(value, inside), key, place, place)
            case ast.Call():
                return self._call(node, inside)
            case ast.Dict():
                return self._dict(node, inside)
            case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
                return Items(tuple(self._expression(element, inside) for element in elements), place)
            case ast.Constant(value=bool(value)):
                return Flag(value, place)
            case ast.Constant(value=str(value)):
                return Text(value, place)
            case ast.Await(value=value):
                return self._expression(value, inside)
            case ast.Lambda():
                return self._lambda(node, here)
            case _:
                return self._compound(node, inside)

    def _compound(self, node: ast.expr, here: _Here) -> Expression:
        place = self._place(node)
        match node:
            case ast.JoinedStr(values=values):
                literal = "".join(str(part.value) for part in values if isinstance(part, ast.Constant))
                parts = [part.value for part in values if isinstance(part, ast.FormattedValue)]
                inner = tuple(self._expression(part, here) for part in parts)
                return Text(literal, place, complete=not parts, parts=inner, written=_unparsed(node))
            case ast.IfExp(test=test, body=body, orelse=other):
                options = self._expression(body, here), self._expression(other, here)
                return Choice(options, (self._expression(test, here),), place)
            case ast.BoolOp(values=operands):
                return Choice(tuple(self._expression(part, here) for part in operands), (), place)
            case ast.NamedExpr(target=target, value=value):
                written = self._expression(value, here)
                self._bind(target, written, None, here)
                return written
            case _:
                return Other(tuple(self._inner(node, here)), place)

    def _inner(self, node: ast.AST, here: _Here) -> Iterator[Expression]:
        for part in ast.iter_child_nodes(node):
            if isinstance(part, ast.expr):
                yield self._expression(part, here)
            elif isinstance(part, ast.comprehension):
                self._bind(part.target, None, None, here)
                yield self._expression(part.iter, here)
                yield from (self._expression(test, here) for test in part.ifs)

    def _call(self, node: ast.Call, here: _Here) -> Expression:
        place = self._place(node)
        keywords = self._keywords(node, here)
        if isinstance(node.func, ast.Name) and node.func.id == "dict" and not node.args and keywords is not None:
            return keywords
        callee = self._expression(node.func, here)
        if isinstance(callee, Name) and callee.name == SUPER:
            return callee  # ``super()`` is the instance, and ``super().__init__(…)`` the call of its constructor
        if isinstance(callee, Member) and callee.name == "__init__" and _is_super(callee.object):
            callee = callee.object
        arguments = tuple(self._expression(argument, here) for argument in node.args)
        return Call(callee, arguments, keywords, False, place)

    def _keywords(self, node: ast.Call, here: _Here) -> Record | None:
        if not node.keywords:
            return None
        entries, spreads = [], []
        for keyword in node.keywords:
            value = self._expression(keyword.value, here)
            if keyword.arg is None:
                spreads.append(value)
            else:
                entries.append(Entry(keyword.arg, value, self._place(keyword)))
        return Record(tuple(entries), tuple(spreads), self._place(node))

    def _dict(self, node: ast.Dict, here: _Here) -> Record:
        entries, spreads = [], []
        for key, value in zip(node.keys, node.values, strict=True):
            written = self._expression(value, here)
            if key is None:
                spreads.append(written)
            elif isinstance(key, ast.Constant) and isinstance(key.value, str):
                entries.append(Entry(key.value, written, self._between(key, value)))
            else:
                spreads.append(Other((self._expression(key, here), written), self._place(key)))
        return Record(tuple(entries), tuple(spreads), self._place(node))

    def _lambda(self, node: ast.Lambda, here: _Here) -> Lambda:
        scope = Scope("function", "", here.scope.file, here.scope, here.scope.owner)
        here.scope.inner.append(scope)
        self._parameters(node.args, scope, here, is_method=False)
        inside = _Here(scope, here.instance, here.depth + 1)
        result = self._expression(node.body, inside)
        scope.results.append(result)
        scope.statements.append(Statement(self._place(node.body), (result,)))
        return Lambda(scope, self._place(node))

    # --- types and places -----------------------------------------------------------------------------

    def _type(self, node: ast.expr, here: _Here) -> Expression | None:
        """The one type that an annotation names; None where it names none or several."""
        if here.depth > DEEPEST:
            return None
        match node:
            case ast.Constant(value=str(text)):
                return self._quoted_type(text, node, here)
            case ast.BinOp(op=ast.BitOr(), left=left, right=right):
                return self._type(left, here.deeper()) or self._type(right, here.deeper())
            case ast.Subscript(value=wrapper, slice=inner):
                name = wrapper.attr if isinstance(wrapper, ast.Attribute) else getattr(wrapper, "id", "")
                first = inner.elts[0] if isinstance(inner, ast.Tuple) and inner.elts else inner
                return self._type(first, here.deeper()) if name in _WRAPPERS else None
            case ast.Name() | ast.Attribute():
                return self._expression(node, here.deeper())
            case _:
                return None

    def _quoted_type(self, text: str, node: ast.expr, here: _Here) -> Expression | None:
        try:
            inner = ast.parse(text.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
        for part in ast.walk(inner):
            ast.copy_location(part, node)
        return None if isinstance(inner, ast.Constant) else self._type(inner, here.deeper())

    def _end(self, node: ast.Attribute, name: str) -> Place:
        whole = self._place(node)
        start = max(whole.end_column - len(name), 1)
        return Place(whole.file, whole.end_line, start, whole.end_line, whole.end_column)

    def _between(self, key: ast.expr, value: ast.expr) -> Place:
        first, last = self._place(key), self._place(value)
        return Place(first.file, first.line, first.column, last.end_line, last.end_column)


def _target(node: ast.stmt) -> str:
    """The name or field that an assignment sets."""
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    first = targets[0]
    return first.id if isinstance(first, ast.Name) else first.attr if isinstance(first, ast.Attribute) else ""


def _unparsed(node: ast.JoinedStr) -> str:
    try:
        return ast.unparse(node)[2:-1]
    except (RecursionError, ValueError):  # ValueError: control characters in quotes within braces
        return "…"


def _is_super(expression: Expression) -> bool:
    return isinstance(expression, Name) and expression.name == SUPER


def _is_name(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and bool(name) and node.id == name


def _blocks(node: ast.stmt) -> Iterator[ast.stmt]:
    """The statements in a compound statement, in order."""
    for name in ("body", "handlers", "orelse", "finalbody", "cases"):
        for part in getattr(node, name, ()):
            if isinstance(part, ast.stmt):
                yield part
            else:
                yield from part.body
