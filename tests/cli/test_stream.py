"""``check --format jsonl``: every input by itself, in order, one line after the other; and going on where a run died."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import pytest

from analyzer.cli import single
from analyzer.parallel import processes
from tests.cli.conftest import Run, function, watched


@pytest.fixture(autouse=True)
def forks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rules of the tests are known in this process only."""
    monkeypatch.setattr(processes, "_safe_method", lambda: "fork")


@pytest.fixture
def store() -> Iterator[Any]:
    held = fsspec.filesystem("memory")
    yield held
    for name in held.find("/"):
        held.rm(name)


@pytest.fixture
def manifest(here: Path) -> Path:
    """A list of a slow function, a folder with two applications, a file that is none, and a clean one."""
    (here / "slow.yaml").write_text(function("300", "Slow"))
    (here / "clean.yaml").write_text(function("3", "Clean"))
    for name in ("a", "b"):
        (here / "two" / name).mkdir(parents=True)
        (here / "two" / name / "t.yaml").write_text(function("200", name.upper()))
    (here / "broken.yaml").write_text("Resources: [")
    file = here / "inputs.txt"
    file.write_text("# all\nslow.yaml\n\n  two\nbroken.yaml\nclean.yaml\n")
    return file


def records(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def told(record: dict[str, Any]) -> tuple[Any, ...]:
    """Input, number of number, verdict, resources with findings, problems."""
    found = [finding["resource"] for finding in record.get("findings", ())]
    place = f"{record['number']}/{record['of']}"
    return record["input"], place, record["verdict"], found, [problem["path"] for problem in record["problems"]]


EXPECTED = [
    ("slow.yaml", "1/1", "failed", ["Slow"], []),
    ("two", "1/2", "failed", ["A"], []),
    ("two", "2/2", "failed", ["B"], []),
    ("broken.yaml", "1/1", "incomplete", [], ["broken.yaml"]),
    ("clean.yaml", "1/1", "passed", [], []),
]


def test_there_is_a_line_for_each_application_and_a_summary(run: Run, manifest: Path) -> None:
    ran = run("check", "--inputs", "inputs.txt", "--format", "jsonl")
    *lines, summary = records(ran.out)
    assert [told(line) for line in lines] == EXPECTED
    assert {key: summary[key] for key in ("type", "complete", "inputs", "applications", "applications_failed")} == {
        "type": "summary",
        "complete": True,
        "inputs": 4,
        "applications": 4,
        "applications_failed": 3,
    }
    assert summary["findings"] == {"critical": 0, "high": 3, "medium": 0, "low": 0, "info": 0}
    assert (summary["problems"], summary["exit_status"], ran.status, ran.err) == (1, 2, 2, "")


def test_a_line_says_of_its_application_what_the_json_report_says(run: Run, manifest: Path) -> None:
    whole = json.loads(run("check", "slow.yaml", "--format", "json").out)
    line, _ = records(run("check", "slow.yaml", "--format", "jsonl").out)
    parts = {key: whole[key] for key in ("findings", "unknown", "waived", "not_evaluated")}
    parts["passed"] = [{key: each[key] for key in ("rule_id", "subjects")} for each in whole["passed"]]
    of_input = {key: whole["inputs"][0][key] for key in ("path", "kind", "sha256", "stacks", "resources")}
    assert {key: line[key] for key in (*parts, *of_input)} == {**parts, **of_input}


def test_lines_are_the_same_whoever_judges(run: Run, manifest: Path) -> None:
    alone = run("check", "--inputs", "inputs.txt", "--format", "jsonl", "--jobs", "1")
    assert run("check", "--inputs", "inputs.txt", "--format", "jsonl", "--jobs", "3") == alone
    assert run("check", "slow.yaml", "two", "broken.yaml", "clean.yaml", "--format", "jsonl").out == alone.out


def test_the_manifest_may_come_by_a_pipe(run: Run, manifest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = run("check", "--inputs", "inputs.txt", "--format", "jsonl")
    with manifest.open() as text:
        monkeypatch.setattr("sys.stdin", text)
        assert run("check", "--inputs", "-", "--format", "jsonl") == alone


def test_other_reports_take_the_manifest_as_paths(run: Run, manifest: Path) -> None:
    listed = run("check", "--inputs", "inputs.txt", "-q")
    assert run("check", "slow.yaml", "two", "broken.yaml", "clean.yaml", "-q") == listed


def test_lines_go_to_a_file_and_the_sums_to_people(run: Run, manifest: Path) -> None:
    printed = run("check", "--inputs", "inputs.txt", "--format", "jsonl").out
    ran = run("check", "--inputs", "inputs.txt", "-o", "out.jsonl")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == (
        "stackproof: out.jsonl: 4 inputs, 4 applications (3 over the gate); findings: 3 high; "
        "1 not read, 0 not evaluated\n"
    )
    assert Path("out.jsonl").read_text() == printed
    assert sorted(path.name for path in Path().iterdir()) == [
        "broken.yaml",
        "clean.yaml",
        "inputs.txt",
        "out.jsonl",
        "slow.yaml",
        "two",
    ]


def test_a_configuration_that_cannot_be_used_is_a_problem_of_its_own_input(run: Run, manifest: Path) -> None:
    (manifest.parent / "two" / "stackproof.yaml").write_text("selct: []\n")
    ran = run("check", "--inputs", "inputs.txt", "--format", "jsonl")
    lines = records(ran.out)
    assert [line["input"] for line in lines[:-1]] == ["slow.yaml", "two", "broken.yaml", "clean.yaml"]
    assert lines[1]["problems"][0]["reason"].startswith("two/stackproof.yaml:1: ")
    assert ran.status == 2


def test_a_process_that_dies_costs_its_own_input(run: Run, manifest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    judge = single._judge

    def dying(orders: Any, line: single.Line) -> single.Answer:
        if line.name == "two":
            os.kill(os.getpid(), signal.SIGKILL)
        return judge(orders, line)

    monkeypatch.setattr(single, "_judge", dying)
    lines = records(run("check", "--inputs", "inputs.txt", "--format", "jsonl", "--jobs", "2").out)
    assert [line["input"] for line in lines[:-1]] == ["slow.yaml", "two", "broken.yaml", "clean.yaml"]
    reason = "could not be judged: the process was killed, probably because memory ran out"
    assert lines[1]["problems"] == [{"path": "two", "line": None, "column": None, "reason": reason}]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--format", "jsonl", "-o", "r.sarif"], "goes alone"),
        (["--format", "sarif", "-o", "r.jsonl"], "goes alone"),
        (["-o", "a.jsonl", "-o", "b.jsonl"], "goes alone"),
        (["--format", "jsonl", "--with", "cfn-lint"], "--with needs all inputs together"),
        (["--format", "jsonl", "--resume"], "to be resumed, to one file"),
        (["--format", "json", "--resume"], "--resume goes with -o FILE.jsonl"),
        (["--inputs", "nothing.txt", "--format", "jsonl"], "nothing.txt: No such file"),
        (["--inputs", "nothing.txt"], "nothing.txt: No such file"),
        (["--format", "jsonl", "--executor", "ssh://h"], "'ssh://h' is not the address of a scheduler"),
        (["--format", "jsonl", "--select", "XX"], "no rule has the id or prefix 'XX'"),
    ],
)
def test_what_does_not_go_together_is_refused(run: Run, manifest: Path, arguments: list[str], message: str) -> None:
    ran = run("check", "clean.yaml", *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert message in ran.err


def test_standard_input_is_no_input_among_others(run: Run, here: Path) -> None:
    line, _ = records(run("check", "-", "--format", "jsonl").out)
    assert line["problems"][0]["reason"] == "standard input is no input among others"


# --- resuming


@pytest.fixture
def urls(here: Path, store: Any) -> list[str]:
    for number in range(4):
        store.pipe(f"/s/t{number}.yaml", function("300" if number % 2 else "3", f"Fn{number}").encode())
    return [f"memory://s/t{number}.yaml" for number in range(4)]


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the applications that are judged."""
    return watched(single, monkeypatch)


def test_what_has_not_changed_is_not_judged_again(run: Run, urls: list[str], store: Any, judged: list[str]) -> None:
    first = run("check", *urls, "-o", "out.jsonl")
    before = Path("out.jsonl").read_bytes()
    assert judged == urls
    again = run("check", *urls, "-o", "out.jsonl", "--resume")
    assert (again, judged, Path("out.jsonl").read_bytes()) == (first, urls, before)
    store.pipe("/s/t2.yaml", function("500", "Changed").encode())
    judged.clear()
    run("check", *reversed(urls), "-o", "out.jsonl", "--resume")
    assert judged == [urls[2]]
    *lines, _ = records(Path("out.jsonl").read_text())
    assert [(line["input"], [found["resource"] for found in line["findings"]]) for line in lines] == [
        (urls[3], ["Fn3"]),
        (urls[2], ["Changed"]),
        (urls[1], ["Fn1"]),
        (urls[0], []),
    ]


@pytest.mark.parametrize(
    "other", [["--as-of", "2031-01-01"], ["--fail-on", "critical"], ["--ignore", "TT09"], ["--rule-timeout", "7"]]
)
def test_under_other_orders_everything_is_judged_again(
    run: Run, urls: list[str], judged: list[str], other: list[str]
) -> None:
    run("check", *urls, "-o", "out.jsonl")
    judged.clear()
    run("check", *urls, "-o", "out.jsonl", "--resume", *other)
    assert judged == urls


def test_another_configuration_is_another_order(run: Run, urls: list[str], judged: list[str], here: Path) -> None:
    run("check", *urls, "-o", "out.jsonl")
    (here / "stackproof.yaml").write_text("ignore: [TT0101]\n")
    judged.clear()
    run("check", *urls, "-o", "out.jsonl", "--resume")
    assert judged == urls


def interrupted(run: Run, monkeypatch: pytest.MonkeyPatch, urls: list[str], at: str, *more: str) -> Any:
    judge = single._judge

    def interrupting(orders: Any, line: single.Line) -> single.Answer:
        if line.name == at:
            raise KeyboardInterrupt
        return judge(orders, line)

    with monkeypatch.context() as patched:
        patched.setattr(single, "_judge", interrupting)
        return run("check", *urls, "-o", "out.jsonl", "--jobs", "1", *more)


def test_a_run_that_was_interrupted_goes_on_where_it_was(
    run: Run, urls: list[str], judged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = interrupted(run, monkeypatch, urls, urls[2])
    assert ran.status == 130
    assert ran.err == (
        "stackproof: interrupted: 2 inputs were judged; out.jsonl.part holds what was judged, --resume goes on\n"
    )
    assert not Path("out.jsonl").exists()
    *_, summary = records(Path("out.jsonl.part").read_text())
    assert (summary["complete"], summary["inputs"]) == (False, 2)
    ran = interrupted(run, monkeypatch, urls, urls[0], "--resume")  # dies at once: nothing may be lost
    assert ran.status == 130
    judged.clear()
    run("check", *urls, "-o", "out.jsonl", "--resume")
    assert judged == urls[2:]
    resumed = Path("out.jsonl").read_bytes()
    assert sorted(path.name for path in Path().iterdir()) == ["out.jsonl"]
    run("check", *urls, "-o", "fresh.jsonl")
    assert resumed == Path("fresh.jsonl").read_bytes()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text[: text.index(b"\n") // 2],  # died while writing
        lambda text: b"",
        lambda text: b"\x00\xff not json\n" * 3,
        lambda text: b"[" * 100_000 + b"\n",
        lambda text: text.replace(b'"of": 1', b'"of": 2'),
        lambda text: text.replace(b'"findings": [', b'"findings": 7, "was": ['),
        lambda text: text.replace(b'"key": "', b'"key": "0'),
        lambda text: text.replace(b'"state": "sha256:', b'"state": "sha256:0'),
        lambda text: text.replace(b'"state": "', b'"state": 5, "was": "'),
    ],
)
def test_lines_that_are_torn_or_foreign_do_not_count(run: Run, urls: list[str], judged: list[str], spoil: Any) -> None:
    run("check", *urls, "-o", "fresh.jsonl")
    fresh = Path("fresh.jsonl").read_bytes()
    Path("out.jsonl.part").write_bytes(spoil(fresh))
    judged.clear()
    run("check", *urls, "-o", "out.jsonl", "--resume")
    assert judged == urls
    assert Path("out.jsonl").read_bytes() == fresh


def test_an_input_of_which_lines_are_missing_is_judged_again(
    run: Run, manifest: Path, judged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(single, "_state", lambda line: "same")
    run("check", "two", "slow.yaml", "-o", "out.jsonl")
    lines = Path("out.jsonl").read_bytes().splitlines(keepends=True)
    Path("out.jsonl").write_bytes(b"".join([lines[0], *lines[2:]]))
    judged.clear()
    run("check", "two", "slow.yaml", "-o", "out.jsonl", "--resume")
    assert judged == ["two/a/t.yaml", "two/b/t.yaml"]


def test_where_the_store_has_a_word_for_the_state_nothing_is_read_again(
    run: Run, urls: list[str], store: Any, judged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from analyzer.sources import remote

    monkeypatch.setattr(remote, "stamp", lambda url: f"etag:{url[-6]}:7")
    run("check", *urls, "-o", "out.jsonl")
    monkeypatch.setattr(remote, "read_url", None)
    judged.clear()
    assert run("check", *urls, "-o", "out.jsonl", "--resume").status == 1
    assert judged == []


def test_local_inputs_are_judged_again(run: Run, manifest: Path, judged: list[str]) -> None:
    """What a template reads beside itself may have changed."""
    run("check", "slow.yaml", "-o", "out.jsonl")
    judged.clear()
    run("check", "slow.yaml", "-o", "out.jsonl", "--resume")
    assert judged == ["slow.yaml"]


def test_a_url_that_ends_with_a_slash_is_all_that_is_below(run: Run, urls: list[str], store: Any) -> None:
    whole = run("check", *urls, "--format", "jsonl")
    assert run("check", "memory://s/", "--format", "jsonl") == whole
    line, _ = records(run("check", "memory://none/", "--format", "jsonl").out)
    assert line["verdict"] == "incomplete"
