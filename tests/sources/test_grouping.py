from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from analyzer.sources.discovery import discover
from analyzer.sources.errors import InputError, MissingAsset
from tests.sources.folders import BUCKET, write

VPC = {"Type": "AWS::EC2::VPC"}


def nesting(*urls: object) -> dict[str, Any]:
    return {
        "Resources": {
            f"Child{index}": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url}}
            for index, url in enumerate(urls)
        }
    }


def exporting(name: object) -> dict[str, Any]:
    return {"Resources": {"V": VPC}, "Outputs": {"O": {"Value": "v", "Export": {"Name": name}}}}


def importing(name: object) -> dict[str, Any]:
    properties = {"VpcId": {"Fn::ImportValue": name}}
    return {"Resources": {"S": {"Type": "AWS::EC2::Subnet", "Properties": properties}}}


def grouped(root: Path, files: dict[str, Any], *paths: str) -> list[tuple[str, list[str]]]:
    found = discover(paths or ["."], cwd=write(root, files))
    assert found.errors == ()
    return [(each.path, [stack.name for stack in each.all_stacks()]) for each in found.applications]


def test_templates_of_one_folder_are_one_application(tmp_path: Path) -> None:
    files = {"one/a.json": BUCKET, "one/b.template.json": BUCKET, "two/c.json": BUCKET}
    assert grouped(tmp_path, files) == [("one", ["a", "b"]), ("two/c.json", ["c"])]
    assert grouped(tmp_path, {}, "two/c.json", "one/b.template.json", "one/a.json") == [
        ("one", ["a", "b"]),
        ("two/c.json", ["c"]),
    ]


def test_stacks_of_one_name_are_told_apart(tmp_path: Path) -> None:
    files = {"one/t.json": BUCKET, "one/t.yaml": "Resources: {B: {Type: 'AWS::S3::Bucket'}}", "one/u.json": BUCKET}
    assert grouped(tmp_path, files) == [("one", ["one/t.json", "one/t.yaml", "u"])]


def test_a_child_is_judged_in_its_parent_only(tmp_path: Path) -> None:
    files = {"root.json": nesting("./parts/net.json", "parts/net.json"), "parts/net.json": BUCKET}
    assert grouped(tmp_path, files) == [("root.json", ["root", "root/Child0", "root/Child1"])]


def test_a_local_child_joins_its_folder(tmp_path: Path) -> None:
    files = {"root.json": nesting("parts/net.json"), "parts/net.json": BUCKET, "parts/more.json": BUCKET}
    files["other/x.json"] = BUCKET
    assert grouped(tmp_path, files) == [
        (".", ["root", "root/Child0", "more"]),
        ("other/x.json", ["x"]),
    ]


def test_children_of_children_and_of_two_parents(tmp_path: Path) -> None:
    files = {
        "a.json": nesting("b.json"),
        "b.json": nesting("c.json"),
        "c.json": BUCKET,
        "z.json": nesting("c.json"),
    }
    assert grouped(tmp_path, files) == [(".", ["a", "a/Child0", "a/Child0/Child0", "z", "z/Child0"])]


def test_templates_that_nest_each_other_are_judged_once(tmp_path: Path) -> None:
    files = {"a.json": nesting("b.json"), "b.json": nesting("a.json")}
    assert grouped(tmp_path, files) == [("a.json", ["a", "a/Child0"])]


def test_a_template_that_nests_itself(tmp_path: Path) -> None:
    found = discover(["a.json"], cwd=write(tmp_path, {"a.json": nesting("a.json")}))
    (stack,) = found.applications[0].stacks
    assert stack.nested_missing == {"Child0": MissingAsset("the template contains itself", "a.json")}


def test_a_serverless_application_is_a_child(tmp_path: Path) -> None:
    parent = {"Resources": {"A": {"Type": "AWS::Serverless::Application", "Properties": {"Location": "app/t.json"}}}}
    assert grouped(tmp_path, {"root.json": parent, "app/t.json": BUCKET}) == [("root.json", ["root", "root/A"])]


def test_a_broken_child_is_told_and_hides_nothing(tmp_path: Path) -> None:
    files = {"root.json": nesting("broken.txt", "list.txt"), "broken.txt": "a: [", "list.txt": "- a\n"}
    found = discover(["root.json"], cwd=write(tmp_path, files))
    expected = (
        InputError("broken.txt", "not YAML: did not find expected node content", 2, 1),
        InputError("list.txt", "not a CloudFormation template, although a nested stack names it"),
    )
    assert (found.errors, found.applications[0].errors) == (expected, expected)
    assert [stack.name for stack in found.applications[0].all_stacks()] == ["root"]


def sub(text: str) -> dict[str, str]:
    return {"Fn::Sub": text}


@pytest.mark.parametrize(
    ("exported", "imported"),
    [
        ("shared-vpc", "shared-vpc"),
        (sub("${AWS::StackName}-VpcId"), sub("${NetworkStack}-VpcId")),
        (sub("${Env}-VpcId"), {"Fn::Join": ["-", [{"Ref": "Env"}, "VpcId"]]}),
    ],
)
def test_exports_join_folders(tmp_path: Path, exported: object, imported: object) -> None:
    files = {"net/n.json": exporting(exported), "app/a.json": importing(imported), "else/e.json": BUCKET}
    assert grouped(tmp_path, files) == [(".", ["a", "n"]), ("else/e.json", ["e"])]


@pytest.mark.parametrize(
    ("exported", "imported"),
    [
        ("shared-vpc", "other-vpc"),
        ({"Ref": "Name"}, {"Ref": "Name"}),
        (sub("${A}-${B}"), sub("${C}-${D}")),
        (sub("${AWS::StackName}-VpcId"), sub("${Stack}-SubnetId")),
        (None, None),
    ],
)
def test_names_that_say_nothing_join_nothing(tmp_path: Path, exported: object, imported: object) -> None:
    files = {"net/n.json": exporting(exported), "app/a.json": importing(imported)}
    assert grouped(tmp_path, files) == [("app/a.json", ["a"]), ("net/n.json", ["n"])]


def test_copies_of_an_application_are_not_joined(tmp_path: Path) -> None:
    files = {
        "v1/net.json": exporting("shared-vpc"),
        "v1/app.json": importing("shared-vpc"),
        "v2/net.json": exporting("shared-vpc"),
        "v2/app.json": importing("shared-vpc"),
    }
    assert grouped(tmp_path, files) == [("v1", ["app", "net"]), ("v2", ["app", "net"])]


@pytest.mark.parametrize("outputs", [None, [], {"O": None}, {"O": {"Export": "x"}}, {"O": {"Export": {}}}])
def test_outputs_of_another_shape(tmp_path: Path, outputs: object) -> None:
    assert grouped(tmp_path, {"a.json": {**BUCKET, "Outputs": outputs}}) == [("a.json", ["a"])]


@pytest.mark.parametrize(
    "odd", [None, [], "x", {"Type": ["AWS::CloudFormation::Stack"]}, {"Type": "AWS::CloudFormation::Stack"}]
)
def test_resources_of_another_shape(tmp_path: Path, odd: object) -> None:
    files = {"a.json": {"Resources": {"B": {"Type": "AWS::S3::Bucket"}, "Odd": odd}}}
    assert grouped(tmp_path, files) == [("a.json", ["a"])]
