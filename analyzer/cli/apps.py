"""How the CDK app of a repository is made ready and synthesized, as far as its files tell."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

_LOCKED = {
    "package-lock.json": "npm ci",
    "yarn.lock": "yarn install --frozen-lockfile",
    "pnpm-lock.yaml": "npx --yes pnpm install --frozen-lockfile",
}
"""What installs exactly what a lock file names."""


class App(NamedTuple):
    """Shell commands for a CDK app. ``prepare`` is empty where nobody can tell what it needs."""

    prepare: str
    synth: str


def app_of(folder: Path) -> App | None:
    """The CDK app whose ``cdk.json`` lies in ``folder``, if there is one."""
    if not (folder / "cdk.json").is_file():
        return None
    if (folder / "package.json").is_file():
        locked = (command for file, command in _LOCKED.items() if (folder / file).is_file())
        return App(next(locked, "npm install"), "npx cdk synth --quiet")
    python = (folder / "requirements.txt").is_file()
    # Without a package.json no version of the CDK's command is given; 2 is what every app of aws-cdk-lib wants.
    return App("pip install -r requirements.txt" if python else "", "npx --yes aws-cdk@2 synth --quiet")
