"""Chromium, and pages in it that fail a test where they load anything or complain.

Not among the default tests: they need a browser and the extra ``browser``; ``.ci/run`` installs both.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

Opener = Callable[..., Page]
"""Opens a file; the keywords are those of a browser context (``color_scheme``, ``viewport``, …) and ``fragment``."""

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The Chromium of this machine."""
    found = next((path for path in map(shutil.which, NAMES) if path), None)
    assert found is not None, f"none of {', '.join(NAMES)} is installed; on Debian: apt-get install chromium"
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield launched
        launched.close()


@pytest.fixture
def show(browser: Browser) -> Iterator[Opener]:
    """Opens files; at the end of the test they must have loaded nothing else and complained of nothing."""
    opened: list[str] = []
    requested: list[str] = []
    complaints: list[str] = []

    def complain(message: ConsoleMessage) -> None:
        complaints.append(f"{message.type}: {message.text}")

    def show_(file: Path, fragment: str = "", **context: object) -> Page:
        page = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **context}).new_page()
        page.on("request", lambda request: requested.append(request.url.partition("#")[0]))
        page.on("console", complain)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        opened.append(file.as_uri())
        page.goto(f"{file.as_uri()}{fragment}")
        return page

    yield show_
    for context in browser.contexts:
        context.close()
    assert complaints == []
    assert requested == opened
