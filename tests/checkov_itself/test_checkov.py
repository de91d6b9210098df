"""With checkov itself, in both directions. It takes minutes to install, so this is no part of a normal run::

python3.11 -m venv /somewhere && /somewhere/bin/pip install checkov -e .
STACKPROOF_CHECKOV=/somewhere/bin/checkov python -m pytest tests/checkov_itself
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from analyzer.cli.main import main
from analyzer.companions.checkov import VARIABLE

TEMPLATE = """\
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties: {EnableKeyRotation: false, KeyPolicy: {Statement: []}}
  Trail:
    Type: AWS::CloudTrail::Trail
    Properties: {IsLogging: true, S3BucketName: logs}
  Hidden:
    Type: AWS::SQS::Queue
    Metadata: {checkov: {skip: [{id: CKV_AWS_27, comment: nothing secret in it}]}}
"""
ODD = "Resources:\n  Queue: {Type: AWS::SQS::Queue, Properties: [1, 2]}\n"
HOSTILE = "external-checks-dir: [checks]\nskip-check: [CKV_AWS_7]\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two templates, one of which checkov does not read, and a configuration that would make checkov run code."""
    for name, text in {
        "t.yaml": TEMPLATE,
        "odd.yaml": ODD,
        ".checkov.yaml": HOSTILE,
        "checks/__init__.py": "from pathlib import Path\nPath(__file__).with_name('ran').touch()\n",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def checkov() -> Path:
    """The command."""
    assert VARIABLE in os.environ, f"{VARIABLE} names the command of checkov"
    return Path(os.environ[VARIABLE])


def check(capfdbinary: pytest.CaptureFixture[bytes], *arguments: str) -> tuple[int, dict[str, Any]]:
    capfdbinary.readouterr()
    status = main(["check", "--format", "json", "--with", "checkov", *arguments])
    report: dict[str, Any] = json.loads(capfdbinary.readouterr().out)
    return status, report


def test_what_checkov_finds_is_merged_and_what_it_does_not_read_is_told(
    folder: Path, checkov: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    status, report = check(capfdbinary, "--select", "FM1103,FM1124,checkov:", "--checkov", str(checkov))
    assert status == 3
    found = {(each["rule_id"], each["resource"]): each["aliases"] for each in report["findings"]}
    assert found["FM1103", "Trail"] == ["checkov:CKV_AWS_67"]
    assert found["FM1124", "Key"] == ["checkov:CKV_AWS_7"], "the configuration beside the template does not hide it"
    assert ("checkov:CKV_AWS_36", "Trail") in found, "no rule of ours that means it was selected"
    assert [(each["rule_id"], each["waiver"]["reason"]) for each in report["waived"]] == [
        ("checkov:CKV_AWS_27", "nothing secret in it")
    ]
    assert [(each["rule_id"], each["application"], each["reason"]) for each in report["not_evaluated"]] == [
        ("checkov", "odd.yaml", "it does not take it for a template")
    ]
    assert not (folder / "checks" / "ran").exists()


def test_our_rules_are_checks_of_checkov(folder: Path, checkov: Path) -> None:
    program = "from analyzer.integrations.checkov_checks import FOLDER; print(FOLDER)"
    ours = subprocess.run([checkov.with_name("python"), "-c", program], capture_output=True, text=True, check=True)
    (folder / ".checkov.yaml").unlink()
    options = ["--framework", "cloudformation", "--skip-download", "--compact", "--output", "json"]
    command = [str(checkov), *options, "--external-checks-dir", ours.stdout.strip(), "--file", "t.yaml"]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=False).stdout)
    theirs = {
        (failed["check_id"].removeprefix("CKV_STACKPROOF_"), failed["resource"].rpartition(".")[2])
        for failed in told["results"]["failed_checks"]
        if failed["check_id"].startswith("CKV_STACKPROOF_")
    }
    program = "import sys; from analyzer.cli.main import main; sys.exit(main())"
    judge = [sys.executable, "-c", program, "check", "t.yaml", "--format", "json"]
    report = json.loads(subprocess.run(judge, capture_output=True, text=True, check=False).stdout)
    # checkov knows resources only.
    resources = {"Key", "Trail", "Hidden"}
    assert theirs == {
        (each["rule_id"], each["resource"]) for each in report["findings"] if each["resource"] in resources
    }
