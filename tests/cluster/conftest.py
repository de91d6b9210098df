"""A real scheduler with two real worker processes, and a store that speaks S3. Not among the default tests: they need
the extra `cluster`, moto, and half a minute."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cluster.worker_watch import DEADLY, HELD, JOURNAL, RELEASE

_PATIENCE = 60.0
_ROOT = Path(__file__).parents[2]
_AS_OF = "2026-11-24"

TEMPLATE = "Resources:\n  Fn:\n    Type: AWS::Lambda::Function\n    Properties: {Runtime: nodejs16.x, Handler: a.b}\n"


def until(holds: Callable[[], object], what: str) -> None:
    """Wait until ``holds``; fails the test that waits too long for ``what``."""
    end = time.monotonic() + _PATIENCE
    while not holds():
        assert time.monotonic() < end, f"waited {_PATIENCE:g} s for {what}"
        time.sleep(0.05)


@dataclass(frozen=True)
class Cluster:
    """A scheduler at ``url`` (``dask://…``); its two workers write what they judge to ``journal``."""

    url: str
    journal: Path

    def judged(self) -> list[tuple[int, str]]:
        """Process and application, in the order in which they were begun."""
        lines = self.journal.read_text().splitlines() if self.journal.exists() else []
        return [(int(process), name) for process, _, name in (line.partition(" ") for line in lines)]

    def attempts(self, path: str) -> int:
        """How often a worker began with the application at ``path``."""
        return [judged for _, judged in self.judged()].count(path)

    def forget(self) -> None:
        """Empty the journal, and hold inputs again."""
        self.journal.unlink(missing_ok=True)
        (self.journal.parent / RELEASE).unlink(missing_ok=True)

    def release(self) -> None:
        """Let the workers go on with inputs that they hold."""
        (self.journal.parent / RELEASE).touch()


@pytest.fixture(scope="session")
def store() -> Iterator[dict[str, str]]:
    """The environment in which ``s3://`` means a store on this machine."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_SECRET_ACCESS_KEY": "none",
        "AWS_DEFAULT_REGION": "eu-central-1",
    }
    server.stop()


@pytest.fixture(scope="session")
def environment(store: dict[str, str]) -> dict[str, str]:
    """That of the command and of the workers."""
    return {**os.environ, **store, "PYTHONPATH": str(_ROOT), "SOURCE_DATE_EPOCH": "1795521600"}


@contextmanager
def running(folder: Path, environment: dict[str, str]) -> Iterator[Cluster]:
    """A cluster of its own, which ends at once when it is left."""
    log = folder / "scheduler.log"
    # One death of a worker is enough to give its tasks back, so that a test need not kill four.
    told = {**environment, JOURNAL: str(folder / "journal"), "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}
    started = []

    def start(program: str, *arguments: str, output: Path) -> None:
        command = [sys.executable, "-m", f"distributed.cli.dask_{program}", *arguments, "--no-dashboard"]
        with output.open("wb") as out:
            started.append(
                subprocess.Popen(
                    command, cwd=folder, env=told, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
                )
            )

    try:
        start("scheduler", "--host", "127.0.0.1", "--port", "0", output=log)
        address = re.compile(r"Scheduler at:\s+tcp://(\S+)")
        until(lambda: address.search(log.read_text()), "the scheduler")
        place = address.findall(log.read_text())[0]
        watch = str(Path(__file__).with_name("worker_watch.py"))
        workers = ("--nworkers", "2", "--nthreads", "1", "--preload", watch, "--local-directory", str(folder))
        start("worker", f"tcp://{place}", *workers, output=folder / "worker.log")
        until(lambda: log.read_text().count("Register worker") >= 2, "two workers")
        yield Cluster(f"dask://{place}", folder / "journal")
    finally:
        for process in started:
            os.killpg(process.pid, signal.SIGKILL)  # workers are children of the process that was started
        for process in started:
            process.wait(_PATIENCE)


@pytest.fixture(scope="session")
def _shared(tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]) -> Iterator[Cluster]:
    with running(tmp_path_factory.mktemp("cluster"), environment) as cluster:
        yield cluster


@pytest.fixture
def cluster(_shared: Cluster) -> Iterator[Cluster]:
    """The cluster, which has judged nothing yet."""
    _shared.forget()
    yield _shared
    _shared.release()  # whatever became of the test: a worker that is held would do nothing for the next


@dataclass(frozen=True)
class Ran:
    """What a run of the command left."""

    status: int
    out: str
    err: str


@dataclass(frozen=True)
class Command:
    """``stackproof check`` as a process of its own in the folder ``here``."""

    here: Path
    environment: dict[str, str]
    program: tuple[str, str] = ("-m", "analyzer.cli.main")

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """A run that goes on meanwhile."""
        command = [sys.executable, *self.program, "check", "--as-of", _AS_OF, *arguments]
        return subprocess.Popen(
            command, cwd=self.here, env=self.environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def __call__(self, *arguments: str) -> Ran:
        """A run, when it has come to its end."""
        return ended(self.start(*arguments))


def ended(run: subprocess.Popen[str]) -> Ran:
    """Wait for the end of a run."""
    out, err = run.communicate(timeout=_PATIENCE)
    return Ran(run.returncode, out, err)


@pytest.fixture(scope="session")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with 40 applications (templates, handlers, cloud assemblies) with findings of many rules, in one of
    which is a broken template, and two templates that workers are watched for."""
    folder = tmp_path_factory.mktemp("here")
    for number, source in enumerate(sorted((_ROOT / "fixtures").glob("FM0[678]*/bad-*"))[:40]):
        shutil.copytree(source, folder / f"app{number:02}", ignore=shutil.ignore_patterns("expect.json"))
    (folder / "app05" / "broken.yaml").write_text("Resources: [")
    for name in (DEADLY, HELD):
        (folder / name).write_text(TEMPLATE)
    return folder


@pytest.fixture
def check(here: Path, environment: dict[str, str]) -> Command:
    """Runs the command in ``here``."""
    return Command(here, environment)
