"""The Python modules of a file tree: which file an import leads to, and what each file imports.

Python on Lambda looks first in the asset's root (``/var/task``), then in layers (``/opt/python``), which are
not in the tree; ``sys.path`` may add folders of the asset.
"""

# Word lists are easier to read as text.
from __future__ import annotations

import ast
import sys
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import field
from typing import Final

from analyzer.code.program import Import, Place
from analyzer.code.template_holes import as_letters, fill_strings, has_holes
from analyzer.records import dataclass, replace
from analyzer.sources.files import FileTree

MAX_SOURCE_BYTES: Final = 2 * 1024 * 1024
LAYER_FOLDERS: Final = ("", "python/")
# Modules that the Lambda runtime has imported before the handler: a file of that name cannot shadow them.
PRELOADED: Final = frozenset(
    "abc builtins collections contextlib copy datetime decimal enum functools importlib inspect io itertools json "
    "logging math operator os pathlib posixpath random re site string struct sys time traceback types typing "
    "urllib uuid warnings weakref".split(" ")
)
# Packages that everybody installs: vendored or layered, they are not the user's code.
WELL_KNOWN: Final = frozenset(
    "aioboto3 aiobotocore aiohttp annotated_types anyio asn1crypto attr attrs authlib aws_encryption_sdk "
    "aws_lambda_powertools aws_requests_auth aws_secretsmanager_caching aws_xray_sdk awsgi awslambdaric awswrangler "
    "babel bcrypt boto boto3 botocore bs4 bson cachetools cattr cattrs certifi cffi chalice chardet "
    "charset_normalizer click cognitojwt crhelper cfnresponse cryptography cv2 datadog "
    "datadog_lambda dateutil ddtrace decouple "
    "deepdiff dns docutils dotenv ecdsa elasticsearch environs exceptiongroup fastapi fastjsonschema flask fsspec "
    "google gql graphql h11 httpcore httpx idna itsdangerous jinja2 jmespath jose joserfc jsonpath_ng jsonschema "
    "jwcrypto jwt "
    "loguru lxml mangum markupsafe marshmallow more_itertools mypy_boto3_builder multidict mysql newrelic numpy "
    "openai opensearchpy opentelemetry orjson packaging pandas passlib paramiko phonenumbers PIL pika pkg_resources "
    "psycopg psycopg2 pyarrow pyasn1 pycparser pydantic pydantic_core pydantic_settings pymongo pymysql PyPDF2 pypdf "
    "pyparsing pytz redis referencing requests requests_aws4auth requests_oauthlib responses retry rsa ruamel "
    "s3fs s3transfer scipy sentry_sdk serverless_wsgi setuptools simplejson six sklearn slack_sdk sniffio "
    "sqlalchemy starlette stripe structlog tabulate tenacity tiktoken tqdm twilio typing_extensions "
    "typing_inspection tzlocal ujson urllib3 uritools uvicorn werkzeug wrapt xmltodict yaml yarl zipp zoneinfo".split(
        " "
    )
)
_BUILT: Final = (".so", ".pyd", ".pyc")


@dataclass(frozen=True, slots=True)
class Source:
    """A parsed file; ``width`` maps a line to its bytes where columns in bytes and in characters differ."""

    file: str
    tree: ast.Module
    width: dict[int, bytes] = field(default_factory=dict)

    def place(self, node: ast.AST) -> Place:
        """Where ``node``, which has a position, is written."""
        line, end = getattr(node, "lineno", 1), getattr(node, "end_lineno", None)
        last = end if end is not None else line
        column = self._column(line, getattr(node, "col_offset", 0))
        end_column = self._column(last, getattr(node, "end_col_offset", None) or 0)
        return Place(self.file, line, column, last, end_column)

    def _column(self, line: int, offset: int) -> int:
        text = self.width.get(line)
        return offset + 1 if text is None else len(text[:offset].decode("utf-8", "replace")) + 1


@dataclass(frozen=True, slots=True)
class Location:
    """Where a module lives. ``kind``: ``source``, ``folder`` (no ``__init__``) or ``compiled``."""

    file: str
    kind: str


class Library:
    """Finds and parses the modules of one tree."""

    def __init__(self, tree: FileTree) -> None:
        self._tree = tree
        self._roots = [""]
        self._sources: dict[str, Source | str] = {}
        self._names: tuple[str, ...] | None = None
        self._distributed: frozenset[str] | None = None

    def add_root(self, folder: str) -> None:
        """Look in ``folder`` too, as after ``sys.path.insert``; a folder that is not there is ignored."""
        root = folder.strip("/") + "/"
        if root not in self._roots and any(name.startswith(root) for name in self.names()):
            self._roots.append(root)

    def names(self) -> tuple[str, ...]:
        """All names of the tree."""
        if self._names is None:
            self._names = tuple(self._tree.names())
        return self._names

    def find(self, module: str) -> Location | None:
        """The user's module of that dotted name; None for packages, Python's own and what is not there."""
        top = module.partition(".")[0]
        if not module or top in PRELOADED or top in WELL_KNOWN or self._is_distributed(top):
            return None
        return next((found for root in self._roots if (found := self._in_root(root, module))), None)

    def foreign(self, module: str) -> bool:
        """Whether ``module`` is known not to be the user's: Python's own, a common or an installed package."""
        top = module.partition(".")[0]
        return top in sys.stdlib_module_names or top in WELL_KNOWN or self._is_distributed(top)

    def parse(self, file: str) -> Source | str:
        """The parsed file, or why it cannot be read, in words."""
        if file not in self._sources:
            self._sources[file] = _parse(self._tree.read(file), file)
        return self._sources[file]

    def _in_root(self, root: str, module: str) -> Location | None:
        path = root + module.replace(".", "/")
        for file in (f"{path}/__init__.py", f"{path}.py"):
            if self._tree.exists(file):
                return Location(file, "source")
        if any(self._tree.exists(f"{path}/{inner}") for inner in ("__init__.pyc", "__init__.so")):
            return Location(f"{path}/__init__.pyc", "compiled")
        inside = [name for name in self.names() if name.startswith((f"{path}/", f"{path}."))]
        built = next((n for n in inside if n.startswith(f"{path}.") and n.endswith(_BUILT)), None)
        if built is not None:
            return Location(built, "compiled")
        if any(name.endswith((".py", *_BUILT)) for name in inside):
            return Location("", "folder")
        return None

    def _is_distributed(self, top: str) -> bool:
        if self._distributed is None:
            self._distributed = frozenset(self._installed())
        return top in self._distributed

    def _installed(self) -> Iterator[str]:
        """Top-level names that ``*.dist-info`` folders claim, by record or by name."""
        for name in self.names():
            folder, _, inner = name.rpartition("/")
            if not folder.endswith((".dist-info", ".egg-info")) or "/" in folder:
                continue
            yield folder.partition("-")[0].rpartition(".dist")[0] or folder.partition("-")[0]
            if inner in ("RECORD", "top_level.txt"):
                text = (self._tree.read(name) or b"").decode("utf-8", "replace")
                yield from _record_names(text.splitlines())


def _record_names(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        top = line.partition(",")[0].partition("/")[0].strip()
        if top and not top.startswith(".") and not top.endswith((".dist-info", ".egg-info")):
            yield top.removesuffix(".py")


def _parse(content: bytes | None, file: str) -> Source | str:
    if content is None:
        return f"{file} cannot be read"
    if len(content) > MAX_SOURCE_BYTES:
        return f"{file} is larger than {MAX_SOURCE_BYTES // 1024} KB and was not read"
    source = as_letters(content.decode("utf-8", "replace")) if has_holes(content) else None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(content if source is None else source, file)
    except SyntaxError as error:
        line = f", line {error.lineno}" if error.lineno else ""
        return f"{file} is not valid Python 3{line}: {error.msg}"
    except ValueError:
        return f"{file} is not valid Python 3: it holds NUL characters"
    except (RecursionError, MemoryError):
        return f"{file} is nested too deeply to be read"
    stray = fill_strings(tree) if source is not None else None
    if stray is not None:
        return f"{file}, line {stray}: the code that the template puts there"
    wide = {} if content.isascii() else _wide_lines(content)
    return Source(file, tree, wide)


def _wide_lines(content: bytes) -> dict[int, bytes]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:  # a coding cookie: columns then count bytes
        return {}
    lines = enumerate(text.replace("\r\n", "\n").split("\n"), start=1)
    return {number: line.encode() for number, line in lines if not line.isascii()}


def provides(tree: FileTree, package: str) -> bool:
    """Whether the asset or layer ``tree`` holds the importable ``package`` (``boto3``, ``google.protobuf``).

    Layers are looked through as Lambda does: ``python/`` and ``python/lib/python3.*/site-packages/``.
    """
    path = package.replace(".", "/")
    for folder in LAYER_FOLDERS:
        if any(tree.exists(f"{folder}{path}{end}") for end in ("/__init__.py", ".py")):
            return True
    return any(_is_module(_below_site(name), path) for name in tree.names())


def _below_site(name: str) -> str:
    _, found, below = name.partition("/site-packages/")
    return below if found and name.startswith("python/lib/") else name.removeprefix("python/")


def _is_module(name: str, path: str) -> bool:
    if name.startswith(f"{path}/"):
        return name.endswith((".py", *_BUILT))
    return name.startswith(f"{path}.") and name.endswith((".py", *_BUILT)) and "/" not in name[len(path) :]


def absolute(module: str | None, level: int, package: str) -> str:
    """The dotted name that ``from <level dots><module>`` means in ``package``; empty above the top."""
    if not level:
        return module or ""
    parts = package.split(".") if package else []
    if level - 1 > len(parts) or not parts:
        return ""
    base = parts[: len(parts) - (level - 1)]
    return ".".join([*base, *([module] if module else [])])


def imports_of(source: Source, package: str, library: Library) -> Iterator[Import]:
    """All import statements of a file, those in functions and branches too.

    ``kind`` is ``type`` under ``if TYPE_CHECKING``, ``optional`` in a ``try`` that expects ``ImportError`` and for the
    substitute in its handler, else ``import``.
    """
    for statement, kind, deferred in _import_statements(source.tree.body):
        place = source.place(statement)
        if isinstance(statement, ast.Import):
            for alias in statement.names:
                yield Import(alias.name, (), kind, place, _file(library, alias.name), deferred)
        else:
            for found in _from_imports(statement, kind, place, package, library):
                yield replace(found, deferred=deferred)


def _from_imports(
    statement: ast.ImportFrom, kind: str, place: Place, package: str, library: Library
) -> Iterator[Import]:
    written = "." * statement.level + (statement.module or "")
    module = absolute(statement.module, statement.level, package)
    rest: list[str] = []
    for alias in statement.names:
        below = library.find(f"{module}.{alias.name}" if module else alias.name) if module or statement.level else None
        if below is not None and below.file and alias.name != "*":
            yield Import(written, (alias.name,), kind, place, below.file)
        else:
            rest.append(alias.name)
    if rest:
        yield Import(written, tuple(rest), kind, place, _file(library, module))


def _file(library: Library, module: str) -> str | None:
    found = library.find(module)
    return found.file or None if found else None


def _import_statements(body: list[ast.stmt]) -> Iterator[tuple[ast.Import | ast.ImportFrom, str, bool]]:
    """Each with its kind and whether it stands in a function."""
    pending = [(statement, "import", False) for statement in reversed(body)]
    while pending:
        statement, kind, deferred = pending.pop()
        if isinstance(statement, ast.Import | ast.ImportFrom):
            yield statement, kind, deferred
            continue
        deferred = deferred or isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef)
        inner = [(below, inner_kind, deferred) for part, inner_kind in _blocks(statement, kind) for below in part]
        pending.extend(reversed(inner))


def _blocks(statement: ast.stmt, kind: str) -> Iterator[tuple[list[ast.stmt], str]]:
    if isinstance(statement, ast.If) and _is_type_checking(statement.test):
        yield statement.body, "type"
        yield statement.orelse, kind
        return
    if isinstance(statement, ast.Try) and any(_expects_import_error(handler) for handler in statement.handlers):
        optional = "optional" if kind == "import" else kind
        tries_a_module = any(isinstance(inner, ast.Import | ast.ImportFrom) for inner in statement.body)
        yield statement.body, optional
        for handler in statement.handlers:
            yield handler.body, optional if tries_a_module else kind
        yield [*statement.orelse, *statement.finalbody], kind
        return
    for name in ("body", "orelse", "finalbody"):
        yield getattr(statement, name, []), kind
    for part in [*getattr(statement, "handlers", []), *getattr(statement, "cases", [])]:
        yield part.body, kind


def _is_type_checking(test: ast.expr) -> bool:
    name = test.attr if isinstance(test, ast.Attribute) else getattr(test, "id", "")
    return name == "TYPE_CHECKING"


def _expects_import_error(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    names = {getattr(node, "id", "") for node in ast.walk(handler.type)}
    return bool(names & {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})
