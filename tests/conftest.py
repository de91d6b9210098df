"""Options of the test run, and what a test cannot run without."""

from __future__ import annotations

import importlib.util
import shutil

import pytest
from hypothesis import HealthCheck, settings


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--accept",
        action="store_true",
        help="rewrite expect.json of the fixtures that differ; read the diff before you commit it",
    )
    parser.addoption(
        "--every-relation",
        action="store_true",
        help="try every metamorphic relation on every fixture, not only a sample",
    )


def pytest_configure(config: pytest.Config) -> None:
    # How fast a loaded machine draws examples says nothing of the code.
    settings.register_profile("stackproof", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("stackproof")
    config.addinivalue_line("markers", "needs_node: runs JavaScript")
    config.addinivalue_line("markers", "needs_cdk: synthesizes, so it needs Node.js and aws-cdk-lib")


def pytest_runtest_setup(item: pytest.Item) -> None:
    needs_cdk = item.get_closest_marker("needs_cdk") is not None
    if (needs_cdk or item.get_closest_marker("needs_node")) and shutil.which("node") is None:
        pytest.skip("Node.js is not on the PATH")
    if needs_cdk and importlib.util.find_spec("aws_cdk") is None:
        pytest.skip("aws-cdk-lib is not installed: pip install -r reference_stack/requirements.txt")
