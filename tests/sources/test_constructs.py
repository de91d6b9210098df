from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from analyzer.sources.constructs import Acknowledgement, ConstructIndex, ConstructInfo
from analyzer.sources.stack_frames import SourceFiles


class Tree:
    """A ``tree.json`` that counts how often it is read."""

    def __init__(self, value: Any) -> None:
        self._value = value
        self.reads = 0

    @property
    def value(self) -> Any:
        self.reads += 1
        return self._value


def logical(name: object, **more: Any) -> dict[str, Any]:
    return {"type": "aws:cdk:logicalId", "data": name, **more}


def created(*frames: str) -> dict[str, Any]:
    return {"type": "aws:cdk:creationStack", "data": list(frames)}


def acknowledged(**reasons: Any) -> dict[str, Any]:
    return {"type": "aws:cdk:acknowledged-rules", "data": {k.replace("_", "::"): v for k, v in reasons.items()}}


def index(metadata: object, tree: Tree | None = None, stack: str = "S") -> ConstructIndex:
    return ConstructIndex(stack, metadata, tree, SourceFiles(None, Path("/nowhere")))


NEW = {
    "/S": [{"type": "aws:cdk:templateFile", "data": "S.template.json"}],
    "/S/Fn/Resource": [logical("Fn1"), created("...aws-cdk-lib...", "make (lib/a.ts:3:1)", "new S (lib/s.ts:9:1)")],
    "/S/Child": [
        {"type": "aws:cdk:templateFile", "data": "Child.nested.template.json"},
        created("new S (lib/s.ts:12:1)"),
    ],
    "/S/Child.NestedStack/Child.NestedStackResource": [logical("ChildResource"), created("new S (lib/s.ts:12:1)")],
    "/S/Child/Fn/Resource": [logical("Fn1"), created("new Child (lib/c.ts:5:1)")],
    "/S/Child/Deep.NestedStack/Deep.NestedStackResource": [logical("DeepResource")],
    "/S/Child/Deep/Fn/Resource": [logical("Fn1"), created("new Deep (lib/d.ts:2:1)")],
    "/S/Singleton/Role": [logical("Role9"), created("...aws-cdk-lib...", "(no user code in 10 frames, use …)")],
}

OLD = {
    "/S/B/Resource": [
        logical(
            "B1",
            trace=["new Bucket (/x/node_modules/@aws-cdk/aws-s3/lib/bucket.js:6:2)", "new S (lib/s.ts:4:1)"],
        )
    ],
    "/S/C/Resource": [
        {"type": "aws:cdk:creationStack", "data": [], "trace": ["new S (lib/s.ts:7:1)"]},
        logical("C1"),
    ],
}


@pytest.mark.parametrize(
    ("logical_id", "scope", "info"),
    [
        ("Fn1", None, ConstructInfo("S/Fn/Resource", ".../lib/a.ts", 3)),
        ("Fn1", "S/Child", ConstructInfo("S/Child/Fn/Resource", ".../lib/c.ts", 5)),
        ("Fn1", "S/Child/Deep", ConstructInfo("S/Child/Deep/Fn/Resource", ".../lib/d.ts", 2)),
        (
            "ChildResource",
            None,
            ConstructInfo("S/Child.NestedStack/Child.NestedStackResource", ".../lib/s.ts", 12),
        ),
        ("Role9", None, ConstructInfo("S/Singleton/Role", None, None)),
        ("Role9", "S/Child", ConstructInfo(None, None, None)),
        ("Nothing", None, ConstructInfo(None, None, None)),
    ],
)
def test_a_logical_id_is_found_in_its_own_template(logical_id: str, scope: str | None, info: ConstructInfo) -> None:
    assert index(NEW).find(logical_id, scope, None) == info


def test_older_versions_trace_the_logical_id() -> None:
    assert index(OLD).find("B1", None, None) == ConstructInfo("S/B/Resource", ".../lib/s.ts", 4)
    assert index(OLD).find("C1", None, None) == ConstructInfo("S/C/Resource", ".../lib/s.ts", 7)


def test_the_template_s_own_path_wins() -> None:
    assert index(NEW).find("Renamed", None, "S/Fn/Resource") == ConstructInfo("S/Fn/Resource", ".../lib/a.ts", 3)
    assert index(None).find("Fn1", None, "S/Fn/Resource") == ConstructInfo("S/Fn/Resource", None, None)


def resource(path: str, logical_id: object) -> dict[str, Any]:
    return {"path": path, "attributes": {"aws:cdk:cloudformation:logicalId": logical_id}}


TREE = {
    "version": "tree-0.1",
    "tree": {
        "path": "",
        "children": {
            "S": {"path": "S", "children": {"B": resource("S/B/Resource", "B1")}},
            "T": {"path": "T", "children": {"B": resource("T/B/Resource", "B1")}},
            "N": resource("S/Child.NestedStack/Child.NestedStackResource", "ChildResource"),
            "C": resource("S/Child/B/Resource", "B1"),
            "odd": {"path": 3, "attributes": [], "children": 4},
            "odder": None,
        },
    },
}


def test_the_tree_tells_paths_that_metadata_does_not() -> None:
    found = index({}, Tree(TREE))
    assert found.find("B1", None, None) == ConstructInfo("S/B/Resource", None, None)
    assert found.find("B1", "S/Child", None) == ConstructInfo("S/Child/B/Resource", None, None)
    assert index({}, Tree(TREE), "T").find("B1", None, None) == ConstructInfo("T/B/Resource", None, None)
    assert index({}, Tree(TREE), "U").find("B1", None, None) == ConstructInfo(None, None, None)


def test_the_tree_is_read_when_it_is_needed_and_once() -> None:
    tree = Tree(TREE)
    found = index(NEW, tree)
    found.find("Fn1", None, None)
    assert tree.reads == 0
    found.find("X", None, None)
    found.find("Y", None, None)
    assert tree.reads == 1


def test_the_scope_of_a_nested_stack() -> None:
    found = index(NEW)
    assert found.scope_of("Child.nested.template.json", None) == "S/Child"
    assert found.scope_of("other.json", "S/Child/Deep.NestedStack/Deep.NestedStackResource") == "S/Child/Deep"
    assert found.scope_of("other.json", "S/Fn/Resource") is None
    assert found.scope_of("other.json", "S/A.NestedStack/B.NestedStackResource") is None
    assert found.scope_of("other.json", None) is None


def test_acknowledgements_are_those_of_the_template_and_around_it() -> None:
    metadata = {
        **NEW,
        "/S": [*NEW["/S"], acknowledged(Stackproof_FM06="all of it")],
        "/S/Fn": [acknowledged(Stackproof_FM0701="one", Stackproof_FM0702=None)],
        "/S/Child": [*NEW["/S/Child"], acknowledged(Stackproof_FM08="child")],
        "/S/Child/Fn": [{**acknowledged(Stackproof_FM09="deep"), "trace": ["    at new Child (lib/c.ts:7:2)"]}],
        "/S/Children": [acknowledged(Stackproof_FM10="not the child")],
    }
    whole = Acknowledgement("Stackproof::FM06", "S", "all of it")
    child = Acknowledgement("Stackproof::FM08", "S/Child", "child", ".../lib/s.ts", 12)
    assert list(index(metadata).acknowledgements(None)) == [
        whole,
        Acknowledgement("Stackproof::FM0701", "S/Fn", "one", ".../lib/a.ts", 3),
        Acknowledgement("Stackproof::FM0702", "S/Fn", None, ".../lib/a.ts", 3),
        Acknowledgement("Stackproof::FM10", "S/Children", "not the child"),
    ]
    assert list(index(metadata).acknowledgements("S/Child")) == [
        whole,
        child,
        Acknowledgement("Stackproof::FM09", "S/Child/Fn", "deep", ".../lib/c.ts", 7),
    ]
    assert list(index(metadata).acknowledgements("S/Child/Deep")) == [whole, child]


@pytest.mark.parametrize(
    "metadata",
    [
        None,
        [],
        {"/S/X": None},
        {"/S/X": [None, 3, {}]},
        {"/S/X": [logical(None), logical(["a"]), created()]},
        {"/S/X": [{"type": "aws:cdk:creationStack", "data": "new S (a.ts:1:1)"}]},
        {"/S/X": [{"type": "aws:cdk:acknowledged-rules", "data": ["FM0701"], "trace": 3}]},
        {"/S/X": [{"type": ["aws:cdk:logicalId"], "data": "X"}]},
    ],
)
def test_metadata_of_another_shape_says_nothing(metadata: object) -> None:
    found = index(metadata, Tree({"tree": {"children": []}}))
    assert found.find("X", None, None) == ConstructInfo(None, None, None)
    assert list(found.acknowledgements(None)) == []
