"""Generated documentation: what a page says, and that staleness is noticed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analyzer.cli.apps import App
from analyzer.cli.origin import RELEASE
from analyzer.cli.pipelines import PIPELINES, Commands
from analyzer.rule import Rule
from scripts import gen_docs
from tests.builders import rule


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    rules: tuple[Rule, ...] = (rule("FM0701"), rule("FM0702", slug="other"), rule("FM0801", failure_mode=8))
    monkeypatch.setattr(gen_docs, "built_in", lambda: rules)
    cases = {
        "bad-plain": {
            "findings": [{"severity": "high", "message": "A | writes <b> to `B`."}],
            "unknown": [],
            "passed": ["Ok`s"],
        },
        "unknown-plain": {
            "findings": [],
            "unknown": [{"resource": "Fn", "needs": "the value of parameter T"}],
            "passed": [],
        },
    }
    for name, expected in cases.items():
        folder = tmp_path / "fixtures" / "FM0701" / name
        folder.mkdir(parents=True)
        (folder / "expect.json").write_text(json.dumps(expected))
    return tmp_path


def test_a_page_is_the_docstring_with_grades_and_examples(root: Path) -> None:
    assert gen_docs.main([], root) == 0
    text = (root / "docs" / "rules" / "FM0701.md").read_text("utf-8")
    head, _, examples = text.partition("\n## Examples\n")
    assert head.startswith(
        f"# FM0701 loop\n\n{gen_docs.NOTICE}\n**A thing loops.**\n\n"
        "Severity **critical**; the failure document says **high**. Since 0.1. "
        "[Source](../../rules/fm0701.py), [fixtures](../../fixtures/FM0701).\n\n## What it checks\nLoops.\n"
    )
    assert examples == (
        "\n| fixture | what the rule says |\n|---|---|\n"
        r"| [bad-plain](../../fixtures/FM0701/bad-plain) | **high** A \| writes \<b\> to \`B\`.<br>passes ``Ok`s`` |"
        "\n| [unknown-plain](../../fixtures/FM0701/unknown-plain) "
        "| *undecided* `Fn` needs the value of parameter T |\n"
    )


def test_the_index_is_by_failure_mode(root: Path) -> None:
    gen_docs.main([], root)
    assert (root / "docs" / "rules" / "README.md").read_text("utf-8") == (
        f"# Rules\n\n{gen_docs.NOTICE}\n"
        "## 7. Circular event processing\n\n"
        "| rule | severity | documented | what is wrong |\n|---|---|---|---|\n"
        "| [FM0701](FM0701.md) loop | critical | high | A thing loops |\n"
        "| [FM0702](FM0702.md) other | critical | high | A thing loops |\n\n"
        "## 8. Isolated subnets\n\n"
        "| rule | severity | documented | what is wrong |\n|---|---|---|---|\n"
        "| [FM0801](FM0801.md) loop | critical | high | A thing loops |\n"
    )


def test_check_tells_missing_stale_and_left_over_pages_and_writes_nothing(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gen_docs.main([], root)
    folder = root / "docs" / "rules"
    capsys.readouterr()
    assert gen_docs.main(["--check"], root) == 0
    assert capsys.readouterr().out == ""
    (folder / "FM0701.md").write_text("edited")
    (folder / "FM0702.md").unlink()
    (folder / "FM0999.md").write_text("of a rule that is gone")
    assert gen_docs.main(["--check"], root) == 1
    assert capsys.readouterr().out == (
        "stale: docs/rules/FM0701.md\nstale: docs/rules/FM0702.md\nstale: docs/rules/FM0999.md\n"
    )
    assert (folder / "FM0701.md").read_text() == "edited"
    assert gen_docs.main([], root) == 0
    assert not (folder / "FM0999.md").exists()
    assert gen_docs.main(["--check"], root) == 0


def test_pipelines_in_the_guide_are_those_that_init_writes(root: Path) -> None:
    guide = root / "docs" / "guides" / "ci.md"
    guide.parent.mkdir(parents=True)
    before = "# CI\n\n<!-- stackproof init --ci gitlab -->\n```yaml\nold: 1\n```\n\n```yaml\nmine: 2\n```\n"
    guide.write_text(before)
    assert gen_docs.main(["--check"], root) == 1
    assert guide.read_text() == before
    gen_docs.main([], root)
    head, written, rest = guide.read_text().split("```yaml\n")
    commands = Commands(f'pip install "{RELEASE}"', App("npm ci", "npx cdk synth --quiet"))
    assert written == f"{PIPELINES['gitlab'](commands).text}```\n\n"
    assert (head, rest) == ("# CI\n\n<!-- stackproof init --ci gitlab -->\n", "mine: 2\n```\n")
    assert gen_docs.main(["--check"], root) == 0


def test_the_guide_of_this_repository_shows_every_pipeline() -> None:
    guide = (gen_docs.ROOT / "docs" / "guides" / "ci.md").read_text("utf-8")
    assert [name for name in PIPELINES if f"<!-- stackproof init --ci {name} -->\n```" not in guide] == []
    assert gen_docs.with_pipelines(guide) == guide
