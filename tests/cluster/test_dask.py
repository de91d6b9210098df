"""``--executor dask://``: what a cluster reports, what it survives, and going on where a run died."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from analyzer.parallel import cluster as parallel_cluster
from analyzer.parallel.cluster import ClusterError, join
from tests.cluster.conftest import TEMPLATE, Cluster, Command, ended, running, until
from tests.cluster.worker_watch import DEADLY, HELD

SPECIAL = (DEADLY, HELD)

HASTY = """
import sys
from analyzer.cli.main import main
from analyzer.parallel import cluster
cluster._PATIENCE = 5  # a scheduler that is gone is waited for so long
sys.exit(main())
"""


def manifest(here: Path, names: Iterable[str]) -> str:
    """A file that names inputs."""
    (here / "inputs.txt").write_text("".join(f"{name}\n" for name in names))
    return "inputs.txt"


def applications(here: Path) -> list[str]:
    return sorted(path.name for path in here.iterdir() if path.is_dir())


def records(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def problems(lines: Iterable[dict[str, Any]]) -> dict[str, list[str]]:
    """The reasons why something was not judged, by input."""
    return {line["input"]: [each["reason"] for each in line["problems"]] for line in lines if line["problems"]}


@pytest.fixture(scope="session")
def alone(here: Path, environment: dict[str, str]) -> dict[str, list[dict[str, Any]]]:
    """The lines about every input in ``here`` that one process writes."""
    names = [*applications(here), *SPECIAL]
    ran = Command(here, environment)("--inputs", manifest(here, names), "--format", "jsonl", "--jobs", "1")
    *lines, _ = records(ran.out)
    return {name: [line for line in lines if line["input"] == name] for name in names}


def told(alone: dict[str, list[dict[str, Any]]], names: Iterable[str]) -> list[dict[str, Any]]:
    return [line for name in names for line in alone[name]]


def test_the_report_is_the_same_whoever_judges(check: Command, cluster: Cluster, here: Path) -> None:
    listed = ("--inputs", manifest(here, applications(here)), "--format", "json")
    shared = check(*listed, "--executor", cluster.url)
    assert shared == check(*listed, "--jobs", "1")
    assert shared.status == 2  # for the broken template
    assert len({process for process, _ in cluster.judged()}) == 2


def test_a_worker_that_is_killed_costs_nothing(
    check: Command, cluster: Cluster, here: Path, alone: dict[str, Any]
) -> None:
    names = [*applications(here), HELD]
    run = check.start("--inputs", manifest(here, names), "--format", "jsonl", "--executor", cluster.url)
    until(lambda: cluster.attempts(HELD), "the held input")
    (process,) = (process for process, name in cluster.judged() if name == HELD)
    os.kill(process, signal.SIGKILL)
    cluster.release()
    *lines, summary = records(ended(run).out)
    assert lines == told(alone, names)
    assert (summary["inputs"], summary["complete"], cluster.attempts(HELD)) == (len(names), True, 2)


def test_an_input_that_kills_its_worker_is_tried_twice_and_reported(
    check: Command, cluster: Cluster, here: Path, alone: dict[str, Any]
) -> None:
    names = [*applications(here)[:20], DEADLY, *applications(here)[20:]]
    ran = check("--inputs", manifest(here, names), "--format", "jsonl", "--executor", cluster.url)
    *lines, summary = records(ran.out)
    (deadly,) = (line for line in lines if line["input"] == DEADLY)
    assert lines == [*told(alone, names[:20]), deadly, *told(alone, names[21:])]
    assert cluster.attempts(DEADLY) == 2
    (problem,) = deadly["problems"]
    assert problem["reason"].startswith("could not be judged: KilledWorker: ")
    assert (ran.status, summary["problems"], summary["complete"]) == (2, 2, True)  # this one and the broken template


@pytest.fixture
def bucket(here: Path, store: dict[str, str]) -> list[str]:
    """The URLs of 40 templates in a bucket, of which `t10` is broken and the last is held."""
    import boto3

    client = boto3.client(
        "s3",
        endpoint_url=store["AWS_ENDPOINT_URL"],
        aws_access_key_id="none",
        aws_secret_access_key="none",
        region_name="eu-central-1",
    )
    name = here.name.replace("_", "-")
    client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    keys = [f"t{number:02}.yaml" for number in range(39)] + ["zz-held.yaml"]
    for key in keys:
        client.put_object(Bucket=name, Key=key, Body=b"Resources: [" if key == "t10.yaml" else TEMPLATE.encode())
    return [f"s3://{name}/{key}" for key in keys]


def test_a_run_that_died_goes_on_where_it_was(check: Command, cluster: Cluster, here: Path, bucket: list[str]) -> None:
    folder = bucket[0].rpartition("/")[0] + "/"
    streamed = ("--inputs", manifest(here, [folder]), "-o", "out.jsonl", "--executor", cluster.url)
    run = check.start(*streamed)
    part = here / "out.jsonl.part"
    until(lambda: part.exists() and part.read_bytes().count(b"\n") >= 32, "the first lines")
    run.kill()
    ended(run)
    kept = [line["input"] for line in records(part.read_text().rpartition("\n")[0])]
    assert kept == bucket[:32]  # a parcel; what is held is in the next
    cluster.release()
    resumed = check(*streamed, "--resume")
    assert resumed.err.startswith("stackproof: out.jsonl: 40 inputs, 39 applications")
    # A broken template is no application; what was under way when the run died may be judged twice.
    assert [cluster.attempts(url) for url in kept] == [int(url != bucket[10]) for url in kept]
    assert all(cluster.attempts(url) for url in bucket[32:])
    gone_on = (here / "out.jsonl").read_bytes()
    check("--inputs", "inputs.txt", "-o", "alone.jsonl", "--jobs", "1")
    assert gone_on == (here / "alone.jsonl").read_bytes()
    assert problems(records(gone_on.decode())[:-1]).keys() == {bucket[10]}


def test_what_is_local_may_be_named_by_url(check: Command, cluster: Cluster, here: Path) -> None:
    (here / "one.yaml").write_text(TEMPLATE)
    by_url = check((here / "one.yaml").as_uri(), "--format", "jsonl", "--executor", cluster.url)
    by_path = check("one.yaml", "--format", "jsonl", "--jobs", "1")
    (line, _), (expected, _) = records(by_url.out), records(by_path.out)
    assert line["findings"] == expected["findings"] != []
    assert line["input"] == (here / "one.yaml").as_uri()


def test_memory_of_this_process_is_not_that_of_a_worker(check: Command, cluster: Cluster) -> None:
    ran = check("memory://nowhere/t.yaml", "--format", "jsonl", "--executor", cluster.url)
    line, summary = records(ran.out)
    assert (ran.status, summary["problems"]) == (2, 1)
    assert line["problems"][0]["path"] == "memory://nowhere/t.yaml"
    assert line["problems"][0]["reason"].startswith("cannot be read: FileNotFoundError")


def test_a_scheduler_that_is_not_there_is_an_error_of_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel_cluster, "_PATIENCE", 0.5)
    with pytest.raises(ClusterError, match=r"^no scheduler answers at tcp://127\.0\.0\.1:1: "):
        join("dask://127.0.0.1:1", len, version="1")


def test_workers_of_another_version_are_refused(cluster: Cluster) -> None:
    with pytest.raises(ClusterError, match=r"cannot be used: VersionError: the worker has stackproof .*, not 0\.0\.0$"):
        join(cluster.url, len, version="0.0.0")


def test_an_interrupt_leaves_what_was_judged(check: Command, cluster: Cluster, here: Path) -> None:
    names = [*applications(here), HELD]
    run = check.start("--inputs", manifest(here, names), "-o", "out.jsonl", "--executor", cluster.url)
    until(lambda: cluster.attempts(HELD), "the held input")
    part = here / "out.jsonl.part"
    until(lambda: part.exists() and part.read_bytes().count(b"\n") >= 32, "the first lines")
    run.send_signal(signal.SIGINT)
    stopped = ended(run)
    cluster.release()
    assert (stopped.status, stopped.out) == (130, "")
    assert stopped.err == (
        "stackproof: interrupted: 32 inputs were judged; out.jsonl.part holds what was judged, --resume goes on\n"
    )


def test_a_scheduler_that_dies_ends_the_run_with_what_was_judged(check: Command, here: Path, tmp_path: Path) -> None:
    names = [*applications(here), HELD]
    with running(tmp_path, check.environment) as own:
        hasty = replace(check, program=("-c", HASTY))
        run = hasty.start("--inputs", manifest(here, names), "-o", "died.jsonl", "--executor", own.url)
        until(lambda: own.attempts(HELD), "the held input")
        part = here / "died.jsonl.part"
        until(lambda: part.exists() and part.read_bytes().count(b"\n") >= 32, "the first lines")
    stopped = ended(run)
    *lines, summary = records(part.read_text())
    assert {line["input"] for line in lines} == set(names[:32])
    assert (stopped.status, summary["inputs"], summary["complete"]) == (3, 32, False)
    assert stopped.err == (
        "stackproof: the workers, or who directs them, are gone: 32 inputs were judged; "
        "died.jsonl.part holds what was judged, --resume goes on\n"
    )
