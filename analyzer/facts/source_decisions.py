"""Security-relevant decisions in CDK source: what is opened to everybody, and which protection is switched off.

A ``Deny`` closes, so wildcards in one are no such decision.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from analyzer.code.cdk_sites import Site
from analyzer.code.cdk_tree import Call, Entry, Expression, Flag, Member, Name, Record, Text
from analyzer.facts.source import Source, SourceSubject
from analyzer.records import dataclass

_ALL_OF_A_SERVICE: Final = re.compile(r"[a-z0-9-]+:\*")
_STATEMENT_OPTIONS: Final = frozenset({"actions", "resources", "resourcearns", "action", "resource"})
_STATEMENTS: Final = frozenset({"policystatement", "fromjson", "addtoprincipal", "addtoprincipalorresource", "grant"})
_STATEMENT_METHODS: Final = frozenset({"addactions", "addresources"})
_EVERYBODY: Final = frozenset({"AnyPrincipal", "StarPrincipal", "Anyone"})
_OPENING_METHODS: Final = {
    "addallresources": "covers every resource",
    "addanyprincipal": "is open to everybody",
    "allowdefaultportfromanyipv4": "is open to any address",
    "allowfromanyipv4": "is open to any address",
    "grantpublicaccess": "grants public access",
}
_ANY_ADDRESS: Final = frozenset({"anyipv4", "anyipv6"})
_ADDRESSES: Final = frozenset({"0.0.0.0/0", "::/0"})
_OUTWARDS: Final = frozenset({"addegressrule", "allowto", "allowtodefaultport"})
_INWARD_OPTIONS: Final = frozenset({"cidrip", "cidripv6", "cidr"})
_ORIGINS: Final = frozenset({"alloworigins", "allowedorigins"})
_OPEN_WHEN_TRUE: Final = frozenset(
    "assignpublicip associatepublicipaddress internetfacing mappubliciponlaunch publiclyaccessible "
    "publicreadaccess".split()
)
_OFF_WHEN_FALSE: Final = frozenset(
    "atrestencryptionenabled blockpublicacls blockpublicpolicy deletionprotection enablefilevalidation "
    "enablekeyrotation encrypted encryptionatrest enforcehttps enforcessl iamauthentication ignorepublicacls "
    "nodetonodeencryption requireimdsv2 restrictdefaultsecuritygroup restrictpublicbuckets storageencrypted "
    "transitencryptionenabled".split()
)
_OPEN_VALUES: Final = frozenset(
    {
        ("FunctionUrlAuthType", "NONE"),
        ("AuthorizationType", "NONE"),
        ("BucketAccessControl", "PUBLIC_READ"),
        ("BucketAccessControl", "PUBLIC_READ_WRITE"),
        ("BucketEncryption", "UNENCRYPTED"),
        ("Cors", "ALL_ORIGINS"),
        ("ViewerProtocolPolicy", "ALLOW_ALL"),
    }
)


@dataclass(frozen=True, slots=True)
class Decision:
    """Decisions of one line, as predicates (``what``), and whether a comment ``explains`` them."""

    subject: SourceSubject
    what: tuple[str, ...]
    explained: bool


def decisions(source: Source) -> Iterator[Decision]:
    """Every line with a security-relevant decision, tests apart."""
    files = {module.file for module in source.cdk_modules}
    lines: dict[tuple[str, int], list[tuple[Site, str]]] = {}
    for site in source.sites:
        what = decided(site) if site.module.file in files else ""
        if what:
            lines.setdefault((site.module.file, site.expression.place.line), []).append((site, what))
    for found in lines.values():
        first = found[0][0]
        explained = any(site.explained() for site, _ in found)
        yield Decision(source.subject_of(first), tuple(dict.fromkeys(what for _, what in found)), explained)


def decided(site: Site) -> str:
    """What an expression decides, as a predicate ("uses the wildcard *"); empty for what is no such decision."""
    match site.expression:
        case Text(value=value, complete=True):
            return _in_text(site, value)
        case Flag(value=value):
            key = _plain(site.key)
            if (value and key in _OPEN_WHEN_TRUE) or (not value and key in _OFF_WHEN_FALSE):
                return f"sets {site.key} to {'true' if value else 'false'}"
            return ""
        case Call(callee=callee):
            return _in_call(site, callee)
        case Member(object=Member(name=owner) | Name(name=owner), name=name) if (owner, name) in _OPEN_VALUES:
            return f"uses {owner}.{name}"
        case _:
            return ""


def _in_text(site: Site, value: str) -> str:
    option = _plain(site.option)
    if value in _ADDRESSES:
        outwards = _plain(_called(site)) in _OUTWARDS
        inward = option in _INWARD_OPTIONS or _plain(_called(site)) in ("ipv4", "ipv6")
        return f"is open to any address ({value})" if inward and not outwards and not _is_outward(site) else ""
    if value != "*" and not _ALL_OF_A_SERVICE.fullmatch(value):
        return ""
    if option in _ORIGINS and value == "*":
        return "allows any origin (*)"
    if _is_denied(site):
        return ""
    if option == "principal" and value == "*":
        return "is open to everybody (*)"
    if value == "*" and _called(site) == "ArnPrincipal":
        return "is open to everybody (*)"
    in_statement = option in _STATEMENT_OPTIONS and _is_statement(site)
    return f"uses the wildcard {value}" if in_statement or _plain(_called(site)) in _STATEMENT_METHODS else ""


def _in_call(site: Site, callee: Expression) -> str:
    name = callee.name if isinstance(callee, Member | Name) else ""
    if name in _EVERYBODY:
        return "" if _is_denied(site) else f"is open to everybody ({name})"
    if _plain(name) in _ANY_ADDRESS:
        return "" if _is_outward(site) else f"is open to any address ({name})"
    return _OPENING_METHODS.get(_plain(name), "") if isinstance(callee, Member) else ""


def _called(site: Site) -> str:
    """The name of the innermost call around."""
    return next((name for name in _calls(site)), "")


def _calls(site: Site) -> Iterator[str]:
    for around in site.above():
        call = around.expression
        if isinstance(call, Call) and isinstance(call.callee, Member | Name):
            yield call.callee.name


def _is_statement(site: Site) -> bool:
    """Whether an option is one of a policy statement: of the class, of a grant, or of a document in its JSON form."""
    record = _record(site)
    if record is not None and any(entry.key == "Effect" for entry in record.entries):
        return True
    return _plain(_called(site)) in _STATEMENTS


def _is_outward(site: Site) -> bool:
    return any(_plain(name) in _OUTWARDS or _plain(name) == "cfnsecuritygroupegress" for name in _calls(site))


def _is_denied(site: Site) -> bool:
    """Whether the statement around denies."""
    for around in site.above():
        if isinstance(around.expression, Record):
            effect = _effect(around.expression)
            if effect is not None:
                return _denies(effect.value)
    return False


def _effect(record: Record) -> Entry | None:
    return next((entry for entry in record.entries if _plain(entry.key) == "effect"), None)


def _denies(value: Expression) -> bool:
    return (isinstance(value, Member) and value.name == "DENY") or (isinstance(value, Text) and value.value == "Deny")


def _record(site: Site) -> Record | None:
    """The innermost options around."""
    return next((around.expression for around in site.above() if isinstance(around.expression, Record)), None)


def _plain(name: str) -> str:
    return name.replace("_", "").lower()
