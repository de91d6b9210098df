"""Who may do what as a picture: functions, the roles they run as, and what the Allows of these are for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from analyzer.facts.iam_terms import show
from analyzer.facts.picture_nodes import node_of
from analyzer.judgement import TemplatePlace
from analyzer.model.value import Known, Unknown
from analyzer.picture.graph import Edge, Family, Node, Picture, excerpt, joined, told_apart

if TYPE_CHECKING:
    from analyzer.facts.iam import Iam, Principal, Statement
    from analyzer.judgement import Evidence, Subject
    from analyzer.model.application import Application
    from analyzer.model.node import Case

PATTERNS: Final = "patterns and AWS policies"
"""The lane of what is no resource of the application."""

HAS: Final = "has"
MOST_ACTIONS: Final = 2
_CAPTION = "Allows only: what denies, boundaries and conditions take away again is not drawn."


def grants_picture(application: Application, iam: Iam, subject: Subject, evidence: Iterable[Evidence]) -> Picture:
    """The principals that have what ``subject`` gives, with the grants that ``evidence`` points at marked."""
    places = [one.place for one in evidence if isinstance(one.place, TemplatePlace)]
    drawing = _Drawing(application, places)
    holders = _having(iam, subject)
    for principal in holders:
        drawing.draw(principal)
    if not holders:
        drawing.grants([one for one in iam.written_statements if one.carrier is subject])
    title = f"What {subject.logical_id} allows"
    marked = [edge for edge in drawing.edges if edge.marked]
    told = "; ".join(_told(edge, drawing.nodes[edge.target].name) for edge in marked)
    whole = drawing.picture(title, f"{title}. Marked: {told}." if told else f"{title}.", marked=bool(marked))
    core = [end for edge in marked for end in (edge.source, edge.target)] or list(drawing.nodes)[:1]
    return excerpt(whole, core) if core else whole


def iam_picture(application: Application, principals: Iterable[Principal]) -> Picture:
    """What these principals may do."""
    drawing = _Drawing(application, [])
    for principal in principals:
        drawing.draw(principal)
    title = "Who may do what"
    return drawing.picture(title, f"{title}: functions, their roles, and what these allow.")


def _having(iam: Iam, subject: Subject) -> list[Principal]:
    """The principals that ``subject`` is, carries policies for, or (SAM) was written instead of."""
    return [
        principal
        for principal in iam.principals.values()
        if principal.resource is subject
        or principal.resource.owner is subject
        or any(statement.carrier is subject for statement in principal.statements)
    ]


class _Drawing:
    """A picture on its way; statements that hold one of ``places`` are marked."""

    def __init__(self, application: Application, places: list[TemplatePlace]) -> None:
        self._application = application
        self._places = places
        self.nodes: dict[str, Node] = {}
        self.edges: list[Edge] = []

    def picture(self, title: str, description: str, *, marked: bool = False) -> Picture:
        """What was drawn; what is by pattern stands last."""
        nodes = sorted(self.nodes.values(), key=lambda node: node.lane == PATTERNS)
        caption = f"Thick: what the finding is about. {_CAPTION}" if marked else _CAPTION
        return Picture(title, description, told_apart(nodes), joined(self.edges), caption)

    def draw(self, principal: Principal) -> None:
        """A principal with the functions that run as it and what it allows."""
        allows = [one for one in principal.statements if one.allows and one.managed is None]
        own = node_of(principal.resource, marked=any(map(self._is_marked, allows)))
        self._add(own)
        for function in principal.functions:
            self._link(self._add(node_of(function)), own.id, "runs as")
        for name, node in principal.managed:
            short = name.rpartition("/")[2]
            policy = Node(f"managed {name}", short, "AWS managed policy", PATTERNS, Family.IDENTITY, name=name)
            self._link(own.id, self._add(policy), HAS, marked=self._points_at(node.place))
        self._targets_of(own.id, allows)

    def grants(self, statements: Iterable[Statement]) -> None:
        """What a policy allows that nobody holds."""
        for statement in statements:
            if statement.allows:
                own = self._add(node_of(statement.carrier, marked=self._is_marked(statement)))
                self._targets_of(own, [statement])

    def _targets_of(self, own: str, allows: Iterable[Statement]) -> None:
        for statement in allows:
            label, marked = _actions(statement), self._is_marked(statement)
            for target in self._targets(statement):
                self._link(own, self._add(target), label, marked=marked)

    def _targets(self, statement: Statement) -> Iterator[Node]:
        if statement.not_resources:
            excepted = ", ".join(_words(case) for case in statement.not_resources)
            yield _pattern(f"all but {excepted}", "resources")
            return
        for case in statement.resources:
            named = self._application.mentioned(case.value)
            if len(named) == 1:
                yield node_of(named[0])
            else:
                words = _words(case)
                yield _pattern(words, "every resource" if words == "*" else "resources by pattern")

    def _is_marked(self, statement: Statement) -> bool:
        return self._points_at(statement.node.place)

    def _points_at(self, place: TemplatePlace) -> bool:
        return any(
            one.stack == place.stack and f"{one.pointer}/".startswith(f"{place.pointer}/") for one in self._places
        )

    def _add(self, node: Node) -> str:
        known = self.nodes.get(node.id)
        if known is None or (node.marked and not known.marked):
            self.nodes[node.id] = node
        return node.id

    def _link(self, source: str, target: str, label: str, *, marked: bool = False) -> None:
        self.edges.append(Edge(source, target, label, marked=marked))


def _actions(statement: Statement) -> str:
    """The first actions, the rest counted."""
    cases = statement.not_actions or statement.actions
    names = list(dict.fromkeys(_words(case) for case in cases))
    more = len(names) - MOST_ACTIONS
    told = ", ".join(names[:MOST_ACTIONS]) + (f" +{more}" if more > 0 else "")
    return f"all but {told}" if statement.not_actions else told


def _words(case: Case) -> str:
    value = case.value
    if isinstance(value, Unknown):
        return "?"
    return show(value) if isinstance(value, Known) else str(value)


def _pattern(words: str, kind: str) -> Node:
    return Node(f"pattern {words}", words, kind, PATTERNS, Family.OUTSIDE, name=words)


def _told(edge: Edge, target: str) -> str:
    return f"has {target}" if edge.label == HAS else f"{edge.label} on {target}"
