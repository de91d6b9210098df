"""Repeats the documented failures on purpose. A test object: never deploy it, never copy from it.

Its modules have neither docstrings nor comments because that is failure 12.
"""

from __future__ import annotations

import aws_cdk as cdk

from reference_stack.app.as_documented.api import ApiStack
from reference_stack.app.as_documented.compute import ComputeStack
from reference_stack.app.as_documented.intake import IntakeStack
from reference_stack.app.as_documented.monitoring import MonitoringStack
from reference_stack.app.as_documented.network import NetworkStack
from reference_stack.app.as_documented.storage import StorageStack

FEATURE_FLAGS: dict[str, bool] = {}


def build(app: cdk.App) -> None:
    """Add the six stacks to `app`."""
    network = NetworkStack(app, "DocumentsNetwork")
    storage = StorageStack(app, "DocumentsStorage")
    compute = ComputeStack(app, "DocumentsCompute", network=network, storage=storage)
    IntakeStack(app, "DocumentsIntake", compute=compute, storage=storage)
    api = ApiStack(app, "DocumentsApi", compute=compute, storage=storage)
    MonitoringStack(app, "DocumentsMonitoring", compute=compute, api=api)
