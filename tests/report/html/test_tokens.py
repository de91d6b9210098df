"""The colours of the page: what is written stands out from what it is written on (WCAG 2.2 AA), in light and dark."""

from __future__ import annotations

import re
from itertools import product

import pytest

from analyzer.report.html.page import _resource

TEXT, SHAPE = 4.5, 3.0
"""The contrast that text, and shapes that mean something, must have (success criteria 1.4.3 and 1.4.11)."""

STATES = ("critical", "high", "medium", "low", "unknown", "waived", "passed")
SURFACES = ("page", "card")
FAMILIES = ("compute", "storage", "messaging", "network", "identity", "stack")

WRITTEN = [
    *product(("text", "muted", "link"), SURFACES),
    *((state, f"{state}-f") for state in STATES),
    *(("text", fill) for fill in ("mark-f", "critical-f")),
    ("muted", "critical-f"),  # the words under the name in a marked box
    *product(("critical", "medium", "passed"), SURFACES),  # the verdict, and labels in pictures
]
DRAWN = [*product(FAMILIES, (*SURFACES, "critical-f")), *product(("muted", "critical"), SURFACES)]

STYLE = _resource("style.css")


def tokens(block: str) -> dict[str, str]:
    return {name: _long(value) for name, value in re.findall(r"--([a-z-]+):(#[0-9a-f]+)", block)}


def _long(colour: str) -> str:
    return colour if len(colour) == 7 else "#" + "".join(2 * digit for digit in colour[1:])


LIGHT = tokens(STYLE[: STYLE.index("@media screen and (prefers-color-scheme:dark)")])
DARK = tokens(STYLE[STYLE.index("@media screen and (prefers-color-scheme:dark)") : STYLE.index("*{box-sizing")])
THEMES = {"light": LIGHT, "dark": DARK}


def luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(part * share for part, share in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_measure_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
def test_what_is_written_can_be_read(theme: str) -> None:
    of = THEMES[theme]
    weak = {(a, b): round(contrast(of[a], of[b]), 2) for a, b in WRITTEN if contrast(of[a], of[b]) < TEXT}
    assert weak == {}


@pytest.mark.parametrize("theme", THEMES)
def test_what_is_drawn_can_be_seen(theme: str) -> None:
    of = THEMES[theme]
    weak = {(a, b): round(contrast(of[a], of[b]), 2) for a, b in DRAWN if contrast(of[a], of[b]) < SHAPE}
    assert weak == {}


def test_both_themes_have_every_colour_and_no_other_place_names_one() -> None:
    assert LIGHT.keys() == DARK.keys()
    rest = STYLE[STYLE.index("*{box-sizing") :]
    assert re.findall(r"#[0-9a-f]{3,6}\b(?=[;} ,])", rest) == []
    assert set(re.findall(r"var\(--([a-z-]+)\)", STYLE)) == LIGHT.keys() | {"edge"}
