"""Which rules there are, which are selected, and what makes that impossible to tell."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from analyzer import registry
from analyzer.entry_points import EntryPoint
from analyzer.registry import RegistryError, UnknownRuleError, load

RULE = '''"""{title}."""
from analyzer.rule import Rule, Severity
RULE = Rule(id="{id}", slug="s", failure_mode=7, severity=Severity.LOW, documented=Severity.LOW)
'''


class Pack:
    """A package of rules on disk, importable while a test runs."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, package: str, **modules: str) -> EntryPoint:
        folder = self.root / package
        folder.mkdir()
        (folder / "__init__.py").write_text("")
        for name, text in modules.items():
            (folder / f"{name}.py").write_text(text)
        return EntryPoint(package, package)


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pack]:
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)
    yield Pack(tmp_path)
    for name in set(sys.modules) - before:
        del sys.modules[name]


def text(identifier: str) -> str:
    return RULE.format(id=identifier, title=identifier)


def chosen(*entry_points: EntryPoint, select: tuple[str, ...] = (), ignore: tuple[str, ...] = ()) -> list[str]:
    return [rule.id for rule in load(entry_points, select, ignore).rules]


def test_rules_come_sorted_by_id_whatever_pack_they_are_from(pack: Pack) -> None:
    first = pack.write("pack_a", fm0702_b=text("FM0702"), fm0901_c=text("FM0901"))
    second = pack.write("pack_b", fm0701_a=text("FM0701"))
    assert chosen(first, second) == ["FM0701", "FM0702", "FM0901"]


def test_an_entry_point_may_be_a_single_module(pack: Pack) -> None:
    (pack.root / "lone_rule.py").write_text(text("ACME001"))
    assert chosen(EntryPoint("acme", "lone_rule")) == ["ACME001"]


def test_a_module_that_is_named_by_an_entry_point_must_define_a_rule(pack: Pack) -> None:
    (pack.root / "empty_rule.py").write_text("")
    with pytest.raises(RegistryError, match="the module empty_rule does not define RULE"):
        chosen(EntryPoint("acme", "empty_rule"))


def test_helpers_beside_rules_are_no_rules(pack: Pack) -> None:
    modules = {"shared": "X = 1", "_private": "raise RuntimeError", "fm0701_a": text("FM0701")}
    assert chosen(pack.write("pack_c", **modules)) == ["FM0701"]


def test_a_rule_whose_file_name_tells_no_id_is_found_too(pack: Pack) -> None:
    entry = pack.write("pack_d", loops=text("FM0701"), fm0702_b=text("FM0702"))
    assert chosen(entry, select=("FM0701",)) == ["FM0701"]


@pytest.mark.parametrize(
    ("select", "ignore", "expected"),
    [
        (("FM07",), (), ["FM0701", "FM0702"]),
        (("fm0702",), (), ["FM0702"]),
        (("FM0701", "FM09"), (), ["FM0701", "FM0901"]),
        ((), ("FM07",), ["FM0901"]),
        (("FM07",), ("FM0701",), ["FM0702"]),
        (("FM",), ("FM",), []),
    ],
)
def test_prefixes_select_and_ignore(
    pack: Pack, select: tuple[str, ...], ignore: tuple[str, ...], expected: list[str]
) -> None:
    entry = pack.write("pack_e", **{f"{i.lower()}_x": text(i) for i in ("FM0701", "FM0702", "FM0901")})
    assert chosen(entry, select=select, ignore=ignore) == expected


def test_only_modules_of_selected_rules_are_imported(pack: Pack) -> None:
    entry = pack.write("pack_f", fm0701_a=text("FM0701"), fm0901_b=text("FM0901"))
    chosen(entry, select=("FM07",))
    assert "pack_f.fm0901_b" not in sys.modules
    assert "pack_f.fm0701_a" in sys.modules


def test_an_unselected_module_that_is_broken_does_no_harm(pack: Pack) -> None:
    entry = pack.write("pack_g", fm0701_a=text("FM0701"), fm0901_b="import nothing_like_this")
    assert chosen(entry, select=("FM07",)) == ["FM0701"]


def test_an_unknown_prefix_says_what_was_probably_meant(pack: Pack) -> None:
    entry = pack.write("pack_h", fm0701_a=text("FM0701"), fm0902_b=text("FM0902"))
    with pytest.raises(UnknownRuleError) as caught:
        chosen(entry, select=("FM0710",))
    assert str(caught.value) == "no rule has the id or prefix 'FM0710'; did you mean FM0701?"
    with pytest.raises(UnknownRuleError, match="stackproof rules"):
        chosen(entry, ignore=("XYZ",))


@pytest.mark.parametrize("other", ["pack_j", "pack_i"])
def test_a_duplicate_id_is_fatal(pack: Pack, other: str) -> None:
    first = pack.write("pack_i", fm0701_a=text("FM0701"))
    if other == "pack_i":
        (pack.root / "pack_i" / "fm0701_b.py").write_text(text("FM0701"))
        entries = [first]
    else:
        entries = [first, pack.write(other, fm0701_a=text("FM0701"))]
    with pytest.raises(RegistryError, match="two modules define the rule FM0701"):
        chosen(*entries)


def test_a_duplicate_among_modules_without_an_id_in_their_name_is_fatal(pack: Pack) -> None:
    entry = pack.write("pack_k", first=text("FM0701"), second=text("FM0701"))
    with pytest.raises(RegistryError, match=r"two modules define the rule FM0701: pack_k.first and pack_k.second"):
        chosen(entry)


def test_a_file_name_that_tells_another_id_is_fatal(pack: Pack) -> None:
    entry = pack.write("pack_l", fm0701_a=text("FM0702"))
    with pytest.raises(RegistryError, match=r"pack_l.fm0701_a defines the rule FM0702, its name says FM0701"):
        chosen(entry)


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ("import nothing_like_this", "ModuleNotFoundError: No module named 'nothing_like_this'"),
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("def", "SyntaxError: invalid syntax"),
    ],
)
def test_a_rule_that_cannot_be_imported_is_fatal_in_one_line(pack: Pack, broken: str, reason: str) -> None:
    entry = pack.write("pack_m", fm0701_a=broken)
    with pytest.raises(RegistryError) as caught:
        chosen(entry)
    assert str(caught.value).startswith(f"the rule module pack_m.fm0701_a cannot be imported: {reason}")
    assert "\n" not in str(caught.value)


def test_something_else_called_rule_is_fatal(pack: Pack) -> None:
    entry = pack.write("pack_n", fm0701_a="RULE = 'FM0701'")
    with pytest.raises(RegistryError, match="does not define RULE as an analyzer"):
        chosen(entry)


def test_a_pack_that_is_not_installed_is_fatal() -> None:
    with pytest.raises(RegistryError, match="names the module no_such_pack, which is not installed"):
        chosen(EntryPoint("acme", "no_such_pack"))
    with pytest.raises(RegistryError, match="cannot be imported"):
        chosen(EntryPoint("acme", "no_such_pack.inner"))


def test_no_rules_at_all_is_fatal(pack: Pack) -> None:
    with pytest.raises(RegistryError, match="no rules are installed"):
        chosen()
    with pytest.raises(RegistryError, match="no rules are installed"):
        chosen(pack.write("pack_o"))


def test_the_built_in_rules_are_found_through_the_same_door() -> None:
    built_in = Path(__file__).parents[2] / "rules"
    on_disk = {path.name.partition("_")[0].upper() for path in built_in.glob("fm*.py")}
    assert {rule.id for rule in registry.rules() if rule.id.startswith("FM")} == on_disk
    assert on_disk <= registry.ids()
