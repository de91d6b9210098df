"""Packages of Python: which import is one, where it is looked for, what the runtimes bring, what a manifest asks for.

Sources: Python's library reference and "What's new" of 3.12 and 3.13 (modules that were removed); AWS Lambda
Developer Guide, "Working with .zip file archives for Python Lambda functions" (search path, packages of the
runtime); AWS SAM CLI and its builders (``pip install -r requirements.txt`` from ``CodeUri``).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import Final

from analyzer.code.program import Import
from analyzer.code.python import provides
from analyzer.facts.ecosystem import Manifest
from analyzer.sources.files import FileTree

MANIFEST: Final = "requirements.txt"
PACKED: Final = ".requirements.zip"
INLINE_ONLY: Final = frozenset({"cfnresponse"})
"""Lambda puts this module beside code that is written in the template, and only there."""

REMOVED: Final = {
    **dict.fromkeys(("asynchat", "asyncore", "distutils", "imp", "smtpd"), 12),
    **dict.fromkeys(
        (
            "aifc", "audioop", "cgi", "cgitb", "chunk", "crypt", "imghdr", "lib2to3", "mailcap", "msilib", "nis",
            "nntplib", "ossaudiodev", "pipes", "sndhdr", "spwd", "sunau", "telnetlib", "uu", "xdrlib",
        ),
        13,
    ),
}  # fmt: skip
"""Module of the standard library → minor version of Python 3 without it."""

_STANDARD: Final = sys.stdlib_module_names | {"annotationlib", "compression", "tomllib", "zoneinfo"}
_RUNTIME: Final = frozenset(
    {"awslambdaric", "boto3", "botocore", "dateutil", "jmespath", "pip", "s3transfer", "simplejson", "six",
     "snapshot_restore_py", "urllib3"}
)  # fmt: skip
_DURABLE: Final = "aws_durable_execution_sdk_python"
_DURABLE_FROM: Final = 13
_WITH_TOOLS: Final = frozenset({"pkg_resources", "setuptools"})
_TOOLS_UNTIL: Final = 11
_VERSION = re.compile(r"python3\.(\d+)")

# Imports whose distribution has another name than the rules of :func:`declares` find.
_DISTRIBUTIONS: Final = {
    "Crypto": ("pycryptodome", "pycrypto"),
    "MySQLdb": ("mysqlclient",),
    "PIL": ("pillow",),
    "analyzer": ("stackproof",),
    "attr": ("attrs",),
    "bs4": ("beautifulsoup4",),
    "cv2": ("opencv_python", "opencv_python_headless", "opencv_contrib_python"),
    "dns": ("dnspython",),
    "docx": ("python_docx",),
    "fitz": ("pymupdf",),
    "git": ("gitpython",),
    "jsonpath_ng": ("jsonpath_ng",),
    "lib2to3": (),
    "nacl": ("pynacl",),
    "OpenSSL": ("pyopenssl",),
    "pkg_resources": ("setuptools",),
    "sklearn": ("scikit_learn",),
    "socks": ("pysocks",),
    "win32api": ("pywin32",),
}
# What some distributions bring and code often imports without declaring it.
_BROUGHT: Final = {
    "aws_xray_sdk": ("wrapt",),
    "fastapi": ("pydantic", "starlette", "typing_extensions"),
    "httpx": ("anyio", "certifi", "h11", "httpcore", "idna"),
    "pandas": ("dateutil", "numpy", "pytz", "tzdata"),
    "awswrangler": ("numpy", "pandas", "pyarrow"),
    "pydantic": ("annotated_types", "pydantic_core", "typing_extensions"),
    "requests": ("certifi", "chardet", "charset_normalizer", "idna", "urllib3"),
    "aws_lambda_powertools": ("jmespath", "pydantic", "typing_extensions"),
    "flask": ("click", "itsdangerous", "jinja2", "markupsafe", "werkzeug"),
    "pyjwt": ("cryptography",),
    "python_jose": ("cryptography", "ecdsa", "rsa"),
}
_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:$|[\[<>=!~;@ #])")
_EGG = re.compile(r"#egg=([A-Za-z0-9._-]+)")
_INCLUDED = re.compile(r"\s*(?:-r|--requirement)[ =]\s*(\S+)")
_TELLING: Final = 4
_COMMON_WORDS: Final = frozenset("amazon client core http json lambda library python tools types utils".split())
_MOST_FILES: Final = 8
_MOST_BYTES: Final = 1024 * 1024


def package_of(entry: Import, tree: FileTree) -> str | None:  # noqa: ARG001
    """The top-level name of the package that an import loads; None for files of the asset, relative imports,
    the standard library as far as every runtime has it, and what is never run."""
    top = entry.module.partition(".")[0]
    if not top or entry.kind == "type" or entry.resolved is not None:
        return None
    if top in _STANDARD and top not in REMOVED:
        return None
    return None if top == "__future__" else top


def holds(tree: FileTree, importer: str, package: str) -> bool:  # noqa: ARG001
    """Whether the asset brings ``package``: at its top, or in a folder that the code may add to ``sys.path``."""
    if provides(tree, package):
        return True
    ends = (f"/{package}/__init__.py", f"/{package}.py")
    return any(name.endswith(ends) for name in tree.names())


def layer_holds(layer: FileTree, package: str) -> bool:
    """Whether a layer brings ``package``."""
    return provides(layer, package)


def packed(tree: FileTree) -> str | None:
    """The archive of the Serverless Framework's plugin that a handler unpacks when it starts."""
    return PACKED if tree.exists(PACKED) else None


def runtime_holds(runtime: str, package: str) -> bool:
    """Whether the runtime itself brings ``package``."""
    version = _VERSION.match(runtime)
    if version is None:
        return False
    minor = int(version[1])
    if package in REMOVED:
        return minor < REMOVED[package]
    if package == _DURABLE:
        return minor >= _DURABLE_FROM
    return package in _RUNTIME or (package in _WITH_TOOLS and minor <= _TOOLS_UNTIL)


def may_come_with_runtime(package: str) -> bool:
    """Whether some version of the runtime brings ``package``."""
    return package in _RUNTIME or package in _WITH_TOOLS or package in REMOVED or package == _DURABLE


def manifest_of(tree: FileTree, *, bundled: bool) -> Manifest | None:  # noqa: ARG001
    """What a build installs for the asset; None without a ``requirements.txt`` at the top."""
    if not tree.exists(MANIFEST):
        return None
    lines = list(_lines(tree, MANIFEST, []))
    names = {_normal(match[1]) for line in lines if (match := _REQUIREMENT.match(line))}
    placed = [line for line in lines if _REQUIREMENT.match(line) is None and not _INCLUDED.match(line)]
    eggs = {_normal(match[1]) for line in placed if (match := _EGG.search(line))}
    opaque = any(_EGG.search(line) is None for line in placed if not line.startswith("--"))
    brought = {name for declared in names for name in _BROUGHT.get(declared, ())}
    return Manifest(MANIFEST, frozenset(names | eggs | brought), closed=not lines, opaque=opaque)


def declares(manifest: Manifest, package: str) -> bool:
    """Whether a requirement may be the distribution of ``package``: the same name, one that holds it as a word
    (``python-dateutil``, ``psycopg2-binary``), one that is written with separators (``opensearch-py`` brings
    ``opensearchpy``), ``Py`` before it (``PyYAML``), one that is known to differ, or one that shares a telling word
    with it (``aurora-dsql-connector`` brings ``aurora_dsql_psycopg2``)."""
    name = _normal(package)
    if manifest.names & {name, f"py{name}", *_DISTRIBUTIONS.get(package, ())}:
        return True
    if name in {declared.replace("_", "") for declared in manifest.names}:
        return True
    words = {word for word in name.split("_") if len(word) >= _TELLING} - _COMMON_WORDS
    return any(
        f"_{name}_" in f"_{declared}_" or not words.isdisjoint(declared.split("_")) for declared in manifest.names
    )


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "_", name).lower()


def _lines(tree: FileTree, file: str, seen: list[str]) -> Iterator[str]:
    """The requirement lines of a file and of those that it includes, without comments."""
    data = tree.read(file)
    if data is None or file in seen or len(seen) >= _MOST_FILES or len(data) > _MOST_BYTES:
        return
    seen.append(file)
    for line in data.decode("utf-8", "replace").replace("\\\n", " ").splitlines():
        text = re.sub(r"(^|\s)#(?!egg=).*", "", line).strip()
        included = _INCLUDED.match(text)
        if included:
            yield from _lines(tree, included[1], seen)
        elif text:
            yield text
