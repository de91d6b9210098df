"""VPC endpoints and VPCs as CDK source creates them, and the options that they are given.

``GatewayVpcEndpointOptions`` and ``InterfaceVpcEndpointOptions`` of aws-cdk-lib have no option for the endpoint's
policy: it is added with ``endpoint.addToPolicy`` (jsii manifest of aws-cdk-lib). Only the L1 ``CfnVPCEndpoint`` takes
``policyDocument``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from analyzer.code.cdk_sites import Options, Site, options
from analyzer.code.cdk_tree import Call, Entry, Expression, Flag, Member, Record, Scope
from analyzer.code.place import Place
from analyzer.facts.source import Source, SourceSubject
from analyzer.records import dataclass

_METHODS: Final = {"addgatewayendpoint": "addGatewayEndpoint", "addinterfaceendpoint": "addInterfaceEndpoint"}
_PYTHON_METHODS: Final = {
    "addgatewayendpoint": "add_gateway_endpoint",
    "addinterfaceendpoint": "add_interface_endpoint",
}
_CLASSES: Final = ("aws_ec2.GatewayVpcEndpoint", "aws_ec2.InterfaceVpcEndpoint")
_POLICY: Final = "policyDocument"
_GATEWAYS: Final = "gatewayEndpoints"
_VPC: Final = "aws_ec2.Vpc"
_RESTRICT: Final = "restrictDefaultSecurityGroup"
_FLAG: Final = "@aws-cdk/aws-ec2:restrictDefaultSecurityGroup"


@dataclass(frozen=True, slots=True)
class EndpointCall:
    """A call that makes a VPC endpoint. ``what`` is the method or class as written; ``policy`` the option that CDK
    does not take. ``effect``: ``refused`` (TypeScript checks it), ``raises`` (Python), ``ignored`` (nobody checks it).
    ``known``: the receiver is known to be a VPC of the CDK. ``unseen`` says whose options cannot be seen."""

    subject: SourceSubject
    site: Site
    what: str
    policy: Entry | None
    effect: str
    known: bool
    unseen: str

    @property
    def inside(self) -> bool:
        """Whether the option is written in the call itself."""
        call, policy = self.site.expression.place, self.policy
        return policy is not None and policy.place.file == call.file and call <= policy.place <= _end(call)


def endpoint_calls(source: Source) -> Iterator[EndpointCall]:
    """Every call that makes an L2 endpoint."""
    for site in source.sites:
        call = site.expression
        if not isinstance(call, Call):
            continue
        made = _made(source, call, site)
        if made is not None:
            what, known = made
            yield _endpoint(source, site, call, what, known)
        elif source.inference.cdk_type(source.inference.constructed(call, site.scope)) == _VPC:
            yield from _endpoints_of_vpc(source, site, call)


def _made(source: Source, call: Call, site: Site) -> tuple[str, bool] | None:
    """The method or class, and whether it is certainly the CDK's; None for any other call."""
    callee = call.callee
    if isinstance(callee, Member) and _plain(callee.name) in _METHODS:
        names = _PYTHON_METHODS if site.module.language == "python" else _METHODS
        owner = source.inference.type_of(callee.object, site.scope)
        if source.inference.function_of(call, site.scope) is not None:
            return None  # the application's own method
        kind = source.inference.cdk_type(owner)
        return (names[_plain(callee.name)], kind is not None) if callee.name == names[_plain(callee.name)] else None
    kind = source.inference.cdk_type(source.inference.constructed(call, site.scope))
    return (kind.rpartition(".")[2], True) if kind in _CLASSES and kind is not None else None


def _endpoint(source: Source, site: Site, call: Call, what: str, known: bool) -> EndpointCall:
    given = options_given(source, call, site.scope, position=2 if what[:1].isupper() else 1)
    found = given.find(_POLICY)
    direct = found is not None and not found[1].unchecked and found[1] is _written(call)
    effect = _effect(site.module.language, direct)
    name = source.constructs.created(call, site.scope) or source.constructs.holder(site)
    unseen = "" if found is not None or not given.missing else name
    entry = None if found is None else found[0]
    return EndpointCall(source.subject(name, call.place), site, what, entry, effect, known, unseen)


def _endpoints_of_vpc(source: Source, site: Site, call: Call) -> Iterator[EndpointCall]:
    """The gateway endpoints that a VPC is created with, those with a policy among their options."""
    entry = options_given(source, call, site.scope, position=2).find(_GATEWAYS)
    if entry is None:
        return
    name = source.constructs.created(call, site.scope) or source.constructs.holder(site)
    for record, home in options(source.inference, entry[0].value, site.scope).records:
        for endpoint in record.entries:
            value = endpoint.value.keywords if isinstance(endpoint.value, Call) else endpoint.value
            found = options(source.inference, value, home).find(_POLICY)
            if found is not None:
                direct = found[1] is value and not found[1].unchecked
                effect = _effect(site.module.language, direct)
                subject = source.subject(name, call.place)
                yield EndpointCall(subject, site, entry[0].key, found[0], effect, True, "")


def _effect(language: str, direct: bool) -> str:
    """What becomes of an option that is not one: only TypeScript checks keys, and only those of a literal."""
    if language == "python":
        return "raises"
    return "refused" if language == "typescript" and direct else "ignored"


def options_given(source: Source, call: Call, scope: Scope, position: int) -> Options:
    """The options of a call: keyword arguments of Python, else the argument at ``position``."""
    given: Expression | None = call.keywords
    if given is None and len(call.arguments) > position:
        given = call.arguments[position]
    return options(source.inference, given, scope)


def _written(call: Call) -> Record | None:
    """The options that stand in the call itself."""
    if call.keywords is not None:
        return call.keywords
    last = call.arguments[-1] if call.arguments else None
    return last if isinstance(last, Record) else None


@dataclass(frozen=True, slots=True)
class SourceVpc:
    """A VPC that the source creates. ``restricts``: whether CDK empties its default security group; None where that is
    not known, with what it ``needs``. ``entry`` is the option, where it is written."""

    subject: SourceSubject
    restricts: bool | None
    entry: Entry | None
    needs: str = ""


def vpcs(source: Source) -> Iterator[SourceVpc]:
    """Every L2 VPC that the source creates."""
    for site in source.sites:
        call = site.expression
        if not isinstance(call, Call):
            continue
        made = source.inference.constructed(call, site.scope)
        if source.inference.cdk_type(made) == _VPC:
            name = source.constructs.created(call, site.scope) or source.constructs.holder(site)
            yield _vpc(source, call, site, source.subject(name, call.place))


def _vpc(source: Source, call: Call, site: Site, subject: SourceSubject) -> SourceVpc:
    given = options_given(source, call, site.scope, position=2)
    found = given.find(_RESTRICT)
    if found is None and given.missing:
        return SourceVpc(subject, None, None, f"the options of {subject.logical_id}")
    if found is None:
        flag = feature_flag(source, _FLAG)
        needs = f"whether the feature flag {_FLAG} is set, since there is no cdk.json"
        return SourceVpc(subject, flag, None, "" if flag is not None else needs)
    value, _ = source.inference.written(found[0].value, site.scope)
    restricts = value.value if isinstance(value, Flag) else None
    needs = "" if restricts is not None else f"the value of {found[0].key} of {subject.logical_id}"
    return SourceVpc(subject, restricts, found[0], needs)


def feature_flag(source: Source, name: str) -> bool | None:
    """The value of a feature flag in ``cdk.json``; None where there is no such file. A flag that is not set is off."""
    context = source.configuration
    if context is None:
        return None
    flags = context.get("context")
    value = flags.get(name) if isinstance(flags, dict) else None
    return value is True or value == "true"


def _end(place: Place) -> Place:
    return Place(place.file, place.end_line, place.end_column, place.end_line, place.end_column)


def _plain(name: str) -> str:
    return name.replace("_", "").lower()
