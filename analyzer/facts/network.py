"""What can be reached from where: VPCs, routes, endpoints, security groups, and who needs which service.

    for caller in query.network.callers:
        answer = query.network.blocked(caller, Fault.MISSING)

Every answer holds for all alternatives that conditions leave open (see :mod:`analyzer.facts.network_worlds`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from analyzer.facts.endpoint_functions import answer_to_cloudformation, needs_of_function
from analyzer.facts.endpoint_needs import Need, Purpose
from analyzer.facts.endpoint_reviews import Flaw, Flaws, Policy, denies_everything, review
from analyzer.facts.endpoint_services import Endpoints
from analyzer.facts.endpoint_tasks import needs_of_poller, needs_of_service
from analyzer.facts.network_callers import BROKERS, Caller, CallerKind, Placements, custom_resource_functions
from analyzer.facts.network_groups import Groups
from analyzer.facts.network_paths import Crossing, Fault, Obstacle, Paths
from analyzer.facts.network_routes import Routes
from analyzer.facts.network_topology import Topology
from analyzer.facts.network_worlds import Answer, Outcome, World, explore, presence, settle_worlds
from analyzer.judgement import AnyPlace, Confidence, Evidence, Severity, Verdict
from analyzer.records import dataclass

if TYPE_CHECKING:
    from analyzer.facts.functions import Function, Functions
    from analyzer.facts.iam import Iam
    from analyzer.model.application import Application
    from analyzer.model.template import Resource
    from analyzer.picture.graph import Picture

Crossings = tuple[Crossing, ...]
_NOTHING = frozenset({Fault.MISSING, Fault.PUBLIC})
"""Faults that are the lack of something."""


@dataclass(frozen=True, slots=True)
class Blocked:
    """One thing that a caller needs and cannot reach, and why."""

    need: Need
    obstacles: tuple[Obstacle, ...]
    answer: Answer[Crossings]

    @property
    def confidence(self) -> Confidence:
        """How sure it is that this is needed, and blocked."""
        return min(self.answer.confidence, self.need.confidence)

    @property
    def subnets(self) -> tuple[str, ...]:
        """The subnets from which it is not reached, for people."""
        return tuple(sorted({one.subnet.label for one in self.answer.result if not one.open}))

    @property
    def reasons(self) -> tuple[str, ...]:
        """The obstacles in words, each once."""
        return tuple(dict.fromkeys(obstacle.text for obstacle in self.obstacles if obstacle.text))


@dataclass(frozen=True, slots=True)
class Reach:
    """What a rule asks: a verdict for a caller, the ``blocked`` needs where it fails, ``needs`` where it is unknown."""

    verdict: Verdict
    blocked: tuple[Blocked, ...] = ()
    needs: str = ""

    @property
    def where(self) -> str:
        """What selects the failing alternatives, for the end of a message."""
        conditions = {one.answer.where for one in self.blocked}
        if len(conditions) == 1:
            return conditions.pop()
        told = [f"{one.need.label}{one.answer.where}" for one in self.blocked if one.answer.where]
        return f" ({', '.join(told)})" if told else ""

    @property
    def confidence(self) -> Confidence:
        """That of what is surest."""
        return max((one.confidence for one in self.blocked), default=Confidence.CERTAIN)

    @property
    def subnets(self) -> tuple[str, ...]:
        """The subnets that the blocked needs concern, for people."""
        return tuple(sorted({subnet for one in self.blocked for subnet in one.subnets}))

    @property
    def severity(self) -> Severity:
        """HIGH where code or configuration shows a need; MEDIUM where only rights do."""
        return Severity.HIGH if any(one.need.by_code for one in self.blocked) else Severity.MEDIUM

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """Who needs it, then what is in the way; each proof once."""
        proofs = [proof for one in self.blocked for proof in one.need.evidence]
        proofs += [proof for one in self.blocked for obstacle in one.obstacles for proof in obstacle.evidence]
        return tuple(dict.fromkeys(proofs))

    @property
    def place(self) -> AnyPlace | None:
        """Where a person looks first: at the obstacle where there is one, else at the use."""
        obstacles = [obstacle for one in self.blocked for obstacle in one.obstacles if not obstacle.faults & _NOTHING]
        proofs = [proof for obstacle in obstacles for proof in obstacle.evidence] or list(self.evidence)
        return next((proof.place for proof in proofs if proof.place), None)

    @property
    def related(self) -> tuple[Resource, ...]:
        """The other resources that take part."""
        found = (resource for one in self.blocked for obstacle in one.obstacles for resource in obstacle.related)
        return tuple(dict.fromkeys(found))


class Network:
    """The network of an application, and what its callers can reach."""

    def __init__(self, application: Application, functions: Functions, iam: Iam) -> None:
        self.application = application
        self._functions = functions
        self._iam = iam
        self.topology = Topology(application)
        self.groups = Groups(self.topology)
        self.endpoints = Endpoints(self.topology)
        self._paths = Paths(self.topology, Routes(self.topology), self.groups, self.endpoints)
        self._placements = Placements(self.topology, self.groups)
        self._outcomes: dict[tuple[Caller, Need], tuple[Outcome[Crossings], ...] | None] = {}

    # --- callers --------------------------------------------------------------------------------------

    @cached_property
    def callers(self) -> tuple[Caller, ...]:
        """Functions and ECS services with what they need, in a VPC or not."""
        return (*self.functions, *self._services())

    @cached_property
    def functions(self) -> tuple[Caller, ...]:
        """The functions."""
        answering = self._answering
        return tuple(self._function(function, answering.get(function.resource, ())) for function in self._functions)

    def _function(self, function: Function, customs: tuple[Resource, ...]) -> Caller:
        place = self._placements.of_function(function.resource)
        needs: list[Need] = []
        if function.resource["VpcConfig"] or function.resource["CapacityProviderConfig"]:
            needs = list(needs_of_function(function, self._iam))
            needs += [answer_to_cloudformation(function, custom) for custom in customs[:1]]
        return Caller(function.resource, CallerKind.FUNCTION, place, tuple(needs), customs)

    @cached_property
    def _answering(self) -> dict[Resource, tuple[Resource, ...]]:
        """Functions by the custom resources that they answer for."""
        found: dict[Resource, tuple[Resource, ...]] = {}
        for custom, function in custom_resource_functions(self.topology):
            found[function] = (*found.get(function, ()), custom)
        return found

    def _services(self) -> Iterator[Caller]:
        for service in self.application.resources("AWS::ECS::Service"):
            needs = tuple(needs_of_service(self.application, service, self._iam))
            yield Caller(service, CallerKind.SERVICE, self._placements.of_service(service), needs)

    @cached_property
    def pollers(self) -> tuple[Caller, ...]:
        """The event source mappings whose pollers stand in the subnets of a cluster or broker."""
        return tuple(self._pollers())

    def _pollers(self) -> Iterator[Caller]:
        for mapping in self.application.resources("AWS::Lambda::EventSourceMapping"):
            needs = tuple(needs_of_poller(mapping))
            broker = self.application.behind(mapping["EventSourceArn"].value, *BROKERS)
            if broker is not None:
                yield Caller(mapping, CallerKind.POLLER, self._placements.of_broker(broker), needs, (broker,))
            elif mapping["SelfManagedEventSource"]:
                yield Caller(mapping, CallerKind.POLLER, self._placements.of_mapping(mapping), needs)

    # --- what they reach ------------------------------------------------------------------------------

    def crossings(self, caller: Caller, need: Need) -> tuple[Outcome[Crossings], ...] | None:
        """The way of a need from every subnet, in every world; None where conditions leave too many worlds."""
        key = (caller, need)
        if key not in self._outcomes:

            def evaluate(world: World) -> Crossings:
                placement = caller.place(world)
                return self._paths.crossings(placement, need, world) if placement else ()

            self._outcomes[key] = explore(self.application, presence(caller.subject), evaluate)
        return self._outcomes[key]

    def blocked(self, caller: Caller, fault: Fault, purpose: Purpose = Purpose.CALL) -> Reach:
        """The needs that no subnet of the caller serves, and the obstacles of one kind in their way."""

        def failing(crossings: Crossings) -> bool | None:
            return _fails_everywhere(crossings, fault)

        return self._settled(caller, _for(purpose), failing, lambda obstacle: obstacle.is_certainly(fault), fault)

    def cut_off(self, caller: Caller, purpose: Purpose) -> Reach:
        """The needs that some subnet of the caller does not serve, whatever is in the way."""
        return self._settled(caller, _for(purpose), _fails_somewhere, lambda obstacle: not obstacle.needs)

    def reach(self, caller: Caller, suffix: str) -> Reach:
        """Whether a caller reaches the service with this endpoint suffix from all its subnets, where it needs it."""

        def wanted(need: Need) -> bool:
            return need.endpoint is not None and need.endpoint.suffix == suffix

        return self._settled(caller, wanted, _fails_somewhere, lambda obstacle: not obstacle.needs)

    def uneven(self, caller: Caller) -> Reach:
        """The needs that some subnets of the caller serve and others do not."""

        def failing(crossings: Crossings) -> bool | None:
            states = {crossing.open for crossing in crossings}
            if {True, False} <= states:
                return True
            return None if None in states and len(crossings) > 1 else False

        return self._settled(caller, _for(Purpose.CALL), failing, lambda obstacle: not obstacle.needs)

    def _settled(
        self,
        caller: Caller,
        wanted: Callable[[Need], bool],
        failing: _Judge,
        counts: _Counts,
        fault: Fault | None = None,
    ) -> Reach:
        blocked: list[Blocked] = []
        questions: list[str] = []
        for need in filter(wanted, caller.needs):
            outcomes = self.crossings(caller, need)
            if outcomes is None:
                questions.append(f"the conditions on which the network of {caller.name} depends")
                continue
            answer = settle_worlds(outcomes, failing)
            if answer.verdict is Verdict.FAIL:
                blocked.append(Blocked(need, _counted(answer.result, counts), answer))
            elif answer.verdict is Verdict.UNKNOWN:
                questions.append(_question(answer, fault))
        if blocked:
            return Reach(Verdict.FAIL, tuple(blocked))
        return Reach(Verdict.UNKNOWN, needs=questions[0]) if questions else Reach(Verdict.PASS)

    # --- pictures -------------------------------------------------------------------------------------

    def picture(self, caller: Caller, reach: Reach) -> Picture:
        """What a caller reaches and what not, in the alternative in which it fails."""
        from analyzer.facts.network_picture import reach_picture

        guards = reach.blocked[0].answer.guards if reach.blocked else ()
        return reach_picture(self, self._paths, caller, [one.need for one in reach.blocked], guards)

    def whole_picture(self, callers: Iterable[Caller]) -> Picture:
        """What several callers reach and what not."""
        from analyzer.facts.network_picture import network_picture

        return network_picture(self, self._paths, callers)

    # --- endpoints ------------------------------------------------------------------------------------

    def review(self, endpoint: Resource, find: Callable[[Policy], Iterator[Flaw]]) -> Answer[Flaws] | None:
        """The flaws of an endpoint's policy, over all alternatives; None where there are too many."""
        return review(self.application, self.endpoints, endpoint, find)

    def denied(self, policy: Policy) -> Iterator[Flaw]:
        """The application's own calls that a statement of the policy denies."""
        if any(denies_everything(policy, statement) for statement in policy.statements):
            return
        vpc = self.topology.identity(policy.endpoint.vpc)
        for caller in self.callers:
            placement = caller.place(policy.world) if caller.needs else None
            if placement is None or self.topology.identity(placement.vpc) != vpc:
                continue
            for need in caller.needs:
                served = need.endpoint is not None and need.endpoint.suffix == policy.endpoint.suffix
                denied = [use.action for use in need.uses if served and all(map(policy.known.denies, use.requests))]
                if denied:
                    actions = ", ".join(dict.fromkeys(denied))
                    yield Flaw(f"denies {caller.name} {actions}", policy.node.place)


if TYPE_CHECKING:
    _Judge = Callable[[Crossings], bool | None]
    _Counts = Callable[[Obstacle], bool]


def _for(purpose: Purpose) -> Callable[[Need], bool]:
    return lambda need: need.purpose is purpose


def _fails_everywhere(crossings: Crossings, fault: Fault) -> bool | None:
    """Whether no subnet serves the need and a fault of this kind is a reason; None where that cannot be told."""
    states = [crossing.open for crossing in crossings]
    if True in states:
        return False
    obstacles = [obstacle for crossing in crossings for obstacle in crossing.obstacles]
    if False in states and any(obstacle.is_certainly(fault) for obstacle in obstacles):
        return True
    return None if any(obstacle.needs and fault in obstacle.faults for obstacle in obstacles) else False


def _fails_somewhere(crossings: Crossings) -> bool | None:
    states = {crossing.open for crossing in crossings}
    return True if False in states else (None if None in states else False)


def _counted(crossings: Crossings, counts: _Counts) -> tuple[Obstacle, ...]:
    obstacles = (obstacle for crossing in crossings for obstacle in crossing.obstacles if counts(obstacle))
    return tuple(dict.fromkeys(obstacles))


def _question(answer: Answer[Crossings], fault: Fault | None) -> str:
    """What would decide an unknown answer."""
    obstacles = (obstacle for crossing in answer.result for obstacle in crossing.obstacles if obstacle.needs)
    needs = next((one.needs for one in obstacles if fault is None or fault in one.faults), "")
    names = [guard.name for guard in answer.guards if guard.kind == "allowed"]
    return needs or (f"the value of parameter {names[0]}" if names else "the conditions that select the network")
