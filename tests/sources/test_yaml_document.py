from __future__ import annotations

import textwrap
from typing import Any

import pytest
import yaml

from analyzer.sources.errors import InputError, InputWarning
from analyzer.sources.positions import Position
from analyzer.sources.reading import MAX_DEPTH
from analyzer.sources.yaml_document import MAX_NODES, YamlLocator, parse_yaml
from analyzer.sources.yaml_scalars import plain


def read(text: str) -> Any:
    document, warnings = parse_yaml(textwrap.dedent(text), "t.yaml")
    assert warnings == ()
    return document


def said(text: str) -> str:
    with pytest.raises(InputError) as caught:
        parse_yaml(textwrap.dedent(text), "t.yaml")
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", True),
        ("On", True),
        ("TRUE", True),
        ("off", False),
        ("No", False),
        ("y", "y"),
        ("yEs", "yEs"),
        ("~", None),
        ("null", None),
        ("", None),
        ("0", 0),
        ("30", 30),
        ("-7", -7),
        ("+7", 7),
        ("1_000", 1000),
        ("0x1F", 31),
        ("0b101", 5),
        ("0x_", "0x_"),
        ("1.5", 1.5),
        ("8.0", 8.0),
        (".5", 0.5),
        ("1.e+3", 1000.0),
        ("1e3", "1e3"),
        ("1.0e+999", "1.0e+999"),
        # What YAML 1.1 would turn into something else.
        ("2010-09-09", "2010-09-09"),
        ("2012-10-17T00:00:00Z", "2012-10-17T00:00:00Z"),
        ("1:30", "1:30"),
        ("22:80:01.5", "22:80:01.5"),
        ("001234567012", "001234567012"),
        ("012345678901", "012345678901"),
        ("-017", "-017"),
        ("00.5", "00.5"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("-", "-"),
        ("+.", "+."),
        ("=", "="),
        ("9" * 301, "9" * 301),
        ("python3.12", "python3.12"),
    ],
)
def test_plain_scalars(text: str, value: Any) -> None:
    read = plain(text)
    assert (type(read), read) == (type(value), value)


def test_quoted_scalars_and_blocks_are_text() -> None:
    assert read("a: \"30\"\nb: 'yes'\nc: |\n  30\nd: >-\n  no\n") == {"a": "30", "b": "yes", "c": "30\n", "d": "no"}


def test_keys_are_text() -> None:
    document = read("on: 1\n123456789012: 2\n~: 3\n2010-09-09: 4\n1.50: 5\n")
    assert document == {"on": 1, "123456789012": 2, "~": 3, "2010-09-09": 4, "1.50": 5}


def test_short_tags_become_long_forms() -> None:
    document = read(
        """
        ref: !Ref Bucket
        att: !GetAtt Bucket.Arn
        deep: !GetAtt Child.Outputs.Name
        att_list: !GetAtt [Bucket, Arn]
        bare: !GetAtt Bucket
        sub: !Sub "${Bucket}/*"
        sub_list: !Sub ["${x}", {x: !Ref Y}]
        if: !If [Big, 30, !Ref "AWS::NoValue"]
        condition: !Condition Big
        map: !FindInMap [M, !Ref "AWS::Region", k]
        azs: !GetAZs ""
        empty: !GetAZs
        number: !Ref 123
        transform: !Transform {Name: "AWS::Include", Parameters: {Location: x}}
        unknown: !Shiny [1]
        long: !Fn::Sub x
        """
    )
    assert document == {
        "ref": {"Ref": "Bucket"},
        "att": {"Fn::GetAtt": ["Bucket", "Arn"]},
        "deep": {"Fn::GetAtt": ["Child", "Outputs.Name"]},
        "att_list": {"Fn::GetAtt": ["Bucket", "Arn"]},
        "bare": {"Fn::GetAtt": "Bucket"},
        "sub": {"Fn::Sub": "${Bucket}/*"},
        "sub_list": {"Fn::Sub": ["${x}", {"x": {"Ref": "Y"}}]},
        "if": {"Fn::If": ["Big", 30, {"Ref": "AWS::NoValue"}]},
        "condition": {"Condition": "Big"},
        "map": {"Fn::FindInMap": ["M", {"Ref": "AWS::Region"}, "k"]},
        "azs": {"Fn::GetAZs": ""},
        "empty": {"Fn::GetAZs": ""},
        "number": {"Ref": "123"},
        "transform": {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "x"}}},
        "unknown": {"Fn::Shiny": [1]},
        "long": {"Fn::Sub": "x"},
    }


def test_standard_tags() -> None:
    document = read("a: !!str 30\nb: !!int '30'\nc: ! 30\nd: !!map {x: 1}\ne: !!timestamp 2010-09-09\nf: !!bool 'no'\n")
    assert document == {"a": "30", "b": 30, "c": "30", "d": {"x": 1}, "e": "2010-09-09", "f": False}


@pytest.mark.parametrize("tag", ["!!python/object/apply:os.system", "!!set", "!<tag:example.com,2026:x>"])
def test_tags_that_mean_nothing_in_a_template_are_errors(tag: str) -> None:
    assert said(f"a: {tag} ['id']\n").startswith("t.yaml:1:4: the tag ")
    assert said(f"a: {tag} text\n").startswith("t.yaml:1:4: the tag ")


def test_aliases_and_merge_keys() -> None:
    document = read(
        """
        base: &base {Timeout: 3, Handler: &h index.handler}
        more: &more {Timeout: 9, Memory: 128}
        one: {<<: *base, Timeout: 5}
        two: {<<: [*base, *more], Name: *h}
        quoted: {"<<": 1}
        list: [*base]
        """
    )
    base = {"Timeout": 3, "Handler": "index.handler"}
    assert document == {
        "base": base,
        "more": {"Timeout": 9, "Memory": 128},
        "one": {"Timeout": 5, "Handler": "index.handler"},
        "two": {"Timeout": 3, "Handler": "index.handler", "Memory": 128, "Name": "index.handler"},
        "quoted": {"<<": 1},
        "list": [base],
    }


def test_an_anchor_on_a_tagged_value_keeps_the_tag() -> None:
    assert read("a: &x !Ref B\nb: *x\nc: &y !If [p, 1, 2]\nd: *y\n") == {
        "a": {"Ref": "B"},
        "b": {"Ref": "B"},
        "c": {"Fn::If": ["p", 1, 2]},
        "d": {"Fn::If": ["p", 1, 2]},
    }


def test_an_alias_may_be_a_key() -> None:
    assert read("a: &k name\n*k : 1\n") == {"a": "name", "name": 1}


def test_billions_of_laughs_are_an_error_at_once() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [" + ", ".join([f"*a{i - 1}"] * 10) + "]" for i in range(1, 9)]
    assert said("\n".join(lines)).endswith(f": more than {MAX_NODES:,} values once aliases are written out")


def test_merging_in_turn_is_counted_too() -> None:
    wide = "a0: &a0 {" + ", ".join(f"k{n}: {n}" for n in range(2000)) + "}\n"
    text = wide + "\n".join(f"a{i}: &a{i} {{<<: *a{i - 1}}}" for i in range(1, 600))
    assert said(text).endswith("values once aliases are written out")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a: &x [*x]\n", "t.yaml:1:8: the alias *x contains itself"),
        ("a: &x {b: [*x]}\n", "t.yaml:1:12: the alias *x contains itself"),
        ("a: *nothing\n", "t.yaml:1:4: the alias *nothing has no anchor"),
        ("a: {<<: 3}\n", "t.yaml:1:9: << takes a mapping or a list of mappings"),
        ("? [a, b]\n: 1\n", "t.yaml:1:3: a mapping key that is not text"),
        ("a: 1\n---\nb: 2\n", "t.yaml:2:1: a second YAML document begins here; a template is one document"),
        ("a: 1\n\tb: 2\n", "t.yaml:2:1: not YAML: found a tab character that violates indentation"),
        ("Resources:\n  {{ range }}\n", "t.yaml:2:4: a mapping key that is not text"),
        ("a: [1\n", "t.yaml:2:1: not YAML: did not find expected ',' or ']'"),
        ("a: \x01\n", "t.yaml: not YAML: "),
        ("a: !Base64 !Sub x\n", "t.yaml:1:12: not YAML: "),
    ],
)
def test_what_is_not_a_document(text: str, reason: str) -> None:
    assert said(text).startswith(reason)


def test_one_document_with_its_marker_and_an_empty_one() -> None:
    assert read("---\na: 1\n...\n") == {"a": 1}
    assert read("# nothing\n") is None


def test_deep_nesting_is_an_error() -> None:
    assert read("[" * MAX_DEPTH + "]" * MAX_DEPTH) != []
    assert said("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1)).endswith(f"nested more than {MAX_DEPTH} deep")
    assert "t.yaml" in said("[" * 100_000)


def test_depth_through_aliases_is_counted() -> None:
    steps = [f"a{i}: &a{i} [[[[[[[[[[*a{i - 1}]]]]]]]]]]" for i in range(1, 12)]
    assert said("a0: &a0 1\n" + "\n".join(steps)).endswith(f"nested more than {MAX_DEPTH} deep")


def test_keys_written_twice() -> None:
    document, warnings = parse_yaml("a: 1\nb:\n  c: 1\n  c: 2\na: 3\n", "t.yaml")
    assert document == {"a": 3, "b": {"c": 2}}
    assert warnings == (
        InputWarning("t.yaml", 4, 3, "key 'c' is written twice; the last counts"),
        InputWarning("t.yaml", 5, 1, "key 'a' is written twice; the last counts"),
    )


TEMPLATE = """\
Resources:
  Fn:
    Type: AWS::Lambda::Function
    Properties:
      Handler:
        index.handler
      Code:
        ZipFile: |
          exports.handler = 1
          // end
      Role: !GetAtt Role.Arn
      Name: !If [Big, "é", !Ref "X"]
      Layers:
        - one
        - Effect: Allow
          Action: "*"
        - !Sub "${A}"
        - [1, 2]
      Shared: &s {Timeout: 3}
      Merged:
        <<: *s
      Flow: {a: {b: 1}}
"""
FN = "/Resources/Fn/Properties"

PLACES = [
    ("", Position(1, 1, 1, 1)),
    ("/Resources", Position(1, 1, 1, 10)),
    ("/Resources/Fn", Position(2, 3, 2, 5)),
    ("/Resources/Fn/Type", Position(3, 5, 3, 32)),
    (f"{FN}/Handler", Position(5, 7, 5, 14)),
    (f"{FN}/Code/ZipFile", Position(8, 9, 8, 19)),
    (f"{FN}/Role", Position(11, 7, 11, 29)),
    (f"{FN}/Role/Fn::GetAtt/0", Position(11, 7, 11, 29)),
    (f"{FN}/Name", Position(12, 7, 12, 11)),
    (f"{FN}/Name/Fn::If/1", Position(12, 23, 12, 26)),
    (f"{FN}/Name/Fn::If/2/Ref", Position(12, 28, 12, 36)),
    (f"{FN}/Layers", Position(13, 7, 13, 13)),
    (f"{FN}/Layers/0", Position(14, 11, 14, 14)),
    (f"{FN}/Layers/1", Position(15, 11, 15, 24)),
    (f"{FN}/Layers/1/Action", Position(16, 11, 16, 22)),
    (f"{FN}/Layers/2", Position(17, 11, 17, 22)),
    (f"{FN}/Layers/2/Fn::Sub", Position(17, 11, 17, 22)),
    (f"{FN}/Layers/3", Position(18, 11, 18, 17)),
    (f"{FN}/Layers/3/1", Position(18, 15, 18, 16)),
    (f"{FN}/Layers/7", Position(13, 7, 13, 13)),
    (f"{FN}/Merged/Timeout", Position(19, 19, 19, 29)),
    (f"{FN}/Flow/a/b", Position(22, 18, 22, 22)),
    (f"{FN}/None/at/all", Position(4, 5, 4, 15)),
]


@pytest.mark.parametrize(("pointer", "position"), PLACES)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_positions(pointer: str, position: Position, newline: str) -> None:
    assert YamlLocator(TEMPLATE.replace("\n", newline)).position(pointer) == position


def test_no_position_for_what_is_no_pointer() -> None:
    assert YamlLocator(TEMPLATE).position("Resources") is None


def test_python_s_own_parser_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    with_libyaml = parse_yaml(TEMPLATE, "t.yaml"), [YamlLocator(TEMPLATE).position(p) for p, _ in PLACES]
    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    assert (parse_yaml(TEMPLATE, "t.yaml"), [YamlLocator(TEMPLATE).position(p) for p, _ in PLACES]) == with_libyaml
    assert said("a: [1\n").startswith("t.yaml:2:1: not YAML: ")


def test_the_last_of_two_equal_keys_is_located() -> None:
    locator = YamlLocator("a: {x: 1}\na: {y: 2}\n")
    assert locator.position("/a/y") == Position(2, 5, 2, 9)
    assert locator.position("/a/x") == Position(2, 1, 2, 2)
