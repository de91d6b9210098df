"""What a baseline knows again, and what is new."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from analyzer.policy.baseline import Baseline, BaselineError, Entry, accept, dumps, loads, pruned, updated
from analyzer.policy.result import Finding, Input, NotEvaluated
from tests.builders import finding, result, rule_info


def plain(**changes: Any) -> Finding:
    """A finding in a template outside of assemblies, where the file is part of what is known."""
    given = {
        "template": "a/t.yaml",
        "stack": "t",
        "construct_path": None,
        "fingerprint": "1" * 32,
        "kin": "k" * 32,
        **changes,
    }
    return finding(**given)


def baseline(*findings: Finding, gone: Sequence[str] = (), base: str = ".") -> Baseline:
    return loads(dumps(accept(findings, base), "0.1.0"), base, lambda file: file in gone)


def new(held: Baseline, *findings: Finding) -> list[Finding]:
    return held.split(findings)[0]


def test_what_was_there_is_known_and_the_rest_is_new() -> None:
    other = plain(fingerprint="2" * 32, kin="l" * 32)
    assert new(baseline(plain()), plain(), other) == [other]


def test_neither_line_nor_message_nor_severity_matter() -> None:
    moved = plain(location=None, message="Said otherwise.", source=None)
    assert new(baseline(plain()), moved) == []


def test_one_more_of_the_same_is_new() -> None:
    held = baseline(plain(), plain(message="again"))
    assert [entry.count for entry in held.entries] == [2]
    third = plain(message="and again")
    assert new(held, plain(), plain(message="again"), third) == [third]


def test_a_second_failure_of_the_same_kind_on_the_same_resource_is_new() -> None:
    second = plain(fingerprint="2" * 32, kin="l" * 32)
    assert new(baseline(plain()), plain(), second) == [second]


def test_a_copy_in_another_file_is_new_while_the_first_is_there() -> None:
    copy = plain(template="b/t.yaml")
    assert new(baseline(plain()), plain(), copy) == [copy]
    assert new(baseline(plain()), copy) == [copy], "even where the first was mended"


def test_a_moved_file_keeps_its_findings() -> None:
    moved = plain(template="b/t.yaml")
    assert new(baseline(plain(), gone=["a/t.yaml"]), moved) == []


def test_a_renamed_file_keeps_its_findings_although_its_stack_is_renamed_with_it() -> None:
    renamed = plain(template="a/u.yaml", stack="u", fingerprint="2" * 32)
    assert new(baseline(plain(), gone=["a/t.yaml"]), renamed) == []
    assert new(baseline(plain()), renamed) == [renamed]


def test_a_stack_that_is_called_otherwise_in_the_same_file_keeps_its_findings() -> None:
    """A template of the same name came beside it, so that the stack is now called by its path."""
    called = plain(stack="a/t.yaml", fingerprint="2" * 32)
    copy = plain(stack="b/t.yaml", fingerprint="3" * 32, template="b/t.yaml")
    assert new(baseline(plain()), called, copy) == [copy]
    assert new(baseline(plain()), plain(), called) == [called], "one more in the same file, as of a second nested stack"


def test_a_renamed_file_does_not_excuse_more_than_it_had() -> None:
    renamed, copy = (
        plain(template=f"a/{name}.yaml", stack=name, fingerprint=digit * 32) for name, digit in (("u", "2"), ("v", "3"))
    )
    assert new(baseline(plain(), gone=["a/t.yaml"]), renamed, copy) == [copy]


def test_what_is_where_it_was_comes_before_what_moved() -> None:
    stays, moves = plain(), plain(template="b/t.yaml")
    held = baseline(stays, plain(template="c/t.yaml"), gone=["c/t.yaml"])
    assert new(held, moves, stays) == []
    assert new(held, stays, moves, plain(template="d/t.yaml")) == [plain(template="d/t.yaml")]


def test_a_construct_path_is_identity_enough_wherever_the_assembly_is() -> None:
    made = plain(construct_path="S/Fn", template="cdk.out/S.template.json")
    elsewhere = plain(construct_path="S/Fn", template="build/cdk.out/S.template.json")
    assert new(baseline(made), elsewhere) == []


def test_files_are_told_from_the_folder_of_the_baseline() -> None:
    held = baseline(plain(template="app/t.yaml"), base="app")
    assert [entry.file for entry in held.entries] == ["t.yaml"]
    assert new(held, plain(template="app/t.yaml")) == []
    assert new(held, plain(template="t.yaml")) == [plain(template="t.yaml")]


def test_an_update_adds_and_takes_nothing_out() -> None:
    held, other = baseline(plain()), plain(fingerprint="2" * 32, kin="l" * 32)
    entries = updated(held, [other])
    assert {(entry.fingerprint[0], entry.count) for entry in entries} == {("1", 1), ("2", 1)}
    assert updated(Baseline(entries), [other, other]) == accept([plain(), other, other], ".")


def test_an_update_writes_what_moved_under_its_new_name() -> None:
    renamed = plain(template="a/u.yaml", stack="u", fingerprint="2" * 32)
    entries = updated(baseline(plain(), gone=["a/t.yaml"]), [renamed])
    assert entries == accept([renamed], ".")


def judged(*findings: Finding, **changes: Any) -> Any:
    given = Input("a", "template", "0" * 64, ("t",), 1, ("a/t.yaml",))
    return result(findings=findings, **{"inputs": (given,), **changes})


def test_pruning_takes_out_what_is_mended() -> None:
    held = baseline(plain(), plain(fingerprint="2" * 32))
    assert pruned(held, judged(plain())) == accept([plain()], ".")
    assert pruned(baseline(plain(), plain(message="x")), judged(plain())) == accept([plain()], ".")


@pytest.mark.parametrize(
    "changes",
    [
        {"inputs": (Input("b", "template", "0" * 64, ("t",), 1, ("b/t.yaml",)),)},
        {"rules": (rule_info("FM0702"),)},
        {"not_evaluated": (NotEvaluated("FM0701", "a", "KeyError"),)},
    ],
    ids=["file not judged", "rule not selected", "rule crashed"],
)
def test_pruning_leaves_what_was_not_looked_for(changes: dict[str, Any]) -> None:
    held = baseline(plain())
    assert pruned(held, judged(**changes)) == held.entries


def test_pruning_takes_out_what_no_rule_had_anything_to_judge_for() -> None:
    assert pruned(baseline(plain()), judged(rules=(), unneeded=("FM0701",))) == ()


def test_pruning_takes_out_what_was_in_a_file_that_is_gone() -> None:
    assert pruned(baseline(plain(), gone=["a/t.yaml"]), judged(inputs=())) == ()


def test_the_file_is_one_line_per_entry_in_a_fixed_order() -> None:
    one, two = plain(), plain(fingerprint="2" * 32, message="Größe")
    text = dumps(accept([two, one], "."), "0.1.0")
    assert text == dumps(accept([one, two], "."), "0.1.0")
    assert [line[:17] for line in text.splitlines()] == [
        "{",
        '  "stackproof_bas',
        '  "written_by": "',
        '  "findings": [',
        '    {"rule_id": "',
        '    {"rule_id": "',
        "  ]",
        "}",
    ]
    assert "Größe" in text
    assert json.loads(text)["findings"][0] == {
        "rule_id": "FM0701",
        "stack": "t",
        "resource": "Processor8F3A2B1C",
        "file": "a/t.yaml",
        "count": 1,
        "message": "Processor writes to Bucket, which triggers it again.",
        "fingerprint": "1" * 32,
        "kin": "k" * 32,
    }


def test_an_empty_one_is_a_baseline() -> None:
    assert loads(dumps((), "0.1.0"), ".", lambda file: False) == Baseline(())


def test_a_hostile_name_is_written_as_utf_8() -> None:
    text = dumps(accept([plain(resource="\ud800\n")], "."), "0.1.0")
    assert loads(text.encode().decode(), ".", lambda file: False).entries[0].resource == "\ud800\n"


ENTRY = json.loads(dumps(accept([plain()], "."), "0.1.0"))["findings"][0]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "not a baseline"),
        ('{"findings": []}', "not a baseline"),
        ('{"stackproof_baseline": 2, "findings": []}', "version 2 of baselines, where this stackproof reads 1"),
        ('{"stackproof_baseline": true, "findings": []}', "version True of baselines, where this stackproof reads 1"),
        ('{"stackproof_baseline": 1}', "findings is not a list"),
        ({**ENTRY, "count": 0}, "entry 1 has no count of 1 or more"),
        ({**ENTRY, "count": True}, "entry 1 has no count of 1 or more"),
        ({**ENTRY, "file": None}, "entry 1 lacks one of"),
        ({key: ENTRY[key] for key in ENTRY if key != "kin"}, "entry 1 lacks one of"),
        ("x", "not JSON"),
    ],
)
def test_what_is_no_baseline_is_refused(content: Any, reason: str) -> None:
    text = content if isinstance(content, str) else json.dumps({"stackproof_baseline": 1, "findings": [content]})
    with pytest.raises(BaselineError, match=f"^{reason}"):
        loads(text, ".", lambda file: False)


def test_an_entry_is_read_as_it_was_written() -> None:
    (entry,) = baseline(plain(), gone=["a/t.yaml"]).entries
    assert entry == Entry(
        fingerprint="1" * 32,
        kin="k" * 32,
        file="a/t.yaml",
        count=1,
        rule_id="FM0701",
        stack="t",
        resource="Processor8F3A2B1C",
        message="Processor writes to Bucket, which triggers it again.",
        gone=True,
    )
