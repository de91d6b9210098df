"""What governed a run, as reports tell it."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from analyzer.cli.governed import asked, describe
from analyzer.cli.judging import Request, plan
from analyzer.policy.effective import Origin
from analyzer.policy.run import Governed
from tests.cli.conftest import function


def test_the_options_that_were_given_are_plain_data() -> None:
    from datetime import date

    request = Request(paths=("a",), select=(("TT01", "TT02"), ("TT03",)), as_of=date(2026, 11, 24), fail_on="low")
    assert asked(request) == {
        "paths": ["a"],
        "select": [["TT01", "TT02"], ["TT03"]],
        "as_of": "2026-11-24",
        "fail_on": "low",
    }


def test_every_file_that_governs_is_digested_once(here: Path, run: object) -> None:
    files = {
        "app/stackproof.yaml": "gate:\n  fail_on: high\n",
        "central.yaml": "waivers: []\n",
        "values.json": "{}",
        "known.json": '{"stackproof_baseline": 1, "written_by": "t", "findings": []}',
    }
    (here / "app").mkdir()
    for name, text in files.items():
        (here / name).write_text(text)
    (here / "app" / "a.yaml").write_text(function("3"))
    request = Request(paths=("app",), waivers=("central.yaml",), parameters=("values.json",), baseline="known.json")
    told = describe(plan(request))
    digests = {name: sha256(text.encode()).hexdigest() for name, text in files.items()}
    order = ("app/stackproof.yaml", "central.yaml", "known.json", "values.json")
    assert told.read == tuple((name, digests[name]) for name in order)
    (governed,) = told.governed
    assert isinstance(governed, Governed)
    assert (governed.application, governed.files) == ("app/a.yaml", ("app/stackproof.yaml",))
    assert Origin("gate.fail_on", "high", "app/stackproof.yaml:2") in governed.settings
    assert Origin("gate.min_confidence", "likely", "default") in governed.settings
