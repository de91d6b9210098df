"""`python -m scripts.refresh_data --date 2026-11-24 --site DIR --npm DIR [NAME …]`."""

from __future__ import annotations

import argparse
import sysconfig
from collections.abc import Callable
from functools import cache
from pathlib import Path

from . import cdk_library, iam_actions, managed_policies, manifest, runtimes
from .inputs import Inputs
from .output import write_compressed, write_lines
from .services import Services, build_endpoints, build_operations, build_services

DATA = Path(__file__).resolve().parents[2] / "analyzer" / "data"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="files to rebuild, without suffix; all if none is named")
    parser.add_argument("--date", required=True, help="the day the facts are true for, YYYY-MM-DD")
    parser.add_argument("--site", type=Path, action="append", default=[], help="folder of unpacked packages")
    parser.add_argument("--npm", type=Path, default=Path("node_modules"), help="folder with aws-sdk")
    options = parser.parse_args()
    own = Path(sysconfig.get_paths()["purelib"])
    inputs = Inputs((*options.site, own), options.npm)
    builders = _builders(inputs, options.date)
    for name in options.names or builders:
        builders[name]()
    manifest.write(DATA)


def _builders(inputs: Inputs, date: str) -> dict[str, Callable[[], None]]:
    services = cache(lambda: Services(inputs))  # reads packages that other files do without
    library = cache(lambda: cdk_library.Library(inputs))
    return {
        "iam_actions": lambda: write_compressed(DATA / "iam_actions.json.gz", iam_actions.build(inputs, date)),
        "managed_policies": lambda: managed_policies.write(inputs, date, DATA / "managed_policies.json.gz"),
        "runtimes": lambda: write_lines(DATA / "runtimes.json", runtimes.build(inputs, date)),
        "services": lambda: write_lines(DATA / "services.json", build_services(inputs, services(), date)),
        "endpoints": lambda: write_lines(DATA / "endpoints.json", build_endpoints(inputs, services(), date)),
        "operations": lambda: write_compressed(DATA / "operations.json.gz", build_operations(inputs, services(), date)),
        "cdk_types": lambda: write_compressed(DATA / "cdk_types.json.gz", cdk_library.build_types(library(), date)),
        "cdk_deprecated": lambda: write_compressed(
            DATA / "cdk_deprecated.json.gz", cdk_library.build_deprecated(library(), date)
        ),
        "manifest": lambda: None,
    }


if __name__ == "__main__":
    main()
