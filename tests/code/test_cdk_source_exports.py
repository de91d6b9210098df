from __future__ import annotations

from textwrap import dedent

import pytest

from analyzer.code.cdk_exports import Exports, exports_of
from analyzer.code.cdk_resolution import Target
from tests.code.cdk_projects import project


def exports(code: str, file: str = "a.ts") -> Exports:
    return exports_of(file, dedent(code).encode())


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("export class A {} export abstract class B {} class C {}", {"A", "B"}),
        ("export const a = 1, { b, c: d, ...e } = x, [f] = y;", {"a", "b", "d", "e", "f"}),
        ("export function a() {} export async function b() {} export function* c() {}", {"a", "b", "c"}),
        ("export interface A {} export type B = A; export enum C {} export const enum D {}", {"A", "B", "C", "D"}),
        ("export namespace A.B { export const c = 1 } export declare class D {}", {"A", "D"}),
        ("export { a, b as c, d as default }; export { e } from './e'; export type { F } from './f';",
         {"a", "c", "default", "e", "F"}),
        ("export default class A {}", {"default"}),
        ("export default { A };", {"default"}),
        ("export * as ns from './x';", {"ns"}),
        ("export function over(a: string): void; export function over(a: any) {}", {"over"}),
        ("// export const a = 1;\nconst s = 'export const b = 1';", set()),
        ("export import B = A.B;", None),
    ],
)  # fmt: skip
def test_typescript(code: str, names: set[str] | None) -> None:
    found = exports(code)
    if names is None:
        assert found.open or found.names <= {"B"}
    else:
        assert (set(found.names), found.stars, found.open) == (names, (), False)


def test_stars_are_passed_on() -> None:
    assert exports("export * from './a';\nexport * from 'pkg';").stars == ("./a", "pkg")


def test_a_declaration_file_exports_all_unless_it_says_what() -> None:
    assert exports("declare class A {}\ninterface B {}\ndeclare const c: A;", "a.d.ts").names == {"A", "B", "c"}
    assert exports("declare class A {}\nexport class B {}", "a.d.ts").names == {"A", "B"}
    assert exports("declare class A {}\ndeclare class B {}\nexport { B };", "a.d.ts").names == {"B"}


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("exports.a = 1; module.exports.b = 2;", {"a", "b", "default"}),
        ("module.exports = { a, b: 1, c() {}, 'd-e': 2 };", {"a", "b", "c", "d-e", "default"}),
        ("class A {}", {"default"}),
        ("export const a = 1;", {"a"}),
    ],
)
def test_javascript(code: str, names: set[str]) -> None:
    found = exports(code, "a.js")
    assert (set(found.names), found.open) == (names, False)


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("a.js", "module.exports = require('./x');"),
        ("a.js", "module.exports = { ...x };"),
        ("a.js", "module.exports = { [k]: 1 };"),
        ("a.js", "Object.assign(module.exports, x);"),
        ("a.js", "f(exports);"),
        ("a.js", "module.exports[name] = 1;"),
        ("a.ts", "export = x;"),
        ("a.ts", "class {"),
        ("a.json", "{}"),
        ("a.py", "def __getattr__(name): ..."),
        ("a.py", "globals()['x'] = 1"),
        ("a.py", "class ("),
    ],
)
def test_what_cannot_be_told_is_open(file: str, code: str) -> None:
    assert exports(code, file).open


def test_python() -> None:
    code = """
        import a.b, c as d
        from e import f as g, h
        i: int = 1
        (j, [k]) = 1, [2]
        for l in x: m = l
        try:
            n = 1
        except E as o:
            p = (q := 2)
        with r as s: pass
        class T:
            u = 1
        async def v():
            w = 1
            global y
        if TYPE_CHECKING:
            z = 1
        from star import *
        from .near import *
    """
    found = exports(code, "a.py")
    own = {name for name in found.names if not name.startswith("__")}
    assert own == set("adghijklmnopqs") | {"T", "v", "y", "z", "*"}
    assert (found.stars, found.open) == (("star", ".near"), False)


FILES = {
    "app.ts": "import { Stack } from 'aws-cdk-lib';",
    "barrel.ts": "export * from './one'; export * from './two'; export const own = 1;",
    "one.ts": "export const one = 1; export default 2; export * from './barrel';",
    "two.ts": "export * from '@bank/two';",
    "ring.ts": "export * from './ring2';",
    "ring2.ts": "export * from './ring';",
    "pack/__init__.py": "from .near import *\n",
    "pack/near.py": "A = 1\n",
    "pack/sub.py": "",
    "space/x.py": "",
    "space/deep/y.py": "",
}


@pytest.mark.parametrize(
    ("state", "file", "name", "expected"),
    [
        ("file", "barrel.ts", "own", True),
        ("file", "barrel.ts", "one", True),
        ("file", "barrel.ts", "other", None),  # the package may have it
        ("file", "barrel.ts", "default", False),  # stars do not pass it on
        ("file", "one.ts", "default", True),
        ("file", "one.ts", "*", True),
        ("file", "ring.ts", "x", False),
        ("file", "pack/__init__.py", "A", True),
        ("file", "pack/__init__.py", "sub", True),
        ("file", "pack/__init__.py", "gone", False),
        ("folder", "space", "x", True),
        ("folder", "space", "deep", True),
        ("folder", "space", "gone", False),
        ("package", "", "x", None),
        ("missing", "gone", "x", None),
    ],
)
def test_offers(state: str, file: str, name: str, expected: bool | None) -> None:
    assert project(FILES).offers(Target(state, file), name) is expected


def test_names_through_stars() -> None:
    assert project(FILES).names_of("barrel.ts") == {"own", "one", "default"}


def test_the_modules_of_a_project_are_what_its_files_lead_to() -> None:
    files = {
        "bin/app.ts": "import { App } from 'aws-cdk-lib';\nimport { a } from '../lib/a';\nimport './gone';",
        "lib/a.ts": "import data from './data.json';\nimport { T } from './t';\nexport const a = 1;",
        "lib/t.d.ts": "export type T = 1;",
        "lib/data.json": "{}",
        "lib/unused.ts": "",
        "app.py": "import aws_cdk\nfrom pack import sub\n",
        "pack/__init__.py": "",
        "pack/sub.py": "from . import other\n",
        "pack/other.py": "",
        "pack/unused.py": "",
    }
    found = project(files)
    assert found.names == ("app.py", "bin/app.ts")
    assert list(found.modules) == [
        "app.py",
        "bin/app.ts",
        "lib/a.ts",
        "pack/__init__.py",
        "pack/other.py",
        "pack/sub.py",
    ]
