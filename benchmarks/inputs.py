"""What the tools are given: generated templates, or a folder of somebody's own."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from benchmarks import generate
from benchmarks.measure import BenchmarkError

JSON_RESOURCES, YAML_RESOURCES = 50, 40
"""Of how many generated resources a template of about 20 KB of JSON, 14 KB of YAML is made."""

FAULTY = {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain"}
"""A bucket in which every tool finds something: a tool that finds nothing may not have judged."""


def batch(folder: Path, number: int, *, yaml: bool = False) -> list[Path]:
    """``number`` different templates, each in a folder of its own: templates of one folder are one application."""
    files = []
    for seed in range(number):
        inside = folder / f"t{seed}"
        inside.mkdir(parents=True)
        document = generate.template(YAML_RESOURCES if yaml else JSON_RESOURCES, seed + 1)
        document["Resources"]["Archive"] = FAULTY
        file = inside / ("template.yaml" if yaml else "template.json")
        if yaml:
            file.write_text(as_yaml(document), encoding="utf-8")
        else:
            generate.write(file, document)
        files.append(file)
    return files


def as_yaml(document: dict[str, Any]) -> str:
    """The same template in YAML as it is written by hand, in block style."""
    import yaml

    class Plain(yaml.CSafeDumper):
        def ignore_aliases(self, _data: Any) -> bool:
            return True

    return str(yaml.dump(document, Dumper=Plain, sort_keys=False, default_flow_style=False))


def given(source: Path, folder: Path) -> list[Path]:
    """The JSON templates of ``source`` copied to ``folder``, each in a folder of its own.

    Raises:
        BenchmarkError: there is none.
    """
    files = []
    for number, file in enumerate(sorted(source.rglob("*.json"))):
        inside = folder / f"t{number}"
        inside.mkdir(parents=True)
        files.append(Path(shutil.copyfile(file, inside / "template.json")))
    if not files:
        raise BenchmarkError(f"{source}: no JSON template is here")
    return files


def small(folder: Path) -> Path:
    """A bucket and a queue."""
    folder.mkdir(parents=True)
    resources = {"Bucket": FAULTY, "Queue": {"Type": "AWS::SQS::Queue"}}
    return generate.write(folder / "template.json", {"Resources": resources})


def small_with_handler(folder: Path) -> Path:
    """Ten resources, one of them a function with a handler of 2 KB beside the template."""
    return generate.with_handler(folder, 2_000)


def mean_size(files: list[Path]) -> float:
    """Kilobytes (1,000 bytes) a file."""
    return sum(file.stat().st_size for file in files) / len(files) / 1000
