"""`python -m reference_stack [VARIANT] [--output DIR]`: write the cloud assemblies."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from reference_stack.synthesis import ASSEMBLIES, VARIANTS, synthesize


def main() -> None:
    """Synthesize one variant or, without a name, both."""
    parser = argparse.ArgumentParser(prog="python -m reference_stack", description=__doc__)
    parser.add_argument("variant", nargs="?", choices=VARIANTS, help="default: both")
    parser.add_argument(
        "--output", type=Path, default=ASSEMBLIES, metavar="DIR", help="folder that gets one assembly per variant"
    )
    options = parser.parse_args()
    for variant in [options.variant] if options.variant else VARIANTS:
        written = synthesize(variant, options.output / variant)
        sys.stdout.write(f"{variant}: {written}\n")


if __name__ == "__main__":
    main()
