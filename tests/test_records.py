"""Records behave as the standard library's dataclasses: each test asks both decorators the same."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from collections.abc import Callable
from dataclasses import field
from typing import Any, ClassVar

import pytest

from analyzer import records
from analyzer.records import dataclass

Decorator = Callable[..., Any]
BOTH: list[Decorator] = [dataclasses.dataclass, records.dataclass]


@dataclass(frozen=True, slots=True)
class Point:
    """At module level, so that it can be pickled."""

    x: int
    y: int = 0
    label: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Placed(Point):
    """A record of a record."""

    floor: int = 1


@dataclass(frozen=True, slots=True)
class Doubled:
    """A record with a field of its own making."""

    number: int
    twice: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "twice", 2 * self.number)


def shape(decorator: Decorator, **options: Any) -> Any:
    @decorator(**options)
    class Shape:
        sides: int
        names: list[str] = field(default_factory=list, repr=False)
        note: str = field(default="", compare=False)

    return Shape


def told(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except (TypeError, ValueError) as error:
        return type(error)


def comparisons(made: Any) -> list[Any]:
    one, same, other = made(3), made(3, note="x"), made(4)
    return [
        one == same,
        one == other,
        one == 3,
        one != other,
        told(lambda: one < other),
        told(lambda: hash(one) == hash(same)),
    ]


@pytest.mark.parametrize("slots", [True, False])
@pytest.mark.parametrize("frozen", [True, False])
@pytest.mark.parametrize("eq", [True, False])
def test_compares_and_hashes_as_a_dataclass(eq: bool, frozen: bool, slots: bool) -> None:
    def asked(decorator: Decorator) -> list[Any]:
        @decorator(frozen=frozen, eq=eq, slots=slots)
        class Shape:
            sides: int
            note: str = field(default="", compare=False)

        return comparisons(Shape)

    standard, ours = map(asked, BOTH)
    assert ours == standard


def test_orders_as_a_dataclass() -> None:
    def asked(decorator: Decorator) -> list[Any]:
        @decorator(frozen=True, order=True, slots=True)
        class Shape:
            sides: int
            note: str = field(default="", compare=False)

        return [*comparisons(Shape), sorted([Shape(2), Shape(1)]) == [Shape(1), Shape(2)]]

    standard, ours = map(asked, BOTH)
    assert ours == standard


@pytest.mark.parametrize("options", [{}, {"slots": True}, {"frozen": True}, {"kw_only": True}, {"repr": False}])
def test_is_shown_as_a_dataclass(options: dict[str, Any]) -> None:
    standard, ours = (shape(decorator, **options)(sides=3, note="x") for decorator in BOTH)
    assert repr(ours).partition(" object at ")[0] == repr(standard).partition(" object at ")[0]


def test_keeps_what_a_class_defines_itself() -> None:
    def asked(decorator: Decorator) -> list[Any]:
        @decorator(frozen=True)
        class Odd:
            number: int

            def __eq__(self, other: object) -> bool:
                return isinstance(other, Odd)

            def __hash__(self) -> int:
                return 7

            def __repr__(self) -> str:
                return "odd"

        return [Odd(1) == Odd(3), hash(Odd(1)), repr(Odd(1))]

    standard, ours = map(asked, BOTH)
    assert ours == standard == [True, 7, "odd"]


def test_an_own_comparison_without_a_hash_is_given_one_where_it_is_frozen() -> None:
    def asked(decorator: Decorator, *, frozen: bool) -> Any:
        @decorator(frozen=frozen)
        class Odd:
            number: int

            def __eq__(self, other: object) -> bool:
                return True

        return told(lambda: hash(Odd(1)) == hash(Odd(1)))

    assert [asked(decorator, frozen=True) for decorator in BOTH] == [True, True]
    assert [asked(decorator, frozen=False) for decorator in BOTH] == [TypeError, TypeError]


def test_a_record_without_fields() -> None:
    @dataclass(frozen=True, slots=True)
    class Nothing:
        pass

    assert (Nothing() == Nothing(), {Nothing(): 1}[Nothing()], repr(Nothing()).endswith("Nothing()")) == (True, 1, True)


def test_a_record_of_a_record_compares_all_its_fields_and_its_class() -> None:
    assert Placed(1, 2) == Placed(1, 2, "x")
    assert Placed(1, 2, floor=3) != Placed(1, 2)
    assert Placed(1, 2) != Point(1, 2)
    assert repr(Placed(1)) == "Placed(x=1, y=0, label='', floor=1)"


def test_works_with_the_functions_of_the_standard_library() -> None:
    point = Point(1, 2, "x")
    assert [each.name for each in dataclasses.fields(point)] == ["x", "y", "label"]
    assert dataclasses.asdict(point) == {"x": 1, "y": 2, "label": "x"}
    moved = dataclasses.replace(point, y=5)
    assert (moved.x, moved.y, moved.label) == (1, 5, "x")
    for other in (pickle.loads(pickle.dumps(point)), copy.copy(point), copy.deepcopy(point)):
        assert (other, other.label) == (point, "x")
    match point:
        case Point(1, y=found):
            assert found == 2


def test_slots_hold_the_fields_alone() -> None:
    assert not hasattr(Point(1), "__dict__")
    with pytest.raises(AttributeError):
        Point(1).other = 3  # type: ignore[attr-defined]


def test_what_follows_the_fields_is_run() -> None:
    assert Doubled(4).twice == 8


def test_fields_are_described_as_the_standard_library_describes_them() -> None:
    def asked(decorator: Decorator) -> list[Any]:
        @decorator(frozen=True, slots=True)
        class Base:
            number: int
            names: list[str] = field(default_factory=list, compare=False)

        @decorator(frozen=True, slots=True)
        class Shape(Base):
            note: str = "x"

        wanted = ("name", "type", "default", "default_factory", "init", "repr", "compare", "hash")
        return [[getattr(each, name) for name in wanted] for each in dataclasses.fields(Shape)]

    standard, ours = map(asked, BOTH)
    assert ours == standard


@pytest.mark.parametrize(
    ("given", "named"),
    [((), {}), ((1,), {}), ((1, [2]), {}), ((1, [2], "n", 4), {}), ((), {"sides": 1}), ((1,), {"sides": 1})],
)
@pytest.mark.parametrize("slots", [True, False])
def test_takes_what_a_dataclass_takes(given: tuple[Any, ...], named: dict[str, Any], slots: bool) -> None:
    def asked(decorator: Decorator) -> Any:
        made = shape(decorator, slots=slots)
        return told(lambda: dataclasses.astuple(made(*given, **named)))

    standard, ours = map(asked, BOTH)
    assert ours == standard


def test_each_instance_has_what_a_factory_makes_for_itself() -> None:
    made = shape(dataclass, slots=True)
    one, other = made(1), made(1)
    one.names.append("x")
    assert (one.names, other.names, made(1, names=("y",)).names) == (["x"], [], ("y",))


def test_records_of_one_shape_keep_their_own_names() -> None:
    @dataclass
    class Left:
        a: int
        b: int = 2

    @dataclass
    class Right:
        b: int
        a: int = 3

    assert (repr(Left(1)).rpartition(".")[2], repr(Right(1)).rpartition(".")[2]) == (
        "Left(a=1, b=2)",
        "Right(b=1, a=3)",
    )
    with pytest.raises(TypeError, match=r"Left\.__init__\(\) missing 1 required positional argument: 'a'"):
        Left()  # type: ignore[call-arg]


@pytest.mark.parametrize("body", [{"a": 1}, {"b": []}, {"b": field(default=3, kw_only=True)}, {"a": field(default=1)}])
def test_fields_that_make_no_sense_or_need_more_are_left_to_the_standard_decorator(body: dict[str, Any]) -> None:
    def asked(decorator: Decorator) -> Any:
        made = type("Made", (), {"__annotations__": {"a": "int", "b": "int"}, **body})
        return told(lambda: decorator(made)(1, b=2).b)

    standard, ours = map(asked, BOTH)
    assert ours == standard


def test_a_variable_of_the_class_is_no_field() -> None:
    @dataclass(frozen=True)
    class Shape:
        sides: int
        known: ClassVar[int] = 3

    assert (Shape(4), Shape.known, [each.name for each in dataclasses.fields(Shape)]) == (Shape(4), 3, ["sides"])


@pytest.mark.parametrize("change", [{}, {"y": 5}, {"x": 3, "label": "z"}, {"floor": 2}, {"other": 1}])
def test_replaces_as_a_dataclass(change: dict[str, Any]) -> None:
    one = Placed(1, 2, "x", 4)
    assert told(lambda: records.replace(one, **change)) == told(lambda: dataclasses.replace(one, **change))
    assert one == Placed(1, 2, "x", 4)


def test_replaces_a_record_of_one_field_and_what_is_run_after() -> None:
    assert records.replace(Doubled(4), number=5).twice == 10


def test_replaces_what_the_standard_decorator_made_of_a_record() -> None:
    @dataclass(frozen=True, order=True)
    class Ordered(Point):
        floor: int = 1

    assert records.replace(Ordered(1), floor=7) == Ordered(1, floor=7)
