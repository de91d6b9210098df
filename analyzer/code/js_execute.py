"""Statements: one function for each kind of node, in :data:`STATEMENTS`."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from analyzer.code.js_awaiting import throw, unwrap
from analyzer.code.js_branches import Fork, add_conditions, under
from analyzer.code.js_catching import Resort, acted, ending_of, follow_up, note_catch, reaches_out, throws, watch
from analyzer.code.js_classes import class_value
from analyzer.code.js_invoke import give_back, is_async
from analyzer.code.js_machine import Execute, Flow, Frame, Machine, Outcome
from analyzer.code.js_members import resolve
from analyzer.code.js_operators import Test, compare, test
from analyzer.code.js_patterns import bind
from analyzer.code.js_reflect import reflect
from analyzer.code.js_sdk import bundled_package
from analyzer.code.js_steps import instruct
from analyzer.code.js_syntax import children
from analyzer.code.js_values import NEVER, UNDEFINED, External, Func, Scope, Value, join_values
from analyzer.code.program import Caught, Literal, Opaque, is_signal

if TYPE_CHECKING:
    from tree_sitter import Node

FUNCTIONS = ("function_declaration", "generator_function_declaration")
CLASSES = ("class_declaration", "abstract_class_declaration")


def block(machine: Machine, node: Node, frame: Frame) -> Flow:
    """A block with its own scope."""
    outer, frame.scope = frame.scope, machine.scope(frame.scope)
    try:
        return run(machine, children(node), frame)
    finally:
        frame.scope = outer


def run(machine: Machine, statements: Sequence[Node], frame: Frame) -> Flow:
    """Statements in order; functions are declared before the first runs. What follows an exit is dead."""
    hoist(machine, statements, frame)
    outer, opened, flow = frame.statement, len(frame.resorts), Flow.NORMAL
    for statement in statements:
        frame.statement = statement
        flow = machine.execute(statement, frame)
        if flow is not Flow.NORMAL:
            break
    frame.statement = outer
    follow_up(machine, frame, opened)
    return flow


def hoist(machine: Machine, statements: Sequence[Node], frame: Frame) -> None:
    """Declares the functions of a block."""
    for statement in statements:
        declared = statement
        if statement.type == "export_statement":
            declared = statement.child_by_field_name("declaration") or statement
        name = declared.child_by_field_name("name") if declared.type in FUNCTIONS else None
        if name is not None:
            written = frame.text(name)
            machine.write(frame.scope, written, machine.function(declared, frame, name=written))


def _declaration(machine: Machine, node: Node, frame: Frame) -> Flow:
    scope = frame.scope if node.type == "lexical_declaration" else _function_scope(frame)
    for declarator in children(node):
        name, value = declarator.child_by_field_name("name"), declarator.child_by_field_name("value")
        if name is None:
            continue
        if value is None:
            if name.type == "identifier" and frame.text(name) not in scope.slots:
                machine.write(scope, frame.text(name), UNDEFINED)
            continue
        package = bundled_package(frame.text(name)) if frame.source.is_bundle else None
        result = External(package) if package is not None else resolve(machine.evaluate(value, frame))
        if result is NEVER:
            return Flow.EXIT
        _name_it(result, frame.text(name) if name.type == "identifier" else "")
        bind(machine, name, result, frame, scope)
    return Flow.NORMAL


def _name_it(value: Value, name: str) -> None:
    if isinstance(value, Func) and not value.name:
        value.name = name


def _function_scope(frame: Frame) -> Scope:
    """Where ``var`` declares: the outermost scope of the running function, or of the module."""
    outermost = frame.function.scope if frame.function is not None else None
    scope = frame.scope
    while scope.parent is not None and scope.parent is not outermost:
        scope = scope.parent
    return scope


def _class(machine: Machine, node: Node, frame: Frame) -> Flow:
    created = class_value(machine, node, frame)
    machine.write(frame.scope, created.name, created)
    return Flow.NORMAL


def _function(_machine: Machine, _node: Node, _frame: Frame) -> Flow:
    return Flow.NORMAL


def _enum(machine: Machine, node: Node, frame: Frame) -> Flow:
    name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
    created = machine.object()
    for index, member in enumerate(children(body) if body is not None else ()):
        key = member.child_by_field_name("name") or member
        value = member.child_by_field_name("value")
        created.slots[frame.text(key).strip("'\"")] = (
            machine.evaluate(value, frame) if value is not None else Literal(index)
        )
    if name is not None:
        machine.write(frame.scope, frame.text(name), created)
    return Flow.NORMAL


def _expression(machine: Machine, node: Node, frame: Frame) -> Flow:
    for inner in children(node):
        if inner.type == "internal_module":
            return _namespace(machine, inner, frame)
        if unwrap(machine.evaluate(inner, frame)) is NEVER and inner.type in ("call_expression", "await_expression"):
            return Flow.EXIT
    return Flow.NORMAL


def _namespace(machine: Machine, node: Node, frame: Frame) -> Flow:
    """A TypeScript namespace: its exported members in an object."""
    name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
    if name is None or body is None:
        return Flow.NORMAL
    outer, frame.scope = frame.scope, machine.scope(frame.scope)
    statements = [
        s.child_by_field_name("declaration") or s if s.type == "export_statement" else s for s in children(body)
    ]
    flow = run(machine, statements, frame)
    members, frame.scope = frame.scope.slots, outer
    machine.write(frame.scope, frame.text(name), machine.object(dict(members)))
    return flow


def _return(machine: Machine, node: Node, frame: Frame) -> Flow:
    written = children(node)
    function = frame.function.node if frame.function is not None else None
    settled = function is not None and is_async(function)
    if written:
        value = machine.evaluate(written[0], frame)
        if frame.steps is not None:
            return instruct(machine, value, frame, node, frame.steps)
        give_back(machine, value, frame, node, settled=settled)
    elif settled or not frame.handler:
        give_back(machine, UNDEFINED, frame, node, settled=settled)
    return Flow.EXIT


def _throw(machine: Machine, node: Node, frame: Frame) -> Flow:
    written = children(node)
    reason = resolve(machine.evaluate(written[0], frame)) if written else UNDEFINED
    throw(machine, reason, frame, node)
    return Flow.EXIT


def _jump(_machine: Machine, _node: Node, _frame: Frame) -> Flow:
    return Flow.JUMP


def _if(machine: Machine, node: Node, frame: Frame) -> Flow:
    condition, consequence = node.child_by_field_name("condition"), node.child_by_field_name("consequence")
    otherwise = node.child_by_field_name("alternative")
    if condition is None or consequence is None:
        return Flow.NORMAL
    decision = test(machine, condition, frame)
    if decision.known is not None:
        taken = consequence if decision.known else otherwise
        return machine.execute(taken, frame) if taken is not None else Flow.NORMAL
    if otherwise is None and _is_formality(decision):
        return under(frame, (decision.value,), decision.paths, True, lambda: machine.execute(consequence, frame))[0]
    return branches(machine, decision, (consequence, otherwise), frame)


_ALWAYS_SENT = frozenset((("methodArn",), ("routeArn",)))


def _is_formality(decision: Test) -> bool:
    """``if (effect && resource)`` of AWS's own sample, where ``resource`` is the ``methodArn`` that is always sent:
    without this every policy built that way would seem to be missing at times."""
    return bool(decision.paths) and decision.plain and all(path in _ALWAYS_SENT for path in decision.paths)


def branches(machine: Machine, decision: Test, alternatives: tuple[Node, Node | None], frame: Frame) -> Flow:
    """Runs the branches of an undecided test; conditions of a branch that leaves the function last."""
    tests = (decision.value,)
    fork = Fork(machine, frame)
    for alternative, outcome in zip(alternatives, (True, False), strict=True):

        def body(alternative: Node | None = alternative) -> Flow:
            return machine.execute(alternative, frame) if alternative is not None else Flow.NORMAL

        fork.run(tests, decision.paths, outcome, body)
    if fork.lasting:
        frame.guards.extend(decision.paths)
    return fork.join()


def _else(machine: Machine, node: Node, frame: Frame) -> Flow:
    inner = children(node)
    return machine.execute(inner[0], frame) if inner else Flow.NORMAL


def _switch(machine: Machine, node: Node, frame: Frame) -> Flow:
    value, body = node.child_by_field_name("value"), node.child_by_field_name("body")
    if value is None or body is None:
        return Flow.NORMAL
    subject = resolve(machine.evaluate(value, frame))
    outer, frame.scope = frame.scope, machine.scope(frame.scope)
    try:
        return _cases(machine, subject, children(body), frame)
    finally:
        frame.scope = outer


def _cases(machine: Machine, subject: Value, cases: Sequence[Node], frame: Frame) -> Flow:
    fork = Fork(machine, frame)
    complete = False
    for index, case in enumerate(cases):
        compared = _case_test(machine, subject, case, frame)
        if compared.known is False:
            continue

        def body(index: int = index) -> Flow:
            flow = _fall_through(machine, cases[index:], frame)
            return Flow.EXIT if flow is Flow.EXIT else Flow.NORMAL

        is_default = case.type == "switch_default"
        tests = (compared.value,) if compared.known is None and not is_default else ()
        fork.run(tests, compared.paths, True, body, hangs_on=(compared.value,))
        if compared.known or is_default:
            complete = True
        if compared.known:
            break
    if not complete:
        fork.run((), (), True, lambda: Flow.NORMAL, hangs_on=(reflect(subject),))
    return fork.join()


def _case_test(machine: Machine, subject: Value, case: Node, frame: Frame) -> Test:
    value = case.child_by_field_name("value")
    if value is None:
        return Test(reflect(subject), Test.of(compare("===", subject, Opaque("any case"))).paths, known=None)
    wanted = resolve(machine.evaluate(value, frame))
    return Test.of(compare("===", subject, wanted) if subject != Literal(True) else wanted)


def _fall_through(machine: Machine, cases: Sequence[Node], frame: Frame) -> Flow:
    """A case and those below it, up to the first ``break``."""
    for case in cases:
        value = case.child_by_field_name("value")
        flow = run(machine, [child for child in children(case) if child != value], frame)
        if flow is not Flow.NORMAL:
            return flow
    return Flow.NORMAL


def _try(machine: Machine, node: Node, frame: Frame) -> Flow:
    body, handler = node.child_by_field_name("body"), node.child_by_field_name("handler")
    finalizer = node.child_by_field_name("finalizer")
    flow = Flow.NORMAL
    if body is not None and handler is not None:
        flow = _try_catch(machine, body, handler, frame)
    elif body is not None:
        flow = machine.execute(body, frame)
    if finalizer is not None:
        inner = finalizer.child_by_field_name("body")
        last = machine.execute(inner, frame) if inner is not None else Flow.NORMAL
        flow = max(flow, last)
    return flow


def _try_catch(machine: Machine, body: Node, handler: Node, frame: Frame) -> Flow:
    """The catch block starts from what the body may have written so far, or not."""
    mark, thrown_on = len(frame.conditions), len(frame.thrown_on)
    calls, invocations = len(machine.recorder.calls), len(machine.recorder.invocations)
    path = frame.path
    thrown: list[Value] = []

    def attempt() -> Flow:
        flow, errors = machine.attempt(lambda: machine.execute(body, frame))
        thrown.extend(errors)
        return flow

    tried = machine.try_branch(attempt)
    around = reaches_out(machine, calls, invocations)
    inside, onward, frame.path = frame.conditions[mark:], frame.path, path
    del frame.conditions[mark:], frame.thrown_on[thrown_on:]

    resorts: list[Caught] = []
    told = any(is_signal(cell.slots.get(key), now) for cell, key, now in tried.writes.values())

    def catching() -> Flow:
        machine.merge([Outcome(Flow.NORMAL, tried.writes), Outcome(Flow.NORMAL, {})])
        flow, noted = _catch(machine, handler, thrown, frame, around_calls=around)
        if noted is not None and flow is Flow.NORMAL and (told or tried.flow is Flow.EXIT):
            resorts.append(noted)
        return flow

    caught = machine.try_branch(catching, in_catch=True)
    seen = watch(machine)
    frame.resorts += [Resort(noted, seen, told) for noted in resorts]
    if caught.flow is Flow.EXIT:
        add_conditions(frame, inside)
    elif tried.flow is not Flow.EXIT:
        onward = path
    frame.path = frame.path if tried.flow is Flow.EXIT else onward
    return machine.merge([tried, caught])


def _catch(
    machine: Machine, handler: Node, thrown: list[Value], frame: Frame, *, around_calls: bool
) -> tuple[Flow, Caught | None]:
    """Runs a catch block: how it ends, and what is noted of it."""
    body, parameter = handler.child_by_field_name("body"), handler.child_by_field_name("parameter")
    if body is None:
        return Flow.NORMAL, None
    outer, frame.scope = frame.scope, machine.scope(frame.scope)
    before, frame.in_catch = frame.in_catch, True
    if parameter is not None:
        bind(machine, parameter, join_values((*thrown, Opaque("error"))), frame, frame.scope)
    seen, returned, threw = watch(machine), len(frame.returns), throws(machine)
    mark = len(frame.conditions)
    flow = machine.execute(body, frame)
    del frame.conditions[mark:]
    frame.scope, frame.in_catch = outer, before
    ending = ending_of(
        flow, empty=not children(body), returned=len(frame.returns) > returned, threw=throws(machine) > threw
    )
    acts = acted(machine, seen)
    caught = note_catch(machine, seen, frame.module, handler, ending, around_calls=around_calls, acts=acts)
    return flow, caught


def _labeled(machine: Machine, node: Node, frame: Frame) -> Flow:
    body = node.child_by_field_name("body")
    flow = machine.execute(body, frame) if body is not None else Flow.NORMAL
    return Flow.NORMAL if flow is Flow.JUMP else flow


STATEMENTS: MappingProxyType[str, Execute] = MappingProxyType(
    {
        "statement_block": block,
        "lexical_declaration": _declaration,
        "variable_declaration": _declaration,
        "class_declaration": _class,
        "abstract_class_declaration": _class,
        "function_declaration": _function,
        "generator_function_declaration": _function,
        "enum_declaration": _enum,
        "internal_module": _namespace,
        "expression_statement": _expression,
        "return_statement": _return,
        "throw_statement": _throw,
        "break_statement": _jump,
        "continue_statement": _jump,
        "if_statement": _if,
        "else_clause": _else,
        "switch_statement": _switch,
        "try_statement": _try,
        "labeled_statement": _labeled,
    }
)
