"""What a rule may ask of an application. Facts are derived on first use and shared by all rules of a run."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from analyzer.model.application import Application
from analyzer.model.template import Resource, Template

if TYPE_CHECKING:
    from analyzer.facts.alarms import Alarms
    from analyzer.facts.audit_trail import AuditTrail
    from analyzer.facts.authorizers import Authorizers
    from analyzer.facts.event_flow import EventFlow
    from analyzer.facts.functions import Functions
    from analyzer.facts.iam import Iam
    from analyzer.facts.invocations import Invocations
    from analyzer.facts.network import Network
    from analyzer.facts.source import Source
    from analyzer.facts.table_calls import CallElsewhere, TableCall
    from analyzer.facts.tables import Table
    from analyzer.facts.triggers import Triggers


class Query:
    """One application and the facts about it.

    ``as_of`` is the date by which dated facts are judged; ``settings`` is the configuration's data for rules.
    """

    def __init__(
        self, application: Application, *, as_of: datetime.date, settings: Mapping[str, Any] | None = None
    ) -> None:
        self.application = application
        self.as_of = as_of
        self.settings = settings or {}

    def resources(self, *types: str) -> tuple[Resource, ...]:
        """The resources of these types in every stack; all resources without a type."""
        return self.application.resources(*types)

    @property
    def templates(self) -> tuple[Template, ...]:
        """Every template, nested ones included."""
        return tuple(self.application.templates.values())

    @cached_property
    def functions(self) -> Functions:
        """The Lambda functions with their code."""
        from analyzer.facts.functions import Functions

        return Functions(self.application)

    @cached_property
    def iam(self) -> Iam:
        """Who may do what: policies, statements, grants."""
        from analyzer.facts.iam import Iam

        return Iam(self.application)

    @cached_property
    def authorizers(self) -> Authorizers:
        """API authorizers, the functions behind them and the methods they guard."""
        from analyzer.facts.authorizers import Authorizers

        return Authorizers(self.application, self.functions)

    @cached_property
    def triggers(self) -> Triggers:
        """Who is set up to invoke whom."""
        from analyzer.facts.triggers import Triggers

        return Triggers(self.application, self.functions)

    @cached_property
    def invocations(self) -> Invocations:
        """How each function is invoked, and who takes what it fails on."""
        from analyzer.facts.invocations import Invocations

        return Invocations(self.application, self.functions, self.triggers)

    @cached_property
    def alarms(self) -> Alarms:
        """Who watches what."""
        from analyzer.facts.alarms import Alarms

        return Alarms(self.application, self.functions)

    @cached_property
    def events(self) -> EventFlow:
        """Who triggers whom and who writes where."""
        from analyzer.facts.event_flow import EventFlow

        return EventFlow(self.application, self.functions, self.iam, self.triggers)

    @cached_property
    def tables(self) -> dict[Resource, Table]:
        """The DynamoDB tables."""
        from analyzer.facts.tables import tables

        return tables(self.application)

    @cached_property
    def table_calls(self) -> tuple[TableCall, ...]:
        """What code does to the DynamoDB tables of the application."""
        from analyzer.facts.table_calls import table_calls

        return tuple(table_calls(self.application, self.functions, self.tables))

    @cached_property
    def table_calls_elsewhere(self) -> tuple[CallElsewhere, ...]:
        """What code does to DynamoDB tables that the application does not hold."""
        from analyzer.facts.table_calls import calls_elsewhere

        return tuple(calls_elsewhere(self.application, self.functions))

    @cached_property
    def network(self) -> Network:
        """Subnets, routes, endpoints, and what can be reached from where."""
        from analyzer.facts.network import Network

        return Network(self.application, self.functions, self.iam)

    @cached_property
    def audit(self) -> AuditTrail:
        """Trails, log groups and data stores."""
        from analyzer.facts.audit_trail import AuditTrail

        return AuditTrail(self.application, self.iam)

    @cached_property
    def source(self) -> Source:
        """The CDK source, where it was given or lies beside the assembly."""
        from analyzer.facts.source import Source

        return Source(self.application)
