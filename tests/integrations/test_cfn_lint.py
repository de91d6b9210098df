"""Stackproof's rules within cfn-lint, as its command loads them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from analyzer import registry
from analyzer.integrations.judged import judged

REPOSITORY = Path(__file__).parents[2]
GUIDE = REPOSITORY / "docs" / "guides" / "companions.md"
RUN = "import sys; from cfnlint.runner import main; sys.exit(main())"
ALARMED = "reference_stack/assemblies/as_documented/DocumentsStorage.template.json"


def lint(template: str, folder: Path) -> list[dict[str, object]]:
    """Our findings, by the command of the guide."""
    (told,) = re.findall(r"^\$ cfn-lint (.*cfn_lint.*)$", GUIDE.read_text("utf-8"), re.MULTILINE)
    arguments = [template if word == "template.yaml" else word for word in told.split()]
    command = [sys.executable, "-c", RUN, *arguments, "--format", "json"]
    found = json.loads(subprocess.run(command, capture_output=True, cwd=folder, check=False).stdout)
    return [each for each in found if "FM" in each["Rule"]["Id"]]


def test_findings_have_the_place_of_ours_and_waivers_hold(tmp_path: Path) -> None:
    (tmp_path / "stackproof.yaml").write_text(
        "select: [FM0901, FM0603]\nwaivers: [{rule: FM0603, resource: '*', reason: a test}]\n"
    )
    (tmp_path / "t.yaml").write_text(
        "Resources:\n"
        "  Fn:\n"
        "    Type: AWS::Lambda::Function\n"
        "    Properties:\n"
        "      Runtime: nodejs14.x\n"
        "  P:\n"
        "    Type: AWS::IAM::ManagedPolicy\n"
        "    Properties:\n"
        "      PolicyDocument:\n"
        "        Statement: [{Effect: Allow, Action: 'sqs:SendMessage', Resource: '*'}]\n"
    )

    (told,) = lint("t.yaml", tmp_path)

    assert told["Rule"]["Id"] == "EFM0901"  # type: ignore[index]
    assert told["Location"]["Start"] == {"ColumnNumber": 7, "LineNumber": 5}  # type: ignore[index]
    assert str(told["Message"]).endswith("(FM0901 on Fn)")


def test_a_template_of_an_assembly_is_judged_with_its_assembly() -> None:
    said = judged(REPOSITORY / ALARMED)

    assert {str(found.template).rpartition("/")[2] for found in said.findings} == {Path(ALARMED).name}
    assert "FM1008" not in {found.rule_id for found in said.findings}  # the alarm is in another stack
    assert said.passed


def test_every_rule_is_one_of_cfn_lint_with_a_severity() -> None:
    from analyzer.integrations import cfn_lint

    made = {name: getattr(cfn_lint, name)() for name in dir(cfn_lint) if name.startswith("FM")}

    assert made.keys() == {name for name in registry.ids() if name.startswith("FM")}
    assert {rule.id[1:] for rule in made.values()} == made.keys()
    assert {rule.severity for rule in made.values()} == {"error", "warning", "informational"}
