"""Waivers as a security team meets them: every source, on an assembly whose two stacks look alike."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Ran, Run
from tests.sources.folders import assembly, write

STACKS = ("Archive", "Documents")
REASON = "a batch job"
DAY = "2026-11-24"
SOURCE = "import { App } from 'aws-cdk-lib';\nconst app = new App();\nnew Stacks(app);\n"


def template(timeout: int = 300, **more: Any) -> dict[str, Any]:
    return {"Resources": {"Fn": {"Type": "AWS::Lambda::Function", "Properties": {"Timeout": timeout}, **more}}}


def construct(stack: str, acknowledged: Mapping[str, str] | None) -> dict[str, Any]:
    """The metadata of a stack with one function, on whose construct rules may be acknowledged."""
    records: list[dict[str, Any]] = [{"type": "aws:cdk:creationStack", "data": [f"new {stack} (app.ts:3:1)"]}]
    if acknowledged:
        records.append({"type": "aws:cdk:acknowledged-rules", "data": dict(acknowledged)})
    return {f"/{stack}/Fn": records, f"/{stack}/Fn/Resource": [{"type": "aws:cdk:logicalId", "data": "Fn"}]}


def synthesized(here: Path, *, acknowledged: Mapping[str, str] | None = None, **templates: Any) -> None:
    """``cdk.out`` with two stacks; ``acknowledged`` in Documents alone."""
    fields = {name: {"metadata": construct(name, acknowledged if name == "Documents" else None)} for name in STACKS}
    files = {f"cdk.out/{name}.template.json": templates.get(name, template()) for name in STACKS}
    write(here, {"cdk.out/manifest.json": assembly(fields), "app.ts": SOURCE, **files})


@pytest.fixture(autouse=True)
def repository(here: Path) -> None:
    (here / ".git").mkdir()
    synthesized(here)


def check(run: Run, *options: str, day: str = DAY) -> Ran:
    return run("check", "--select", "TT01", "--as-of", day, "--format", "json", *options)


def told(ran: Ran) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(ran.out)
    return report


def sorted_out(ran: Ran) -> tuple[list[str], list[str]]:
    """The stacks whose finding is open, and those whose is waived."""
    report = told(ran)
    return ([each["stack"] for each in report["findings"]], [each["stack"] for each in report["waived"]])


def notes(ran: Ran) -> list[str]:
    return [note["text"] for note in told(ran)["waiver_notes"]]


def waiver(here: Path, file: str = "stackproof.yaml", *, policy: str = "", **fields: str) -> None:
    """One waiver for the function of Documents, with other ``fields`` or without those that are empty."""
    held = {"rule": "TT0101", "reason": REASON, "stack": "Documents", **fields}
    entry = ", ".join(f"{name}: {value}" for name, value in held.items() if value)
    key = "waiver_policy" if file == "stackproof.yaml" else "policy"
    rules = f"{key}: {policy}\n" if policy else ""
    (here / file).write_text(f"{rules}waivers:\n  - {{{entry}}}\n")


def metadata(**fields: str) -> dict[str, Any]:
    return {"Metadata": {"stackproof": {"waivers": [{"rule": "TT0101", "reason": REASON, **fields}]}}}


def in_configuration(here: Path) -> tuple[str, ...]:
    waiver(here)
    return ()


def in_central_file(here: Path) -> tuple[str, ...]:
    waiver(here, "central.yaml")
    return ("--waivers", "central.yaml")


def of_a_construct(here: Path) -> tuple[str, ...]:
    waiver(here, stack="", construct="Documents/Fn")
    return ()


def of_a_template(here: Path) -> tuple[str, ...]:
    waiver(here, stack="", template="cdk.out/Documents.template.json")
    return ()


def in_resource_metadata(here: Path) -> tuple[str, ...]:
    synthesized(here, Documents=template(**metadata()))
    return ()


def in_template_metadata(here: Path) -> tuple[str, ...]:
    synthesized(here, Documents={**template(), **metadata()})
    return ()


def acknowledged(here: Path) -> tuple[str, ...]:
    synthesized(here, acknowledged={"Stackproof::TT0101": REASON})
    return ()


OUTSIDE = (in_configuration, in_central_file, of_a_construct, of_a_template)
INSIDE = (in_resource_metadata, in_template_metadata, acknowledged)


@pytest.mark.parametrize("written", [*OUTSIDE, *INSIDE])
def test_a_waiver_on_one_stack_never_touches_its_sibling(run: Run, here: Path, written: Any) -> None:
    ran = check(run, *written(here))
    assert (ran.status, sorted_out(ran)) == (1, (["Archive"], ["Documents"]))
    (waived,) = told(ran)["waived"]
    assert waived["waiver"]["reason"] == REASON
    assert notes(ran) == []


@pytest.mark.parametrize("written", [*OUTSIDE, *INSIDE])
def test_what_is_written_in_the_input_can_be_switched_off(run: Run, here: Path, written: Any) -> None:
    open_ones = ["Archive", "Documents"] if written in INSIDE else ["Archive"]
    assert sorted_out(check(run, *written(here), "--no-inline-waivers"))[0] == open_ones


@pytest.mark.parametrize("written", [*OUTSIDE, *INSIDE])
def test_an_owner_that_policy_asks_for_is_asked_of_every_source(run: Run, here: Path, written: Any) -> None:
    options = written(here)
    (here / "policy.yaml").write_text("waivers: []\npolicy: {require: [owner, expires]}\n")
    ran = check(run, *options, "--waivers", "policy.yaml")
    assert (ran.status, sorted_out(ran)) == (1, (["Archive", "Documents"], []))
    assert notes(ran) == ["the waiver of TT0101 hides nothing: by policy it needs an owner and an expiry"]


@pytest.mark.parametrize("written", [*OUTSIDE, *INSIDE])
def test_a_rule_that_cannot_be_waived_is_barred_from_every_source(run: Run, here: Path, written: Any) -> None:
    options = written(here)
    (here / "policy.yaml").write_text("waivers: []\npolicy: {non_waivable: [TT01]}\n")
    ran = check(run, *options, "--waivers", "policy.yaml")
    assert (ran.status, sorted_out(ran)) == (1, (["Archive", "Documents"], []))
    assert notes(ran) == ["the waiver of TT0101 does not hide TT0101: by policy that rule cannot be waived"]


def digest(run: Run) -> str:
    """The digest of the evidence that `stackproof waivers` offers to bind a waiver by."""
    listed = json.loads(run("waivers", "--select", "TT01", "--format", "json").out)
    return str(listed[0]["hides"][0]["evidence"][0])


def test_a_bound_waiver_stops_holding_when_the_evidence_grows(run: Run, here: Path) -> None:
    waiver(here)
    seen = digest(run)
    waiver(here, evidence=f'["{seen}"]')
    assert sorted_out(check(run)) == (["Archive"], ["Documents"])
    synthesized(here, Documents=template(900))
    ran = check(run)
    assert sorted_out(ran) == (["Archive", "Documents"], [])
    assert notes(ran) == ["the waiver of TT0101 no longer hides Fn, as there is new evidence: Timeout is 900"]


def test_an_acknowledgement_may_be_bound_too(run: Run, here: Path) -> None:
    acknowledged(here)
    bound = {f"Stackproof::TT0101[{digest(run)}]": REASON}
    synthesized(here, acknowledged=bound)
    assert sorted_out(check(run)) == (["Archive"], ["Documents"])
    synthesized(here, acknowledged=bound, Documents=template(900))
    assert sorted_out(check(run)) == (["Archive", "Documents"], [])


@pytest.mark.parametrize(
    ("day", "open_ones", "note"),
    [
        ("2027-01-16", ["Archive"], []),
        ("2027-01-17", ["Archive"], ["the waiver of TT0101 expires on 2027-01-31, in 14 days"]),
        ("2027-01-31", ["Archive"], ["the waiver of TT0101 expires on 2027-01-31, today"]),
        ("2027-02-01", ["Archive", "Documents"], ["the waiver of TT0101 expired on 2027-01-31; 1 finding came back"]),
    ],
)
@pytest.mark.parametrize("inline", [False, True])
def test_the_end_is_warned_of_and_then_the_finding_is_back(
    run: Run, here: Path, day: str, open_ones: list[str], note: list[str], inline: bool
) -> None:
    if inline:
        synthesized(here, Documents=template(**metadata(expires="2027-01-31")))
    else:
        waiver(here, expires="2027-01-31")
    ran = check(run, day=day)
    assert (sorted_out(ran)[0], notes(ran)) == (open_ones, note)
    assert [line.partition(": ")[2].partition(": ")[2] for line in ran.err.splitlines()] == note


@pytest.mark.parametrize("written", [*OUTSIDE, *INSIDE])
def test_a_waiver_that_nothing_needs_any_more_is_told_and_fails_nothing(run: Run, here: Path, written: Any) -> None:
    options = written(here)
    for name in STACKS:
        file = here / f"cdk.out/{name}.template.json"
        file.write_text(file.read_text().replace("300", "3"))
    ran = check(run, *options)
    assert (ran.status, notes(ran)) == (0, ["the waiver of TT0101 hides nothing"])


def test_a_waiver_without_a_reason_is_no_waiver(run: Run, here: Path) -> None:
    for reason in ("", "' '"):
        waiver(here, reason=reason)
        ran = check(run)
        assert (ran.status, ran.out) == (2, "")
    synthesized(here, acknowledged={"Stackproof::TT0101": " "})
    (here / "stackproof.yaml").unlink()
    ran = check(run)
    assert (ran.status, sorted_out(ran)) == (2, (["Archive", "Documents"], []))
    assert ran.err == "stackproof: app.ts:3: CDK acknowledgement at Documents/Fn: it gives no reason\n"


@pytest.mark.parametrize(
    ("file", "options"), [("stackproof.yaml", ()), ("central.yaml", ("--waivers", "central.yaml"))]
)
@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"expirse": "2027-01-31"}, "unknown key 'expirse' in waivers[0]; did you mean expires?"),
        ({"rule": "TT0110"}, "waivers[0]: no rule has the id or prefix 'TT0110'; did you mean TT0101?"),
        ({"expires": "2027-31-01"}, "waivers[0]: expires is a date like 2027-01-31, not '2027-31-01'"),
        (
            {"stack": ""},
            "waivers[0] has no scope; it is limited by stack, construct, resource, type, template or fingerprint; "
            "`ignore` switches a rule off",
        ),
    ],
)
def test_a_mistake_in_a_file_of_waivers_stops_the_run_with_its_line(
    run: Run, here: Path, file: str, options: tuple[str, ...], fields: dict[str, str], reason: str
) -> None:
    waiver(here, file, **fields)
    ran = check(run, *options)
    assert (ran.status, ran.out, ran.err) == (2, "", f"stackproof: {file}:2: {reason}\n")


def test_a_mistake_in_the_input_hides_nothing_and_is_told_with_its_line(run: Run, here: Path) -> None:
    synthesized(here, Documents=template(**metadata(expirse="2027-01-31")))
    ran = check(run)
    assert (ran.status, sorted_out(ran)) == (2, (["Archive", "Documents"], []))
    (problem,) = told(ran)["problems"]
    assert (problem["path"], problem["reason"]) == (
        "cdk.out/Documents.template.json",
        "unknown key 'expirse'; did you mean expires?",
    )
    assert '"expirse"' in "".join(
        (here / problem["path"]).read_text().splitlines()[problem["line"] - 1 : problem["line"] + 4]
    )


def test_an_acknowledged_rule_that_is_none_is_told_with_the_line_of_its_construct(run: Run, here: Path) -> None:
    synthesized(here, acknowledged={"Stackproof::TT0110": REASON})
    ran = check(run)
    assert (ran.status, sorted_out(ran)) == (2, (["Archive", "Documents"], []))
    assert ran.err == (
        "stackproof: app.ts:3: CDK acknowledgement at Documents/Fn: no rule has the id or prefix 'TT0110'; "
        "did you mean TT0101?\n"
    )


def test_acknowledgements_of_other_tools_are_none_of_ours(run: Run, here: Path) -> None:
    synthesized(here, acknowledged={"CloudFormation-Validate::W3010": REASON, "cdk-nag::AwsSolutions-L1": REASON})
    ran = check(run)
    assert (ran.status, sorted_out(ran), ran.err) == (1, (["Archive", "Documents"], []), "")


def test_a_waived_finding_is_in_every_report_with_its_reason_or_not_shown_as_open(run: Run, here: Path) -> None:
    waiver(here, owner="ann", approver="bob", expires="2027-06-30")
    for name in ("text", "json", "sarif", "html", "junit", "csv", "markdown", "oscal"):
        ran = run("check", "--select", "TT01", "--as-of", DAY, "--format", name)
        assert REASON in ran.out, name
    for name in ("github", "gitlab"):
        shown = run("check", "--select", "TT01", "--as-of", DAY, "--format", name).out
        assert "Archive" in shown and REASON not in shown
