"""Imports, and the files that they lead to."""

from __future__ import annotations

import pytest

from analyzer.code.javascript import provides
from analyzer.code.program import Import, Place
from tests.code.javascript_programs import program, tree

Entry = tuple[str, tuple[str, ...], str]

IMPORTS: dict[str, list[Entry]] = {
    "const a = require('a');": [("a", ("*",), "require")],
    "const { b, c: d, ...e } = require('a');": [("a", ("b", "c", "*"), "require")],
    "const b = require('a').b;": [("a", ("b",), "require")],
    "require('a');": [("a", (), "require")],
    "require(`a`);": [("a", (), "require")],
    "import a from 'a';": [("a", ("default",), "import")],
    "import * as a from 'a';": [("a", ("*",), "import")],
    "import a, { b, c as d, 'e-f' as g } from 'a';": [("a", ("default", "b", "c", "e-f"), "import")],
    "import 'a';": [("a", (), "import")],
    "const a = await import('a');": [("a", ("*",), "dynamic")],
    "const { b } = await import('a');": [("a", ("b",), "dynamic")],
    "export { b, c as d } from 'a';": [("a", ("b", "c"), "reexport")],
    "export * from 'a';": [("a", ("*",), "reexport")],
    "export * as n from 'a';": [("a", ("*",), "reexport")],
    "if (x) { y(() => require('a')); }": [("a", ("*",), "require")],
    "module.require('a');": [("a", (), "require")],
    # what is no import
    "// require('a')\n/* import 'a' */": [],
    "const s = \"require('a')\";": [],
    "const s = `import b from 'a'; ${1}`;": [],
    "const r = /require('a')/;": [],
    "x.require('a'); obj.import('a');": [],
    "(function (require, module) { require('a'); })(r, m);": [],
    "require.resolve('a');": [],
    "require(a); require('a' + b);": [],
    "requires('a'); import.meta.url;": [],
}


@pytest.mark.parametrize("source", IMPORTS)
def test_imports(source: str) -> None:
    found = program(source, name="index.mjs")
    assert [(i.module, i.names, i.kind) for i in found.imports] == IMPORTS[source]


TYPED: dict[str, list[Entry]] = {
    "import type { A } from 'a';": [("a", ("A",), "type")],
    "import { type A } from 'a';": [("a", ("A",), "type")],
    "import { A } from 'a'; let x: A;": [("a", ("A",), "type")],
    "import { A, b } from 'a'; let x: A = b;": [("a", ("b",), "import")],
    "import * as AWS from 'aws-sdk'; let x: AWS.S3;": [("aws-sdk", ("*",), "type")],
    "import * as AWS from 'aws-sdk'; type X = typeof AWS;": [("aws-sdk", ("*",), "type")],
    "import * as AWS from 'aws-sdk'; const x = AWS.S3;": [("aws-sdk", ("*",), "import")],
    "import { A } from 'a'; const x = { A };": [("a", ("A",), "import")],
    "import { A } from 'a'; class B extends A {}": [("a", ("A",), "import")],
    "import { A } from 'a'; class B implements A {}": [("a", ("A",), "type")],
    "import { A } from 'a'; export { A };": [("a", ("A",), "import")],
    "import a = require('a'); a();": [("a", ("*",), "require")],
    "import a = require('a'); let x: a.B;": [("a", ("*",), "type")],
    "export type { A } from 'a';": [("a", ("A",), "type")],
    "import 'a';": [("a", (), "import")],
    "declare module 'a' { export const b: string; }": [],
}


@pytest.mark.parametrize("source", TYPED)
def test_imports_of_typescript(source: str) -> None:
    found = program(source, name="index.ts")
    assert [(i.module, i.names, i.kind) for i in found.imports] == TYPED[source]


@pytest.mark.parametrize(
    ("source", "deferred", "kind"),
    [
        ("require('a');", False, "require"),
        ("function f() { require('a'); }", True, "require"),
        ("const f = async () => (await import('a')).b;", True, "dynamic"),
        ("try { require('a'); } catch { }", False, "optional"),
        ("try { require('a'); } catch (e) { throw new Error('a is missing'); }", False, "require"),
        ("import('a').catch(() => null);", False, "optional"),
    ],
)
def test_circumstances_of_an_import(source: str, deferred: bool, kind: str) -> None:
    [found] = program(source, name="index.mjs").imports
    assert (found.module, found.deferred, found.kind) == ("a", deferred, kind)


RESOLUTION: dict[str, tuple[str, str, list[str]]] = {
    # specifier, importer, files that are there: the first is the one that is meant
    "exact": ("./a.js", "index.js", ["a.js", "a.ts"]),
    "extension": ("./a", "index.js", ["a.js", "a/index.js"]),
    "module extension": ("./a", "index.js", ["a.mjs"]),
    "common extension": ("./a", "index.js", ["a.cjs"]),
    "json": ("./a.json", "index.js", ["a.json"]),
    "json without extension": ("./a", "index.js", ["a.json"]),
    "typescript": ("./a", "index.ts", ["a.ts", "a.js"]),
    "tsx": ("./a", "index.ts", ["a.tsx"]),
    "js that is ts": ("./a.js", "index.ts", ["a.ts"]),
    "js that is tsx": ("./a.js", "index.ts", ["a.tsx"]),
    "mjs that is mts": ("./a.mjs", "index.mts", ["a.mts"]),
    "cjs that is cts": ("./a.cjs", "index.cts", ["a.cts"]),
    "js that is ts, from js": ("./a.js", "index.js", ["a.ts"]),
    "folder": ("./a", "index.js", ["a/index.js"]),
    "folder of typescript": ("./a", "index.ts", ["a/index.ts"]),
    "folder with slash": ("./a/", "index.js", ["a/index.js"]),
    "here": (".", "src/b.js", ["src/index.js"]),
    "up": ("../lib/a", "src/b/index.js", ["src/lib/a.js"]),
    "upper folder": ("..", "src/b/index.js", ["src/index.js"]),
    "dotted name": ("./a.b", "index.js", ["a.b.js"]),
    "task root": ("/var/task/lib/a", "index.js", ["lib/a.js"]),
}


@pytest.mark.parametrize("case", RESOLUTION)
def test_resolution(case: str) -> None:
    module, importer, files = RESOLUTION[case]
    found = program({importer: f"import x from '{module}'; x();", **dict.fromkeys(files, "{}")})
    assert [i.resolved for i in found.imports if i.place.file == importer] == [files[0]]


@pytest.mark.parametrize(
    ("module", "files"),
    [
        ("./missing", []),
        ("../outside", ["outside.js"]),
        ("../../etc/passwd", []),
        ("/etc/passwd", []),
        ("/opt/nodejs/shared", ["opt/nodejs/shared.js"]),
        ("a", ["a.js", "node_modules/a/index.js"]),
        ("./a", ["a.d.ts"]),
    ],
)
def test_what_leads_nowhere(module: str, files: list[str]) -> None:
    found = program({"index.js": f"require('{module}');", **dict.fromkeys(files, "")})
    assert [(i.module, i.resolved) for i in found.imports] == [(module, None)]
    assert found.files == ("index.js",)


def test_main_of_a_folder_and_maps_of_the_compiler() -> None:
    files = {
        "src/index.ts": "import { a } from '@lib/a'; import { b } from 'util/b'; import c from './pack'; a(b, c);",
        "tsconfig.json": (
            '{ // paths\n "compilerOptions": { "baseUrl": ".", "paths": { "@lib/*": ["src/lib/*"], }, }, }'
        ),
        "src/lib/a.ts": "export const a = 1;",
        "util/b.ts": "export const b = 1;",
        "src/pack/package.json": '{"main": "./dist/main.js"}',
        "src/pack/dist/main.js": "export default 1;",
    }
    found = program(files)
    assert [i.resolved for i in found.imports] == ["src/lib/a.ts", "util/b.ts", "src/pack/dist/main.js"]
    assert found.files == ("src/index.ts", "src/lib/a.ts", "util/b.ts", "src/pack/dist/main.js")


def test_subpath_imports_of_the_package() -> None:
    found = program(
        {
            "index.mjs": "import db from '#db'; import x from '#x'; db(x);",
            "package.json": '{"imports": {"#db": {"node": "./lib/db.mjs"}}}',
            "lib/db.mjs": "export default () => 1;",
        }
    )
    assert [(i.module, i.resolved) for i in found.imports] == [("#db", "lib/db.mjs"), ("#x", None)]


def test_places_and_names_of_the_files_read() -> None:
    found = program(
        {
            "index.js": "const a = require('./a');\nexports.handler = async () => { if (a.x) require('./lazy'); };",
            "a.js": "module.exports = { x: require('pkg') };",
            "lazy.js": "require('deep');",
            "unused.js": "require('never');",
            "node_modules/pkg/index.js": "require('aws-sdk');",
        }
    )
    assert found.imports == (
        Import("./a", ("*",), "require", Place("index.js", 1, 11, 1, 25), "a.js"),
        Import("./lazy", (), "require", Place("index.js", 2, 42, 2, 59), "lazy.js", True),
        Import("pkg", ("*",), "require", Place("a.js", 1, 23, 1, 37)),
        Import("deep", (), "require", Place("lazy.js", 1, 1, 1, 16)),
    )
    assert found.files == ("index.js", "a.js", "lazy.js")


def test_a_name_put_together_from_constants() -> None:
    found = program(
        {
            "index.js": (
                "const kind = 'sql'; const db = require('./db-' + kind); exports.handler = async () => db.run();"
            ),
            "db-sql.js": "exports.run = () => 'ran';",
        }
    )
    assert [(i.module, i.resolved) for i in found.imports] == [("./db-sql", "db-sql.js")]
    assert [answer.value.value for answer in found.returns] == ["ran"]  # type: ignore[union-attr]


def test_a_computed_name_makes_the_program_incomplete() -> None:
    found = program("exports.handler = async (event) => require(`./actions/${event.action}`).run(event);")
    assert found.problems == ("index.js:1: loads a module whose name is computed",)


def test_a_local_file_that_is_missing_makes_it_incomplete() -> None:
    found = program("const x = require('./gone'); exports.handler = async () => x.run();")
    assert found.problems == ("index.js: the file of './gone' is not there",)


def test_types_are_not_followed() -> None:
    found = program(
        {"index.ts": ("import { T } from './types'; export const handler = async (e: T) => 1;"), "types.ts": "x()"}
    )
    assert (found.files, found.complete) == (("index.ts",), True)


@pytest.mark.parametrize(
    ("package", "files", "there"),
    [
        ("aws-sdk", ["node_modules/aws-sdk/package.json"], True),
        ("aws-sdk", ["node_modules/aws-sdk/lib/aws.js"], True),
        ("aws-sdk", ["nodejs/node_modules/aws-sdk/package.json"], True),
        ("aws-sdk", ["nodejs/node20/node_modules/aws-sdk/index.js"], True),
        ("aws-sdk", ["node_modules/aws-sdk-client-mock/package.json"], False),
        ("aws-sdk", ["node_modules/other/node_modules/aws-sdk/package.json"], False),
        ("aws-sdk", ["aws-sdk/package.json"], False),
        ("@aws-sdk/client-s3", ["node_modules/@aws-sdk/client-s3/package.json"], True),
        ("@aws-sdk/client-s3", ["node_modules/@aws-sdk/client-s3-control/package.json"], False),
        ("aws-sdk", [], False),
    ],
)
def test_packages_that_an_asset_holds(package: str, files: list[str], there: bool) -> None:
    assert provides(tree(dict.fromkeys(files, "")), package) is there
