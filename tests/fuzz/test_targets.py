"""The readers of strangers' bytes: on what fuzzing found, on small random pieces, and on what it starts from."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scripts.fuzz import READERS
from tests.fuzz.mutations import mutate_code
from tests.fuzz.targets import TARGETS, seeds_of

FIXTURES = Path(__file__).parents[2] / "fixtures"

FOUND = {
    "an f-string that ast.unparse cannot write": ("cdk-python", b"f\"{d['\x1b']} '\"\n"),
}


@pytest.mark.parametrize(("target", "data"), FOUND.values(), ids=FOUND)
def test_what_fuzzing_found_is_read_or_refused(target: str, data: bytes) -> None:
    TARGETS[target][0](data)


def test_the_command_knows_every_target() -> None:
    assert tuple(TARGETS) == READERS


@pytest.mark.parametrize("target", TARGETS)
@settings(max_examples=40)
@given(random=st.randoms(use_true_random=False))
def test_every_reader_reads_or_refuses_what_is_nearly_right(target: str, random: Random) -> None:
    read, suffixes = TARGETS[target]
    texts = _some(suffixes)
    text = mutate_code(random.choice(texts), texts, random, random.choice((1, 3, 9)))
    read(text.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("target", TARGETS)
@given(data=st.binary(max_size=60))
def test_every_reader_reads_or_refuses_bytes(target: str, data: bytes) -> None:
    TARGETS[target][0](data)


@cache
def _some(suffixes: frozenset[str]) -> tuple[str, ...]:
    """Every twentieth file that a reader starts from."""
    return tuple(seed.decode("utf-8", "replace") for seed in list(seeds_of(suffixes, FIXTURES))[::20])
