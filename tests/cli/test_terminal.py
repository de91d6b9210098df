"""What a terminal gets and a pipe does not: colour, width, progress."""

from __future__ import annotations

import io
from itertools import count

import pytest

from analyzer.cli.output import Target, for_stream, target
from analyzer.cli.progress import Progress
from analyzer.report.options import ReportOptions


class Stream(io.StringIO):
    """A text stream that may be a terminal; it has no file descriptor."""

    def __init__(self, *, terminal: bool = True, encoding: str = "utf-8") -> None:
        super().__init__()
        self._terminal = terminal
        self._encoding = encoding

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._encoding

    def isatty(self) -> bool:
        return self._terminal


def options(stream: Stream, *, colour: bool = True, **environment: str) -> ReportOptions:
    return for_stream(stream, ReportOptions(), colour=colour, environment=environment)


@pytest.mark.parametrize(
    ("stream", "colour", "environment", "expected"),
    [
        (Stream(), True, {}, True),
        (Stream(), True, {"NO_COLOR": ""}, True),
        (Stream(), True, {"NO_COLOR": "1"}, False),
        (Stream(), True, {"TERM": "dumb"}, False),
        (Stream(), False, {}, False),
        (Stream(terminal=False), True, {}, False),
    ],
)
def test_colour_is_for_terminals_that_want_it(
    stream: Stream, colour: bool, environment: dict[str, str], expected: bool
) -> None:
    assert options(stream, colour=colour, **environment).colour is expected


@pytest.mark.parametrize(
    ("encoding", "symbols"), [("utf-8", True), ("UTF8", True), ("ascii", False), ("cp1252", False)]
)
def test_symbols_need_an_encoding_that_has_them(encoding: str, symbols: bool) -> None:
    assert options(Stream(encoding=encoding)).symbols is symbols


def test_a_terminal_without_a_size_is_not_wrapped() -> None:
    assert options(Stream()).width is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("r.json", Target("json", "r.json")),
        ("sarif:r.json", Target("sarif", "r.json")),
        ("C:/r.json", Target("json", "C:/r.json")),
        ("text:a:b", Target("text", "a:b")),
    ],
)
def test_a_target_tells_its_format(text: str, expected: Target) -> None:
    assert target(text) == expected


def progress(stream: Stream, *, seconds: float, steps: int = 4) -> str:
    ticks = count(0, seconds)
    with Progress(steps, stream, clock=lambda: float(next(ticks))) as bar:
        for rule in ("FM0101", "FM0102", "FM0103"):
            bar.step(rule)
    return stream.getvalue()


def test_progress_is_shown_when_work_is_long_and_wiped_at_its_end() -> None:
    erase = "\r\x1b[K"
    assert progress(Stream(), seconds=0.6) == (
        f"{erase}[######..................] FM0102{erase}[############............] FM0103{erase}"
    )


def test_short_work_and_pipes_see_none() -> None:
    assert progress(Stream(), seconds=0.01) == ""
    assert progress(Stream(terminal=False), seconds=9) == ""


def test_progress_is_wiped_when_work_fails() -> None:
    stream = Stream()
    ticks = count(0, 5)
    with pytest.raises(KeyError), Progress(2, stream, clock=lambda: float(next(ticks))) as bar:
        bar.step("FM0101")
        raise KeyError
    assert stream.getvalue().endswith("\r\x1b[K")
