"""TypeScript and Python give the same tree."""

from __future__ import annotations

from textwrap import dedent

import pytest

from analyzer.code.cdk_python import read_python
from analyzer.code.cdk_tree import Module
from analyzer.code.cdk_typescript import read_typescript
from tests.code.cdk_projects import text_of


def read(code: str, language: str = "ts") -> Module:
    content = dedent(code).encode()
    module = read_python("a.py", content) if language == "py" else read_typescript(f"a.{language}", content)
    assert module.problem == ""
    return module


def statements(module: Module) -> list[str]:
    """The expressions of the statements of a module's own scope."""
    return [text_of(part) for statement in module.scope.statements for part in statement.expressions]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("new ec2.Vpc(this, 'V', { maxAzs: 2, ...base });", "new ec2.Vpc(this, 'V', {maxAzs: other, ...base})"),
        ("vpc!.addFlowLog('F')?.node;", "vpc.addFlowLog('F').node"),
        ("f({ a, 'b-c': true, [k]: 1, m() {} });", "f({a: a, b-c: true, m: lambda, ...other})"),
        ("f({ a: 1 } as any, <T>{ b: x }, { c: x } satisfies T, { d: x } as const);",
         "f({a: other}!, {b: x}!, {c: x}, {d: x})"),
        ("f(a ? b : c, a ?? b, a + b);", "f(choice, choice, other)"),
        ("f(`plain`, `${id}-topic`, \"q\\u0041\");", "f('plain', '${id}-topic', 'qA')"),
        ("f(props['vpc'], props[0]);", "f(props.vpc, other)"),
        ("(await (f()));", "f()"),
        ("tag`x`;", "other"),
    ],
)  # fmt: skip
def test_expressions_of_typescript(code: str, expected: str) -> None:
    assert statements(read(code)) == [expected]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("ec2.Vpc(scope, 'V', max_azs=2, **base)", "ec2.Vpc(scope, 'V', {max_azs: other, ...base})"),
        ("f({'a': True, **base, k: 1}, dict(b=x))", "f({a: true, ...base, ...other}, {b: x})"),
        ("f(b if a else c, a or b, a + b)", "f(choice, choice, other)"),
        ("f(f'{id}-topic', f'plain', 'a' 'b')", "f('{id}-topic', 'plain', 'ab')"),
        ("f(props['vpc'], props[0], (x, y))", "f(props.vpc, other, [x, y])"),
        ("f(lambda x: x, [y for y in z if y])", "f(lambda, other)"),
        ("g(y := f())", "g(f())"),
    ],
)
def test_expressions_of_python(code: str, expected: str) -> None:
    assert statements(read(code, "py")) == [expected]


TYPESCRIPT = """
import { Stack } from 'aws-cdk-lib';

/** Where documents are kept. */
@traced
export class Storage extends Stack {
  private bucket: s3.IBucket;
  static readonly size = 3;

  constructor(scope: Construct, readonly vpc: ec2.IVpc, private id?: string) {
    super(scope, id);
    this.bucket = this.make('B');
  }

  make(name: string): s3.Bucket {
    return new s3.Bucket(this, name);
  }
}
"""
PYTHON = '''
from aws_cdk import Stack


class Storage(Stack):
    """Where documents are kept."""

    size = 3

    def __init__(me, scope: Construct, vpc: ec2.IVpc, id: str = None):
        super().__init__(scope, id)
        me.vpc = vpc
        me.bucket: s3.IBucket = me.make("B")

    def make(me, name: str) -> "s3.Bucket":
        return s3.Bucket(me, name)
'''


@pytest.mark.parametrize(("code", "language"), [(TYPESCRIPT, "ts"), (PYTHON, "py")], ids=["ts", "py"])
def test_classes(code: str, language: str) -> None:
    (declared,) = read(code, language).classes()
    assert (declared.name, declared.documented, declared.is_type) == ("Storage", True, False)
    assert [text_of(base) for base in declared.bases] == ["Stack"]
    fields = {
        name: [(text_of(binding.value), text_of(binding.annotation)) for binding in bindings]
        for name, bindings in declared.fields.items()
    }
    assert ("other", "-") in fields.pop("size")
    assert fields.pop("bucket")[-1][0] == "this.make('B')"
    assert [value for value, _ in fields.pop("vpc")] == ["vpc"]
    fields.pop("id", None)  # a parameter property, in TypeScript alone
    assert fields == {}
    make = declared.scope.functions["make"]
    assert text_of(make.returns) == "s3.Bucket"
    assert [text_of(result).removeprefix("new ") for result in make.results] == ["s3.Bucket(this, name)"]
    constructor = declared.scope.functions["constructor" if language == "ts" else "__init__"]
    assert text_of(constructor.statements[-3 if language == "py" else 0].expressions[0]) == "super(scope, id)"


def test_positions_of_parameters_do_not_count_the_instance() -> None:
    code = "class A:\n    def f(self, a, /, b, *, c): ...\n    @staticmethod\n    def g(a): ...\n"
    (declared,) = read(code, "py").classes()
    positions = {
        name: binding.parameter
        for scope in declared.scope.functions.values()
        for name, (binding,) in scope.bindings.items()
        if scope.name == "f"
    }
    assert positions == {"a": 0, "b": 1, "c": 2}
    assert list(declared.scope.functions["g"].bindings) == ["a"]


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        ("ec2.Vpc", "ec2.Vpc"),
        ("Vpc | undefined", "Vpc"),
        ("Promise<ec2.Vpc>", "ec2.Vpc"),
        ("Readonly<Partial<ec2.VpcProps>>", "ec2.VpcProps"),
        ("Map<string, Vpc>", "Map"),
        ("ec2.Vpc | ec2.IVpc", "-"),
        ("Vpc[]", "-"),
        ("cdk.aws_ec2.Vpc", "cdk.aws_ec2.Vpc"),
        ("string", "-"),
    ],
)
def test_types_of_typescript(annotation: str, expected: str) -> None:
    module = read(f"let x: {annotation};")
    assert text_of(module.scope.bindings["x"][0].annotation) == expected


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        ("ec2.Vpc", "ec2.Vpc"),
        ("'ec2.Vpc'", "ec2.Vpc"),
        ("'ec2.Vpc | None'", "ec2.Vpc"),
        ("Optional[ec2.Vpc]", "ec2.Vpc"),
        ("typing.Union[ec2.Vpc, None]", "ec2.Vpc"),
        ("list[ec2.Vpc]", "-"),
        ("'not a type('", "-"),
        ("None", "-"),
    ],
)
def test_types_of_python(annotation: str, expected: str) -> None:
    module = read(f"x: {annotation} = 1", "py")
    assert text_of(module.scope.bindings["x"][0].annotation) == expected


def test_destructuring_takes_parts() -> None:
    module = read("const { vpc, subnets: own = [], ...rest } = network; const [a, b] = pair; for (const c of d) e(c);")
    parts = {name: (b.attribute, text_of(b.value)) for name, (b,) in module.scope.bindings.items()}
    assert parts == {
        "vpc": ("vpc", "network"),
        "own": ("subnets", "network"),
        "rest": ("", "-"),
        "a": ("", "-"),
        "b": ("", "-"),
        "c": ("", "-"),
    }


def test_a_later_assignment_belongs_to_the_scope_that_declares_the_name() -> None:
    module = read("let vpc; function f() { vpc = new Vpc(); other = 1; }")
    assert [text_of(binding.value) for binding in module.scope.bindings["vpc"]] == ["-", "new Vpc()"]
    assert list(module.scope.functions["f"].bindings) == ["other"]


def test_statements_in_blocks_are_those_of_the_scope() -> None:
    typescript = read(
        "if (a) { f(); } else if (b) { g(); } try { h(); } catch (e) { i(); } switch (j) { case 1: k(); }"
    )
    python = read(
        "if a:\n    f()\nelif b:\n    g()\ntry:\n    h()\nexcept E:\n    i()\nwith open(x) as y:\n    z()\n", "py"
    )
    assert statements(typescript) == ["a", "f()", "b", "g()", "h()", "i()", "j", "other", "k()"]
    assert statements(python) == ["a", "f()", "b", "g()", "h()", "i()", "open(x)", "z()"]


def test_imports_keep_every_name_even_those_that_are_erased() -> None:
    module = read(
        "import main, { A, type B as C } from './x';\nimport * as y from './y';\nimport z = require('./z');\n"
    )
    assert [(entry.module, entry.names) for entry in module.imports] == [
        ("./x", ("default", "A", "B")),
        ("./y", ("*",)),
        ("./z", ("*",)),
    ]
    imported = {name: b[0].imported and (b[0].imported.module, b[0].imported.name)
                for name, b in module.scope.bindings.items()}  # fmt: skip
    assert imported == {
        "main": ("./x", "default"),
        "A": ("./x", "A"),
        "C": ("./x", "B"),
        "y": ("./y", "*"),
        "z": ("./z", "*"),
    }


def test_comments_that_say_something() -> None:
    module = read(
        """
        // why this is
        f(); // on the line
        // eslint-disable-next-line no-console
        g(); /* noqa */
        // eslint-disable-next-line no-console -- it is a command
        // ---------------------------------
        /* over
           two lines */ h();
        """
    )
    assert module.remarks == {2, 3, 6, 8, 9}
    assert module.comments == {2, 6}
    python = read("# why\nf()  # noqa: E501\n# type: ignore\ng()  # on the line\nx = '# none'\n", "py")
    assert (python.remarks, python.comments) == ({1, 4}, {1})


@pytest.mark.parametrize(
    ("file", "code", "problem"),
    [
        ("a.ts", "class A {", "a.ts cannot be parsed (line 1)"),
        ("a.py", "class A(:\n", "a.py is not valid Python 3, line 1: invalid syntax"),
    ],
)
def test_what_cannot_be_parsed_is_a_module_with_a_problem(file: str, code: str, problem: str) -> None:
    module = (read_python if file.endswith(".py") else read_typescript)(file, code.encode())
    assert (module.problem, module.imports, statements(module)) == (problem, (), [])


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("ts", "f(" * 900 + ")" * 900),
        ("ts", "x = " + "[" * 3000 + "]" * 3000),
        ("ts", "function a() {" * 1200 + "}" * 1200),
        ("ts", "x" + ".a().b" * 3000),
        ("ts", "class A { m = " + "() => " * 1500 + "1 }"),
        ("ts", "let x: " + "Promise<" * 900 + "T" + ">" * 900 + ";"),
        ("ts", "/*" + "-" * 200_000 + "x*/"),
        ("py", "x" + ".a().b" * 150 + "\n"),
        ("py", "if a: pass\n" + "elif b: pass\n" * 1500),
        ("py", "x = f'{a" + ".b" * 180 + "}'\n"),
        ("py", "".join(f"{' ' * n}def f():\n" for n in range(90)) + " " * 90 + "pass\n"),
        ("py", "#" + "-" * 200_000 + "x\n"),
    ],
)
def test_nesting_is_survived(language: str, code: str) -> None:
    content = code.encode()
    module = read_python("a.py", content) if language == "py" else read_typescript("a.ts", content)
    assert list(module.scope.every())
