"""``stackproof waivers``: what hides what."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.conftest import Run, function

WAIVER = "waivers:\n  - rule: TT01\n    resource: {resource}\n    reason: a batch job\n{more}"


@pytest.fixture(autouse=True)
def template(here: Path) -> None:
    (here / ".git").mkdir()
    (here / "t.yaml").write_text(function("300"))


def write(here: Path, resource: str = "Fn", more: str = "") -> None:
    (here / "stackproof.yaml").write_text(WAIVER.format(resource=resource, more=more))


def test_a_waiver_is_shown_with_what_it_hides_and_how_to_bind_it(run: Run, here: Path) -> None:
    write(here, more="    owner: ann\n    expires: 2027-01-31\n")
    ran = run("waivers", "--select", "TT01", "--as-of", "2026-11-24")
    assert (ran.status, ran.err) == (0, "")
    first, second, third, last = ran.out.splitlines()
    assert first == "TT01  used  resource Fn"
    assert second == "  a batch job (stackproof.yaml:2, owner ann, until 2027-01-31)"
    assert third == "  hides TT0101 t/Fn: Fn may run for 300 s."
    assert re.fullmatch(r'  not bound; to bind it: evidence: \["[0-9a-f]{12}"\]', last)


def test_what_it_shows_binds_the_waiver_and_more_evidence_ends_it(run: Run, here: Path) -> None:
    write(here)
    line = run("waivers", "--select", "TT01").out.splitlines()[-1]
    evidence = line.partition("to bind it: ")[2]
    write(here, more=f"    {evidence}\n")
    assert "not bound" not in run("waivers", "--select", "TT01").out
    assert run("check", "t.yaml", "--select", "TT01").status == 0
    (here / "t.yaml").write_text(function("400"))
    assert run("check", "t.yaml", "--select", "TT01").status == 1
    assert "no longer hides Fn, as there is new evidence: Timeout is 400" in run("waivers", "--select", "TT01").out


@pytest.mark.parametrize(
    ("resource", "more", "state", "status"),
    [
        ("Fn", "", "used", 0),
        ("Nope", "", "unused", 1),
        ("Fn", "    expires: 2026-11-01\n", "expired", 1),
        ("Fn", "    expires: 2026-11-30\n", "expiring", 1),
        ("Fn", "waiver_policy: {require: [owner]}\n", "refused", 1),
        ("Fn", "waiver_policy: {non_waivable: [TT01]}\n", "refused", 1),
        ("Fn", '    evidence: ["000000000000"]\n', "outgrown", 1),
        ("Fn", "    stack: elsewhere\n", "not examined", 0),
    ],
)
def test_every_state_is_told_and_fails_only_when_strict(
    run: Run, here: Path, resource: str, more: str, state: str, status: int
) -> None:
    write(here, resource, more)
    arguments = ("waivers", "--format", "json", "--select", "TT01", "--as-of", "2026-11-24")
    ran = run(*arguments)
    assert [waiver["state"] for waiver in json.loads(ran.out)] == [state]
    assert ran.status == 0
    assert run(*arguments, "--strict").status == status


def test_waivers_of_all_sources_are_listed(run: Run, here: Path) -> None:
    write(here)
    (here / "c.yaml").write_text("waivers: [{rule: TT0101, type: 'AWS::SQS::*', reason: central}]\n")
    inline = "    Metadata: {stackproof: {waivers: [{rule: TT0101, reason: inline}]}}\n    Properties"
    (here / "t.yaml").write_text(function("300").replace("    Properties", inline))
    listed = json.loads(run("waivers", "--format", "json", "--select", "TT01", "--waivers", "c.yaml").out)
    assert [(waiver["origin"], waiver["state"], len(waiver["hides"])) for waiver in listed] == [
        ("c.yaml:1", "unused", 0),
        ("stackproof.yaml:2", "used", 1),
        ("Metadata of Fn in t.yaml", "used", 0),
    ]


def test_without_any_it_says_so(run: Run) -> None:
    assert run("waivers", "t.yaml", "--select", "TT01").out == "No waivers.\n"


def test_what_was_not_read_makes_the_list_incomplete(run: Run, here: Path) -> None:
    write(here)
    (here / "broken.yaml").write_text("Resources: [\n")
    ran = run("waivers", "--select", "TT01")
    assert ran.status == 2
    assert ran.err.startswith("stackproof: broken.yaml:2:1: ")
