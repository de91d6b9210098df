from __future__ import annotations

import hashlib
import pickle

import pytest

from analyzer.sources.document import Document
from analyzer.sources.errors import InputError
from analyzer.sources.positions import Position


def said(data: bytes, path: str) -> str:
    with pytest.raises(InputError) as caught:
        Document(data, path)
    return str(caught.value)


@pytest.mark.parametrize("path", ["t.json", "t.yaml", "t.template", "-"])
def test_json_is_told_by_its_first_character(path: str) -> None:
    document = Document(b' {"a": 012}'.replace(b"012", b"12"), path)
    assert (document.value, document.is_json) == ({"a": 12}, True)


@pytest.mark.parametrize("path", ["t.yaml", "t.yml", "t.template", "-"])
def test_yaml_in_flow_style_is_yaml(path: str) -> None:
    document = Document(b"{a: !Ref X,}", path)
    assert (document.value, document.is_json) == ({"a": {"Ref": "X"}}, False)
    assert document.position("/a") == Position(1, 2, 1, 11)


def test_a_json_file_is_never_yaml() -> None:
    assert said(b"{a: 1}", "t.json").startswith("t.json:1:2: not JSON: ")
    assert said(b"a: 1", "t.json").startswith("t.json:1:1: not JSON: ")


def test_the_error_of_json_is_told_where_neither_fits() -> None:
    assert said(b'{"a": 1,\n "b" {{ x }}}', "t.template") == "t.template:2:6: not JSON: Expecting ':' delimiter"


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    document = Document(b'\xef\xbb\xbf{"a": 1}', "t.json")
    assert (document.value, document.position("/a")) == ({"a": 1}, Position(1, 2, 1, 8))
    in_yaml = Document(b"\xef\xbb\xbfa: 1\nb: 2\n", "t.yaml")
    assert (in_yaml.value, in_yaml.position("/b")) == ({"a": 1, "b": 2}, Position(2, 1, 2, 5))


@pytest.mark.parametrize("code", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_other_encodings_are_told(code: str) -> None:
    data = '{"Resources": {}}'.encode(code)
    assert said(data, "t.json") == "t.json: not UTF-8 text (it looks like UTF-16 or UTF-32); save it as UTF-8"


def test_bytes_that_are_no_text_are_told_with_their_line() -> None:
    assert said(b"a: 1\nb: \xff\n", "t.yaml") == "t.yaml:2: not UTF-8 text: byte 0xff"


def test_the_digest_is_that_of_the_bytes() -> None:
    data = b"\xef\xbb\xbfa: 1\r\n"
    assert Document(data, "t.yaml").sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(("data", "path"), [(b"a: {b: 1}\n", "t.yaml"), (b'{"a": {"b": 1}}', "t.json")])
def test_a_document_travels_between_processes(data: bytes, path: str) -> None:
    document = Document(data, path)
    before = document.position("/a/b")
    copy = pickle.loads(pickle.dumps(document))
    assert (copy.value, copy.sha256, copy.position("/a/b")) == (document.value, document.sha256, before)
