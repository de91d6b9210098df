from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest

from analyzer.sources.assembly import Application, StackFacts, StackSource
from analyzer.sources.cloud_assembly import load_assembly, outermost_assembly
from analyzer.sources.constructs import ConstructInfo
from analyzer.sources.errors import InputError, MissingAsset
from analyzer.sources.positions import Position
from tests.sources.folders import BUCKET, assembly, asset_manifest, nested_stage, published, template, write

FUNCTION = {"Type": "AWS::Lambda::Function", "Properties": {"Code": {"S3Bucket": "b", "S3Key": "abc.zip"}}}


def child(url: object, **metadata: str) -> dict[str, Any]:
    return {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url}, "Metadata": metadata}


def load(root: Path, files: dict[str, Any], folder: str = "cdk.out") -> Application:
    write(root, files)
    return load_assembly(root / folder, root.resolve())


def only(application: Application) -> StackSource:
    (stack,) = application.stacks
    return stack


def test_stacks_in_the_order_of_the_manifest_with_those_of_stages(tmp_path: Path) -> None:
    application = load(
        tmp_path,
        {
            "cdk.out/manifest.json": assembly(
                {"First": {}, "Second": {}}, **{"assembly-Prod": nested_stage("assembly-Prod"), "x": {"type": "new"}}
            ),
            "cdk.out/First.template.json": BUCKET,
            "cdk.out/Second.template.json": BUCKET,
            "cdk.out/Stale.template.json": BUCKET,
            "cdk.out/assembly-Prod/manifest.json": assembly({"ProdFirst1234": {"displayName": "Prod/First"}}),
            "cdk.out/assembly-Prod/ProdFirst1234.template.json": BUCKET,
        },
    )
    assert (application.kind, application.path, application.name) == ("cloud-assembly", "cdk.out", "cdk.out")
    assert [(stack.name, stack.path) for stack in application.stacks] == [
        ("First", "cdk.out/First.template.json"),
        ("Second", "cdk.out/Second.template.json"),
        ("Prod/First", "cdk.out/assembly-Prod/ProdFirst1234.template.json"),
    ]
    assert application.stacks[0].document == BUCKET
    assert (application.errors, application.source_root, application.cdk_files) == ((), None, ())


def test_what_the_manifest_says_of_a_stack(tmp_path: Path) -> None:
    manifest = assembly(
        {
            "A": {
                "environment": "aws://123456789012/eu-west-1",
                "properties": {"stackName": "a-prod", "parameters": {"P": "v", "Q": 3}},
            },
            "B": {"environment": "aws://unknown-account/us-east-1"},
            "C": {"environment": 3, "properties": {"stackName": None, "parameters": []}},
        }
    )
    files = {f"cdk.out/{name}.template.json": BUCKET for name in "ABC"}
    application = load(tmp_path, {"cdk.out/manifest.json": manifest, **files})
    assert [stack.facts for stack in application.stacks] == [
        StackFacts("a-prod", "123456789012", "eu-west-1", (("P", "v"),)),
        StackFacts("B", None, "us-east-1"),
        StackFacts("C"),
    ]


def test_nested_stacks_by_asset_path_and_by_object_key(tmp_path: Path) -> None:
    url = {"Fn::Join": ["", ["https://s3.", {"Ref": "AWS::URLSuffix"}, "/", {"Ref": "B"}, "/k1.json"]]}
    application = load(
        tmp_path,
        {
            "cdk.out/manifest.json": assembly(
                {"S": {"dependencies": ["S.assets"]}}, **{"S.assets": asset_manifest("S.assets.json")}
            ),
            "cdk.out/S.assets.json": published(one=("One.nested.template.json", "k1.json")),
            "cdk.out/S.template.json": template(
                One=child(url),
                Two=child(
                    {"Ref": "X"}, **{"aws:asset:path": "Two.nested.template.json", "aws:asset:property": "TemplateURL"}
                ),
                Far=child("https://bucket.s3.amazonaws.com/far.json"),
                Given=child({"Ref": "Url"}),
            ),
            "cdk.out/One.nested.template.json": BUCKET,
            "cdk.out/Two.nested.template.json": template(Deep=child("One.nested.template.json")),
        },
    )
    stack = only(application)
    assert [(member.name, member.path) for member in stack.family()] == [
        ("S", "cdk.out/S.template.json"),
        ("S/One", "cdk.out/One.nested.template.json"),
        ("S/Two", "cdk.out/Two.nested.template.json"),
        ("S/Two/Deep", "cdk.out/One.nested.template.json"),
    ]
    deep = stack.nested["Two"].nested["Deep"]
    assert (deep.parent, deep.logical_id) == (stack.nested["Two"], "Deep")
    assert stack.nested_missing == {
        "Far": MissingAsset("stored elsewhere, not beside the template", "https://bucket.s3.amazonaws.com/far.json"),
        "Given": MissingAsset("where the files are is known only at deployment"),
    }


def test_construct_paths_and_lines_of_a_stack_and_its_nested_stack(tmp_path: Path) -> None:
    def entry(name: str, frame: str) -> list[dict[str, Any]]:
        return [{"type": "aws:cdk:logicalId", "data": name}, {"type": "aws:cdk:creationStack", "data": [frame]}]

    metadata = {
        "/S/B/Resource": entry("B", "new S (/build/app/lib/s.ts:4:1)"),
        "/S/N": [{"type": "aws:cdk:templateFile", "data": "N.nested.template.json"}],
        "/S/N.NestedStack/N.NestedStackResource": entry("N", "new S (/build/app/lib/s.ts:5:1)"),
        "/S/N/B/Resource": entry("B", "new N (/build/app/lib/n.ts:6:1)"),
    }
    application = load(
        tmp_path,
        {
            "app/cdk.json": {"app": "npx tsx bin/app.ts"},
            "app/lib/s.ts": "import { Stack } from 'aws-cdk-lib';",
            "app/lib/n.ts": "",
            "app/cdk.out/manifest.json": assembly({"S": {"additionalMetadataFile": "S.metadata.json"}}),
            "app/cdk.out/S.metadata.json": metadata,
            "app/cdk.out/S.template.json": template(**BUCKET["Resources"], N=child("N.nested.template.json")),
            "app/cdk.out/N.nested.template.json": BUCKET,
        },
        "app/cdk.out",
    )
    stack = only(application)
    assert stack.construct("B") == ConstructInfo("S/B/Resource", "app/lib/s.ts", 4)
    assert stack.nested["N"].name == "S/N"
    assert stack.nested["N"].construct("B") == ConstructInfo("S/N/B/Resource", "app/lib/n.ts", 6)
    assert application.name == "app"
    assert application.source_root is not None
    assert (application.source_root.display, application.cdk_files) == ("app", ("lib/s.ts",))


def test_metadata_in_the_manifest_of_older_versions(tmp_path: Path) -> None:
    metadata = {"/S/B/Resource": [{"type": "aws:cdk:logicalId", "data": "B", "trace": ["new S (lib/s.js:4:81)"]}]}
    application = load(
        tmp_path,
        {"cdk.out/manifest.json": assembly({"S": {"metadata": metadata}}), "cdk.out/S.template.json": BUCKET},
    )
    assert only(application).construct("B") == ConstructInfo("S/B/Resource", ".../lib/s.js", 4)


def test_assets_of_a_stage_are_in_the_outermost_assembly(tmp_path: Path) -> None:
    manifest = assembly({"S": {"dependencies": ["A"]}}, A=asset_manifest("S.assets.json"))
    files = {
        "cdk.out/manifest.json": assembly({}, P=nested_stage("assembly-P")),
        "cdk.out/asset.abc/index.js": "exports.handler = 1",
        "cdk.out/assembly-P/manifest.json": manifest,
        "cdk.out/assembly-P/S.assets.json": published(abc=("../asset.abc", "abc.zip")),
        "cdk.out/assembly-P/S.template.json": template(F=FUNCTION),
    }
    for folder in ("cdk.out", "cdk.out/assembly-P"):
        stack = only(load(tmp_path, files, folder))
        tree = stack.asset(FUNCTION, "Code")
        assert not isinstance(tree, MissingAsset)
        assert (tree.display, list(tree.names())) == ("cdk.out/asset.abc", ["index.js"])
        by_path = stack.asset({"Metadata": {"aws:asset:path": "asset.abc"}}, "Code")
        assert not isinstance(by_path, MissingAsset)
        assert by_path.display == "cdk.out/asset.abc"
    assert outermost_assembly(tmp_path / "cdk.out" / "assembly-P") == (tmp_path / "cdk.out").resolve()


def test_an_assembly_beside_another_is_not_nested_in_it(tmp_path: Path) -> None:
    write(tmp_path, {"out/manifest.json": assembly({}), "out/other/manifest.json": assembly({})})
    assert outermost_assembly(tmp_path / "out" / "other") == (tmp_path / "out" / "other").resolve()


def test_assets_that_were_not_staged_are_read_from_the_application(tmp_path: Path) -> None:
    staged = {"Metadata": {"aws:asset:path": str(tmp_path.resolve() / "app" / "fn")}}
    elsewhere = {"Metadata": {"aws:asset:path": str(tmp_path.resolve() / "other")}}
    application = load(
        tmp_path,
        {
            "app/cdk.json": {},
            "app/fn/index.js": "",
            "other/index.js": "",
            "app/cdk.out/manifest.json": assembly({"S": {}}),
            "app/cdk.out/S.template.json": BUCKET,
        },
        "app/cdk.out",
    )
    found = only(application).asset(staged, "Code")
    assert not isinstance(found, MissingAsset)
    assert found.display == "app/fn"
    missing = only(application).asset(elsewhere, "Code")
    assert missing == MissingAsset(
        "recorded as an asset, but not to be found where it may be read from", str(tmp_path.resolve() / "other")
    )


@pytest.mark.parametrize(
    "name", ["../outside.json", "/etc/hostname", "link.json", "pipe/../../outside.json", "none.json"]
)
def test_a_manifest_cannot_name_files_outside(tmp_path: Path, name: str) -> None:
    files = {
        "outside.json": BUCKET,
        "cdk.out/manifest.json": assembly({"S": {"properties": {"templateFile": name}}, "T": {}}),
        "cdk.out/T.template.json": BUCKET,
    }
    write(tmp_path, files)
    (tmp_path / "cdk.out" / "link.json").symlink_to("../outside.json")
    application = load(tmp_path, {})
    assert [stack.name for stack in application.stacks] == ["T"]
    assert application.errors == (InputError("cdk.out/manifest.json", f"S: no template {name!r} in the assembly"),)


@pytest.mark.parametrize("folder", ["..", ".", "../other", "none", "", "/"])
def test_nested_assemblies_that_are_outside_or_itself(tmp_path: Path, folder: str) -> None:
    application = load(
        tmp_path,
        {
            "other/manifest.json": assembly({}),
            "cdk.out/manifest.json": assembly({"T": {}}, P=nested_stage(folder)),
            "cdk.out/T.template.json": BUCKET,
        },
    )
    assert [stack.name for stack in application.stacks] == ["T"]
    assert application.errors == (
        InputError("cdk.out/manifest.json", f"P: no nested assembly {folder!r} that can be read here"),
    )


def test_one_broken_part_hides_nothing_else(tmp_path: Path) -> None:
    application = load(
        tmp_path,
        {
            "cdk.out/manifest.json": assembly(
                {"A": {"additionalMetadataFile": "A.metadata.json", "dependencies": ["A.assets"]}, "B": {}, "C": {}},
                **{"A.assets": asset_manifest("../gone.json"), "P": nested_stage("assembly-P")},
            ),
            "cdk.out/A.metadata.json": "{]",
            "cdk.out/A.template.json": template(
                N=child("", **{"aws:asset:path": "N.json"}), M=child("", **{"aws:asset:path": "M.json"})
            ),
            "cdk.out/N.json": "{",
            "cdk.out/M.json": "[]",
            "cdk.out/B.template.json": '{"Resources": {"a" 1}}',
            "cdk.out/C.template.json": "[]",
            "cdk.out/assembly-P/manifest.json": "{}{",
        },
    )
    assert [stack.name for stack in application.stacks] == ["A"]
    assert sorted(map(str, application.errors)) == [
        "cdk.out/A.metadata.json:1:2: not JSON: Expecting property name enclosed in double quotes",
        "cdk.out/B.template.json:1:20: not JSON: Expecting ':' delimiter",
        "cdk.out/C.template.json: not a CloudFormation template",
        "cdk.out/M.json: not a CloudFormation template, although a nested stack names it",
        "cdk.out/N.json:1:2: not JSON: Expecting property name enclosed in double quotes",
        "cdk.out/assembly-P/manifest.json:1:3: not JSON: Extra data",
        "gone.json: named by the manifest, but not in the assembly",
    ]


@pytest.mark.parametrize(
    ("manifest", "said"),
    [
        ("{", "cdk.out/manifest.json:1:2: not JSON: Expecting property name enclosed in double quotes"),
        ("[]", "cdk.out/manifest.json: not the manifest of a cloud assembly: no artifacts"),
        ('{"artifacts": []}', "cdk.out/manifest.json: not the manifest of a cloud assembly: no artifacts"),
    ],
)
def test_a_manifest_that_cannot_be_read(tmp_path: Path, manifest: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        load(tmp_path, {"cdk.out/manifest.json": manifest})
    assert str(caught.value) == said


def test_artifacts_of_another_shape_are_left_alone(tmp_path: Path) -> None:
    odd = {
        "a": None,
        "b": {"type": ["x"]},
        "c": {"type": "cdk:asset-manifest", "properties": None},
        "d": {"type": "cdk:tree", "properties": {"file": 3}},
    }
    application = load(
        tmp_path,
        {
            "cdk.out/manifest.json": assembly({"S": {"dependencies": 3, "metadata": [], "displayName": 4}}, **odd),
            "cdk.out/S.template.json": BUCKET,
        },
    )
    assert (only(application).name, application.errors) == ("S", ())
    assert only(application).construct("B") == ConstructInfo(None, None, None)


def test_templates_that_nest_each_other_end(tmp_path: Path) -> None:
    application = load(
        tmp_path,
        {
            "cdk.out/manifest.json": assembly({"S": {}}),
            "cdk.out/S.template.json": template(A=child("a.json")),
            "cdk.out/a.json": template(B=child("b.json"), Self=child("a.json")),
            "cdk.out/b.json": template(Top=child("S.template.json")),
        },
    )
    stack = only(application)
    assert [member.name for member in stack.family()] == ["S", "S/A", "S/A/B"]
    assert stack.nested["A"].nested_missing == {"Self": MissingAsset("the template contains itself", "cdk.out/a.json")}
    assert stack.nested["A"].nested["B"].nested_missing == {
        "Top": MissingAsset("the template contains itself", "cdk.out/S.template.json")
    }


def test_nesting_that_doubles_at_every_level_ends(tmp_path: Path) -> None:
    files: dict[str, Any] = {
        f"cdk.out/{level}.json": template(A=child(f"{level + 1}.json"), B=child(f"{level + 1}.json"))
        for level in range(40)
    }
    files["cdk.out/40.json"] = BUCKET
    manifest = assembly({"S": {"properties": {"templateFile": "0.json"}}})
    stack = only(load(tmp_path, {"cdk.out/manifest.json": manifest, **files}))
    members = list(stack.family())
    assert len(members) == 501
    assert any(
        missing.reason == "more than 500 nested stacks"
        for member in members
        for missing in member.nested_missing.values()
    )


def test_a_stack_travels_between_processes(tmp_path: Path) -> None:
    application = load(
        tmp_path,
        {
            "cdk.out/manifest.json": assembly({"S": {}}),
            "cdk.out/S.template.json": template(**BUCKET["Resources"], N=child("n.yaml")),
            "cdk.out/n.yaml": "Resources:\n  T:\n    Type: AWS::SNS::Topic\n",
        },
    )
    assert only(application).nested["N"].position("/Resources/T") == Position(2, 3, 2, 4)
    copy = pickle.loads(pickle.dumps(application))
    assert [stack.name for stack in copy.all_stacks()] == ["S", "S/N"]
    assert only(copy).nested["N"].position("/Resources/T") == Position(2, 3, 2, 4)
    assert only(copy).document == only(application).document
