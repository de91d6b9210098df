"""The committed assemblies are what the apps write, on any machine."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from reference_stack.synthesis import ASSEMBLIES, PACKAGE, VARIANTS, synthesize

ROOT = PACKAGE.parent
# What only a machine's own path looks like; "/documents/sender", a parameter's name, does not.
MACHINE_PATH = re.compile(r"(?<![\w.}*-])/(?:work|tmp|root|opt|home|usr|var|private|Users)/|\b[A-Z]:\\\\")
FRAME = re.compile(r"^\S+ \((?P<file>reference_stack/app/[\w/]+\.py):(?P<line>\d+)\)$")


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def templates(variant: str) -> dict[str, dict[str, Any]]:
    paths = (ASSEMBLIES / variant).glob("*.template.json")
    return {p.name.split(".")[0]: json.loads(p.read_text()) for p in paths}


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both assemblies, written by a copy of the package in another folder."""
    copy = tmp_path_factory.mktemp("copy")
    shutil.copytree(PACKAGE, copy / "reference_stack", ignore=shutil.ignore_patterns("assemblies", "__pycache__"))
    output = tmp_path_factory.mktemp("assemblies")
    command = [sys.executable, "-m", "reference_stack", "--output", str(output)]
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return output


@pytest.mark.needs_cdk
def test_the_versions_that_wrote_the_assemblies_are_installed() -> None:
    lines = (PACKAGE / "requirements.txt").read_text().splitlines()
    pinned = dict(line.split("==") for line in lines if not line.startswith("#"))

    installed = {name: importlib.metadata.version(name) for name in pinned}

    assert installed == pinned, "pip install -r reference_stack/requirements.txt"


@pytest.mark.needs_cdk
@pytest.mark.parametrize("variant", VARIANTS)
def test_the_app_writes_the_committed_bytes_from_any_folder(elsewhere: Path, variant: str) -> None:
    written, committed = contents(elsewhere / variant), contents(ASSEMBLIES / variant)

    assert sorted(written) == sorted(committed)
    different = [name for name in written if written[name] != committed[name]]
    assert different == [], "run: python -m reference_stack"


def test_an_unknown_variant_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="unknown variant 'ideal'; known: as_documented, hardened"):
        synthesize("ideal", tmp_path / "ideal")

    assert list(tmp_path.iterdir()) == []


def test_no_committed_file_names_a_folder_of_a_machine() -> None:
    files = [p for p in PACKAGE.rglob("*") if p.is_file() and "__pycache__" not in p.parts]

    named = {p.relative_to(ROOT).as_posix() for p in files if MACHINE_PATH.search(p.read_text("utf-8"))}

    assert named == set()


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_resource_leads_to_a_line_of_the_app(variant: str) -> None:
    lost = []
    for path in sorted((ASSEMBLIES / variant).glob("*.metadata.json")):
        for construct, entries in json.loads(path.read_text()).items():
            stacks = [entry["data"] for entry in entries if entry["type"] == "aws:cdk:creationStack"]
            if stacks and construct.rsplit("/", 1)[-1] not in {"BootstrapVersion", "CheckBootstrapVersion"}:
                lost += [f"{construct}: {frame}" for frame in stacks[0] if not leads_to_code(frame)]
                lost += [construct] if not stacks[0] else []

    # CDK resolves references between stacks at the end, outside any line of the app.
    assert [entry for entry in lost if "/Exports" not in entry] == []


def leads_to_code(frame: str) -> bool:
    match = FRAME.match(frame)
    return match is not None and int(match["line"]) <= len((ROOT / match["file"]).read_text().splitlines())


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_import_between_stacks_has_its_export(variant: str) -> None:
    stacks = templates(variant)
    exported = {
        output["Export"]["Name"]
        for template in stacks.values()
        for output in template.get("Outputs", {}).values()
        if "Export" in output
    }
    imported = set(re.findall(r'"Fn::ImportValue": "([^"]+)"', json.dumps(list(stacks.values()))))

    assert imported
    assert imported <= exported


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_assets_are_the_handlers_and_nothing_else(variant: str) -> None:
    assets = {fingerprint(contents(folder)) for folder in (ASSEMBLIES / variant).glob("asset.*")}
    handlers = {fingerprint(contents(folder)) for folder in (PACKAGE / "handlers" / variant).iterdir()}

    assert assets == handlers


def fingerprint(files: dict[str, bytes]) -> str:
    return hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest()


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_assembly_holds_only_what_its_manifest_names(variant: str) -> None:
    folder = ASSEMBLIES / variant
    manifest = json.loads((folder / "manifest.json").read_text())
    kinds = {artifact["type"] for artifact in manifest["artifacts"].values()}
    expected = {"manifest.json", "tree.json"}
    for stack in templates(variant):
        expected |= {f"{stack}.{part}.json" for part in ("template", "metadata", "assets")}

    assert {p.name for p in folder.iterdir() if p.is_file()} == expected
    assert kinds == {"aws:cloudformation:stack", "cdk:asset-manifest", "cdk:tree"}


@pytest.mark.needs_node
def test_the_handlers_parse() -> None:
    handlers = sorted((PACKAGE / "handlers").rglob("*.*js"))
    broken = {}
    for handler in handlers:
        check = subprocess.run(["node", "--check", str(handler)], capture_output=True, text=True, check=False)
        if check.returncode:
            broken[handler.relative_to(ROOT).as_posix()] = check.stderr

    assert len(handlers) > 10
    assert broken == {}
