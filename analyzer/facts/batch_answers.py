"""What a handler of batches answers: whether it names the items that failed.

Source: AWS Lambda Developer Guide, "Implementing partial batch responses" (read 2026-11-24).
"""

from __future__ import annotations

from typing import Final

from analyzer.code.program import Choice, CodeValue, Items, Literal, Program, Record
from analyzer.facts.combinations import either

_FAILURES: Final = "batchItemFailures"
_PACKAGES: Final = (
    "aws_lambda_powertools.utilities.batch",
    "@aws-lambda-powertools/batch",
    "@middy/sqs-partial-batch-failure",
)
"""Packages that build the answer on the handler's behalf."""


def names_failures(program: Program) -> bool | None:
    """Whether the handler can answer with items that failed; None where its code does not tell."""
    if any(one.module.startswith(_PACKAGES) for one in program.imports):
        return True
    found = either(*(names_failed(returned.value) for returned in program.returns))
    known = program.complete and program.handler_found is not False
    return found if known or found else None


def names_failed(value: CodeValue) -> bool | None:
    """Whether an answer can hold items that failed."""
    match value:
        case Record():
            failures = value.get(_FAILURES)
            if failures is None:
                return False if value.complete else None
            return bool(failures.items) or not failures.complete if isinstance(failures, Items) else True
        case Choice(options=options):
            return either(*(names_failed(option) for option in options))
        case Literal() | Items():
            return False
        case _:
            return None
