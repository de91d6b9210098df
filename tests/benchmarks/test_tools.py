"""How tools are called and their outputs read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from benchmarks import inputs, tools
from benchmarks.beside import batch, cold
from benchmarks.measure import BenchmarkError, Command, Cost, run
from benchmarks.tools import OURS, Told, Tool


def test_every_file_is_named_from_the_folder_in_which_the_tool_runs() -> None:
    folder = Path("folder")
    files = [folder / "a" / "t.json", folder / "b" / "t.json"]
    command = tools.checkov("checkov").over(files, folder)
    assert command.arguments[-4:] == ("-f", "a/t.json", "-f", "b/t.json")
    assert command.folder == folder
    assert tools.cfripper("cfripper").over(files, folder).arguments[-2:] == ("a/t.json", "b/t.json")


@pytest.mark.parametrize(
    ("tool", "output", "told"),
    [
        (tools.cfn_lint("python"), "[{}, {}]", Told(None, 2)),
        (tools.validate("python"), "17\n", Told(None, 17)),
        (tools.checkov("checkov"), json.dumps({"summary": {"failed": 3, "passed": 2}}), Told(None, 3)),
        (tools.checkov("checkov"), json.dumps([{"summary": {"failed": n}} for n in (1, 2)]), Told(None, 3)),
        (tools.cfripper("cfripper"), '{"failures": [{}, {}]}\n{"failures": []}\n', Told(2, 2)),
        (tools.floor(), "", Told(None, 0)),
    ],
    ids=lambda value: value.name if isinstance(value, Tool) else "",
)
def test_outputs_are_read(tool: Tool, output: str, told: Told) -> None:
    assert tool.read(output) == told


def test_a_crash_of_cfn_lint_is_no_result() -> None:
    assert 1 not in tools.cfn_lint("python").statuses
    assert {0, 2, 14} <= tools.cfn_lint("python").statuses


def test_our_own_report_is_read(tmp_path: Path) -> None:
    files = inputs.batch(tmp_path, 2)
    tool = tools.stackproof()
    told = tool.read(run(tool.over(files, tmp_path)).output)
    assert told.files == 2
    assert told.findings > 2


def test_a_batch_is_of_the_size_that_the_targets_speak_of(tmp_path: Path) -> None:
    as_json = inputs.batch(tmp_path / "json", 3)
    as_yaml = inputs.batch(tmp_path / "yaml", 3, yaml=True)
    assert 18 < inputs.mean_size(as_json) < 22
    assert 12 < inputs.mean_size(as_yaml) < 16
    assert len({file.read_bytes() for file in as_json}) == len(as_json)
    assert len({file.parent for file in as_json}) == len(as_json)


def test_yaml_and_json_are_the_same_template(tmp_path: Path) -> None:
    import yaml

    from benchmarks import generate

    document = generate.template(20)
    assert yaml.safe_load(inputs.as_yaml(document)) == document
    assert "&id" not in inputs.as_yaml(document)


def test_own_templates_are_copied_one_to_a_folder(tmp_path: Path) -> None:
    (tmp_path / "own" / "deep").mkdir(parents=True)
    (tmp_path / "own" / "a.json").write_text("{}")
    (tmp_path / "own" / "deep" / "b.json").write_text("[]")
    (tmp_path / "own" / "c.txt").write_text("")
    files = inputs.given(tmp_path / "own", tmp_path / "copy")
    assert [(file.parent.name, file.read_text()) for file in files] == [("t0", "{}"), ("t1", "[]")]
    with pytest.raises(BenchmarkError, match="no JSON template is here"):
        inputs.given(tmp_path / "own" / "none", tmp_path / "empty")


SECONDS = {
    "python -c pass": 0.02,
    OURS: 0.16,
    f"{OURS}, first": 0.07,
    f"{OURS}, one handler": 0.3,
    "read and json.loads": 0.03,
    "read and json.loads, first": 0.021,
}


def as_if_measured(commands: Mapping[str, Command], times: int) -> dict[str, Cost]:
    """What the commands would cost on a machine without noise."""
    return {name: Cost(SECONDS[name], SECONDS[name], 30.0) for name in commands}


def test_cold_and_batch_hold_tools_against_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.beside.alternated", as_if_measured)
    rows = cold(tmp_path / "cold", [], 1)
    assert [(row["tool"], row["ratio"]) for row in rows] == [
        ("python -c pass", 1),
        (OURS, 8),
        (f"{OURS}, one handler", 15),
    ]
    rows = batch(tmp_path / "batch", inputs.batch(tmp_path / "batch", 10), [], 1)
    assert [(row["tool"], row["milliseconds"], row["ratio"]) for row in rows] == [
        ("read and json.loads", 1, 0.1),
        (OURS, 10, 1),
    ]
    assert (rows[1]["files"], rows[1]["findings"] >= 10) == (10, True)


def test_a_peer_that_finds_nothing_ends_the_run(tmp_path: Path) -> None:
    idle = Tool("idle", ("true",), frozenset({0}), lambda output: Told(None, 0), "idle")
    with pytest.raises(BenchmarkError, match="idle found nothing"):
        cold(tmp_path, [idle], 1)
    with pytest.raises(BenchmarkError, match="idle found nothing"):
        batch(tmp_path, inputs.batch(tmp_path / "batch", 2), [idle], 1)
