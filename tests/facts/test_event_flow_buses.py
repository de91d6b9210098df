"""Loops through event buses and rules."""

from __future__ import annotations

from typing import Any

import pytest

from tests.facts.flows import ACCOUNT, QUEUE, arn, function, loops, mapping, of, ref, rule

DETAIL = "Detail: JSON.stringify({ n: 5, ...event.detail, s: 'x' })"
SEND = f"await bus.putEvents({{ Entries: [{{ Source: 'shop', DetailType: 'paid', {DETAIL} }}] }});"


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ({"source": ["shop"]}, "proved"),
        ({"source": ["store"]}, None),
        ({"source": ["shop"], "detail-type": [{"anything-but": ["paid"]}]}, None),
        ({"detail": {"s": ["x"]}}, "proved"),
        ({"detail": {"s": [{"exists": False}]}}, None),
        ({"detail": {"z": [{"exists": False}]}}, "the detail.z that F sends"),
        ({"detail": {"n": [{"numeric": [">", 3, "<=", 5]}]}}, "proved"),
        ({"detail": {"n": [{"numeric": [">", 5]}]}}, None),
        ({"source": [{"wildcard": "s*p"}]}, "proved"),
        ({"source": [{"prefix": {"equals-ignore-case": "SH"}}]}, "proved"),
        ({"account": [ACCOUNT]}, "the account that F sends"),
        ({"source": ["aws.s3"]}, None),
    ],
)
def test_a_rule_is_asked_about_the_event_that_is_put(pattern: Any, expected: str | None) -> None:
    found = loops({"R": rule(pattern), "F": function(SEND)})
    if expected is None:
        assert found == []
    else:
        needs = () if expected == "proved" else (expected,)
        assert found == [("default event bus → R rule → F → default event bus", "proved", needs)]


def test_an_event_lands_on_the_bus_that_its_entry_names() -> None:
    code = "await bus.putEvents({ Entries: [{ Source: 'a', EventBusName: env.BUS }, { Source: 'b' }] });"
    own = {"Bus": of("AWS::Events::EventBus", Name="own"), "F": function(code, BUS=ref("Bus"))}
    on_own = {**own, "R": rule({"source": ["a"]}, EventBusName=ref("Bus"))}
    b_on_own = {**own, "R": rule({"source": ["b"]}, EventBusName="own")}
    a_on_default = {**own, "R": rule({"source": ["a"]}, EventBusName="default")}
    assert loops(on_own) == [("Bus event bus → R rule → F → Bus event bus", "proved", ())]
    assert loops(b_on_own) == loops(a_on_default) == []


def test_a_bucket_that_tells_event_bridge_everything() -> None:
    bucket = of("AWS::S3::Bucket", NotificationConfiguration={"EventBridgeConfiguration": {}})
    created = {"source": ["aws.s3"], "detail-type": ["Object Created"]}
    code = "await s3.putObject({ Bucket: event.detail.bucket.name, Key: 'out/' + event.detail.object.key });"

    def of_pattern(detail: Any) -> list[tuple[str, str, tuple[str, ...]]]:
        return loops({"B": bucket, "R": rule({**created, "detail": detail}), "F": function(code)})

    path = "B bucket → default event bus → R rule → F → B bucket"
    assert of_pattern({"bucket": {"name": [ref("B")]}}) == [(path, "proved", ())]
    assert of_pattern({"object": {"key": [{"suffix": ".csv"}]}}) == [(path, "proved", ())]
    assert of_pattern({"object": {"key": [{"prefix": "in/"}]}}) == []
    assert of_pattern({"reason": ["CopyObject"]}) == []
    assert of_pattern({"bucket": {"name": ["another"]}}) == []


def test_a_rule_that_is_disabled_or_transforms() -> None:
    f = function(SEND)
    assert loops({"R": rule({"source": ["shop"]}, State="DISABLED"), "F": f}) == []
    queue = {"Q": QUEUE, "M": mapping(arn("Q"), "F", {"body": {"detail-type": ["paid"]}}), "F": f}
    path = "default event bus → R rule → Q queue → F → default event bus"
    assert loops({**queue, "R": rule({"source": ["shop"]}, arn("Q"))}) == [(path, "proved", ())]
    transformed = rule({"source": ["shop"]})
    transformed["Properties"]["Targets"] = [{"Id": "t", "Arn": arn("Q"), "InputPath": "$.detail"}]
    assert loops({**queue, "R": transformed}) == [(path, "proved", ("the body that F sends",))]


def test_from_bus_to_bus() -> None:
    resources = {
        "Bus": of("AWS::Events::EventBus", Name="own"),
        "Forward": rule({"source": ["shop"]}, arn("Bus")),
        "R": rule({"detail-type": ["paid"]}, EventBusName=ref("Bus")),
        "F": function(SEND),
    }
    path = "default event bus → Forward rule → Bus event bus → R rule → F → default event bus"
    assert loops(resources) == [(path, "proved", ())]
