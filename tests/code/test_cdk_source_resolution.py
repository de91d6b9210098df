from __future__ import annotations

import pytest

from analyzer.code.cdk_resolution import Resolver, Target
from analyzer.sources.folder_tree import MemoryTree
from tests.code.cdk_projects import tree

FILES = {
    "lib/a.ts": "",
    "lib/types.d.ts": "",
    "lib/data.json": "{}",
    "lib/part/index.ts": "",
    "lib/pack/package.json": '{"main": "dist/x.js", "types": "dist/y"}',
    "lib/pack/dist/y.d.ts": "",
    "lib/pack/dist/x.js": "",
    "lib/esm.mts": "",
    "lib/view.tsx": "",
    "index.js": "",
    "lib/logo.svg": "",
}


@pytest.mark.parametrize(
    ("module", "expected"),
    [
        ("./a", Target("file", "lib/a.ts")),
        ("./a.js", Target("file", "lib/a.ts")),
        ("./a.ts", Target("file", "lib/a.ts")),
        ("./a.mjs", Target("missing", "lib/a.mjs")),
        ("./types", Target("file", "lib/types.d.ts")),
        ("./types.js", Target("file", "lib/types.d.ts")),
        ("./data.json", Target("file", "lib/data.json")),
        ("./data", Target("file", "lib/data.json")),
        ("./part", Target("file", "lib/part/index.ts")),
        ("./part/", Target("file", "lib/part/index.ts")),
        ("./pack", Target("file", "lib/pack/dist/y.d.ts")),
        ("./esm.mjs", Target("file", "lib/esm.mts")),
        ("./view.jsx", Target("file", "lib/view.tsx")),
        ("./logo.svg", Target("file", "lib/logo.svg")),
        ("..", Target("file", "index.js")),
        (".", Target("missing", "lib")),
        ("./A", Target("missing", "lib/A")),
        ("./gone/a", Target("missing", "lib/gone/a")),
        ("../../other", Target("outside", "../other")),
        ("aws-cdk-lib/aws-s3", Target("package")),
        ("lib/a", Target("package")),
        ("", Target("package")),
        ("/etc/passwd", Target("package")),
    ],
)
def test_typescript(module: str, expected: Target) -> None:
    assert Resolver(tree(FILES)).resolve("lib/stack.ts", module) == expected


CONFIG = {
    "tsconfig.json": """
        { // the shared one first
          "extends": "./config/base",
          "compilerOptions": {"outDir": "x /* no comment */",},
        }
    """,
    "config/base.json": """
        {"compilerOptions": {"baseUrl": "..", "paths": {
            "@app/*": ["src/*", "generated/*"], "@one": ["src/one.ts"], "*": ["vendor/*"], "@up/*": ["../up/*"]
        }}}
    """,
    "src/one.ts": "",
    "generated/two.ts": "",
    "vendor/three.ts": "",
}


@pytest.mark.parametrize(
    ("module", "expected"),
    [
        ("@app/one", Target("file", "src/one.ts")),
        ("@app/two", Target("file", "generated/two.ts")),
        ("@app/gone", Target("missing", "src/gone")),
        ("@one", Target("file", "src/one.ts")),
        ("@one/more", Target("package")),
        ("three", Target("file", "vendor/three.ts")),
        ("src/one", Target("file", "src/one.ts")),
        ("@up/x", Target("outside", "../up/x")),
        ("lodash", Target("package")),
    ],
)
def test_paths_of_an_extended_configuration(module: str, expected: Target) -> None:
    assert Resolver(tree(CONFIG)).resolve("lib/stack.ts", module) == expected


def test_the_nearest_configuration_counts() -> None:
    files = {**CONFIG, "lib/tsconfig.json": "{}"}
    assert Resolver(tree(files)).resolve("lib/stack.ts", "@app/one") == Target("package")


@pytest.mark.parametrize(
    "config",
    ["", "[]", "{", '{"extends": "./tsconfig.json"}', '{"compilerOptions": {"paths": {"@app/*": "src/*"}}}',
     '{"compilerOptions": []}', '{"extends": ["./a", "./b"]}', "/*" * 100_000, "[" * 100_000],
)  # fmt: skip
def test_a_broken_configuration_maps_nothing(config: str) -> None:
    resolver = Resolver(MemoryTree({"tsconfig.json": config.encode(), "src/one.ts": b""}, "."))
    assert resolver.resolve("stack.ts", "@app/one") == Target("package")


PYTHON = {
    "app.py": "",
    "stacks/network.py": "",
    "stacks/layers/__init__.py": "",
    "infra/__init__.py": "",
    "infra/api.py": "",
    "infra/deep/x.py": "",
    "src/shared/tags.py": "",
    "stub.pyi": "",
    "native.cpython-311-x86_64-linux-gnu.so": "",
    "constructs/README.md": "",
    "aws_cdk/own.py": "",
    "requests/notes.py": "",
}


@pytest.mark.parametrize(
    ("importer", "module", "expected"),
    [
        ("app.py", "stacks.network", Target("file", "stacks/network.py")),
        ("app.py", "stacks", Target("folder", "stacks")),
        ("app.py", "stacks.gone", Target("missing", "stacks/gone")),
        ("app.py", "stacks.layers.gone", Target("missing", "stacks/layers/gone")),
        ("app.py", "shared.tags", Target("file", "src/shared/tags.py")),
        ("app.py", "stub", Target("file", "stub.pyi")),
        ("app.py", "native", Target("folder", "native")),
        ("app.py", "constructs", Target("package")),
        ("app.py", "aws_cdk", Target("package")),
        ("app.py", "aws_cdk.aws_s3", Target("package")),
        ("app.py", "boto3", Target("package")),
        ("app.py", "os.path", Target("package")),
        ("infra/api.py", "deep.x", Target("file", "infra/deep/x.py")),
        ("infra/api.py", ".deep.x", Target("file", "infra/deep/x.py")),
        ("infra/api.py", ".", Target("file", "infra/__init__.py")),
        ("infra/api.py", ".gone", Target("missing", "infra/gone")),
        ("infra/deep/x.py", "..api", Target("file", "infra/api.py")),
        ("infra/api.py", "..stacks", Target("outside", "..stacks")),
        ("infra/api.py", "...up", Target("outside", "...up")),
        ("stacks/network.py", ".layers", Target("file", "stacks/layers/__init__.py")),
    ],
)
def test_python(importer: str, module: str, expected: Target) -> None:
    assert Resolver(tree(PYTHON)).resolve(importer, module) == expected


def test_a_folder_that_is_itself_a_package() -> None:
    files = MemoryTree({"__init__.py": b"", "network.py": b"", "deep/x.py": b""}, "bank/infra")
    resolver = Resolver(files)
    assert resolver.resolve("network.py", "bank.infra.network") == Target("file", "network.py")
    assert resolver.resolve("network.py", "bank.infra.deep.x") == Target("file", "deep/x.py")
    assert resolver.resolve("network.py", "other.network") == Target("package")
    assert resolver.resolve("deep/x.py", "..network") == Target("file", "network.py")


@pytest.mark.parametrize(
    ("ignored", "path", "expected"),
    [
        ("lib/generated/", "lib/generated/client", True),
        ("generated", "lib/generated/client", True),
        ("/lib/generated", "lib/generated/client", True),
        ("**/generated", "lib/generated/client", False),
        ("*.generated.ts", "lib/client.generated", True),
        ("client.py", "lib/client", True),
        ("*.js\n*.d.ts\nnode_modules\n# generated\n!generated", "lib/generated/client", False),
        ("", "lib/client", False),
    ],
)
def test_what_is_kept_out_of_the_repository(ignored: str, path: str, expected: bool) -> None:
    assert Resolver(tree({".gitignore": ignored})).is_made_by_a_build(path) is expected
