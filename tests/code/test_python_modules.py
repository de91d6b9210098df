"""Imports, module resolution and what counts as the user's code."""

from __future__ import annotations

from textwrap import dedent

import pytest

from analyzer.code.program import Import, Place, Program
from analyzer.code.python import analyze, provides
from analyzer.code.python_modules import Library, Source
from analyzer.sources.folder_tree import MemoryTree


def tree(**files: str) -> MemoryTree:
    """Files by name, ``__`` for ``/``; ``.py`` is added where there is no suffix."""
    named = {name.replace("__SL__", "/"): text for name, text in files.items()}
    return MemoryTree({name: dedent(text).encode() for name, text in named.items()}, "asset")


def files(source: str, others: dict[str, str], entry: str = "app.py") -> Program:
    texts = {entry: source, **others}
    return analyze(MemoryTree({name: dedent(t).encode() for name, t in texts.items()}, "asset"), entry, "handler")


def imports(source: str, others: dict[str, str] | None = None, entry: str = "app.py") -> list[tuple[object, ...]]:
    found = files(source, others or {}, entry).imports
    return [(i.module, i.names, i.kind, i.resolved) for i in found if i.place.file == entry]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import boto3", [("boto3", (), "import", None)]),
        ("import os.path as p, json", [("os.path", (), "import", None), ("json", (), "import", None)]),
        ("from boto3 import client as c, resource", [("boto3", ("client", "resource"), "import", None)]),
        ("from db import *", [("db", ("*",), "import", "db.py")]),
        ("import lib.db", [("lib.db", (), "import", "lib/db.py")]),
        ("import lib", [("lib", (), "import", "lib/__init__.py")]),
        ("from lib import db, NAME", [("lib", ("db",), "import", "lib/db.py"),
                                      ("lib", ("NAME",), "import", "lib/__init__.py")]),
        ("from folder import thing", [("folder", ("thing",), "import", "folder/thing.py")]),
        ("def f():\n    import db", [("db", (), "import", "db.py")]),
        ("class C:\n    import db", [("db", (), "import", "db.py")]),
        ("if x:\n    import db\nelse:\n    import json", [("db", (), "import", "db.py"), ("json", (), "import", None)]),
        ("try:\n    import orjson as json\nexcept ImportError:\n    import json",
         [("orjson", (), "optional", None), ("json", (), "optional", None)]),
        ("try:\n    import orjson\nexcept (ValueError, ModuleNotFoundError):\n    pass",
         [("orjson", (), "optional", None)]),
        ("try:\n    import orjson\nexcept ValueError:\n    pass", [("orjson", (), "import", None)]),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import db",
         [("typing", ("TYPE_CHECKING",), "import", None), ("db", (), "type", "db.py")]),
        ("import typing as t\nif t.TYPE_CHECKING:\n    from mypy_boto3_s3 import S3Client",
         [("typing", (), "import", None), ("mypy_boto3_s3", ("S3Client",), "type", None)]),
        ("import importlib\ndb = importlib.import_module('db')",
         [("importlib", (), "import", None), ("db", (), "dynamic", "db.py")]),
        ("db = __import__('lib.db')", [("lib.db", (), "dynamic", "lib/db.py")]),
        ("# import db\ns = 'import db'\n'''\nimport db\n'''", []),
        ("with open('x') as f:\n    import db", [("db", (), "import", "db.py")]),
        ("match x:\n    case 1:\n        import db", [("db", (), "import", "db.py")]),
        ("from __future__ import annotations", [("__future__", ("annotations",), "import", None)]),
    ],
)  # fmt: skip
def test_import_statements(source: str, expected: list[tuple[object, ...]]) -> None:
    others = {"db.py": "x = 1", "lib/__init__.py": "NAME = 1", "lib/db.py": "", "folder/thing.py": ""}
    found = [entry for entry in imports(source, others) if entry[0]]
    assert sorted(map(repr, found)) == sorted(map(repr, expected))


@pytest.mark.parametrize(
    ("statement", "resolved"),
    [
        ("from . import db", "src/pkg/db.py"),
        ("from .db import x", "src/pkg/db.py"),
        ("from .. import top", "src/top.py"),
        ("from ..top import x", "src/top.py"),
        ("from .sub import x", "src/pkg/sub/__init__.py"),
        ("from src.pkg import db", "src/pkg/db.py"),
        ("import src.top", "src/top.py"),
        ("import top", None),
        ("from .nothing import x", None),
        ("from ....above import x", None),
    ],
)
def test_relative_imports(statement: str, resolved: str | None) -> None:
    others = {"src/__init__.py": "", "src/pkg/__init__.py": "", "src/pkg/db.py": "x = 1", "src/top.py": "x = 2",
              "src/pkg/sub/__init__.py": "x = 3"}  # fmt: skip
    (found,) = imports(statement, others, "src/pkg/app.py")
    assert found[3] == resolved


def test_the_place_of_an_import() -> None:
    (found,) = files("\nfrom db import (\n    x,\n)\n", {"db.py": "x = 1"}).imports
    assert found == Import("db", ("x",), "import", Place("app.py", 2, 1, 4, 2), "db.py")


def test_modules_are_followed_in_the_order_of_execution() -> None:
    found = files(
        "from a import x\nimport c\ndef handler(e, ctx):\n    import d\n    return x\n",
        {"a.py": "from b import x", "b.py": "x = 1", "c.py": "", "d.py": "", "e.py": "raise Never"},
    )
    assert found.files == ("app.py", "a.py", "b.py", "c.py", "d.py")
    assert (found.complete, found.problems) == (True, ())


def test_modules_that_import_each_other() -> None:
    found = files(
        "import a\ndef handler(e, c):\n    return a.go(e)\n",
        {"a.py": "import b\ndef go(e):\n    return b.back(e)\n", "b.py": "import a\ndef back(e):\n    return e['x']\n"},
    )
    assert [read.path for read in found.reads] == [("x",)]


def test_a_package_wins_over_a_module_and_both_over_a_folder() -> None:
    others = {"a.py": "x = 'module'", "a/__init__.py": "x = 'package'", "b.py": "x = 'module'", "b/c.py": ""}
    found = files("import a, b\ndef handler(e, c):\n    return [a.x, b.x]\n", others)
    assert [item.value for item in found.returns[0].value.items] == ["package", "module"]  # type: ignore[union-attr]


VENDORED = {
    "requests/__init__.py": "import boto3\nboto3.client('s3').put_object(Bucket='b', Key='k')",
    "yaml/__init__.py": "import missing_c_extension",
    "PyYAML-6.0.dist-info/RECORD": "yaml/__init__.py,sha256=x,1\n../bin/x,,\nPyYAML-6.0.dist-info/RECORD,,\n",
    "tool.py": "import boto3\nboto3.client('sqs').list_queues()",
    "tool-1.0.dist-info/top_level.txt": "tool\n",
    "six.py": "import missing",
}


def test_vendored_packages_are_not_the_users_code() -> None:
    found = files("import requests, yaml, tool, six, boto3\ndef handler(e, c):\n    requests.get('x')\n", VENDORED)
    assert (found.files, found.calls, found.complete) == (("app.py",), (), True)
    assert [i.resolved for i in found.imports] == [None] * 5
    assert [call.target for call in found.invocations] == ["requests.get"]


def test_a_package_without_records_is_the_users_code() -> None:
    shared = {"shared/__init__.py": "from .aws import put", "shared/aws.py":
              "import boto3\ndef put(): boto3.client('s3').put_object(Bucket='b', Key='k')"}  # fmt: skip
    found = files("import shared\ndef handler(e, c):\n    shared.put()\n", shared)
    assert [call.operation for call in found.calls] == ["PutObject"]


def test_a_file_cannot_shadow_what_the_runtime_has_loaded() -> None:
    source = "import json, queue\ndef handler(e, c):\n    return [json.x, queue.x]\n"
    found = files(source, {"json.py": "x = 1", "queue.py": "x = 2"})
    assert found.files == ("app.py", "queue.py")


@pytest.mark.parametrize(
    ("source", "others", "problem"),
    [
        ("import company_layer", {},
         "app.py imports company_layer, which is not among the files; a layer may bring it"),
        ("from .gone import x", {}, "app.py imports .gone, which is not among the files"),
        ("import native", {"native.cpython-312-x86_64-linux-gnu.so": ""},
         "native.cpython-312-x86_64-linux-gnu.so is compiled and cannot be read"),
        ("import old", {"old.pyc": ""}, "old.pyc is compiled and cannot be read"),
        ("import broken", {"broken.py": "print 'x'"},
         "broken.py is not valid Python 3, line 1: Missing parentheses in call to 'print'. Did you mean print(...)?"),
        ("import importlib, os\nimportlib.import_module(os.environ['M'])", {},
         "app.py imports a module whose name is computed"),
        ("exec('x = 1')", {}, "app.py runs code that it makes at run time (exec, eval)"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_makes_the_program_incomplete(source: str, others: dict[str, str], problem: str) -> None:
    found = files(f"{source}\ndef handler(event, context):\n    return event['a']\n", others)
    assert (found.complete, found.problems) == (False, (problem,))
    assert [read.path for read in found.reads] == [("a",)]


@pytest.mark.parametrize(
    "source",
    [
        "import json, os, urllib.request, boto3, botocore.exceptions, requests, aws_xray_sdk.core",
        "try:\n    import unheard_of\nexcept ImportError:\n    unheard_of = None",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import mypy_boto3_s3",
    ],
)
def test_what_is_known_leaves_the_program_complete(source: str) -> None:
    assert files(f"{source}\ndef handler(event, context):\n    return 1\n", {}).complete


@pytest.mark.parametrize(
    "line",
    [
        "sys.path.append('vendor')",
        "sys.path.insert(0, './vendor')",
        "sys.path.insert(0, '/var/task/vendor')",
        "sys.path.insert(0, os.path.join(os.path.dirname(__file__), 'vendor'))",
        "sys.path.append(str(pathlib.Path(__file__).parent / 'vendor'))",
    ],
)
def test_folders_added_to_the_search_path(line: str) -> None:
    source = f"import os, pathlib, sys\n{line}\nimport mine\ndef handler(e, c):\n    return mine.x\n"
    found = files(source, {"vendor/mine.py": "x = 1"})
    assert (found.files, found.complete) == (("app.py", "vendor/mine.py"), True)


@pytest.mark.parametrize(
    ("names", "package", "expected"),
    [
        (("boto3/__init__.py",), "boto3", True),
        (("boto3.py",), "boto3", True),
        (("boto3/session.py",), "boto3", True),
        (("python/boto3/__init__.py",), "boto3", True),
        (("python/lib/python3.12/site-packages/boto3/__init__.py",), "boto3", True),
        (("python/lib/python3.12/site-packages/google/protobuf/x.py",), "google.protobuf", True),
        (("_cffi_backend.cpython-312-x86_64-linux-gnu.so",), "_cffi_backend", True),
        (("cv2/cv2.abi3.so",), "cv2", True),
        (("boto3-stubs/__init__.pyi",), "boto3", False),
        (("boto3.dist-info/METADATA",), "boto3", False),
        (("my/boto3/__init__.py",), "boto3", False),
        (("boto3/readme.txt",), "boto3", False),
        (("boto3x.py",), "boto3", False),
        ((), "boto3", False),
    ],
)
def test_provides(names: tuple[str, ...], package: str, expected: bool) -> None:
    assert provides(MemoryTree(dict.fromkeys(names, b""), "asset"), package) is expected


def test_columns_count_characters() -> None:
    library = Library(MemoryTree({"a.py": "x = 'é'; y = 1\n".encode()}, "asset"))
    source = library.parse("a.py")
    assert isinstance(source, Source)
    assert source.place(source.tree.body[1]) == Place("a.py", 1, 10, 1, 15)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"x = 1\0", "a.py is not valid Python 3: source code string cannot contain null bytes"),
        (b"# -*- coding: nonsense -*-\nx = 1", "a.py is not valid Python 3: unknown encoding: nonsense"),
        (b"\xff\xfe", "a.py is not valid Python 3"),
        (b"x = 1\n" * 400_000, "a.py is larger than 2048 KB and was not read"),
        (b"x = " + b"a." * 50_000 + b"a", "a.py is nested too deeply to be read"),
        (b"x = " + b"(" * 500 + b")" * 500, "a.py is not valid Python 3, line 1: too many nested parentheses"),
    ],
)
def test_files_that_are_not_python(content: bytes, problem: str) -> None:
    found = Library(MemoryTree({"a.py": content}, "asset")).parse("a.py")
    assert isinstance(found, str)
    assert found.startswith(problem)


def test_a_byte_order_mark_and_windows_lines() -> None:
    text = b"\xef\xbb\xbfimport os\r\ndef handler(e, c):\r\n    return e['a']\r\n"
    found = analyze(MemoryTree({"app.py": text}, "asset"), "app.py", "handler")
    assert [(read.path, read.place.line, read.place.column) for read in found.reads] == [(("a",), 3, 12)]


def test_a_latin_1_cookie() -> None:
    text = "# -*- coding: latin-1 -*-\ndef handler(e, c):\n    return 'é' + e['a']\n".encode("latin-1")
    found = analyze(MemoryTree({"app.py": text}, "asset"), "app.py", "handler")
    assert [read.path for read in found.reads] == [("a",)]
