"""cfn-lint and cloudformation-validate themselves, on one template with something for each to say."""

from __future__ import annotations

from pathlib import Path
from time import sleep
from typing import Any

import pytest

from analyzer.companions import cfn_lint, cfn_validate
from analyzer.companions.one_by_one import one_by_one
from analyzer.companions.report import Remark, Span, Template, Trouble
from analyzer.sources.document import Document

TEXT = """\
Parameters:
  Unused: {Type: String}
Resources:
  Fn:
    Type: AWS::Lambda::Function
    Metadata:
      cfn-lint: {config: {ignore_checks: [E2531]}}
    Properties:
      Runtime: nodejs14.x
      Handler: index.handler
      Role: arn:aws:iam::123456789012:role/r
      Code: {ZipFile: "exports.handler = async () => 1"}
"""


def template(text: str, path: str = "t.yaml") -> Template:
    return Template(path, text, Document(text.encode(), path).value)


@pytest.fixture(scope="module", params=[cfn_lint.Analyzer, cfn_validate.Analyzer], ids=["cfn-lint", "cfn-validate"])
def analyzer(request: pytest.FixtureRequest) -> Any:
    made = request.param(60.0)
    assert made.start()[0].isdigit()
    return made


def test_findings_are_placed_and_what_the_template_hides_is_marked(analyzer: Any) -> None:
    remarks, troubles = analyzer.examine((template(TEXT),))
    found = {remark.id: remark for remark in remarks}

    assert troubles == []
    runtime, unused = found["E2531"], found["W2001"]
    assert (runtime.logical_id, runtime.pointer) == ("Fn", "/Resources/Fn/Properties/Runtime")
    assert runtime.span == Span(9, 7, 9, 14)
    assert runtime.hidden == "no reason is given"
    assert (unused.logical_id, unused.pointer, unused.hidden) == ("Unused", "/Parameters/Unused", None)


def test_configuration_beside_the_template_neither_hides_nor_runs_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "evil").mkdir()
    (tmp_path / "evil" / "rule.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    (tmp_path / ".cfnlintrc").write_text("append_rules: [evil]\nignore_checks: [W2001]\n")
    monkeypatch.chdir(tmp_path)
    analyzer = cfn_lint.Analyzer(60.0)
    analyzer.start()

    remarks, _ = analyzer.examine((template(TEXT),))

    assert "W2001" in {remark.id for remark in remarks}
    assert not (tmp_path / "ran").exists()


def test_a_template_that_fails_or_hangs_costs_itself() -> None:
    renewed: list[None] = []

    def judge(given: Template) -> list[Remark | Trouble]:
        if given.path == "hangs":
            sleep(5)
        if given.path == "fails":
            raise KeyError("no\nsuch")
        return [Remark("E1", "t", "m", given.path)]

    templates = [Template(name, "", {}) for name in ("a", "hangs", "fails", "b")]
    remarks, troubles = one_by_one(templates, judge, seconds=0.3, renew=lambda: renewed.append(None))

    assert [remark.template for remark in remarks] == ["a", "b"]
    assert troubles == [Trouble("hangs", "it took longer than 0.3 s"), Trouble("fails", "KeyError: 'no\\nsuch'")]
    assert renewed == [None]
