"""A function reads item images that the table's stream does not carry.

## What it checks
`StreamViewType` of tables against what the functions on their streams read of `dynamodb.NewImage` and
`dynamodb.OldImage`.

## Why it fails
`KEYS_ONLY` carries neither image, `NEW_IMAGE` no old one, `OLD_IMAGE` no new one. The missing image is simply not in
the record: the handler fails on `undefined` or acts as if the item were empty. The view type of a stream cannot be
changed in place.

## Fix
`NEW_AND_OLD_IMAGES`, or the image that the handler reads (CDK: `stream: StreamViewType.NEW_AND_OLD_IMAGES`).

## Limits
Reads that tolerate absence (`?.`, `.get`) are only reported where the stream carries none of the images that the code
reads. A new image is absent on deletes whatever the view. Code that cannot be read to its end yields `unknown` where
no missing image was seen.

## References
- https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
"""

from collections.abc import Iterator

from analyzer.facts.functions import Function
from analyzer.facts.settle import settle
from analyzer.facts.tables import Table
from analyzer.facts.triggers import Kind
from analyzer.model.value import Known, Value
from analyzer.rule import Evidence, Judgement, Query, Rule, Severity, passed, unknown

RULE = Rule(
    id="FM1408",
    slug="stream-lacks-image",
    failure_mode=14,
    severity=Severity.HIGH,
    documented=Severity.LOW,
)
CARRIES = {
    "KEYS_ONLY": frozenset[str](),
    "NEW_IMAGE": frozenset({"NewImage"}),
    "OLD_IMAGE": frozenset({"OldImage"}),
    "NEW_AND_OLD_IMAGES": frozenset({"NewImage", "OldImage"}),
}


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every function on a table's stream."""
    for wire in query.triggers.all:
        function = query.functions.of(wire.target)
        table = query.tables.get(wire.source) if wire.source else None
        if wire.kind is Kind.EVENT_SOURCE and function and table:
            yield judge(function, table)


def judge(function: Function, table: Table) -> Judgement:
    """One function against the view of one stream."""
    name = table.resource.logical_id
    of_images = [read for read in function.program.reads if is_image(read.path)]
    required = {read.path[3]: read for read in of_images if not read.guarded}
    reads = required or {read.path[3]: read for read in of_images}
    if not reads:
        needs = function.needs
        return (
            unknown(function.resource, f"{needs}, to see which images it reads") if needs else passed(function.resource)
        )
    images = sorted(reads)
    place = function.place(reads[images[0]].place)

    def lacks(value: Value) -> bool | None:
        carried = CARRIES.get(str(value.value)) if isinstance(value, Known) else None
        if carried is None:
            return None
        return not set(images) <= carried if required else carried.isdisjoint(images)

    return settle(table.stream_view, lacks).judgement(
        function.resource,
        f"{function.name} reads {' and '.join(images)}, which the stream of {name} ({table.stream_view.text}) lacks",
        at=place,
        evidence=[
            Evidence("code", f"reads {' and '.join(images)}", place),
            Evidence("property", f"StreamViewType of {name}", table.stream_view.place),
        ],
        key=name,
    )


def is_image(path: tuple[str, ...]) -> bool:
    """Whether the path of an event read leads into an item image."""
    return len(path) > 3 and path[0] == "Records" and path[2] == "dynamodb" and path[3] in ("NewImage", "OldImage")
