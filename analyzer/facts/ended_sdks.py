"""AWS SDKs of other languages that are out of support, in the code of functions.

Sources: AWS, "Announcing end-of-support for AWS SDK for Java 1.x" (2025-12-31) and "… for Go v1" (2025-07-31); the
release list of boto 2 (last one 2018-07-11). Names inside Java archives: ``com/amazonaws/AmazonWebServiceClient.class``
is of ``aws-java-sdk-core`` and of no other library (``com/amazonaws/services/lambda/runtime`` is not the SDK). A Go
binary holds its modules' names and versions as text ("dep", tab, module, tab, version), stripped or not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from analyzer.code.place import Place
from analyzer.model.value import Known, Unknown, Value
from analyzer.records import dataclass

if TYPE_CHECKING:
    from analyzer.facts.functions import Function, Functions
    from analyzer.sources.files import FileTree

_MOST_FILES: Final = 2_000
_FAMILIES: Final = ("python", "java", "go", "provided")
_BINARIES: Final = ("bootstrap", "main")


@dataclass(frozen=True, slots=True)
class EndedSdk:
    """An ended SDK that was found: its name, what became of it, and the mark that shows it with its place."""

    name: str
    ended: str
    shown_by: str
    place: Place


def judged_for_ended_sdks(functions: Functions) -> Iterator[Function]:
    """The user's functions in Python, Java, Go or a custom runtime, and those that may be."""
    for function in functions.own():
        cases = [case.value for case in function.resource["Runtime"].cases()]
        if function.is_image or any(_may_be(value) for value in cases):
            yield function


def _may_be(value: Value) -> bool:
    return isinstance(value, Unknown) or (isinstance(value, Known) and str(value.value).startswith(_FAMILIES))


def ended_sdk(function: Function) -> EndedSdk | str | None:
    """The ended SDK in a function's code; None where there is none, else what it would take to know."""
    tree, runtime = function.code, function.runtime
    if isinstance(tree, str):
        return tree
    if runtime is None:
        return f"the runtime of {function.name}"
    if runtime.startswith("python"):
        return boto_2(function, tree)
    if runtime.startswith("java"):
        return java_1(tree)
    handler = function.handler or ""
    return go_1(tree, (*_BINARIES, handler) if handler else _BINARIES)


# --- Python ---------------------------------------------------------------------------------------------

_BOTO_NAMED = re.compile(rb"(?:\bimport|\bfrom)\s+boto\b")


def boto_2(function: Function, tree: FileTree) -> EndedSdk | str | None:
    """An import of ``boto``; code that was not read to its end can only hide one if some file names it."""
    for entry in function.program.imports:
        if entry.kind != "type" and entry.resolved is None and entry.module.partition(".")[0] == "boto":
            return EndedSdk("boto 2", "has had no release since 2018", f"import of {entry.module}", entry.place)
    if function.program.complete:
        return None
    names = [name for name in tree.names() if name.endswith(".py")]
    read = len(names) <= _MOST_FILES
    return None if read and not any(_BOTO_NAMED.search(tree.read(name) or b"") for name in names) else function.needs


# --- Java and Go ----------------------------------------------------------------------------------------

_JAVA_NAME: Final = "AWS SDK for Java 1.x"
_JAVA_ENDED: Final = "is out of support since 2025-12-31"
_GO_NAME: Final = "AWS SDK for Go v1"
_GO_ENDED: Final = "is out of support since 2025-07-31"
_JAVA_JAR = re.compile(r"(?:^|/)(aws-java-sdk-[a-z0-9-]*?-?1\.\d[\w.-]*\.jar)$")
_JAVA_CLASS: Final = "com/amazonaws/AmazonWebServiceClient.class"
_JAVA_DECLARED = re.compile(rb"com\.amazonaws(?:</groupId>\s*<artifactId>|:)(aws-java-sdk(?!-bom)[a-z0-9-]*)")
_JAVA_IMPORT = re.compile(
    rb"^import\s{1,9}(?:static\s{1,9})?(com\.amazonaws\."
    rb"(?:(?:auth|regions|client|retry|handlers)\.\w|ClientConfiguration|\w{1,40}ClientException|AmazonServiceException"
    rb"|services\.(?:athena|cloudwatch|cognitoidp|dynamodbv2|ec2|eventbridge|glue|identitymanagement|kinesis|"
    rb"kinesisfirehose|kms|lambda\.(?:AWSLambda|model)|logs|rds|rekognition|s3|sagemaker|secretsmanager|securitytoken|"
    rb"simpleemail|simplesystemsmanagement|sns|sqs|stepfunctions|textract)\.)[\w.]{0,200})",
    re.M,
)
_JAVA_MANIFESTS: Final = ("pom.xml", "build.gradle", "build.gradle.kts")
_GO_DEPENDENCY = re.compile(rb"dep\tgithub\.com/aws/aws-sdk-go\t(v1\.[\w.+-]{1,40})")
_GO_REQUIRED = re.compile(
    rb"^[ \t]*+(?:require[ \t]+)?(github\.com/aws/aws-sdk-go[ \t]+v1\.\S{1,60}+)(?!.{0,200}//\s?indirect)", re.M
)
_TEST_SCOPE = re.compile(rb"<scope>\s{0,99}test\s{0,99}</scope>")
_TEST_LINE = re.compile(rb"^[ \t]*+test\w*+[ (].*$", re.M)
_LINE_COMMENT = re.compile(rb"^[ \t]*+//.*$", re.M)


def java_1(tree: FileTree) -> EndedSdk | None:
    """AWS SDK for Java 1.x in an archive, a folder of archives, or the source that a build starts from."""
    jar = next((name for name in tree.names() if _JAVA_JAR.search(name)), None)
    mark = jar or (_JAVA_CLASS if tree.exists(_JAVA_CLASS) else None)
    if mark is not None:
        return EndedSdk(_JAVA_NAME, _JAVA_ENDED, mark, Place(mark, 1, 1, 1, 1))
    found = _in_text(tree, _JAVA_MANIFESTS, _JAVA_DECLARED) or _in_text(tree, (".java", ".kt"), _JAVA_IMPORT)
    return EndedSdk(_JAVA_NAME, _JAVA_ENDED, *found) if found else None


def go_1(tree: FileTree, binaries: tuple[str, ...]) -> EndedSdk | None:
    """AWS SDK for Go v1 in one of the binaries, or in the source that a build starts from."""
    for name in binaries:
        data = tree.read(name) or b""
        match = _GO_DEPENDENCY.search(data)
        if match is not None:
            text = f"github.com/aws/aws-sdk-go {match[1].decode()}"
            return EndedSdk(_GO_NAME, _GO_ENDED, text, Place(name, 1, 1, 1, 1))
    found = _in_text(tree, ("go.mod",), _GO_REQUIRED)
    return EndedSdk(_GO_NAME, _GO_ENDED, *found) if found else None


def _in_text(tree: FileTree, ends: tuple[str, ...], pattern: re.Pattern[bytes]) -> tuple[str, Place] | None:
    names = [name for name in tree.names() if name.endswith(ends) and "src/test/" not in name][:_MOST_FILES]
    for name in names:
        data = tree.read(name) or b""
        text = _shipped(_commentless(data)) if name.endswith(".xml") else _uncommented(data)
        match = pattern.search(text)
        if match is not None:
            line = text.count(b"\n", 0, match.start(1)) + 1
            column = match.start(1) - text.rfind(b"\n", 0, match.start(1))
            return match[1].decode(), Place(name, line, column, line, column + len(match[1]))
    return None


def _uncommented(data: bytes) -> bytes:
    return _TEST_LINE.sub(b"", _LINE_COMMENT.sub(b"", data))


def _commentless(xml: bytes) -> bytes:
    """XML without its comments; what follows keeps its line. In one pass, since the file may be hostile."""
    kept: list[bytes] = []
    position = 0
    while (start := xml.find(b"<!--", position)) >= 0:
        end = xml.find(b"-->", start)
        end = len(xml) if end < 0 else end + len(b"-->")
        kept += [xml[position:start], b"\n" * xml.count(b"\n", start, end)]
        position = end
    return b"".join([*kept, xml[position:]])


def _shipped(xml: bytes) -> bytes:
    """A Maven file without the dependencies that only tests have."""
    blocks = xml.split(b"</dependency>")
    for index, block in enumerate(blocks):
        start = block.rfind(b"<dependency>")
        if start >= 0 and _TEST_SCOPE.search(block, start):
            blocks[index] = block[:start] + b"\n" * block.count(b"\n", start)
    return b"</dependency>".join(blocks)
