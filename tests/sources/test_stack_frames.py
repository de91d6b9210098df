from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.sources.stack_frames import Frame, SourceFiles, parse_frame, user_frame
from tests.sources.folders import write


@pytest.mark.parametrize(
    ("text", "frame"),
    [
        ("new S (app.js:6:11)", Frame("app.js", 6)),
        ("    at new DocStack (/x/lib/stack.ts:17:26)", Frame("/x/lib/stack.ts", 17)),
        ("<anonymous> (/x/bin/app.ts:4:1)", Frame("/x/bin/app.ts", 4)),
        ("make (/x/lab/stack.py:12)", Frame("/x/lab/stack.py", 12)),
        ("<module> (/x/app.py:4)", Frame("/x/app.py", 4)),
        ("/x/js/stack.js:17: (/x/js/stack.js:17:3)", Frame("/x/js/stack.js", 17)),
        ("at /x/a b/app (copy).ts:12:5", Frame("/x/a b/app (copy).ts", 12)),
        ("new S (/x/app (copy).ts:12:5)", Frame("/x/app (copy).ts", 12)),
        ("at file:///x/a%20b/app.mjs:3:4", Frame("/x/a b/app.mjs", 3)),
        ("at new S (file:///C:/x/app.mjs:3:4)", Frame("C:/x/app.mjs", 3)),
        ("new S (C:\\x\\lib\\stack.ts:9:1)", Frame("C:/x/lib/stack.ts", 9)),
        ("Array.forEach (:)", None),
        ("Array.map (<anonymous>)", None),
        ("...new Function2 in aws-cdk-lib...", None),
        ("...aws-cdk-lib, jsii runtime, node internals...", None),
        ("(no user code in 10 frames, use --stack-trace-limit to capture more)", None),
        ("Module._compile (node:internal/modules/cjs/loader:1521:14)", None),
        ("node:internal/main/run_main_module:28:49", None),
        ("<module> (<string>:1)", None),
        ("_call (<frozen importlib._bootstrap>:241)", None),
        ("[eval]:1:1", None),
        ("", None),
    ],
)
def test_one_frame(text: str, frame: Frame | None) -> None:
    assert parse_frame(text) == frame


def test_the_innermost_frame_of_the_user_is_chosen() -> None:
    frames = [
        "new Bucket (/x/node_modules/@aws-cdk/aws-s3/lib/bucket.js:666:26)",
        "...aws-cdk-lib...",
        "make (/x/lib/make.ts:4:2)",
        "new S (/x/lib/stack.ts:9:3)",
    ]
    assert user_frame(frames) == Frame("/x/lib/make.ts", 4)


@pytest.mark.parametrize(
    "file",
    [
        "/x/node_modules/aws-cdk-lib/core/lib/stack.js",
        "node_modules/my-constructs/index.js",
        "/x/.venv/lib/python3.12/site-packages/aws_cdk/__init__.py",
        "/usr/lib/python3/dist-packages/constructs/__init__.py",
        "/usr/lib/python3.11/runpy.py",
        "C:/Python311/Lib/runpy.py",
        "/x/jsii-kernel-Ab12/node_modules/x/y.js",
        "/x/.yarn/cache/aws-cdk-lib.zip/index.js",
        "/x/.pnp.cjs",
    ],
)
def test_frames_of_packages_and_runtimes_are_nobody_s(file: str) -> None:
    assert user_frame([f"f ({file}:1:1)"]) is None


@pytest.mark.parametrize("file", ["/x/lib/stack.py", "/x/my_node_modules/a.ts", "/x/python/lib/a.py", "/x/yarn/a.ts"])
def test_frames_that_only_look_like_a_package_s(file: str) -> None:
    assert user_frame([f"f ({file}:1)"]) == Frame(file, 1)


def test_what_is_no_text_is_left_out() -> None:
    assert user_frame([None, 3, {"a": 1}, "f (/x/a.ts:1:1)"]) == Frame("/x/a.ts", 1)
    assert user_frame([]) is None


@pytest.fixture
def app(tmp_path: Path) -> Path:
    write(tmp_path, {"repo/infra/lib/stack.ts": "", "repo/infra/app.ts": "", "repo/tool.ts": "", "away/x.ts": ""})
    return tmp_path.resolve()


def shown(app: Path, file: str, *, source: bool = True) -> str:
    return SourceFiles(app / "repo" / "infra" if source else None, app / "repo").display(file)


def test_files_below_the_working_directory(app: Path) -> None:
    assert shown(app, f"{app}/repo/infra/lib/stack.ts", source=False) == "infra/lib/stack.ts"
    assert shown(app, f"{app}/repo/tool.ts", source=False) == "tool.ts"


def test_files_that_another_machine_wrote(app: Path) -> None:
    assert shown(app, "/build/agent/1/repo/infra/lib/stack.ts") == "infra/lib/stack.ts"
    assert shown(app, "D:/agent/lib/stack.ts") == "infra/lib/stack.ts"
    assert shown(app, "/build/agent/1/app.ts") == "infra/app.ts"


def test_a_bare_name_counts_in_the_application_s_own_folder_only(app: Path) -> None:
    assert shown(app, "/build/agent/1/tool.ts") == ".../1/tool.ts"
    assert shown(app, "/build/agent/1/tool.ts", source=False) == ".../1/tool.ts"


def test_files_that_are_nowhere_are_shortened_and_say_so(app: Path) -> None:
    assert shown(app, "/build/agent/1/other/thing.ts") == ".../other/thing.ts"
    assert shown(app, f"{app}/away/x.ts") == ".../away/x.ts"
    assert shown(app, "/x.ts") == ".../x.ts"


def test_relative_files(app: Path) -> None:
    assert shown(app, "infra/app.ts") == "infra/app.ts"
    assert shown(app, "lib/stack.ts") == "infra/lib/stack.ts"
    assert shown(app, "gone/stack.ts") == ".../gone/stack.ts"


@pytest.mark.parametrize("file", ["/a/../../away/x.ts", "../away/x.ts", "/a\0b/lib/stack.ts", "/" + "a/" * 5000 + "b"])
def test_hostile_names_find_nothing(app: Path, file: str) -> None:
    assert shown(app, file).rpartition("/")[2] == file.rpartition("/")[2]
