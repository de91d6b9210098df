"""Whether the files of a bundle are what its statements say, and whether its reports say the same."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from analyzer.report.bundle.archive import BundleError
from analyzer.report.bundle.contents import LINK, REPORTS, RUN, TEST_RESULT, VERSION
from analyzer.report.bundle.judgements import STATUSES, objects
from analyzer.report.bundle.statements import LINK_TYPE, STATEMENT, TEST_RESULT_TYPE, digest_of

Files = Mapping[str, bytes]
Json = dict[str, Any]

_SHA256 = re.compile("[0-9a-f]{64}")


def told(files: Files) -> Json:
    """What the bundle says of its run: ``run.json``.

    Raises:
        BundleError: these are not the files of a bundle that this release understands.
    """
    run = _object(files, RUN)
    if run.get("bundle_version") != VERSION:
        raise BundleError(f"{RUN}: bundle_version is not {VERSION}")
    for name, wanted in (
        ("tool", dict),
        ("inputs", list),
        ("examined", list),
        ("governed_by", list),
        ("options", dict),
    ):
        if not isinstance(run.get(name), wanted):
            raise BundleError(f"{RUN}: {name} is missing or malformed")
    return run


def problems(files: Files) -> list[str]:
    """One line for everything that is not as it should be; empty: the bundle is what it says.

    Raises:
        BundleError: as :func:`told`.
    """
    return [*_listed(files), *_consistent(files, told(files))]


def pairs(listed: Any, where: str) -> dict[str, str]:
    """Path → SHA-256 of a list in ``run.json``.

    Raises:
        BundleError: it is no such list.
    """
    found: dict[str, str] = {}
    for each in listed if isinstance(listed, list) else [None]:
        path, digest = (each.get("path"), each.get("sha256")) if isinstance(each, dict) else (None, None)
        if not isinstance(path, str) or not isinstance(digest, str) or not _SHA256.fullmatch(digest):
            raise BundleError(f"{RUN}: {where} is no list of paths and digests")
        found[path] = digest
    return found


def _listed(files: Files) -> Iterator[str]:
    """Every file against the digests of the statement."""
    statement = _statement(files, LINK, LINK_TYPE)
    listed = _subjects(statement, LINK)
    for name, data in sorted(files.items()):
        if name == LINK:
            continue
        if name not in listed:
            yield f"{name} was added: {LINK} does not name it"
        elif listed[name] != digest_of(data):
            yield f"{name} was changed: its digest is not the one in {LINK}"
    yield from (f"{name} is missing: {LINK} names it" for name in sorted(listed.keys() - files.keys()))


def _consistent(files: Files, run: Json) -> Iterator[str]:
    """What the statements, ``run.json`` and the reports say of each other."""
    yield from _statements_agree(files, run)
    for each in objects(run["governed_by"]):
        copy = each.get("copy")
        if isinstance(copy, str) and digest_of(files.get(copy, b"")) != each.get("sha256"):
            yield f"{copy} is not the file that governed the run, by {RUN}"
    if REPORTS["json"] not in files:
        yield f"{REPORTS['json']} is missing"
        return
    report = _object(files, REPORTS["json"])
    tool = {key: value for key, value in run["tool"].items() if key != "typst"}
    if report.get("tool") != tool:
        yield f"{RUN} and {REPORTS['json']} name different tools or data"
    if _inputs(report) != _inputs(run):
        yield f"{RUN} and {REPORTS['json']} name different inputs"
    if _part(report, "summary").get("gate") != run.get("verdict"):
        yield f"{RUN} and {REPORTS['json']} give different verdicts"
    if REPORTS["csv"] in files and _fingerprints(report) != _fingerprints_of_csv(files[REPORTS["csv"]]):
        yield f"{REPORTS['csv']} and {REPORTS['json']} tell different findings"


def _statements_agree(files: Files, run: Json) -> Iterator[str]:
    judged = pairs(run.get("judged"), "judged")
    if judged or TEST_RESULT in files:
        yield from _test_result_agrees(files, run, judged)
    materials = _part(_statement(files, LINK, LINK_TYPE), "predicate").get("materials")
    expected = {**judged, **pairs(run["examined"], "examined"), **pairs(run["governed_by"], "governed_by")}
    if _subjects({"subject": materials}, LINK) != expected:
        yield f"{LINK} and {RUN} name different materials"


def _test_result_agrees(files: Files, run: Json, judged: Mapping[str, str]) -> Iterator[str]:
    statement = _statement(files, TEST_RESULT, TEST_RESULT_TYPE)
    if _subjects(statement, TEST_RESULT) != judged:
        yield f"{TEST_RESULT} and {RUN} name different inputs"
    predicate = _part(statement, "predicate")
    configuration, this = predicate.get("configuration"), {"name": RUN, "digest": {"sha256": digest_of(files[RUN])}}
    if not isinstance(configuration, list) or this not in configuration:
        yield f"{TEST_RESULT} is not about this {RUN}"
    if (predicate.get("result") in ("PASSED", "WARNED")) is not (run.get("verdict") == "passed"):
        yield f"{TEST_RESULT} and {RUN} give different verdicts"


def _statement(files: Files, name: str, kind: str) -> Json:
    statement = _object(files, name)
    if statement.get("_type") != STATEMENT or statement.get("predicateType") != kind:
        raise BundleError(f"{name} is no in-toto statement of the type {kind}")
    return statement


def _subjects(statement: Json, where: str) -> dict[str, str]:
    found: dict[str, str] = {}
    subjects = statement.get("subject")
    for each in subjects if isinstance(subjects, list) else [None]:
        name = each.get("name") if isinstance(each, dict) else None
        digest = _part(each, "digest").get("sha256") if isinstance(each, dict) else None
        if not isinstance(name, str) or not isinstance(digest, str) or name in found:
            raise BundleError(f"{where}: names and digests are malformed")
        found[name] = digest
    return found


def _object(files: Files, name: str) -> Json:
    if name not in files:
        raise BundleError(f"no evidence bundle: {name} is missing")
    try:
        value = json.loads(files[name])
    except (ValueError, RecursionError) as error:
        raise BundleError(f"{name} is no JSON") from error
    if not isinstance(value, dict):
        raise BundleError(f"{name} is no JSON object")
    return value


def _part(value: Json, key: str) -> Json:
    part = value.get(key)
    return part if isinstance(part, dict) else {}


def _inputs(value: Json) -> list[tuple[Any, Any]]:
    return [(each.get("path"), each.get("sha256")) for each in objects(value.get("inputs"))]


def _fingerprints(report: Json) -> Counter[str]:
    return Counter(str(each.get("fingerprint")) for status in STATUSES for each in objects(report.get(status)))


def _fingerprints_of_csv(data: bytes) -> Counter[str]:
    try:
        rows = list(csv.DictReader(io.StringIO(data.decode())))
    except (ValueError, csv.Error):
        return Counter()
    return Counter(row["fingerprint"] for row in rows if row.get("fingerprint"))
