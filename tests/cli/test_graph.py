"""``stackproof graph``: what is drawn, of what, in which language, and what it says where there is nothing to draw."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from analyzer.cli.main import main

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTED = str(ROOT / "reference_stack" / "assemblies" / "as_documented")


def out_of(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(("graph", *arguments)) == 0
    return capsys.readouterr().out


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(("graph", *arguments)) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err


def test_a_function_by_the_name_that_its_cdk_code_gives_it(capsys: pytest.CaptureFixture[str]) -> None:
    expected = """\
flowchart LR
accTitle: Event flow: function PdfConverter
accDescr: Event flow: who triggers whom and who writes where.
  subgraph s1["DocumentsCompute"]
    n1(["PdfConverter<br/>Lambda function"])
  end
  subgraph s2["DocumentsIntake"]
    n2[("DocumentsBucket<br/>S3 bucket")]
  end
  subgraph s3["DocumentsApi"]
    n3(["HealthFunction<br/>Lambda function"])
  end
  n2 -->|"bucket notification"| n1
  n1 -->|"PutObject"| n2
  n3 -.->|"may Invoke"| n1
"""
    assert out_of(capsys, DOCUMENTED, "--function", "PdfConverter") == expected
    by_id = out_of(capsys, DOCUMENTED, "--function", "PdfConverter08D842C4")
    assert by_id.splitlines()[2:] == expected.splitlines()[2:]


def test_the_network_of_a_stack_as_dot(capsys: pytest.CaptureFixture[str]) -> None:
    drawn = out_of(
        capsys, DOCUMENTED, "--kind", "network", "--function", "DocumentsApiFunction", "--format", "dot"
    ).splitlines()
    assert [line.strip() for line in drawn if "->" in line] == [
        "n1 -> n2;",
        "n2 -> n4;",
        "n4 -> n3;",
        'n3 -> n6 [label="policy refuses", style=dashed, arrowhead=tee, color="#a4161a", fontcolor="#a4161a",'
        " penwidth=2];",
        "n4 -> n5;",
        "n5 -> n7;",
    ]


def test_the_grants_of_a_function(capsys: pytest.CaptureFixture[str]) -> None:
    drawn = out_of(capsys, DOCUMENTED, "--kind", "iam", "--function", "Archiver")
    assert [line.strip() for line in drawn.splitlines() if "-->" in line] == [
        'n2 -->|"runs as"| n1',
        'n1 -->|"has"| n3',
        'n1 -->|"has"| n4',
    ]
    assert 'n4{{"AdministratorAccess<br/>AWS managed policy"}}' in drawn


def test_the_stacks_of_an_application_and_one_with_those_next_to_it(capsys: pytest.CaptureFixture[str]) -> None:
    drawn = out_of(capsys, DOCUMENTED, "--kind", "stacks", "--stack", "DocumentsMonitoring")
    assert drawn.splitlines()[3:] == [
        '  n1["DocumentsMonitoring<br/>1 resource"]',
        '  n2["DocumentsCompute<br/>29 resources, 5 functions"]',
        '  n1 -.->|"uses 1 resource"| n2',
    ]
    assert 'n2 -->|"event source mapping +2"| n3' in out_of(capsys, DOCUMENTED, "--kind", "stacks")
    assert "--kind stacks shows no function" in refused(
        capsys, DOCUMENTED, "--kind", "stacks", "--function", "Archiver"
    )


def test_a_file_tells_the_format_and_is_written_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert out_of(capsys, DOCUMENTED, "-o", str(tmp_path / "events.svg")) == ""
    root = ElementTree.fromstring((tmp_path / "events.svg").read_text("utf-8"))
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "class" not in root.attrib
    assert out_of(capsys, DOCUMENTED, "-o", str(tmp_path / "events.txt"), "--format", "dot") == ""
    assert (tmp_path / "events.txt").read_text().startswith("digraph stackproof {\n")
    assert "the format is told by .mmd" in refused(capsys, DOCUMENTED, "-o", "events.png")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["events.svg", "events.txt"]


def test_two_applications_stand_in_one_picture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = [template(tmp_path / name, name) for name in ("one", "two")]
    drawn = out_of(capsys, *paths)
    assert (
        drawn
        == """\
flowchart LR
accTitle: Event flow
accDescr: Event flow: who triggers whom and who writes where.
  subgraph s1["one"]
    n1[["Queue<br/>SQS queue"]]
    n2(["Function<br/>Lambda function"])
  end
  subgraph s2["two"]
    n3[["Queue<br/>SQS queue"]]
    n4(["Function<br/>Lambda function"])
  end
  n1 -->|"event source mapping"| n2
  n3 -->|"event source mapping"| n4
"""
    )


def test_the_stacks_of_two_applications_stand_in_a_lane_each(capsys: pytest.CaptureFixture[str]) -> None:
    drawn = out_of(capsys, DOCUMENTED, DOCUMENTED.replace("as_documented", "hardened"), "--kind", "stacks")
    lanes = [line.strip() for line in drawn.splitlines() if "subgraph" in line]
    assert lanes == ['subgraph s1["as_documented"]', 'subgraph s2["hardened"]']


def template(folder: Path, name: str) -> str:
    folder.mkdir()
    resources = {
        "Queue": {"Type": "AWS::SQS::Queue"},
        "Function": {"Type": "AWS::Lambda::Function", "Properties": {"Role": "arn:aws:iam::1:role/r", "Code": {}}},
        "Poll": {
            "Type": "AWS::Lambda::EventSourceMapping",
            "Properties": {"EventSourceArn": {"Fn::GetAtt": ["Queue", "Arn"]}, "FunctionName": {"Ref": "Function"}},
        },
    }
    file = folder / f"{name}.template.json"
    file.write_text(json.dumps({"Resources": resources}))
    return str(file)


def test_what_is_not_there_is_named_with_what_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert "no stack is called DocumentCompute; did you mean DocumentsCompute?" in refused(
        capsys, DOCUMENTED, "--stack", "DocumentCompute"
    )
    assert "no function is called ␛[31m; there are " in refused(capsys, DOCUMENTED, "--function", "\x1b[31m")


def test_nothing_to_draw_is_an_error_that_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert refused(capsys, DOCUMENTED, "--stack", "DocumentsMonitoring") == (
        "stackproof: nothing to draw (stack DocumentsMonitoring): nothing here triggers, invokes or writes anything\n"
    )
    plain = template(tmp_path / "plain", "plain")
    assert refused(capsys, plain, "--kind", "network") == (
        "stackproof: nothing to draw: no function or service stands in a VPC\n"
    )
    assert (
        refused(capsys, plain, "--kind", "iam") == "stackproof: nothing to draw: no role, user or group is declared\n"
    )
    assert refused(capsys, plain, "--kind", "stacks") == (
        "stackproof: nothing to draw: nothing flows between stacks; --kind events shows what is in them\n"
    )


def test_what_is_no_input_is_told_with_the_place_and_what_is_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("README.md").write_text("# Read me\n\nNote: this: is no template\n")
    assert refused(capsys, "README.md") == (
        "stackproof: README.md:3:11: not a CloudFormation template: no Resources, and not YAML: mapping values are not allowed in this context\n"
        "stackproof: nothing to draw: no cloud assembly, template or CDK source was read\n"
    )


def test_one_broken_file_does_not_hide_the_picture_of_another(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = template(tmp_path / "good", "good")
    (tmp_path / "broken.yaml").write_text("Resources: [")
    assert main(("graph", good, str(tmp_path / "broken.yaml"))) == 2
    captured = capsys.readouterr()
    assert captured.out.startswith("flowchart LR\n")
    assert "broken.yaml" in captured.err


def test_parameters_decide_as_they_do_for_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(Path(template(tmp_path / "with", "with")).read_text())
    document["Parameters"] = {"Wanted": {"Type": "String", "Default": "no"}}
    document["Conditions"] = {"On": {"Fn::Equals": [{"Ref": "Wanted"}, "yes"]}}
    document["Resources"]["Queue"]["Condition"] = "On"
    file = tmp_path / "with" / "with.template.json"
    file.write_text(json.dumps(document))
    (tmp_path / "values.json").write_text(json.dumps([{"ParameterKey": "Wanted", "ParameterValue": "yes"}]))
    drawn = out_of(capsys, str(file), "--parameters", str(tmp_path / "values.json"))
    assert '"event source mapping"' in drawn
