"""In-toto statements about a run, unsigned and ready to be signed: https://github.com/in-toto/attestation.

``test-result/v0.1`` says of the inputs which rules passed and which failed; ``link/v0.3`` says of the bundle's files
what they were made of.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from analyzer.policy.result import Result
from analyzer.policy.run import Run
from analyzer.report.judged import judged_files

Json = dict[str, Any]

STATEMENT = "https://in-toto.io/Statement/v1"
TEST_RESULT_TYPE = "https://in-toto.io/attestation/test-result/v0.1"
LINK_TYPE = "https://in-toto.io/attestation/link/v0.3"

_RESULTS: Mapping[str, str] = {"failed": "FAILED", "incomplete": "FAILED", "passed": "PASSED"}


def digest_of(data: bytes) -> str:
    """SHA-256, hexadecimal."""
    return sha256(data).hexdigest()


def judged(result: Result) -> list[tuple[str, str]]:
    """The files that were judged, with their digests, each once, sorted by path."""
    return sorted(dict(pair for given in result.inputs for pair in judged_files(given)).items())


def test_result(result: Result, run: Run, governed_by: tuple[str, bytes]) -> Json:
    """What came of every rule. A test is a rule; it passed only where nothing was found, undecided, waived or not
    evaluated, and it failed where a finding stops the run. ``incomplete`` is no pass. ``governed_by`` are name
    and content of the file that tells everything that governed the run."""
    passed, warned, failed = _by_outcome(result)
    name, told = governed_by
    return {
        "_type": STATEMENT,
        "subject": _resources(judged(result)),
        "predicateType": TEST_RESULT_TYPE,
        "predicate": {
            "result": "WARNED" if result.verdict == "passed" and warned else _RESULTS[result.verdict],
            "configuration": _resources([(name, digest_of(told)), *run.read]),
            "passedTests": passed,
            "warnedTests": warned,
            "failedTests": failed,
        },
    }


def link(result: Result, run: Run, files: Mapping[str, bytes]) -> Json:
    """What the ``files`` of the bundle were made of."""
    return {
        "_type": STATEMENT,
        "subject": _resources([(name, digest_of(data)) for name, data in sorted(files.items())]),
        "predicateType": LINK_TYPE,
        "predicate": {
            "name": "stackproof check",
            "command": ["stackproof", "check", *run.paths],
            "materials": _resources(materials(result, run)),
            "byproducts": {"exit-status": result.exit_code},
            "environment": {"stackproof": result.version, "options": dict(run.asked)},
        },
    }


def materials(result: Result, run: Run) -> list[tuple[str, str]]:
    """Every file that the run examined or was governed by, each once, sorted by path."""
    return sorted(dict([*judged(result), *run.examined, *run.read]).items())


def _by_outcome(result: Result) -> tuple[list[str], list[str], list[str]]:
    failed = {each.rule_id for each in result.blocking}
    warned = {
        *(each.rule_id for each in (*result.findings, *result.baselined)),
        *(each.rule_id for each in result.unknown),
        *(each.rule_id for each in result.not_evaluated),
        *(each.finding.rule_id for each in result.waived),
    }
    passed = {each.rule_id for each in result.passed}
    return sorted(passed - warned), sorted(warned - failed), sorted(failed)


def _resources(files: Iterable[tuple[str, str]]) -> list[Json]:
    return [{"name": name, "digest": {"sha256": digest}} for name, digest in files]
