"""Judging applications as the command does: each by itself, then all together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from analyzer.policy.assess import Inputs, attempt, conclude
from analyzer.policy.result import Result
from analyzer.policy.settings import Settings
from analyzer.rule import Rule
from analyzer.sources.assembly import Application


def judge(
    inputs: Inputs,
    rules: Sequence[Rule],
    settings: Settings,
    *,
    version: str = "0",
    data_dates: Mapping[str, str] | None = None,
    parameters: Mapping[str, str] | None = None,
    unneeded: Sequence[str] = (),
    settings_of: Callable[[Application], Settings] | None = None,
) -> Result:
    """The result of a run. ``settings_of`` answers the settings of each application; without it all have those of the
    run."""
    own = settings_of or (lambda _: settings)
    outcomes = [attempt(each, rules, own(each), parameters=parameters) for each in inputs.applications]
    return conclude(
        outcomes, inputs, rules, settings, version=version, data_dates=data_dates or {}, unneeded=tuple(unneeded)
    )
