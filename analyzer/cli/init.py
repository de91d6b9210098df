"""``stackproof init``: configuration, pre-commit hook and pipeline for this repository."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from analyzer.cli.apps import App, app_of
from analyzer.cli.pipelines import PIPELINES, Commands, Snippet
from analyzer.cli.snippets import CONFIGURATION, hook

SIGNS = {
    "github": ".github",
    "gitlab": ".gitlab-ci.yml",
    "codebuild": "buildspec.yml",
    "jenkins": "Jenkinsfile",
}
"""What tells that a repository is built there."""

FROM_HERE = """
This Stackproof was installed from a folder or file of this machine, where nobody else can get it. So the hook runs the
`stackproof` on the search path, and pipelines ask for {release}. To write where yours comes from:
  stackproof init --install "stackproof @ git+https://git.example.com/stackproof@v0.1.0"
"""

NO_REPOSITORY = """
Hooks and pipelines are read in the root of a git repository, which this folder is not.
"""


@click.command("init", context_settings={"show_default": True})
@click.option(
    "--ci",
    "wanted",
    type=click.Choice([*PIPELINES, "none"]),
    multiple=True,
    help="Which pipelines to write.  [default: what is in use here]",
)
@click.option(
    "--install",
    metavar="REQUIREMENT",
    help="What hook and pipelines give to pip.  [default: as this Stackproof was installed]",
)
def command(wanted: tuple[str, ...], install: str | None) -> None:
    """Write stackproof.yaml, a pre-commit hook and pipelines into the current folder. Nothing is overwritten: what is
    to be added to a file that is there is shown instead."""
    from analyzer.cli.origin import RELEASE, requirement

    here = Path.cwd()
    source = requirement() if install is None else _checked(install)
    app = app_of(here)
    for snippet in _snippets(here, wanted, app, source):
        _put(here, snippet)
    if source is None:
        click.echo(FROM_HERE.format(release=RELEASE), nl=False)
    if not (here / ".git").exists():
        click.echo(NO_REPOSITORY, nl=False)
    click.echo(_next(app), nl=False)


def _checked(install: str) -> str:
    from analyzer.cli.origin import is_writable

    if not is_writable(install):
        raise click.UsageError(f"--install {install}: no requirement that can be written into shell and YAML as it is")
    return install


def _snippets(here: Path, wanted: tuple[str, ...], app: App | None, source: str | None) -> Iterator[Snippet]:
    from analyzer.cli.origin import RELEASE

    if not _configured(here):
        yield Snippet("stackproof.yaml", CONFIGURATION)
    yield hook(app, source)
    commands = Commands(f'pip install "{source or RELEASE}"', app)
    for name in wanted or [name for name, sign in SIGNS.items() if (here / sign).exists()]:
        if name != "none":
            yield PIPELINES[name](commands)


def _next(app: App | None) -> str:
    """What to do now, one command a line."""
    steps = {
        **({app.synth: "write the cloud assembly"} if app else {}),
        "stackproof check": "see what is there",
        "stackproof baseline create": "accept it; name the file in stackproof.yaml, and only new findings fail",
        "pre-commit install": "check at every commit",
    }
    widest = max(map(len, steps))
    return "\nNext:\n" + "".join(f"  {step:<{widest}}  {why}\n" for step, why in steps.items())


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
