"""Write ``docs/rules/``: one page per rule from its docstring and fixtures, an index, and ``docs/failure-modes.md``;
and the pipelines in ``docs/guides/ci.md``, as ``stackproof init`` writes them.

``--check`` writes nothing and exits 1 where a page is missing, stale or left over.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from analyzer import registry
from analyzer.cli.apps import App
from analyzer.cli.origin import RELEASE
from analyzer.cli.pipelines import PIPELINES, Commands
from analyzer.data.failure_modes import failure_modes
from analyzer.report.sanitize import markdown, markdown_code
from analyzer.rule import Rule

ROOT = Path(__file__).resolve().parents[1]
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))  # of `python scripts/gen_docs.py` only the folder of the script is on the path

from scripts.generated import bring_up_to_date, only_to_check  # noqa: E402

NOTICE = "<!-- Written by scripts/gen_docs.py from the rule's docstring and fixtures; edit those. -->\n"


def built_in() -> tuple[Rule, ...]:
    """The rules of this repository."""
    return tuple(rule for rule in registry.rules() if rule.module.startswith("analyzer.rules."))


def page(rule: Rule, fixtures: Path) -> str:
    """The page of one rule, Markdown."""
    _, _, body = rule.documentation.strip().partition("\n")
    grades = f"Severity **{rule.severity.label}**; the failure document says **{rule.documented.label}**."
    module = rule.module.rpartition(".")[2]
    examples = "\n".join(_examples(fixtures / rule.id))
    return (
        f"# {rule.id} {rule.slug}\n\n{NOTICE}\n**{rule.title}.**\n\n{grades} "
        f"Since {rule.since}. [Source](../../rules/{module}.py), [fixtures](../../fixtures/{rule.id}).\n"
        f"{body.rstrip()}\n{examples}"
    )


def _examples(folder: Path) -> Iterator[str]:
    """What the rule says of its fixtures, which the tests compare word by word."""
    cases = [(path, json.loads(path.read_text("utf-8"))) for path in sorted(folder.glob("*/expect.json"))]
    if cases:
        yield "\n## Examples\n"
        yield "| fixture | what the rule says |\n|---|---|"
        for path, expected in cases:
            name = path.parent.name
            link = f"[{markdown(name)}](../../fixtures/{folder.name}/{name})"
            yield f"| {link} | {'<br>'.join(_said(expected))} |"
        yield ""


def _said(expected: dict[str, Any]) -> Iterator[str]:
    for finding in expected["findings"]:
        yield f"**{finding['severity']}** {markdown(finding['message'])}"
    for question in expected["unknown"]:
        yield f"*undecided* {markdown_code(question['resource'])} needs {markdown(question['needs'])}"
    if expected["passed"]:
        yield f"passes {', '.join(markdown_code(name) for name in expected['passed'])}"


def index(rules: Sequence[Rule]) -> str:
    """The list of all rules by failure mode, Markdown."""
    lines = [f"# Rules\n\n{NOTICE}"]
    for mode, group in groupby(rules, key=lambda rule: rule.failure_mode):
        title = failure_modes()[mode].title
        lines.append(f"## {mode}. {title}\n\n| rule | severity | documented | what is wrong |\n|---|---|---|---|")
        for rule in group:
            cells = f"[{rule.id}]({rule.id}.md) {rule.slug}", rule.severity.label, rule.documented.label, rule.title
            lines.append(f"| {' | '.join(cells)} |")
        lines.append("")
    return "\n".join(lines)


def failure_mode_page(rules: Sequence[Rule]) -> str:
    """The sections of the failure document with their checks, and where the document overstates, Markdown."""
    lines = [
        f"# The fourteen failure modes\n\n{NOTICE}",
        "What each section of the failure document becomes: checks with a severity by real impact beside the grade "
        "that the document gave, and what is true where it claims too much. `--profile documented` judges by its "
        "grades.\n",
    ]
    grouped = {mode: list(group) for mode, group in groupby(rules, key=lambda rule: rule.failure_mode)}
    for number, mode in failure_modes().items():
        lines.append(f"## {number}. {mode.title}\n\nThe document's grade: **{mode.documented}**.\n")
        lines.append("| check | severity | what is wrong |\n|---|---|---|")
        lines += [f"| [{r.id}](rules/{r.id}.md) | {r.severity.label} | {r.title} |" for r in grouped.get(number, ())]
        for claim, truth, source in mode.overstated:
            link = f" ([source]({source}))" if source else ""
            lines.append(f"\n*The document overstates:* “{claim}” {truth}{link}")
        lines.append("")
    return "\n".join(lines)


def with_pipelines(guide: str) -> str:
    """``guide`` with the code after each mark ``<!-- stackproof init --ci NAME -->`` as the command writes it."""
    commands = Commands(f'pip install "{RELEASE}"', App("npm ci", "npx cdk synth --quiet"))

    def written(mark: re.Match[str]) -> str:
        return f"{mark['mark']}\n```{mark['language']}\n{PIPELINES[mark['name']](commands).text}```\n"

    marked = r"(?P<mark><!-- stackproof init --ci (?P<name>\w+) -->)\n```(?P<language>\w*)\n.*?```\n"
    return re.sub(marked, written, guide, flags=re.S)


def pages(root: Path) -> dict[Path, str]:
    """Every generated file with its text."""
    rules = built_in()
    folder = root / "docs" / "rules"
    written = {folder / f"{rule.id}.md": page(rule, root / "fixtures") for rule in rules}
    guide = root / "docs" / "guides" / "ci.md"
    return {
        **({guide: with_pipelines(guide.read_text("utf-8"))} if guide.exists() else {}),
        folder / "README.md": index(rules),
        root / "docs" / "failure-modes.md": failure_mode_page(rules),
        **written,
    }


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Write or check the pages below ``root``."""
    check = only_to_check(arguments, __doc__)
    wanted = {path: text.encode() for path, text in pages(root).items()}
    return bring_up_to_date(wanted, (root / "docs" / "rules").glob("*.md"), root, check=check)


if __name__ == "__main__":
    sys.exit(main())
