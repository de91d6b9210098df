"""Statements of the evidence bundle, as the reference bindings of in-toto read them.

Not among the default tests: it needs the packages that ``.ci/run`` installs for it.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict, ParseDict
from in_toto_attestation.predicates.link.v0 import link_pb2
from in_toto_attestation.predicates.test_result.v0 import test_result_pb2
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.statement import Statement

from analyzer.policy.result import Result
from analyzer.report.bundle.contents import LINK, TEST_RESULT, files
from analyzer.report.options import ReportOptions
from tests.report.results import EVERYTHING, HOSTILE, hostile

GIVEN = {"everything": EVERYTHING, **{f"hostile {number}": hostile(text) for number, text in enumerate(HOSTILE)}}


def read(given: Result, name: str) -> tuple[Statement, dict[str, Any]]:
    """The statement as the bindings have it, and what it was read from."""
    written: dict[str, Any] = json.loads(files(given, ReportOptions())[name])
    written = _without_lone_surrogates(written)
    return Statement.copy_from_pb(ParseDict(written, statement_pb2.Statement())), written


def _without_lone_surrogates(value: Any) -> Any:
    """JSON may hold them, a message of protobuf may not."""
    return json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))


@pytest.mark.parametrize("given", GIVEN.values(), ids=GIVEN)
@pytest.mark.parametrize(("name", "predicate"), [(LINK, link_pb2.Link), (TEST_RESULT, test_result_pb2.TestResult)])
def test_a_statement_is_valid_and_nothing_of_it_is_unknown(given: Result, name: str, predicate: Any) -> None:
    statement, written = read(given, name)
    statement.validate()
    assert [each.name for each in statement.pb.subject] == [each["name"] for each in written["subject"]]
    content = ParseDict(written["predicate"], predicate())
    assert MessageToDict(content).keys() <= written["predicate"].keys()
