"""Where none of several conditional things holds."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.facts.guard_gaps import gap, likely, where
from analyzer.model.application import Application
from analyzer.model.value import Guard
from tests.stacks import application

CONDITIONS = {
    "Prod": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]},
    "Test": {"Fn::Not": [{"Condition": "Prod"}]},
    "Dev": {"Fn::Equals": [{"Ref": "Stage"}, "dev"]},
    "Other": {"Fn::Equals": [{"Ref": "Region"}, "x"]},
}


def app(default: str | None = None) -> Application:
    stage: dict[str, Any] = {"Type": "String"} | ({} if default is None else {"Default": default})
    return application(
        {"Parameters": {"Stage": stage, "Region": {"Type": "String"}}, "Conditions": CONDITIONS, "Resources": {}}
    )


def guards(found: Application, *names: str) -> tuple[Guard, ...]:
    """The guards of these conditions; a name with ``!`` before it is false."""
    conditions = found.templates["S0"].conditions
    return tuple(conditions.guard(name.lstrip("!"), not name.startswith("!")) for name in names)


@pytest.mark.parametrize(
    ("holding", "base", "expected"),
    [
        ([], (), ""),
        ([()], (), None),
        ([("Prod",)], (), " where condition Prod is false"),
        ([("Prod",)], ("Prod",), None),
        ([("Prod",)], ("Other",), " where condition Prod is false"),
        ([("Prod",), ("Test",)], (), None),
        ([("Prod",), ("!Prod",)], (), None),
        ([("Prod",), ("Dev",)], (), " where condition Prod is false and condition Dev is false"),
        ([("Prod", "Other")], ("Prod",), " where condition Other is false"),
        ([("Prod",), ()], (), None),
    ],
)
def test_where_nothing_holds(holding: list[tuple[str, ...]], base: tuple[str, ...], expected: str | None) -> None:
    found = app()
    result = gap(found, [guards(found, *names) for names in holding], guards(found, *base))
    assert (None if result is None else where(result)) == expected


def test_the_likelier_gap_is_named() -> None:
    found = app(default="prod")
    result = gap(found, [guards(found, "Prod", "Other")])
    assert result is not None
    assert where(result) == " where condition Other is false"
    assert likely(result)


def test_a_gap_against_the_defaults_is_not_likely() -> None:
    found = app(default="prod")
    result = gap(found, [guards(found, "Prod")])
    assert result is not None
    assert not likely(result)


def test_rows_of_a_mapping_are_not_negated_so_no_gap_is_invented() -> None:
    row = Guard("key", "S0", "Stage", "prod")
    assert gap(app(), [(row,)]) is None


def test_many_conditions_are_capped_and_not_multiplied() -> None:
    names = [f"C{i}" for i in range(60)]
    found = application(
        {
            "Parameters": {name: {"Type": "String"} for name in names},
            "Conditions": {name: {"Fn::Equals": [{"Ref": name}, "yes"]} for name in names},
            "Resources": {},
        }
    )
    pairs = [guards(found, first, second) for first, second in zip(names[::2], names[1::2], strict=True)]
    result = gap(found, pairs)
    assert result is not None
    assert len(result) == len(pairs)
