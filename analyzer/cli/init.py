"""``stackproof init``: configuration, pre-commit hook and pipeline for this repository."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from analyzer.cli.snippets import CONFIGURATION, Snippet, hook, pipeline

PIPELINES = ("github", "gitlab", "codebuild", "jenkins")
SIGNS = {
    "github": ".github",
    "gitlab": ".gitlab-ci.yml",
    "codebuild": "buildspec.yml",
    "jenkins": "Jenkinsfile",
}
"""What tells that a repository is built there."""

NEXT = """\
Next:
  stackproof check              see what is there
  stackproof baseline create    accept it, and name the file in the configuration: from then on only new findings fail
"""


@click.command("init", context_settings={"show_default": True})
@click.option(
    "--ci",
    "wanted",
    type=click.Choice([*PIPELINES, "none"]),
    multiple=True,
    help="Which pipelines to write.  [default: what is in use here]",
)
def command(wanted: tuple[str, ...]) -> int:
    """Write stackproof.yaml, a pre-commit hook and pipelines into the current folder. Nothing is overwritten: what is
    to be added to a file that is there is shown instead."""
    here = Path.cwd()
    for snippet in _snippets(here, wanted):
        _put(here, snippet)
    click.echo(NEXT, nl=False)
    return 0


def _snippets(here: Path, wanted: tuple[str, ...]) -> Iterator[Snippet]:
    app = (here / "cdk.json").is_file()
    if not _configured(here):
        yield Snippet("stackproof.yaml", CONFIGURATION)
    yield hook(app=app)
    for name in wanted or [name for name, sign in SIGNS.items() if (here / sign).exists()]:
        if name != "none":
            yield pipeline(name, app=app)


def _configured(here: Path) -> bool:
    """Whether the folder has a configuration of its own."""
    from analyzer.cli.judging import Request, config_files, refused
    from analyzer.policy.config_error import ConfigError

    try:
        found = next(config_files(Request(paths=())).chain(here), None)
    except ConfigError as error:
        raise refused(error.lines) from error
    if found is None or found.source.base != ".":
        return False
    click.echo(f"{found.file} is there already: left as it is")
    return True


def _put(here: Path, snippet: Snippet) -> None:
    """Write a new file, never through a link and never over another."""
    for path in (snippet.path, snippet.instead):
        if path is not None and _create(here / path, snippet.text):
            click.echo(f"{path}: written")
            if path != snippet.path:
                click.echo(f"  {snippet.path} is there already: refer to this file from there")
            return
    click.echo(f"{snippet.path} is there already; add to it:\n")
    click.echo("".join(f"    {line}".rstrip() + "\n" for line in snippet.text.splitlines()))


def _create(file: Path, text: str) -> bool:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as new:
            new.write(text)
    except FileExistsError:
        return False
    except OSError as error:
        raise click.ClickException(f"cannot write {file.name}: {error.strerror or error}") from error
    return True
