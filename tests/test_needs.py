"""What ``NEEDS`` leaves unimported is never missed: no judgement of any fixture comes from a rule left out."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pytest
from analyzer.rules import NEEDS

from analyzer import registry
from analyzer.facts.alarm_actions import COMPOSITE
from analyzer.facts.alarms import ALARM, APIS, QUEUE, STATE_MACHINE
from analyzer.facts.flow_model import FUNCTION
from analyzer.facts.iam_openings import ENDPOINT
from analyzer.facts.log_groups import STAGES
from analyzer.facts.policy_documents import RESOURCE_POLICIES
from analyzer.facts.secure_transport import GUARDED
from analyzer.facts.superseded import METADATA_TYPES, TLS_TYPES, VOLUME_TYPES
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


JUDGED: dict[str, Iterable[str]] = {
    "FM0608": set(RESOURCE_POLICIES) - {ENDPOINT},
    "FM0609": set(RESOURCE_POLICIES) - {ENDPOINT},
    "FM0905": TLS_TYPES,
    "FM0906": METADATA_TYPES,
    "FM0907": VOLUME_TYPES,
    "FM1008": (FUNCTION, *APIS, STATE_MACHINE, QUEUE),
    "FM1010": APIS,
    "FM1012": (ALARM, COMPOSITE),
    "FM1013": (ALARM, COMPOSITE, FUNCTION, *APIS, STATE_MACHINE, QUEUE),
    "FM1019": STAGES,
    "FM1020": STAGES,
    "FM1118": STAGES,
    "FM1123": GUARDED,
}
"""Of rules that judge several types: which, as the facts behind them say."""


@pytest.mark.parametrize(
    ("rule_id", "kind"), [(rule_id, kind) for rule_id in JUDGED for kind in sorted(JUDGED[rule_id])]
)
def test_one_resource_of_a_type_is_enough_for_its_rule(rule_id: str, kind: str) -> None:
    assert rule_id in [rule.id for rule in registry.fitting(types=frozenset({kind})).rules]


def test_a_policy_of_whatever_service_that_is_alone_in_its_template_is_judged(tmp_path: Path) -> None:
    anybody = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}
    resource = {"Type": "AWS::VpcLattice::AuthPolicy", "Properties": {"ResourceIdentifier": "svc-1", "Policy": anybody}}
    (tmp_path / "t.json").write_text(json.dumps({"Resources": {"Policy": resource}}))
    found = discover(["."], cwd=tmp_path)
    selection = registry.fitting(types=written_types(found.applications))
    result = judge(Inputs(found.applications), selection.rules, Settings(as_of=AS_OF))
    assert [found.message for found in result.findings if found.rule_id == "FM0608"] == [
        "Policy allows * to everybody."
    ]
