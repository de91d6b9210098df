"""The files of an input that were judged, by the paths that reports name them with."""

from __future__ import annotations

from analyzer.policy.result import Input


def judged_files(given: Input) -> tuple[tuple[str, str], ...]:
    """Pairs (path, SHA-256). The digests of CDK source are by names within the source; where its rules ran, the input
    also has the paths."""
    digests = given.digests or ((given.path, given.sha256),)
    if given.kind != "cdk-source":
        return digests
    return tuple((_path(name, given.files), digest) for name, digest in digests)


def _path(name: str, files: tuple[str, ...]) -> str:
    return next((file for file in files if file == name or file.endswith(f"/{name}")), name)
