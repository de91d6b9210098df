"""What a terminal gets and a pipe does not: colour, width, progress."""

from __future__ import annotations

import io
from itertools import count

import pytest

from analyzer.cli.output import Target, for_stream, target
from analyzer.cli.progress import Progress, Waiting, duration
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
        f"{erase}[######..................] 4 s left FM0102{erase}[############............] 2 s left FM0103{erase}"
    )


def test_of_many_applications_count_and_rate_are_shown() -> None:
    stream, ticks = Stream(), count(0, 2)
    with Progress(200, stream, items=100, clock=lambda: float(next(ticks))) as bar:
        for number in range(3):
            bar.step(f"folder-with-a-long-name/and-another-one/t{number}.yaml\x1b[2J")
    label = "...long-name/and-another-one/t{}.yaml␛[2J"
    assert stream.getvalue().split("\r\x1b[K")[1:] == [
        f"[........................] {label.format(0)}",
        f"[........................] 0 of 100, 0.1/s, 13 min left {label.format(1)}",
        f"[........................] 1 of 100, 0.2/s, 10 min left {label.format(2)}",
        "",
    ]


def test_where_the_number_of_inputs_is_not_known_they_are_counted() -> None:
    stream, ticks = Stream(), count(0, 0.5)
    with Progress(None, stream, items=None, clock=lambda: float(next(ticks))) as bar:
        for _ in range(5):
            bar.step("s3://b/t.json")
    assert stream.getvalue().split("\r\x1b[K")[1:] == [
        f"{n}, {r}/s s3://b/t.json" for n, r in ((1, 1), (2, 1), (3, 2), (4, 2))
    ] + [""]


def test_a_fast_terminal_is_not_flooded() -> None:
    stream, ticks = Stream(), count(0, 0.03)
    with Progress(100, stream, items=100, clock=lambda: float(next(ticks))) as bar:
        for _ in range(100):
            bar.step("t")
    assert stream.getvalue().count("left") == 17


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0 s"), (99.4, "99 s"), (100, "2 min"), (5900, "98 min"), (12_000, "3 h 20 min")]
)
def test_durations_are_told_as_people_do(seconds: float, text: str) -> None:
    assert duration(seconds) == text


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


def test_who_is_waited_for_is_shown_once_a_second_and_wiped_at_the_end() -> None:
    times = iter([0.0, 0.9, 1.1, 1.3, 2.0, 2.1])
    stream = Stream()
    with Waiting(stream, clock=lambda: next(times)) as waiting:
        waiting.on(["checkov", "cfn-lint"])
        waiting.on(["checkov", "cfn-lint"])
        waiting.on(["checkov", "cfn-lint"])
        waiting.on(["checkov", "cfn-lint"])
        waiting.on(["checkov"])
    pictures = ["waiting for checkov, cfn-lint, 1 s", "waiting for checkov, cfn-lint, 2 s", "waiting for checkov, 2 s"]
    assert stream.getvalue() == "".join(f"\r\x1b[K{picture}" for picture in pictures) + "\r\x1b[K"


def test_nobody_is_seen_waiting_in_a_pipe_or_for_a_moment() -> None:
    for stream in (Stream(terminal=False), Stream()):
        with Waiting(stream) as waiting:
            waiting.on(["checkov"])
        assert stream.getvalue() == ""
