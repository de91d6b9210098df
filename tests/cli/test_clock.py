"""When a report says that it was made."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import click
import pytest

from analyzer.cli.clock import moment


def test_the_variable_of_reproducible_builds_names_the_time() -> None:
    assert moment({"SOURCE_DATE_EPOCH": "1800000000"}) == datetime(2027, 1, 15, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize("environment", [{}, {"SOURCE_DATE_EPOCH": ""}])
def test_without_it_the_time_is_now_to_the_second(environment: dict[str, str]) -> None:
    told = moment(environment)
    assert abs(datetime.now(UTC) - told) < timedelta(seconds=5)
    assert (told.microsecond, told.utcoffset()) == (0, timedelta(0))


@pytest.mark.parametrize("told", ["soon", "1.5", "99999999999999999999"])
def test_what_is_no_time_is_refused(told: str) -> None:
    with pytest.raises(click.ClickException, match="no number of seconds since 1970"):
        moment({"SOURCE_DATE_EPOCH": told})
