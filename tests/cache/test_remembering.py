"""Remembering is judging: whatever changes on disk, in the orders or in the tool, the outcome is that of judging anew."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from analyzer import registry
from analyzer.cache import remembering
from analyzer.cache.codec import encode
from analyzer.cache.folder import Folder
from analyzer.cache.remembering import Memory
from analyzer.policy.assess import Examined, Outcome, attempt, not_judged
from analyzer.policy.result import NotEvaluated
from analyzer.policy.settings import Settings
from analyzer.policy.waivers import Waiver
from analyzer.rule import Rule
from analyzer.sources.assembly import Application
from analyzer.sources.discovery import discover

FIXTURES = Path(__file__).parents[2] / "fixtures"
SETTINGS = Settings(as_of=date(2026, 11, 24), waivers=(Waiver("FM09", "agreed", "stackproof.yaml:3"),))

APPLICATIONS = [
    "FM0203/bad-no-such-export",
    "FM0203/bad-no-such-file",
    "FM0305/bad-source-beside-an-assembly",
    "FM0501/bad-development-dependency",
    "FM0701/bad-ring-over-two-stacks",
    "FM1309/bad-with-its-layers",
]
"""Folders, layers, archives, packages, assemblies with CDK source, and several stacks."""

RING = "FM0701/bad-ring-over-two-stacks"

NEW = ["cdk.json", "package.json", "index.js", "node_modules/aws-sdk/package.json"]
"""Files whose presence means something to some rule, where there was none."""


@cache
def rules() -> tuple[Rule, ...]:
    return tuple(registry.select(()))


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    return Memory(Folder(str(tmp_path / "cache")), "tool 1")


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The applications that were judged and not remembered."""
    seen: list[str] = []

    def watched(source: Any, *arguments: Any, **options: Any) -> Outcome:
        seen.append(source.path)
        return attempt(source, *arguments, **options)

    monkeypatch.setattr(remembering, "attempt", watched)
    return seen


def copy(name: str, place: Path) -> Path:
    """A copy of a fixture in a folder of its own, which is the working directory."""
    folder = place / "work"
    shutil.copytree(FIXTURES / name, folder, ignore=shutil.ignore_patterns("expect.json"), symlinks=True)
    return folder


def outcomes(folder: Path, memory: Memory | None, settings: Settings = SETTINGS) -> list[Any]:
    """All that was found in ``folder``, pictures included."""
    judge: Callable[..., Outcome] = attempt if memory is None else memory.judge
    found = discover(["."], cwd=folder).applications
    return [plain(judge(application, rules(), settings)) for application in found]


def found(folder: Path) -> Application:
    """The one application in ``folder``, as every run finds it: nothing of it is judged yet."""
    (application,) = discover(["."], cwd=folder).applications
    return application


def plain(outcome: Outcome) -> Any:
    return encode(replace(outcome, settings=None) if isinstance(outcome, Examined) else outcome)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", APPLICATIONS)
def test_what_is_remembered_is_what_was_judged(name: str, tmp_path: Path, memory: Memory, judged: list[str]) -> None:
    folder = copy(name, tmp_path)
    fresh = outcomes(folder, None)
    assert outcomes(folder, memory) == fresh
    first = [*judged]
    assert first != []
    assert outcomes(folder, memory) == fresh
    assert judged == first


def changes(folder: Path) -> Iterator[Callable[[], object]]:
    """Everything that may happen to one file, one after the other; what is new stays."""
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        data = file.read_bytes()
        yield lambda file=file, data=data: file.write_bytes(data + b"\n")
        yield file.unlink
        yield lambda file=file, data=data: file.write_bytes(data)
    for below in sorted({folder, *(path for path in folder.iterdir() if path.is_dir())}):
        for file in (below / name for name in NEW if not (below / name).exists()):
            yield lambda file=file: (file.parent.mkdir(parents=True, exist_ok=True), file.write_text("{}\n"))


@pytest.mark.parametrize("name", APPLICATIONS)
def test_whatever_changes_on_disk_the_outcome_is_that_of_judging(name: str, tmp_path: Path, memory: Memory) -> None:
    folder = copy(name, tmp_path)
    outcomes(folder, memory)
    for change in changes(folder):
        change()
        assert outcomes(folder, memory) == outcomes(folder, None)


def other(**changed: Any) -> Settings:
    return replace(SETTINGS, **changed)


@pytest.mark.parametrize(
    "settings",
    [
        other(as_of=date(2031, 1, 1)),
        other(ignore=("FM07",)),
        other(waivers=()),
        other(inline_waivers=False),
        other(parameters={"Stage": "prod"}),
        other(rule_settings={"FM0701": {"x": 1}}),
        other(rule_seconds=7.0),
    ],
)
def test_other_orders_are_judged_anew(settings: Settings, tmp_path: Path, memory: Memory, judged: list[str]) -> None:
    folder = copy(RING, tmp_path)
    outcomes(folder, memory)
    judged.clear()
    assert outcomes(folder, memory, settings) == outcomes(folder, None, settings)
    assert judged == ["."]


def test_another_tool_judges_anew(tmp_path: Path, memory: Memory, judged: list[str]) -> None:
    folder = copy(RING, tmp_path)
    outcomes(folder, memory)
    judged.clear()
    outcomes(folder, replace(memory, tool="tool 2"))
    assert judged == ["."]


def test_other_rules_and_other_parameters_are_other_orders(tmp_path: Path, memory: Memory, judged: list[str]) -> None:
    folder = copy(RING, tmp_path)
    for some, parameters in ((rules(), {}), (rules()[1:], {}), (rules(), {"A": "b"}), (rules(), {"A": "c"})):
        judged.clear()
        memory.judge(found(folder), some, SETTINGS, parameters=parameters)
        assert judged == ["."]


def test_the_same_application_elsewhere_is_another(tmp_path: Path, memory: Memory, judged: list[str]) -> None:
    for place in ("a", "b"):
        outcomes(copy(RING, tmp_path / place), memory)
    assert len(judged) == 2


def test_the_settings_are_those_of_this_run(tmp_path: Path, memory: Memory, judged: list[str]) -> None:
    folder = copy(RING, tmp_path)
    memory.judge(found(folder), rules(), SETTINGS)
    baseline: Any = object()
    remembered = memory.judge(found(folder), rules(), replace(SETTINGS, baseline=baseline))
    assert isinstance(remembered, Examined) and remembered.settings.baseline is baseline
    assert judged == ["."]


def test_progress_is_told_all_the_same(tmp_path: Path, memory: Memory) -> None:
    folder = copy(RING, tmp_path)
    told: list[list[str]] = []
    for _ in range(2):
        steps: list[str] = []
        memory.judge(found(folder), rules(), SETTINGS, before=lambda rule, steps=steps: steps.append(rule.id))
        told.append(sorted(steps))
    assert told[0] == told[1] != []


@pytest.mark.parametrize(
    "unsure",
    [
        lambda outcome: replace(outcome, not_evaluated=(NotEvaluated("FM0101", "app", "it took too long"),)),
        lambda outcome: not_judged("app", "the analyzer failed"),
    ],
    ids=["a rule broke down", "nothing was judged"],
)
def test_what_failed_is_not_kept(
    unsure: Callable[[Any], Outcome], tmp_path: Path, memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remembering, "attempt", lambda *given, **named: unsure(attempt(*given, **named)))
    outcomes(copy(RING, tmp_path), memory)
    assert not Path(memory.folder.path).exists()


def test_a_file_that_changes_while_it_is_judged_is_not_kept(
    tmp_path: Path, memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = copy("FM0203/bad-no-such-export", tmp_path)
    handler = folder / "src" / "orders.js"

    def meanwhile(*given: Any, **named: Any) -> Outcome:
        outcome = attempt(*given, **named)
        handler.write_text("exports.other = 1\n")
        return outcome

    monkeypatch.setattr(remembering, "attempt", meanwhile)
    outcomes(folder, memory)
    assert not Path(memory.folder.path).exists()


def entry(memory: Memory) -> Path:
    (file,) = Path(memory.folder.path).rglob("*.json")
    return file


def rewritten(memory: Memory, change: Callable[[Any], object]) -> None:
    """Put a well-sealed entry in the place of the one there."""
    file = entry(memory)
    key = file.parent.name + file.stem
    body = memory.folder.read(key)
    assert body is not None
    whole = json.loads(body)
    changed = change(whole)
    memory.folder.write(key, json.dumps(whole if changed is None else changed).encode())


def set_in(path: Sequence[int], value: Any) -> Callable[[Any], None]:
    def change(whole: Any) -> None:
        for step in path[:-1]:
            whole = whole[step]
        whole[path[-1]] = value

    return change


@pytest.mark.parametrize(
    "change",
    [
        lambda whole: {},
        lambda whole: [],
        lambda whole: 7,
        lambda whole: whole[:1],
        set_in([0], [["bytes", "template.yaml"]]),
        set_in([0, 0, 0], "run"),
        set_in([0, 0, 1], "a\0b"),
        set_in([0, 0, 2], 1),
        set_in([1], []),
        set_in([1, 0], {"path": "x"}),
        set_in([1, 0, 0], None),
        set_in([1, 1], [[]]),
        set_in([1, 1, 0, 4], 99),
        set_in([1, 1, 0, 4], "high"),
        set_in([1, 1, 0, 0], ["FM0701"]),
    ],
)
def test_an_entry_that_is_none_is_judged_anew(
    change: Callable[[Any], object], tmp_path: Path, memory: Memory, judged: list[str]
) -> None:
    folder = copy("FM0203/bad-no-such-export", tmp_path)
    fresh = outcomes(folder, memory)
    rewritten(memory, change)
    judged.clear()
    assert outcomes(folder, memory) == fresh
    assert judged == ["template.yaml"]
    judged.clear()
    assert outcomes(folder, memory) == fresh  # and is replaced by a good one
    assert judged == []


def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(tmp_path: Path, memory: Memory) -> None:
    folder = copy("FM0203/bad-no-such-export", tmp_path)
    outcomes(folder, memory)
    handler = folder / "src" / "orders.js"
    handler.unlink()
    os.mkfifo(handler)
    assert outcomes(folder, memory) == outcomes(folder, None)


def test_a_link_that_leads_elsewhere_is_a_change(tmp_path: Path, memory: Memory) -> None:
    folder = copy("FM0203/bad-no-such-export", tmp_path)
    (folder / "src").rename(folder / "one")
    shutil.copytree(folder / "one", folder / "two")
    (folder / "two" / "orders.js").write_text("const sdk = require('aws-sdk');\n")
    (folder / "src").symlink_to("one")
    first = outcomes(folder, memory)
    (folder / "src").unlink()
    (folder / "src").symlink_to("two")
    assert outcomes(folder, memory) == outcomes(folder, None) != first
