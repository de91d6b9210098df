"""``stackproof verify``: bundles made by the command itself, and every way in which they or the inputs may have changed."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from analyzer.report.bundle.archive import pack, unpack
from analyzer.report.bundle.contents import LINK, RUN
from analyzer.report.bundle.statements import digest_of
from tests.cli.conftest import Run, function

HANDLER = "exports.handler = async () => 1;\n"
CONFIGURATION = "gate: {fail_on: critical}\nwaivers: [{rule: TT0101, resource: Slow, reason: by design, owner: ann}]\n"


@pytest.fixture
def app(here: Path) -> Path:
    """A folder with two templates, a handler, a configuration and parameter values."""
    (here / "src").mkdir()
    (here / "src" / "index.js").write_text(HANDLER)
    (here / "a.yaml").write_text(function("900", "Slow") + "      Code: src\n")
    (here / "b.yaml").write_text(
        "Parameters: {T: {Type: Number}}\n" + function("!Ref T", "Fn") + function("200", "Other").partition("\n")[2]
    )
    (here / "values.json").write_text('{"T": "300"}')
    (here / "stackproof.yaml").write_text(CONFIGURATION)
    return here


@pytest.fixture
def bundle(app: Path, run: Run) -> Path:
    """The bundle of that folder, outside of it."""
    made = app.parent / "bundle.zip"
    options = ["--parameters", "values.json", "--select", "TT01", "--as-of", "2026-11-24"]
    assert run("check", ".", *options, "-o", str(made)).status == 0
    return made


def rewrite(bundle: Path, change: Callable[[dict[str, bytes]], object]) -> None:
    files = unpack(bundle.read_bytes())
    change(files)
    bundle.write_bytes(pack(files))


def relist(files: dict[str, bytes]) -> None:
    """Make the digests fit, as a forger would."""
    statement = json.loads(files[LINK])
    statement["subject"] = [
        {"name": name, "digest": {"sha256": digest_of(data)}} for name, data in files.items() if name != LINK
    ]
    files[LINK] = json.dumps(statement).encode()


def in_run(files: dict[str, bytes], change: Callable[[dict[str, Any]], object]) -> None:
    """Change what a bundle says of its run, in every file that would betray it."""
    said = json.loads(files[RUN])
    change(said)
    files[RUN] = json.dumps(said).encode()
    statement = json.loads(files["statements/test-result.intoto.json"])
    statement["predicate"]["configuration"][0]["digest"]["sha256"] = digest_of(files[RUN])
    files["statements/test-result.intoto.json"] = json.dumps(statement).encode()
    relist(files)


def test_a_bundle_is_verified_and_says_what_that_is_worth(run: Run, bundle: Path) -> None:
    ran = run("verify", str(bundle))
    assert (ran.status, ran.err) == (0, "")
    first, last = ran.out.splitlines()
    assert first.endswith(
        "12 files, made 2026-11-24T12:00:00+00:00 by stackproof 0.1.0, as of 2026-11-24; verdict: passed"
    )
    assert last.startswith("Verified: every digest is as listed and the reports agree. That does not say who made")


def test_the_same_inputs_give_the_same_reports_byte_for_byte(run: Run, bundle: Path, app: Path) -> None:
    os.chdir("/")
    ran = run("verify", str(bundle), "--inputs", str(app))
    assert (ran.status, ran.out.splitlines()[1:]) == (
        0,
        ["Verified: every digest is as listed, and the inputs, judged again, give the same reports."],
    )


def test_the_bundle_holds_the_configuration_but_no_parameter_values(bundle: Path) -> None:
    files = unpack(bundle.read_bytes())
    assert files["configuration/1-stackproof.yaml"].decode() == CONFIGURATION
    assert not [name for name, data in files.items() if b'{"T": "300"}' in data]
    governed = {each["path"]: each["copy"] for each in json.loads(files[RUN])["governed_by"]}
    assert governed == {"stackproof.yaml": "configuration/1-stackproof.yaml", "values.json": None}


def test_making_it_twice_makes_the_same_bytes(run: Run, bundle: Path, app: Path) -> None:
    options = ["--parameters", "values.json", "--select", "TT01", "--as-of", "2026-11-24"]
    again = app.parent / "again.zip"
    assert run("check", ".", *options, "-o", f"bundle:{again}", "--jobs", "2").status == 0
    assert again.read_bytes() == bundle.read_bytes()


def test_a_changed_report_is_told(run: Run, bundle: Path) -> None:
    rewrite(bundle, lambda files: files.update({"reports/report.html": b"<p>All is well.</p>"}))
    ran = run("verify", str(bundle))
    assert ran.status == 1
    assert ran.out.splitlines()[1:] == [
        f"  differs: reports/report.html was changed: its digest is not the one in {LINK}",
        "Not verified: the bundle or the inputs are not what they were.",
    ]


def forged(files: dict[str, bytes]) -> None:
    files["reports/report.html"] = b"<p>All is well.</p>"
    relist(files)


def test_a_forged_report_whose_digests_fit_is_found_by_judging_again(run: Run, bundle: Path, app: Path) -> None:
    rewrite(bundle, forged)
    assert run("verify", str(bundle)).status == 0
    ran = run("verify", str(bundle), "--inputs", ".")
    assert ran.status == 1
    assert "  differs: reports/report.html comes out differently" in ran.out.splitlines()


def test_a_removed_or_added_file_is_told(run: Run, bundle: Path) -> None:
    rewrite(bundle, lambda files: (files.pop("reports/report.md"), files.update({"reports/x.txt": b""})))
    ran = run("verify", str(bundle))
    assert ran.status == 1
    assert ran.out.splitlines()[1:3] == [
        f"  differs: reports/x.txt was added: {LINK} does not name it",
        f"  differs: reports/report.md is missing: {LINK} names it",
    ]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda app: (app / "b.yaml").write_text(function("3", "Fn")), "input b.yaml was changed"),
        (lambda app: (app / "b.yaml").unlink(), "input b.yaml is missing"),
        (lambda app: (app / "src" / "index.js").write_text(f"{HANDLER}// more"), "input src/index.js was changed"),
        (lambda app: (app / "src" / "new.js").write_text(""), "input src/new.js is not in the bundle"),
        (lambda app: (app / "c.yaml").write_text(function("3", "New")), "input c.yaml is not in the bundle"),
        (
            lambda app: (app / "stackproof.yaml").write_text("profile: documented\n"),
            "configuration stackproof.yaml was changed",
        ),
        (lambda app: (app / "stackproof.yaml").unlink(), "configuration stackproof.yaml is missing"),
        (lambda app: (app / "values.json").write_text('{"T": "1"}'), "configuration values.json was changed"),
    ],
    ids=["template", "no template", "handler", "new handler file", "new template", "configuration", "none", "values"],
)
def test_changed_inputs_are_told(
    run: Run, bundle: Path, app: Path, change: Callable[[Path], object], told: str
) -> None:
    change(app)
    ran = run("verify", str(bundle), "--inputs", ".")
    assert ran.status == 1
    assert f"  differs: {told}" in ran.out.splitlines()


def test_what_a_changed_input_changes_in_the_result_is_told(run: Run, bundle: Path, app: Path) -> None:
    (app / "b.yaml").write_text(function("3", "Fn"))
    ran = run("verify", str(bundle), "--inputs", ".")
    assert [line for line in ran.out.splitlines() if "only in the bundle: findings TT0101 Other in b" in line]
    assert "  differs: only now: passed TT0101 1 (1)" in ran.out.splitlines()


def test_another_release_is_compared_by_its_judgements_and_not_called_the_same(run: Run, bundle: Path) -> None:
    def older(files: dict[str, bytes]) -> None:
        report = json.loads(files["reports/report.json"])
        report["tool"]["version"] = "0.0.9"
        files["reports/report.json"] = json.dumps(report).encode()
        in_run(files, lambda said: said["tool"].update(version="0.0.9"))

    rewrite(bundle, older)
    ran = run("verify", str(bundle), "--inputs", ".")
    assert ran.status == 3
    assert ran.out.splitlines()[1:] == [
        "  not compared: the reports: stackproof 0.0.9 made them, this is 0.1.0, or of other data",
        "Verified in part: every digest is as listed, but not everything could be compared.",
    ]


def test_a_tool_version_changed_in_one_place_is_told(run: Run, bundle: Path) -> None:
    rewrite(bundle, lambda files: in_run(files, lambda said: said["tool"].update(version="9.9.9")))
    ran = run("verify", str(bundle))
    assert ran.status == 1
    assert "  differs: run.json and reports/report.json name different tools or data" in ran.out.splitlines()


@pytest.mark.parametrize(
    "change",
    [
        lambda said: said.update(paths=["/etc"]),
        lambda said: said.update(paths=["../other"]),
        lambda said: said.update(paths=["a/../../other"]),
        lambda said: said.update(paths=["https://example.com/t.yaml"]),
        lambda said: said.update(paths=["-"]),
        lambda said: said["options"].update(config="/etc/passwd"),
        lambda said: said["options"].update(waivers=["../w.yaml"]),
        lambda said: said["options"].update(baseline="../b.json"),
        lambda said: said["options"].update(parameters=["https://example.com/v.json"]),
    ],
)
def test_a_bundle_cannot_name_what_lies_elsewhere(
    run: Run, bundle: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[dict[str, Any]], object]
) -> None:
    monkeypatch.setattr("analyzer.cli.rejudging.plan", lambda request: pytest.fail("looked for inputs"))
    rewrite(bundle, lambda files: in_run(files, change))
    ran = run("verify", str(bundle), "--inputs", ".")
    assert ran.status == 3
    assert "is not in the folder that can be given" in ran.out


def test_a_bundle_cannot_name_a_program_or_a_cluster(run: Run, bundle: Path, app: Path) -> None:
    hostile = {"checkov": "touch hacked", "companions": [["checkov"]], "executor": "dask://example.com:1", "jobs": 999}
    rewrite(bundle, lambda files: in_run(files, lambda said: said["options"].update(hostile)))
    ran = run("verify", str(bundle), "--inputs", ".")
    assert ran.status == 3
    assert "  not compared: the findings of companions, which are not asked again" in ran.out.splitlines()
    assert not (app / "hacked").exists()


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"fail_on": "urgent"}, "Invalid value for '--fail-on'"),
        ({"select": "TT01"}, ""),
        ({"select": [7]}, "an option is malformed"),
        ({"exclude": {"a": 1}}, "an option is malformed"),
        ({"rule_timeout": "--help"}, "Invalid value for '--rule-timeout'"),
        ({"profile": "--output=x.json"}, "Invalid value for '--profile'"),
    ],
)
def test_malformed_options_are_one_line(run: Run, bundle: Path, app: Path, options: Any, reason: str) -> None:
    rewrite(bundle, lambda files: in_run(files, lambda said: said["options"].update(options)))
    ran = run("verify", str(bundle), "--inputs", ".")
    assert ran.status == (2 if reason else 1)
    assert reason in ran.err
    assert ran.err.count("\n") <= 1
    assert sorted(path.name for path in app.iterdir()) == ["a.yaml", "b.yaml", "src", "stackproof.yaml", "values.json"]


def test_what_is_no_bundle_is_one_line(run: Run, here: Path) -> None:
    (here / "text.zip").write_text("no archive")
    with zipfile.ZipFile(here / "other.zip", "w") as archive:
        archive.writestr("a.txt", "x")
    with zipfile.ZipFile(here / "evil.zip", "w") as archive:
        archive.writestr("../run.json", "{}")
    os.mkfifo(here / "pipe")
    for name, reason in (
        ("text.zip", "no zip archive that can be read"),
        ("other.zip", "no evidence bundle: run.json is missing"),
        ("evil.zip", "'../run.json' is no name of a file of a bundle"),
        ("pipe", "no such file"),
        ("nope.zip", "no such file"),
        (".", "no such file"),
    ):
        ran = run("verify", name)
        assert (ran.status, ran.out) == (2, "")
        assert ran.err.startswith(f"stackproof: {name}: {reason}")
        assert ran.err.count("\n") == 1


def test_a_folder_that_is_not_there_is_one_line(run: Run, bundle: Path) -> None:
    ran = run("verify", str(bundle), "--inputs", "nowhere")
    assert (ran.status, ran.out, ran.err) == (2, "", "stackproof: nowhere: no such folder\n")


def test_a_waived_and_an_excluded_run_verifies_too(run: Run, app: Path) -> None:
    (app / "central.yaml").write_text("waivers: [{rule: TT0101, resource: Other, reason: known}]\n")
    assert run("baseline", "create", ".", "-b", "known.json").status == 0
    options = ["--exclude", "a.yaml", "--waivers", "central.yaml", "--baseline", "known.json", "--fail-on", "low"]
    run("check", ".", *options, "-o", "out.zip", "--ignore", "TT09", "--profile", "documented")
    files = unpack(Path("out.zip").read_bytes())
    assert {name for name in files if name.startswith("configuration/")} == {
        "configuration/1-stackproof.yaml",
        "configuration/2-central.yaml",
        "configuration/3-known.json",
    }
    ran = run("verify", "out.zip", "--inputs", ".")
    assert ran.out.splitlines()[1:] == [
        "Verified: every digest is as listed, and the inputs, judged again, give the same reports."
    ]
    assert ran.status == 0
