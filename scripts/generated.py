"""Files that a script writes and the repository holds: brought up to date, or only compared."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path


def only_to_check(arguments: Sequence[str] | None, description: str | None) -> bool:
    """Whether the command line asks for ``--check``. ``description`` is the docstring of the script."""
    parser = argparse.ArgumentParser(description=(description or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing, fail where something would change")
    return bool(parser.parse_args(arguments).check)


def bring_up_to_date(wanted: Mapping[Path, bytes], there: Iterable[Path], root: Path, *, check: bool) -> int:
    """Write what is stale of ``wanted``, remove what is ``there`` and not wanted, and tell of each by its name below
    ``root``. With ``check`` nothing is changed. The exit status: 1 for a check that found something."""
    stale = [path for path, content in wanted.items() if not path.exists() or path.read_bytes() != content]
    left_over = sorted(path for path in there if path not in wanted)
    for path in [*stale, *left_over]:
        print(f"{'stale' if check else 'written' if path in wanted else 'removed'}: {path.relative_to(root)}")
    if check:
        return 1 if stale or left_over else 0
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(wanted[path])
    for path in left_over:
        path.unlink()
    return 0
