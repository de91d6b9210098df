"""How a CDK app is made ready and synthesized, told from the files of its folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.cli.apps import App, app_of

NODE = "npx cdk synth --quiet"
OTHER = "npx --yes aws-cdk@2 synth --quiet"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (["package.json", "package-lock.json"], None),
        (["cdk.json", "package.json", "package-lock.json", "requirements.txt"], App("npm ci", NODE)),
        (["cdk.json", "package.json", "yarn.lock"], App("yarn install --frozen-lockfile", NODE)),
        (["cdk.json", "package.json", "pnpm-lock.yaml"], App("npx --yes pnpm install --frozen-lockfile", NODE)),
        (["cdk.json", "package.json"], App("npm install", NODE)),
        (["cdk.json", "requirements.txt"], App("pip install -r requirements.txt", OTHER)),
        (["cdk.json", "pom.xml"], App("", OTHER)),
    ],
)
def test_the_files_of_a_folder_tell(tmp_path: Path, files: list[str], expected: App | None) -> None:
    for name in files:
        (tmp_path / name).touch()
    assert app_of(tmp_path) == expected
