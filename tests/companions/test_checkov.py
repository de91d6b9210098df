"""checkov by a command that stands in for it and answers in its shapes, also where it breaks down."""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest

from analyzer.companions.checkov import Checkov
from analyzer.companions.report import Remark, Span, Template, Trouble, UnavailableError

HEAD = f"""#!{sys.executable}
import json, os, sys, time
if "--version" in sys.argv:
    print("3.3.30"); sys.exit(0)
files = sys.argv[sys.argv.index("--file") + 1:]
def check(file, **more):
    return {{"check_id": "CKV_AWS_7", "check_name": "Ensure rotation", "check_result": {{"result": "FAILED",
        "evaluated_keys": ["Properties/EnableKeyRotation"]}}, "file_path": "/" + file, "file_line_range": [2, 5],
        "resource": "AWS::KMS::Key.Key", "severity": None, "guideline": None, **more}}
def answer(failed, skipped=(), unread=()):
    print(json.dumps({{"check_type": "cloudformation", "results": {{"passed_checks": [], "failed_checks": failed,
        "skipped_checks": list(skipped), "parsing_errors": list(unread)}}, "summary": {{}}}}))
"""

Fake = Callable[[str], Checkov]
FOUND = Remark(
    id="CKV_AWS_7",
    title="Ensure rotation",
    message="Ensure rotation",
    template="a.json",
    logical_id="Key",
    pointer="/Resources/Key/Properties/EnableKeyRotation",
    span=Span(2, 1, 6, 0),
)


@pytest.fixture
def fake(tmp_path: Path) -> Fake:
    def make(body: str, seconds: float = 20.0) -> Checkov:
        command = tmp_path / "checkov"
        command.write_text(HEAD + body)
        command.chmod(command.stat().st_mode | stat.S_IXUSR)
        checkov = Checkov(seconds, Event(), str(command))
        assert checkov.start() == "3.3.30"
        return checkov

    return make


def template(path: str, text: str = '{"Resources": {}}') -> Template:
    return Template(path, text, {"Resources": {}})


def test_findings_come_back_under_the_paths_they_were_given_with(fake: Fake) -> None:
    checkov = fake("answer([check(files[0])]); sys.exit(1)")

    assert checkov.examine((template("a.json"),)) == ([FOUND], [])


def test_what_checkov_was_told_to_skip_comes_with_the_reason(fake: Fake) -> None:
    body = 'answer([], [check(files[0], check_result={"result": "SKIPPED", "suppress_comment": "an old  key"})])'

    (told,), troubles = fake(body).examine((template("a.json"),))

    assert (told.id, told.hidden, troubles) == ("CKV_AWS_7", "an old key", [])


def test_one_template_that_ends_checkov_does_not_hide_the_findings_of_the_others(fake: Fake) -> None:
    checkov = fake(
        "for file in files:\n"
        "    if 'odd' in open(file).read():\n"
        "        raise TypeError('unhashable type: dict')\n"
        "answer([check(file) for file in files]); sys.exit(1)"
    )
    templates = tuple(template(f"{name}.json", f'{{"x": "{name}"}}') for name in ("a", "b", "odd", "c"))

    found, troubles = checkov.examine(templates)

    assert [each.template for each in found] == ["a.json", "b.json", "c.json"]
    # A crash in Python ends with 1, as findings do; only the missing answer tells it.
    assert troubles == [Trouble("odd.json", "it did not answer in JSON")]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("print('<html>'); sys.exit(0)", "it did not answer in JSON"),
        ("print('[' * 100000)", "it did not answer in JSON"),
        ("print('[3]')", "its answer has no results"),
        ('print(\'{"results": {"failed_checks": {}}}\')', "its failed_checks are no list of checks"),
        ("answer([check('/etc/passwd')])", "it speaks of a file that it was not given"),
        ("answer([{}])", "a check has no id or no name"),
        ("print('oh  no', file=sys.stderr); sys.exit(2)", "it ended with status 2: oh no"),
        ("os.abort()", "it ended with status -6"),
    ],
)
def test_an_answer_of_another_shape_is_no_answer(fake: Fake, body: str, reason: str) -> None:
    assert fake(body).examine((template("a.json"),)) == ([], [Trouble("a.json", reason)])


def test_a_command_that_hangs_is_ended_with_what_it_started(fake: Fake, tmp_path: Path) -> None:
    checkov = fake(
        f"pid = os.fork()\nopen({str(tmp_path / 'pid')!r}, 'w').write(str(pid)) if pid else None\ntime.sleep(60)"
    )
    checkov._seconds = -1.0  # a second for one template, as each is given two

    assert checkov.examine((template("a.json"),)) == ([], [Trouble("a.json", "it took longer than 1 s")])
    with pytest.raises(ProcessLookupError):
        for _ in range(100):
            os.kill(int((tmp_path / "pid").read_text()), 0)
            Event().wait(0.05)


def test_nothing_of_the_working_directory_or_of_tokens_reaches_the_command(
    fake: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkov = fake(
        "answer([check(files[0], check_name=json.dumps([sorted(os.listdir()), 'BC_API_KEY' in os.environ,"
        " os.path.realpath(os.environ['HOME']) == os.path.realpath('.')]))])"
    )
    (tmp_path / ".checkov.yaml").write_text("external-checks-dir: [evil]")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BC_API_KEY", "secret")

    (told,), _ = checkov.examine((template("--config-file=x.json"),))

    assert json.loads(told.message) == [["t0.json"], False, True]


def test_a_file_that_checkov_silently_passes_over_is_told(fake: Fake) -> None:
    body = "print('CloudFormation skipping t0.json as it is not a valid CF template', file=sys.stderr); print('{}')"

    assert fake(body).examine((template("a.json"),)) == ([], [Trouble("a.json", "it does not take it for a template")])


@pytest.mark.parametrize("command", ["no-such-checkov", "/etc/hostname", "true"])
def test_no_checkov_is_said_in_one_line(command: str) -> None:
    with pytest.raises(UnavailableError) as refused:
        Checkov(5.0, Event(), command).start()

    assert command in str(refused.value)
    assert "\n" not in str(refused.value)
