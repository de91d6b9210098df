"""The scaffold: what it writes is a rule that runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.entry_points import EntryPoint
from analyzer.registry import load
from analyzer.rule import Severity
from scripts.new_rule import main


def files(root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


def test_a_new_rule_is_found_without_being_registered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert main(["FM0799", "slug-of-it", "A thing is wrong."], tmp_path) == 0
    assert files(tmp_path) == [
        "fixtures/FM0799/bad-plain/template.yaml",
        "fixtures/FM0799/good-plain/template.yaml",
        "fixtures/FM0799/unknown-plain/template.yaml",
        "rules/fm0799_slug_of_it.py",
    ]
    (tmp_path / "rules").rename(tmp_path / "scaffolded")
    (tmp_path / "scaffolded" / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    (rule,) = load([EntryPoint("tests", "scaffolded")]).rules
    assert (rule.id, rule.slug, rule.failure_mode, rule.title) == ("FM0799", "slug-of-it", 7, "A thing is wrong")
    assert rule.severity is Severity.MEDIUM
    assert list(rule.run(None)) == []  # type: ignore[arg-type]
    sections = ("What it checks", "Why it fails", "Fix", "Limits", "References")
    assert all(rule.section(name).strip("- ") for name in sections)


@pytest.mark.parametrize(
    "arguments", [["FM799", "slug", "t"], ["fm0799", "slug", "t"], ["FM0799", "Slug_Of", "t"], ["FM0799", "slug"]]
)
def test_wrong_arguments_write_nothing(tmp_path: Path, arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(arguments, tmp_path)
    assert exit_.value.code == 2
    assert files(tmp_path) == []


def test_a_taken_id_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "fm0799_other.py").write_text("mine")
    with pytest.raises(SystemExit):
        main(["FM0799", "slug", "t"], tmp_path)
    assert "FM0799 is taken by fm0799_other.py" in capsys.readouterr().err
    assert files(tmp_path) == ["rules/fm0799_other.py"]
