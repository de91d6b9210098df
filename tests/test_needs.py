"""What ``NEEDS`` leaves unimported is never missed: no judgement of any fixture comes from a rule left out."""

from __future__ import annotations

from pathlib import Path

import pytest
from analyzer.rules import NEEDS

from analyzer import registry
from analyzer.model.written_types import written_types
from analyzer.policy.assess import Inputs
from analyzer.policy.settings import Settings
from analyzer.sources.discovery import discover
from tests.judging import judge
from tests.test_fixtures import AS_OF, FOLDERS

APPLICATIONS = [path for path in FOLDERS if written_types(discover(["."], cwd=path).applications) is not None]


@pytest.mark.parametrize("folder", APPLICATIONS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_rule_that_judges_is_left_out(folder: Path) -> None:
    found = discover(["."], cwd=folder)
    selection = registry.fitting(types=written_types(found.applications))
    left_out = [rule for rule in registry.rules() if rule.id in selection.unneeded]
    result = judge(Inputs(found.applications), left_out, Settings(as_of=AS_OF))
    assert (result.findings, result.unknown, result.passed) == ((), (), ())


def test_every_need_is_of_a_rule() -> None:
    ids = registry.ids()
    assert [prefix for prefix in NEEDS if not any(rule_id.startswith(prefix) for rule_id in ids)] == []
