"""`runtimes.json`: when each Lambda runtime is deprecated and blocked."""

from __future__ import annotations

import json
import re
from typing import Any

from .inputs import Inputs
from .output import Source, meta

_FAMILIES = {
    "nodejs": "node",
    "python": "python",
    "java": "java",
    "dotnet": "dotnet",
    "dotnetcore": "dotnet",
    "ruby": "ruby",
    "go": "go",
    "provided": "provided",
    "custom": "custom",
}


def build(inputs: Inputs, date: str) -> dict[str, Any]:
    """`runtimes`: identifier → family, successor and the three dates, `null` where AWS names none."""
    path = inputs.package("cfnlint") / "data/AdditionalSpecs/LmbdRuntimeLifecycle.json"
    dated = json.loads(path.read_text())
    names = sorted({*dated, *accepted_by_the_api(inputs)}, key=_natural)
    sources = [
        Source("cfn-lint", inputs.version("cfn_lint"), "MIT-0", "https://github.com/aws-cloudformation/cfn-lint"),
        Source("botocore", inputs.version("botocore"), "Apache-2.0", "https://github.com/boto/botocore"),
        Source(
            "AWS Lambda runtimes",
            "as published by the packages above",
            "AWS documentation (facts only)",
            "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html",
        ),
    ]
    note = "A runtime without dates is accepted by the API but not in AWS's table: its support is not known."
    return {"meta": meta(date, sources, note), "runtimes": {name: _entry(name, dated) for name in names}}


def accepted_by_the_api(inputs: Inputs) -> list[str]:
    """The runtimes that `CreateFunction` takes."""
    return list(inputs.botocore["lambda"]["shapes"]["Runtime"]["enum"])


def _entry(name: str, dated: dict[str, Any]) -> dict[str, Any]:
    facts = dated.get(name, {})
    match = re.match(r"[a-z]+", name)
    return {
        "family": _FAMILIES[match.group(0)] if match else None,
        "deprecated": facts.get("deprecated"),
        "block_create": facts.get("create-block"),
        "block_update": facts.get("update-block"),
        "successor": facts.get("successor"),
    }


def _natural(name: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", name)]
