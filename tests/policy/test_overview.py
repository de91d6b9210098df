"""The picture of an application: there for several stacks, and never the end of a report."""

from __future__ import annotations

import datetime
import pickle

import pytest

from analyzer.policy.overview import overview
from analyzer.query import Query
from tests.facts.flows import QUEUE, of, ref
from tests.facts.pictures import nodes
from tests.stacks import application

STACK = {
    "Resources": {"Q": QUEUE, "T": of("AWS::SNS::Topic", DisplayName={"Fn::ImportValue": "S1-Q"})},
    "Outputs": {"Q": {"Value": ref("Q"), "Export": {"Name": {"Fn::Sub": "${AWS::StackName}-Q"}}}},
}


def query(count: int) -> Query:
    return Query(application(*[STACK] * count), as_of=datetime.date(2026, 11, 24))


def test_several_stacks_are_drawn_and_one_is_not() -> None:
    sketch = overview(query(2))
    assert sketch is not None
    assert nodes(sketch()) == ["S0 (2 resources) @ ", "S1 (2 resources) @ "]
    assert overview(query(1)) is None


def test_it_travels_between_processes_as_what_it_shows() -> None:
    sketch = overview(query(2))
    assert sketch is not None
    assert pickle.loads(pickle.dumps(sketch))() == sketch()


def test_a_picture_that_cannot_be_drawn_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("no such thing")

    monkeypatch.setattr("analyzer.facts.stack_picture.stack_picture", broken)
    sketch = overview(query(2))
    assert sketch is not None
    assert sketch().nodes == ()
    assert sketch().description.startswith("could not be drawn: ZeroDivisionError: no such thing (test_overview.py:")
