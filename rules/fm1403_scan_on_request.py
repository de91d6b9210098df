"""A function scans a whole table while a caller waits.

## What it checks
`Scan` calls on tables of the application in functions that an API, a function URL or another synchronous caller
invokes.

## Why it fails
A scan reads, and bills, every item of the table whatever it returns, a megabyte at a time. It is quick while the
table is small and slows with every item that is written, until the caller's time runs out; a filter expression does
not help.

## Fix
Query the table or an index by a key that the request gives; keep scans for exports and repairs that nobody waits for.

## Limits
Only code on a path from the handler counts. Code that cannot be read to its end yields `unknown` where it may scan.

## References
- https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-query-scan.html
"""

from collections.abc import Iterator

from analyzer.facts.functions import Function
from analyzer.facts.triggers import Mode, Trigger
from analyzer.rule import Evidence, Judgement, Query, Rule, Severity, fail, passed, unknown

RULE = Rule(
    id="FM1403",
    slug="scan-on-request",
    failure_mode=14,
    severity=Severity.LOW,
    documented=Severity.LOW,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every function that somebody waits for."""
    for function in query.functions.own():
        waiting = [wire for wire in query.triggers.into(function.resource) if wire.mode is Mode.SYNCHRONOUS]
        if waiting and query.tables:
            yield judge(query, function, waiting[0])


def judge(query: Query, function: Function, wire: Trigger) -> Judgement:
    """One function: whether it scans a table of the application."""
    scans = [call for call in query.table_calls if call.function is function and call.operation == "Scan"]
    if not scans:
        needs = function.needs if knows_a_table(query, function) else ""
        return unknown(function.resource, f"{needs}, to see whether it scans") if needs else passed(function.resource)
    scan = scans[0]
    table, place = scan.table.resource, function.place(scan.call.place)
    return fail(
        function.resource,
        f"{function.name} scans the whole of {table.logical_id} while the caller of {wire.name} waits.",
        at=place,
        evidence=[
            Evidence("code", f"Scan of {table.logical_id}", place),
            Evidence("trigger", f"{wire.name} waits for {function.name}", wire.node.place),
        ],
        related=[table],
    )


def knows_a_table(query: Query, function: Function) -> bool:
    """Whether the environment names a table of the application: what is not told of a table is seldom scanned."""
    values = [node.value for node in function.environment.values()]
    return any(resource in query.tables for value in values for resource in query.application.mentioned(value))
