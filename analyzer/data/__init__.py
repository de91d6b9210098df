"""Dated facts about AWS, each file with its sources and date.

Every function reads its file at the first call, and only that file; what it returns cannot be changed. How the files
are made: ``docs/data.md``.
"""

from analyzer.data.actions import AccessLevel, Action, ServiceActions, iam_actions, iam_prefixes
from analyzer.data.conditions import ConditionKeys, condition_keys
from analyzer.data.dates import data_dates, data_sources
from analyzer.data.endpoints import Endpoint, endpoint_for, endpoint_for_action, endpoint_named
from analyzer.data.escalations import EscalationPath, escalation_paths
from analyzer.data.framework import FrameworkOwned, framework_owned
from analyzer.data.managed_policies import managed_policy, managed_policy_names
from analyzer.data.operations import Operation, operation, operations
from analyzer.data.runtimes import Runtime, runtimes
from analyzer.data.sdk_services import Service, service_of_javascript, services
from analyzer.data.writes import Write, write_kinds, writes, writes_of

__all__ = [
    "AccessLevel",
    "Action",
    "ConditionKeys",
    "Endpoint",
    "EscalationPath",
    "FrameworkOwned",
    "Operation",
    "Runtime",
    "Service",
    "ServiceActions",
    "Write",
    "condition_keys",
    "data_dates",
    "data_sources",
    "endpoint_for",
    "endpoint_for_action",
    "endpoint_named",
    "escalation_paths",
    "framework_owned",
    "iam_actions",
    "iam_prefixes",
    "managed_policy",
    "managed_policy_names",
    "operation",
    "operations",
    "runtimes",
    "service_of_javascript",
    "services",
    "write_kinds",
    "writes",
    "writes_of",
]
