"""Scaffold a rule: ``python scripts/new_rule.py FM0799 slug-of-the-rule "A title that says what is wrong"``.

Writes ``rules/fm0799_slug_of_the_rule.py`` and ``fixtures/FM0799/{bad,good,unknown}-plain/template.yaml``. What is
written runs and finds nothing, so its fixtures fail until the rule is there. Nothing needs to be registered.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

RULE = '''"""{title}.

## What it checks
TODO: the subjects, and what of them is judged.

## Why it fails
TODO: the documented failure, what happens in AWS, and the facts that make it true.

## Fix
TODO: one sentence first, it stands in every report; then CDK (TypeScript, Python) and CloudFormation.

## Limits
TODO: what yields `unknown`, and what is not seen.

## References
- https://docs.aws.amazon.com/TODO
"""

from collections.abc import Iterator

from analyzer.rule import Judgement, Query, Rule, Severity

RULE = Rule(
    id="{id}",
    slug="{slug}",
    failure_mode={mode},
    severity=Severity.MEDIUM,
    documented=Severity.MEDIUM,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """TODO: judge every … ."""
    yield from ()
'''

FIXTURE = """Resources:
  Subject:
    Type: AWS::TODO::TODO
"""


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Write the files of a new rule below ``root``; 2 where the arguments are wrong or something is there already."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("id", help="FM, the failure mode (two digits), the check (two digits)")
    parser.add_argument("slug", help="what a waiver would allow: event-loop, wildcard-action")
    parser.add_argument("title", help="one sentence without a full stop")
    given = parser.parse_args(arguments)
    match = re.fullmatch(r"FM(\d\d)\d\d", given.id)
    if match is None or not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", given.slug):
        parser.error("the id looks like FM0799, the slug like event-loop")
    taken = list((root / "rules").glob(f"{given.id.lower()}_*.py"))
    if taken:
        parser.error(f"{given.id} is taken by {taken[0].name}")
    files = {
        root / "rules" / f"{given.id.lower()}_{given.slug.replace('-', '_')}.py": RULE.format(
            id=given.id, slug=given.slug, title=given.title.rstrip("."), mode=int(match[1])
        )
    }
    for kind in ("bad", "good", "unknown"):
        files[root / "fixtures" / given.id / f"{kind}-plain" / "template.yaml"] = FIXTURE
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(root))
    return 0


if __name__ == "__main__":
    sys.exit(main())
