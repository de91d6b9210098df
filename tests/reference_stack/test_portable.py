"""What belongs to a machine leaves the assembly, and what stays behind is noticed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from reference_stack.portable import FEATURE_FLAG_REPORT, machine_paths, make_portable


def write_assembly(folder: Path, *, metadata: dict[str, Any], template: str = "{}") -> Path:
    folder.mkdir()
    artifacts = {"A": {"type": "aws:cloudformation:stack"}, FEATURE_FLAG_REPORT: {"type": "x"}}
    (folder / "manifest.json").write_text(json.dumps({"version": "55.0.0", "artifacts": artifacts}))
    (folder / "A.metadata.json").write_text(json.dumps(metadata))
    (folder / "A.template.json").write_text(template)
    (folder / "cdk.out").write_text('{"version":"55.0.0"}')
    return folder


def test_only_frames_of_the_app_stay_and_they_are_relative(tmp_path: Path) -> None:
    root = tmp_path / "checkout"
    frames = [
        "...jsii runtime, node internals...",
        f"__init__ ({root}/reference_stack/app/hardened/api.py:41)",
        f"synthesize ({root}/reference_stack/synthesis.py:48)",
        "_run_module_as_main (<frozen runpy>:198)",
    ]
    metadata = {
        "/A/B": [
            {"type": "aws:cdk:creationStack", "data": frames},
            {"type": "aws:cdk:logicalId", "data": "B1"},
            {"type": "aws:cdk:warning", "data": "careful", "trace": [f"at ({tmp_path}/kernel.js:1:1)"]},
        ]
    }
    assembly = write_assembly(tmp_path / "assembly", metadata=metadata)

    make_portable(assembly, root=root)

    assert json.loads((assembly / "A.metadata.json").read_text()) == {
        "/A/B": [
            {
                "type": "aws:cdk:creationStack",
                "data": ["__init__ (reference_stack/app/hardened/api.py:41)"],
            },
            {"type": "aws:cdk:logicalId", "data": "B1"},
            {"type": "aws:cdk:warning", "data": "careful"},
        ]
    }


def test_the_manifest_loses_the_list_of_feature_flags_and_nothing_else(tmp_path: Path) -> None:
    assembly = write_assembly(tmp_path / "assembly", metadata={})

    make_portable(assembly, root=tmp_path / "checkout")

    assert json.loads((assembly / "manifest.json").read_text()) == {
        "version": "55.0.0",
        "artifacts": {"A": {"type": "aws:cloudformation:stack"}},
    }
    assert sorted(p.name for p in assembly.iterdir()) == [
        "A.metadata.json",
        "A.template.json",
        "manifest.json",
    ]


def test_a_path_of_the_machine_that_is_left_is_an_error(tmp_path: Path) -> None:
    root = tmp_path / "checkout"
    template = json.dumps({"Metadata": {"aws:asset:path": f"{root}/reference_stack/handlers/x"}})
    assembly = write_assembly(tmp_path / "assembly", metadata={}, template=template)

    with pytest.raises(ValueError, match=r"A\.template\.json still names a folder of this machine"):
        make_portable(assembly, root=root)


def test_paths_are_looked_for_in_folders_of_assets_too(tmp_path: Path) -> None:
    assembly = write_assembly(tmp_path / "assembly", metadata={})
    (assembly / "asset.1" / "lib").mkdir(parents=True)
    (assembly / "asset.1" / "lib" / "x.js").write_text("// built in /checkout/here")
    (assembly / "asset.1" / "y.js").write_text("// a checkout, but no path")

    found = [p.relative_to(assembly).as_posix() for p in machine_paths(assembly, ("/checkout",))]

    assert found == ["asset.1/lib/x.js"]
