"""The hardened handlers do what their comments say, with an SDK that only records."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reference_stack.synthesis import PACKAGE

pytestmark = pytest.mark.needs_node

HANDLERS = PACKAGE / "handlers" / "hardened"
HARNESS = Path(__file__).parent / "run_handler.mjs"
ENVIRONMENT = {
    "API_CLIENTS_TABLE": "clients",
    "DOCUMENTS_TABLE": "documents",
    "INCOMING_BUCKET": "incoming",
    "ARCHIVE_BUCKET": "archive",
    "DOCUMENT_EVENTS_TOPIC": "topic-arn",
}
STAGE = "arn:aws:execute-api:eu-west-1:111122223333:api1/v1"
KEY = "k" * 43

Answers = dict[str, dict[str, Any]]
Run = Callable[..., dict[str, Any]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    shutil.copytree(HANDLERS, tmp_path, dirs_exist_ok=True)
    for handler in HANDLERS.glob("*/index.mjs"):
        text = handler.read_text()
        for names, package in re.findall(r"import \{([^}]+)\} from '(@aws-sdk/[^']+)'", text):
            add_names(tmp_path / "node_modules" / package, re.findall(r"\w+", names))

    def call(handler: str, event: Any, answers: Answers | None = None) -> dict[str, Any]:
        done = subprocess.run(
            ["node", str(HARNESS), (tmp_path / handler / "index.mjs").as_uri()],
            input=json.dumps({"event": event, "answers": answers or {}}),
            env={**os.environ, **ENVIRONMENT},
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        seen: dict[str, Any] = json.loads(done.stdout)
        return seen

    return call


def add_names(package: Path, names: list[str]) -> None:
    """Give the fake package the classes that a handler imports, and only those."""
    package.mkdir(parents=True, exist_ok=True)
    (package / "package.json").write_text('{"type": "module", "main": "index.js"}')
    known = (package / "names").read_text().split() if (package / "names").exists() else []
    every = sorted({*known, *names})
    (package / "names").write_text(" ".join(every))
    lines = []
    for name in every:
        if name.endswith("Command"):
            lines.append(f"export class {name} {{ constructor(input) {{ this.input = input; }} }}")
        else:
            lines.append(
                f"export class {name} {{ static from(client) {{ return client; }}\n"
                "  async send(c) { return globalThis.answerCommand(c.constructor.name, c.input); } }"
            )
    (package / "index.js").write_text("\n".join(lines))


def authorize(run: Run, answer: dict[str, Any]) -> dict[str, Any]:
    event = {"type": "TOKEN", "authorizationToken": KEY, "methodArn": f"{STAGE}/GET/documents/d1"}
    return run("authorizer", event, {"GetCommand": answer})


def client(**changes: Any) -> dict[str, Any]:
    item = {"clientId": "c1", "status": "ACTIVE", "expiresAt": 4_102_444_800, "scopes": ["documents:read"]}
    return {"value": {"Item": {**item, **changes}}}


def test_the_authorizer_allows_every_method_of_the_clients_scopes_and_no_other(run: Run) -> None:
    seen = authorize(run, client())

    statement = seen["returned"]["policyDocument"]["Statement"]
    assert statement == [
        {
            "Effect": "Allow",
            "Action": "execute-api:Invoke",
            "Resource": [f"{STAGE}/GET/documents", f"{STAGE}/GET/documents/*"],
        }
    ]
    assert seen["returned"]["principalId"] == "c1"
    assert seen["logged"] == [
        {
            "audit": "authorization",
            "decision": "allow",
            "clientId": "c1",
            "detail": f"{STAGE}/GET/documents/d1",
        }
    ]


def test_the_authorizer_looks_up_the_digest_of_the_key_consistently(run: Run) -> None:
    seen = authorize(run, client())

    digest = hashlib.sha256(KEY.encode()).hexdigest()
    assert seen["sent"] == [
        ["GetCommand", {"TableName": "clients", "Key": {"keyHash": digest}, "ConsistentRead": True}]
    ]


@pytest.mark.parametrize(
    ("answer", "who", "why"),
    [
        ({"value": {}}, "unknown", "no such key"),
        (client(status="DISABLED"), "c1", "key disabled or expired"),
        (client(expiresAt=1_000_000_000), "c1", "key disabled or expired"),
        ({"error": "ThrottlingException"}, "unknown", "look-up failed: ThrottlingException"),
    ],
    ids=["unknown", "disabled", "expired", "look-up fails"],
)
def test_the_authorizer_rejects_with_401_and_says_why(run: Run, answer: dict[str, Any], who: str, why: str) -> None:
    seen = authorize(run, answer)

    assert "returned" not in seen
    assert seen["thrown"] == "Unauthorized"
    assert seen["logged"] == [{"audit": "authorization", "decision": "reject", "clientId": who, "detail": why}]


def test_the_authorizer_never_logs_the_key(run: Run) -> None:
    answers: list[dict[str, Any]] = [client(), {"value": {}}, {"error": "ThrottlingException"}]
    for answer in answers:
        assert KEY not in json.dumps(authorize(run, answer)["logged"])


def request(method: str, **fields: Any) -> dict[str, Any]:
    return {"httpMethod": method, "requestContext": {"authorizer": {"clientId": "c1"}}, **fields}


def test_an_upload_writes_the_record_before_the_object(run: Run) -> None:
    body = base64.b64encode(b"%PDF-1.7").decode()
    seen = run("documents-api", request("POST", body=body, isBase64Encoded=True))

    (put, record), (store, document) = seen["sent"]
    identifier = record["Item"]["documentId"]
    assert (put, store) == ("PutCommand", "PutObjectCommand")
    assert {"clientId": "c1", "status": "RECEIVED"}.items() <= record["Item"].items()
    assert document["Bucket"] == "incoming"
    assert document["Key"] == f"incoming/c1/{identifier}"
    assert seen["returned"]["statusCode"] == 202
    assert json.loads(seen["returned"]["body"]) == {"documentId": identifier}


def test_what_is_not_base64_is_stored_as_it_came(run: Run) -> None:
    seen = run("documents-api", request("POST", body="%PDF", isBase64Encoded=False))

    assert seen["sent"][1][1]["Body"] == {"type": "Buffer", "data": list(b"%PDF")}


@pytest.mark.parametrize("body", [None, "", "A" * 6_000_000], ids=["none", "empty", "too large"])
def test_an_upload_of_no_or_too_many_bytes_is_refused_and_nothing_written(run: Run, body: str | None) -> None:
    seen = run("documents-api", request("POST", body=body, isBase64Encoded=True))

    assert seen["returned"]["statusCode"] == 400
    assert seen["sent"] == []


def test_a_client_finds_its_own_documents_only(run: Run) -> None:
    one = run("documents-api", request("GET", pathParameters={"documentId": "d1"}))
    query = {"queryStringParameters": {"after": "d7"}}
    many = run("documents-api", request("GET", **query), {"QueryCommand": {"value": {"Items": []}}})

    assert one["sent"] == [["GetCommand", {"TableName": "documents", "Key": {"clientId": "c1", "documentId": "d1"}}]]
    assert one["returned"]["statusCode"] == 404
    ((command, sent),) = many["sent"]
    assert command == "QueryCommand"
    assert sent["KeyConditionExpression"] == "clientId = :client"
    assert sent["ExpressionAttributeValues"] == {":client": "c1"}
    assert sent["ExclusiveStartKey"] == {"clientId": "c1", "documentId": "d7"}


def test_a_failing_request_tells_the_caller_nothing(run: Run) -> None:
    event = request("GET", pathParameters={"documentId": "d1"})
    seen = run("documents-api", event, {"GetCommand": {"error": "AccessDeniedException"}})

    assert seen["returned"]["statusCode"] == 500
    assert json.loads(seen["returned"]["body"]) == {"message": "Internal error"}
    assert [entry["error"] for entry in seen["logged"]] == ["AccessDeniedException"]


def queued(*keys: str) -> dict[str, Any]:
    bodies = [json.dumps({"detail": {"object": {"key": key}}}) for key in keys]
    return {"Records": [{"messageId": f"m{n}", "body": body} for n, body in enumerate(bodies)]}


def test_the_processor_archives_a_pdf_and_records_it(run: Run) -> None:
    seen = run("document-processor", queued("incoming/c1/d1"), {"GetObjectCommand": {"body": "%PDF-1.7"}})

    digest = hashlib.sha256(b"%PDF-1.7")
    read, write, update = seen["sent"]
    assert read == ["GetObjectCommand", {"Bucket": "incoming", "Key": "incoming/c1/d1"}]
    assert write[0] == "PutObjectCommand"
    assert write[1]["Bucket"] == "archive"
    assert write[1]["Key"] == "documents/c1/d1.pdf"
    assert write[1]["ChecksumSHA256"] == base64.b64encode(digest.digest()).decode()
    assert update[1]["Key"] == {"clientId": "c1", "documentId": "d1"}
    assert update[1]["ExpressionAttributeValues"] == {":status": "ARCHIVED", ":sha256": digest.hexdigest()}
    assert seen["returned"] == {"batchItemFailures": []}


def test_the_processor_archives_nothing_that_is_no_pdf(run: Run) -> None:
    seen = run("document-processor", queued("incoming/c1/d1"), {"GetObjectCommand": {"body": "MZ"}})

    assert [command for command, _ in seen["sent"]] == ["GetObjectCommand", "UpdateCommand"]
    assert seen["sent"][1][1]["ExpressionAttributeValues"][":status"] == "REJECTED"


def test_the_processor_gives_back_each_message_that_failed(run: Run) -> None:
    event = queued("incoming/c1/d1", "incoming/c1/d2")
    seen = run("document-processor", event, {"GetObjectCommand": {"error": "NoSuchKey"}})

    assert seen["returned"] == {"batchItemFailures": [{"itemIdentifier": "m0"}, {"itemIdentifier": "m1"}]}


def change(number: int) -> dict[str, Any]:
    image = {"clientId": {"S": "c1"}, "documentId": {"S": f"d{number}"}, "status": {"S": "ARCHIVED"}}
    return {"eventID": f"e{number}", "dynamodb": {"SequenceNumber": f"s{number}", "NewImage": image}}


def test_the_notifier_announces_identifiers_and_status(run: Run) -> None:
    seen = run("change-notifier", {"Records": [change(1)]})

    ((command, notice),) = seen["sent"]
    assert (command, notice["TopicArn"]) == ("PublishCommand", "topic-arn")
    assert json.loads(notice["Message"]) == {"clientId": "c1", "documentId": "d1", "status": "ARCHIVED"}
    assert seen["returned"] == {"batchItemFailures": []}


def test_the_notifier_stops_at_the_first_record_that_failed(run: Run) -> None:
    answers: Answers = {"PublishCommand": {"error": "InternalError"}}
    seen = run("change-notifier", {"Records": [change(1), change(2)]}, answers)

    assert len(seen["sent"]) == 1
    assert seen["returned"] == {"batchItemFailures": [{"itemIdentifier": "s1"}]}


def deployment(kind: str) -> dict[str, Any]:
    return {
        "RequestType": kind,
        "ResponseURL": "https://answer.example/1",
        "StackId": "stack",
        "RequestId": "request",
        "LogicalResourceId": "DefaultGroupClosed",
        "ResourceProperties": {"DefaultSecurityGroupId": "sg-1"},
    }


@pytest.mark.parametrize(
    ("kind", "answers", "commands"),
    [
        ("Create", {}, ["RevokeSecurityGroupIngressCommand", "RevokeSecurityGroupEgressCommand"]),
        (
            "Update",
            {"RevokeSecurityGroupIngressCommand": {"error": "InvalidPermission.NotFound"}},
            ["RevokeSecurityGroupIngressCommand", "RevokeSecurityGroupEgressCommand"],
        ),
        ("Delete", {}, []),
    ],
)
def test_the_default_group_is_closed_and_cloudformation_told(
    run: Run, kind: str, answers: Answers, commands: list[str]
) -> None:
    seen = run("default-security-group", deployment(kind), answers)

    ((url, answer),) = seen["fetched"]
    assert [command for command, _ in seen["sent"]] == commands
    assert {sent["GroupId"] for _, sent in seen["sent"]} <= {"sg-1"}
    assert url == "https://answer.example/1"
    assert answer == {
        "Status": "SUCCESS",
        "PhysicalResourceId": "sg-1",
        "StackId": "stack",
        "RequestId": "request",
        "LogicalResourceId": "DefaultGroupClosed",
    }


def test_a_group_that_cannot_be_closed_fails_the_deployment_and_the_function(run: Run) -> None:
    answers: Answers = {"RevokeSecurityGroupIngressCommand": {"error": "UnauthorizedOperation"}}
    seen = run("default-security-group", deployment("Create"), answers)

    ((_, answer),) = seen["fetched"]
    assert answer["Status"] == "FAILED"
    assert seen["thrown"] == "UnauthorizedOperation"
