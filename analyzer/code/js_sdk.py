"""Names of the AWS SDKs for JavaScript: which package, class and method is which service and operation.

Services are those of :mod:`analyzer.data`; the tables here are the names that the SDKs themselves give to
operations, read in ``@aws-sdk/lib-dynamodb``, ``@aws-sdk/lib-storage`` and ``aws-sdk`` (lib/dynamodb/document_client,
lib/services/s3).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from analyzer.code.js_values import External
from analyzer.code.program import Sdk
from analyzer.data.sdk_services import service_of_javascript, services
from analyzer.records import dataclass

DOCUMENT_OPERATIONS: Mapping[str, str] = MappingProxyType(
    {
        "get": "GetItem",
        "put": "PutItem",
        "update": "UpdateItem",
        "delete": "DeleteItem",
        "query": "Query",
        "scan": "Scan",
        "batchGet": "BatchGetItem",
        "batchWrite": "BatchWriteItem",
        "transactGet": "TransactGetItems",
        "transactWrite": "TransactWriteItems",
        "executeStatement": "ExecuteStatement",
        "batchExecuteStatement": "BatchExecuteStatement",
        "executeTransaction": "ExecuteTransaction",
    }
)
"""Methods of document clients; the commands are these with a capital and ``Command`` behind."""

WAITERS: Mapping[str, str] = MappingProxyType(
    {
        "objectExists": "HeadObject",
        "objectNotExists": "HeadObject",
        "bucketExists": "HeadBucket",
        "bucketNotExists": "HeadBucket",
        "tableExists": "DescribeTable",
        "tableNotExists": "DescribeTable",
        "functionExists": "GetFunction",
        "functionActive": "GetFunctionConfiguration",
        "functionUpdated": "GetFunctionConfiguration",
        "stackCreateComplete": "DescribeStacks",
        "stackUpdateComplete": "DescribeStacks",
        "stackDeleteComplete": "DescribeStacks",
        "instanceRunning": "DescribeInstances",
        "instanceStopped": "DescribeInstances",
        "instanceTerminated": "DescribeInstances",
    }
)

CALLING_FUNCTIONS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "@aws-sdk/s3-presigned-post.createPresignedPost": ("s3", "PutObject"),
        "@aws-lambda-powertools/parameters/ssm.getParameter": ("ssm", "GetParameter"),
        "@aws-lambda-powertools/parameters/ssm.setParameter": ("ssm", "PutParameter"),
        "@aws-lambda-powertools/parameters/ssm.getParameters": ("ssm", "GetParametersByPath"),
        "@aws-lambda-powertools/parameters/ssm.getParametersByName": ("ssm", "GetParameters"),
        "@aws-lambda-powertools/parameters/secrets.getSecret": ("secretsmanager", "GetSecretValue"),
        "@middy/ssm": ("ssm", "GetParameters"),
        "@middy/secrets-manager": ("secretsmanager", "GetSecretValue"),
    }
)
"""Functions of other packages that call an API of AWS at once."""

PERSISTENCE_OPERATIONS = ("GetItem", "PutItem", "UpdateItem", "DeleteItem")
"""What Powertools' ``DynamoDBPersistenceLayer`` calls (it is the only class that makes its own client)."""

NOT_OPERATIONS = frozenset(
    (
        "config",
        "defineService",
        "destroy",
        "endpoint",
        "makeUnauthenticatedRequest",
        "middlewareStack",
        "on",
        "setEndpoint",
        "setupRequestListeners",
        "createSet",
        "initialize",
    )
)


_BUNDLED = re.compile(r"import_((?:client|lib|s3|util)_\w{1,60})")
_OTHER_PACKAGES = ("s3-request-presigner", "s3-presigned-post", "util-dynamodb")


@dataclass(frozen=True, slots=True)
class SdkClass:
    """A class of an SDK that makes clients."""

    service: str
    sdk: Sdk
    document: bool = False


@dataclass(frozen=True, slots=True)
class SdkCommand:
    """A command class of SDK v3."""

    service: str
    operation: str
    document: bool = False


def is_v2(module: str) -> bool:
    """Whether a module is the AWS SDK for JavaScript v2 or a part of it."""
    return module == "aws-sdk" or module.startswith("aws-sdk/")


def is_v3(module: str) -> bool:
    """Whether a module is one of the AWS SDK for JavaScript v3."""
    return module.startswith("@aws-sdk/")


def client_class(external: External) -> SdkClass | None:
    """The client that ``new`` makes of this class; None for anything else."""
    return _v2_class(external) if is_v2(external.module) else _v3_class(external)


def _v2_class(external: External) -> SdkClass | None:
    parts = external.path
    if external.module.startswith("aws-sdk/clients/"):
        name = external.module.removeprefix("aws-sdk/clients/").removesuffix(".js")
        if name == "all":
            return _v2_named(parts)
        service = _v2_files().get(name, name)
        parts = parts[1:] if parts and parts[0].lower() == name else parts
        return SdkClass(service, Sdk.JS_V2, parts[:1] == ("DocumentClient",))
    return _v2_named(parts)


def _v2_named(parts: tuple[str, ...]) -> SdkClass | None:
    """Classes that are no service (``Endpoint``, ``HttpRequest``, ``Credentials``) make no client; no service is new
    in v2 any more."""
    service = service_of_javascript(parts[0]) if parts else None
    if service is None or not parts[0][:1].isupper():
        return None
    if len(parts) == 1:
        return SdkClass(service.client, Sdk.JS_V2)
    return SdkClass("dynamodb", Sdk.JS_V2, True) if parts == ("DynamoDB", "DocumentClient") else None


@cache
def _v2_files() -> Mapping[str, str]:
    """File below ``aws-sdk/clients`` → boto3 client."""
    return MappingProxyType({name.lower(): service.client for service in services().values() for name in service.js_v2})


def package_service(module: str) -> str | None:
    """boto3 client of a v3 client package; a package newer than the data keeps its own name."""
    if module.startswith("@aws-sdk/lib-dynamodb"):
        return "dynamodb"
    if not module.startswith("@aws-sdk/client-"):
        return None
    package = module.split("/")[1]
    service = service_of_javascript(package)
    return service.client if service else package.removeprefix("client-")


def _v3_class(external: External) -> SdkClass | None:
    service = package_service(external.module)
    if service is None or len(external.path) != 1:
        return None
    name = external.path[0]
    if external.module.startswith("@aws-sdk/lib-"):
        document = name in ("DynamoDBDocumentClient", "DynamoDBDocument")
        return SdkClass(service, Sdk.JS_V3, True) if document else None
    plain = external.module.split("/")[1].removeprefix("client-").replace("-", "")
    return SdkClass(service, Sdk.JS_V3) if name.lower() in (plain, f"{plain}client") else None


def command_class(external: External) -> SdkCommand | None:
    """The command that ``new`` makes of this class; None for anything else."""
    service = package_service(external.module)
    if service is None or len(external.path) != 1 or not external.path[0].endswith("Command"):
        return None
    name = external.path[0].removesuffix("Command")
    if external.module.startswith("@aws-sdk/lib-"):
        operation = DOCUMENT_OPERATIONS.get(name[:1].lower() + name[1:])
        return SdkCommand(service, operation, True) if operation else None
    return SdkCommand(service, name)


def paginated(external: External) -> SdkCommand | None:
    """The operation behind ``paginateScan`` or ``waitUntilObjectExists``."""
    service = package_service(external.module)
    if service is None or len(external.path) != 1:
        return None
    name = external.path[0]
    document = external.module.startswith("@aws-sdk/lib-")
    if name.startswith("paginate") and len(name) > len("paginate"):
        return SdkCommand(service, name.removeprefix("paginate"), document)
    if name.startswith("waitUntil"):
        state = name.removeprefix("waitUntil")
        operation = WAITERS.get(state[:1].lower() + state[1:])
        return SdkCommand(service, operation) if operation else None
    return None


def bundled_package(name: str) -> str | None:
    """The package behind a variable of a bundle that holds the SDK itself: esbuild makes ``import_client_s3`` of
    ``@aws-sdk/client-s3``. Running the SDK's own code would tell less than its name."""
    match = _BUNDLED.fullmatch(name)
    if match is None:
        return None
    digits = len(match[1]) - len(match[1].rstrip("0123456789"))
    for dropped in range(digits + 1):
        package = match[1][: len(match[1]) - dropped].replace("_", "-")
        if service_of_javascript(package) is not None or package in _OTHER_PACKAGES:
            return f"@aws-sdk/{package}"
    return None


def operation_name(method: str) -> str:
    """``putObject`` → ``PutObject``."""
    return method[:1].upper() + method[1:]


def is_capture(target: str) -> bool:
    """Whether a function gives back the client or the SDK that it is passed, as tracers do."""
    name = target.rsplit(".", 1)[-1].lower()
    return name.startswith(("capture", "instrument", "trace", "wrap", "patch"))
