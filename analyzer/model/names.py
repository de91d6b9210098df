"""Identity: which values name the same thing, and which resource a value names.

Every string with holes has a *canonical form*: an ordinary string in which each hole is one private-use
character, the same hole always the same character. References to a resource are spelled out first
(``GetAtt Bucket.Arn`` becomes ``arn:…:s3:::`` and the bucket's name, a literal one where it is written), and the
partition, Region and account of an ARN are taken to be the application's own whether written out or not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from functools import cache
from typing import TYPE_CHECKING

from analyzer.model.arns import NAMINGS
from analyzer.model.globs import matches, overlap
from analyzer.model.value import Known, Part, Reference, Text, Unknown, Value, as_text, parts_of, text

if TYPE_CHECKING:
    from analyzer.model.application import Application
    from analyzer.model.template import Resource

_FIRST_HOLE = 0xE000
_LAST_HOLE = 0xF8FF
_PSEUDO = {
    "{partition}": Reference("", "AWS::Partition"),
    "{region}": Reference("", "AWS::Region"),
    "{account}": Reference("", "AWS::AccountId"),
    "{suffix}": Reference("", "AWS::URLSuffix"),
}
_PLACEHOLDER = re.compile(r"(\{\w+\})")
_WITH_HOLES = (Reference, Text)
NAME = "@name"
"""The attribute under which a resource's generated name stands as a hole."""


class Names:
    """The names of one application's resources."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._holes: dict[object, str] = {}
        self._meaning: dict[str, Part] = {}
        self._unknown: set[str] = set()
        self._index: dict[str, list[Resource]] | None = None
        self._spelling: list[Resource] = []
        self._canonical: dict[Value, str] = {}
        self._called: dict[Resource, str] = {}
        self._frames: dict[str, tuple[str, str]] = {}

    # --- canonical form -------------------------------------------------------------------------------

    def canonical(self, value: Value) -> str | None:
        """The canonical form of a string value; None where it is no string."""
        if isinstance(value, Known):
            return self._own_environment(as_text(value.value))
        has_holes = isinstance(value, _WITH_HOLES)
        if has_holes and (known := self._canonical.get(value)) is not None:
            return known
        parts = parts_of(value)
        if parts is None:
            return None
        spelled = self._own_environment(self._plain(parts))
        if has_holes and not self._spelling and not _without_identity(parts):
            self._canonical[value] = spelled
        return spelled

    def _plain(self, parts: Iterable[Part]) -> str:
        spelled: list[Part] = []
        for part in parts:
            spelled.extend([part] if isinstance(part, str) else self._spelled(part))
        return self._written(spelled)

    def _written(self, spelled: Iterable[Part]) -> str:
        return "".join([part if isinstance(part, str) else self._hole(part) for part in spelled])

    def describe(self, canonical: str) -> str:
        """A canonical form for people, holes in angle brackets."""
        return "".join(str(self._meaning.get(character, character)) for character in canonical)

    def restore(self, canonical: str) -> Value:
        """The value behind a canonical form, or behind text that contains pieces of one."""
        return text([self._meaning.get(character, character) for character in canonical])

    def uncertain(self, canonical: str) -> bool:
        """Whether a hole of the canonical form stands for a value nobody can know yet."""
        return not self._unknown.isdisjoint(canonical)

    def definite(self, pattern: str) -> bool:
        """Whether a pattern in canonical form covers nothing but itself, and nothing else can turn out to be it."""
        return "*" not in pattern and "?" not in pattern and not self.uncertain(pattern)

    def _hole(self, part: Reference | Unknown) -> str:
        known = part.identity is not None if isinstance(part, Unknown) else True
        key: object = part if known else object()
        if key not in self._holes:
            code = _FIRST_HOLE + len(self._holes)
            character = chr(code) if code <= _LAST_HOLE else chr(0xF0000 + len(self._holes))
            self._holes[key] = character
            self._meaning[character] = part
            if isinstance(part, Unknown):
                self._unknown.add(character)
        return self._holes[key]

    def _own_environment(self, plain: str) -> str:
        """Partition, Region and account of an ARN, where written out, as the application's own."""
        if not plain.startswith("arn:"):
            return plain
        pieces = plain.split(":", 5)
        if len(pieces) < 6:
            return plain
        if pieces[1].startswith("aws"):
            pieces[1] = self._hole(_PSEUDO["{partition}"])
        if pieces[3] and "*" not in pieces[3] and pieces[3].isascii():
            pieces[3] = self._hole(_PSEUDO["{region}"])
        if pieces[4].isdecimal():
            pieces[4] = self._hole(_PSEUDO["{account}"])
        return ":".join(pieces)

    # --- spelling out ---------------------------------------------------------------------------------

    def _spelled(self, part: Reference | Unknown) -> list[Part]:
        resource = None if isinstance(part, Unknown) or part.pseudo else self._application.resource(part)
        naming = NAMINGS.get(resource.type) if resource else None
        if resource is None or naming is None or isinstance(part, Unknown):
            return [part]
        if part.attribute is None:
            kind = naming.ref
        elif part.attribute in naming.arns:
            kind = "arn"
        elif part.attribute in naming.names:
            kind = "name"
        else:
            return [part]
        return self._name(resource) if kind == "name" else self._shape(resource, kind)

    def _shape(self, resource: Resource, kind: str) -> list[Part]:
        naming = NAMINGS[resource.type]
        shape = naming.arn if kind == "arn" else (naming.url or "{name}")
        before, hole, after = shape.partition("{name}")
        return [*_pieces(before), *(self._name(resource) if hole else ()), *_pieces(after)]

    def _name(self, resource: Resource) -> list[Part]:
        naming = NAMINGS[resource.type]
        written = parts_of(resource[naming.property].value) if naming.property else None
        if not written or resource in self._spelling:  # a name made of itself is none
            return [Reference(resource.template.key, resource.id, NAME)]
        self._spelling.append(resource)
        try:
            return [inner for part in written for inner in ([part] if isinstance(part, str) else self._spelled(part))]
        finally:
            self._spelling.pop()

    def arn(self, resource: Resource) -> str | None:
        """The canonical form of the resource's ARN; None for a type whose ARN is not known."""
        naming = NAMINGS.get(resource.type)
        return None if naming is None else self._framed(naming.arn, resource)

    def name(self, resource: Resource) -> str | None:
        """The canonical form of the resource's name; None for a type whose naming is not known."""
        return self._own_environment(self._call(resource)) if resource.type in NAMINGS else None

    def _call(self, resource: Resource) -> str:
        """The name of a resource, holes as characters."""
        found = self._called.get(resource)
        if found is None:
            found = self._written(self._name(resource))
            if not self._spelling:  # inside a name that is made of itself, this is not the last word
                self._called[resource] = found
        return found

    def _framed(self, shape: str, resource: Resource) -> str:
        """The name of a resource in an ARN or URL of this shape, whose account and the like are the application's."""
        frame = self._frames.get(shape)
        if frame is None:
            before, _, after = shape.partition("{name}")
            frame = self._frames[shape] = self._written(_pieces(before)), self._written(_pieces(after))
        before, after = frame
        return f"{before}{self._call(resource)}{after}"

    def arn_of(self, reference: Reference) -> Text | None:
        """The ARN that a reference evaluates to, with its structure; None where it is none."""
        resource = self._application.resource(reference)
        naming = NAMINGS.get(resource.type) if resource else None
        if resource is None or naming is None:
            return None
        is_arn = reference.attribute in naming.arns if reference.attribute else naming.ref == "arn"
        spelled = text(self._shape(resource, "arn")) if is_arn else None
        return spelled if isinstance(spelled, Text) else None

    # --- look-up --------------------------------------------------------------------------------------

    def resource(self, value: Value, types: Iterable[str] = ()) -> Resource | None:
        """The one resource that the value names, among ``types`` where given."""
        wanted = tuple(types)
        if isinstance(value, Reference):
            direct = self._application.resource(value)
            if direct is not None and (not wanted or direct.type in wanted):
                return direct
        canonical = self.canonical(value)
        if not canonical:
            return None
        named = self._by_name().get(canonical)
        if named is None:
            return None
        unique = {resource for resource in named if not wanted or resource.type in wanted}
        return unique.pop() if len(unique) == 1 else None

    def _by_name(self) -> dict[str, list[Resource]]:
        if self._index is None:
            self._index = {}
            for resource in self._application.resources():
                naming = NAMINGS.get(resource.type)
                if naming is None:
                    continue
                forms = {self._framed(naming.arn, resource), self.name(resource)}
                if naming.url:
                    forms.add(self._framed(naming.url, resource))
                for form in forms:
                    if form:
                        self._index.setdefault(form, []).append(resource)
        return self._index

    # --- patterns -------------------------------------------------------------------------------------

    def matches(self, pattern: Value, subject: str) -> bool | None:
        """Whether an IAM resource pattern covers the canonical ``subject``; None where a hole decides."""
        written = self.canonical(pattern)
        if written is None:
            return None
        return self.covers(written, subject)

    def covers(self, pattern: str, subject: str) -> bool | None:
        """As :meth:`matches`, for a pattern in canonical form."""
        if matches(pattern, subject):
            return True
        doubtful = self.uncertain(pattern) or self.uncertain(subject)
        if not doubtful and self._of_another(pattern, subject):
            return False
        named = {character for character in subject if self._generated(character)} - set(pattern)
        if (doubtful or (named and "*" in pattern)) and overlap(
            self._tokens(pattern, "*?", frozenset()), self._tokens(subject, "", named)
        ):
            return None
        return False

    def _of_another(self, pattern: str, subject: str) -> bool:
        """Whether the pattern holds the generated name of a resource that the subject, all of whose holes are such
        names, does not hold: no generated name is part of another."""
        foreign = set(pattern) - set(subject)
        own = all(self.is_name(character) for character in subject if self._generated(character))
        return own and any(map(self.is_name, foreign))

    def is_name(self, character: str) -> bool:
        """Whether a character of a canonical form stands for a name that CloudFormation generates."""
        part = self._meaning.get(character)
        return isinstance(part, Reference) and part.attribute == NAME

    def _generated(self, character: str) -> bool:
        part = self._meaning.get(character)
        return isinstance(part, Reference) and not part.pseudo

    def _tokens(self, form: str, wildcards: str, named: Set[str]) -> list[str]:
        """The form as tokens of :func:`overlap`; what nobody can know yet, and a generated name, match anything."""
        return [self._token(character, wildcards, named) for character in form]

    def _token(self, character: str, wildcards: str, named: Set[str]) -> str:
        if character in wildcards or character in named or isinstance(self._meaning.get(character), Unknown):
            return "*"
        return "\\" + character if character in "*?" else character


@cache
def _pieces(shape: str) -> tuple[Part, ...]:
    """A part of a :class:`~analyzer.model.arns.Naming`'s shape, what the environment fills in as references."""
    return tuple([_PSEUDO.get(piece, piece) for piece in _PLACEHOLDER.split(shape) if piece])


def _without_identity(parts: Iterable[Part]) -> bool:
    """Whether a part is an unknown value that is equal to no other, not even to itself the next time."""
    return any(isinstance(part, Unknown) and part.identity is None for part in parts)


def literal(value: Value) -> str | None:
    """The text of a known value; None for anything else."""
    return as_text(value.value) if isinstance(value, Known) else None
