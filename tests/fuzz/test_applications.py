"""Whatever is written where something else is expected, every rule comes to its end."""

from __future__ import annotations

import tempfile
from pathlib import Path
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.applications import judge, odd_copy


@settings(max_examples=40)
@given(st.randoms(use_true_random=False))
def test_no_rule_breaks_down_on_an_odd_application(random: Random) -> None:
    """More of them, by number: ``python -m scripts.fuzz applications``."""
    with tempfile.TemporaryDirectory() as folder:
        odd = Path(folder) / "odd"
        seed = odd_copy(random, odd)
        assert list(judge(odd)) == [], f"a changed {seed.folder.parent.name}/{seed.folder.name}"
