"""The application's audit trail: trails, the buckets they write to, and the stores whose use they should record."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from analyzer.facts.buckets import BUCKET, TRAIL, Bucket, Buckets, Purpose
from analyzer.facts.data_stores import STORES, stores_of
from analyzer.facts.event_selectors import RECORDED_AS, Claim, Recorded, claims_of, data_events, management_events
from analyzer.facts.guard_gaps import Guards, gap
from analyzer.facts.log_groups import LogGroups
from analyzer.facts.recovery import Backups
from analyzer.facts.secure_transport import SecureTransport

if TYPE_CHECKING:
    from analyzer.facts.iam import Iam
    from analyzer.model.application import Application
    from analyzer.model.template import Resource

EVENT_DATA_STORE = "AWS::CloudTrail::EventDataStore"


class AuditTrail:
    """Trails, log groups and data stores of one application."""

    def __init__(self, application: Application, iam: Iam) -> None:
        self._application = application
        self._iam = iam

    @cached_property
    def trails(self) -> tuple[Resource, ...]:
        """The trails of every stack."""
        return tuple(self._application.resources(TRAIL))

    @cached_property
    def recorders(self) -> tuple[Resource, ...]:
        """Whatever records CloudTrail events: trails, and event data stores where somebody still has them."""
        return (*self.trails, *self._application.resources(EVENT_DATA_STORE))

    @cached_property
    def buckets(self) -> Buckets:
        """The buckets by what they are for."""
        return Buckets(self._application)

    @cached_property
    def stores(self) -> tuple[Resource, ...]:
        """The stores that hold the application's data, most telling first: documents, archives, tables, the rest."""
        found = [store for store in stores_of(self._application) if self._holds_data(self.buckets.of(store))]
        return tuple(sorted(found, key=self._rank))

    def _rank(self, store: Resource) -> tuple[int, bool]:
        bucket = self.buckets.of(store)
        return list(STORES).index(store.type), bucket is not None and bucket.keeps_audit_files

    @staticmethod
    def _holds_data(bucket: Bucket | None) -> bool:
        return bucket is None or bucket.purpose in (Purpose.DATA, Purpose.ARCHIVE)

    @cached_property
    def log_groups(self) -> LogGroups:
        """The log groups by who writes to them."""
        return LogGroups(self._application)

    @cached_property
    def backups(self) -> Backups:
        """What AWS Backup plans of the application take."""
        return Backups(self._application)

    @cached_property
    def transport(self) -> SecureTransport:
        """Which resource policies refuse plain HTTP."""
        return SecureTransport(self._application, self._iam)

    def unwatched(self, store: Resource) -> Guards | None:
        """Where the store exists and no trail does: None nowhere, empty wherever it exists."""
        return gap(self._application, [recorder.guards for recorder in self.recorders], store.guards)

    @property
    def recordable(self) -> tuple[Resource, ...]:
        """The stores whose items a trail can record one by one."""
        return tuple(store for store in self.stores if store.type in RECORDED_AS)

    @cached_property
    def _claims(self) -> tuple[Claim, ...]:
        return tuple(claims_of(self._application, self.recorders))

    def data_events(self, store: Resource) -> Recorded:
        """What is recorded of the items of a recordable store."""
        return data_events(self._application, self._claims, store)

    def management_events(self, trail: Resource) -> Recorded:
        """What is recorded, wherever ``trail`` exists, of the calls that configure the account."""
        return management_events(self._application, self._claims, trail.guards)

    def keeps_items(self, bucket: Bucket) -> bool:
        """Whether every read and write of the bucket's objects is recorded as a data event."""
        if bucket.resource.type != BUCKET or not self.recorders:
            return False
        return self.data_events(bucket.resource) == Recorded()
