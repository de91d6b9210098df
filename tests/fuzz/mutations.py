"""Templates and handler code as nobody meant them: what fixtures hold, with parts replaced, moved, wrapped or removed.

Random bytes die in the first parser. These changes leave most of an application as it was, so that what reads it gets far
before it meets what it does not expect: the wrong type three levels down, an intrinsic function of the wrong arity, a
reference to the resource it stands in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from random import Random
from typing import Any

Path = tuple[str | int, ...]

ODD_VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    2**63,
    1.5,
    1e308,
    "",
    " ",
    "*",
    "\u0000",
    "\u202e",
    "${",
    "${}",
    "${AWS::Region}",
    "${X.Arn}",
    "$${!x}",
    "{{resolve:ssm:x}}",
    "{{resolve:",
    "arn:",
    "arn:aws:s3:::",
    "arn:aws:lambda:us-east-1:123456789012:function:x:y:z:w",
    "a" * 5000,
    "[",
    "(" * 50,
    "2012-10-17",
    "rate(1 minute)",
    [],
    {},
    [[]],
    [None],
    [{}],
    {"": ""},
    {"Ref": None},
    {"Ref": []},
    {"Ref": "AWS::NoValue"},
    {"Ref": "AWS::Nothing"},
    {"Ref": "Missing"},
    {"Fn::GetAtt": []},
    {"Fn::GetAtt": ["X"]},
    {"Fn::GetAtt": "X"},
    {"Fn::GetAtt": ["X", "Arn", "Arn"]},
    {"Fn::GetAtt": ["X", {"Ref": "Y"}]},
    {"Fn::Sub": []},
    {"Fn::Sub": ["${a}"]},
    {"Fn::Sub": ["${a}", {"a": {"Ref": "Missing"}}]},
    {"Fn::Sub": ["${a}${a}", []]},
    {"Fn::Join": ["", None]},
    {"Fn::Join": [None, []]},
    {"Fn::Join": ["", {"Ref": "Missing"}]},
    {"Fn::Select": [9, []]},
    {"Fn::Select": ["x", ["a"]]},
    {"Fn::Select": [0, {"Fn::GetAZs": ""}]},
    {"Fn::Split": ["", "a"]},
    {"Fn::Split": [",", {"Ref": "Missing"}]},
    {"Fn::If": []},
    {"Fn::If": ["Missing", 1, 2]},
    {"Fn::If": ["Missing", {"Ref": "AWS::NoValue"}, {"Ref": "AWS::NoValue"}]},
    {"Fn::FindInMap": ["M"]},
    {"Fn::FindInMap": ["M", {"Ref": "AWS::Region"}, "x", {"DefaultValue": []}]},
    {"Fn::ImportValue": {}},
    {"Fn::ImportValue": {"Fn::Sub": "${Missing}-x"}},
    {"Fn::ToJsonString": {"a": {"Ref": "Missing"}}},
    {"Fn::Length": "x"},
    {"Fn::Cidr": ["10.0.0.0/8", -1, 8]},
    {"Fn::Base64": 1},
    {"Fn::Transform": {"Name": "AWS::Include"}},
    {"Fn::ForEach::X": ["Y", ["a", "b"], {"${Y}": 1}]},
    {"Fn::Nothing": 1},
    {"Fn::If": ["C", 1, 2], "Ref": "X"},
    {"Statement": "x"},
    {"Version": 1, "Statement": [{"Effect": "Allow", "Action": {}, "Resource": 1, "Condition": []}]},
    {"Statement": [{"Effect": [], "NotAction": "*", "Principal": {"AWS": None}}]},
)

WRAPPERS: tuple[Callable[[Any], Any], ...] = (
    lambda value: [value],
    lambda value: {"Fn::If": ["Missing", value, {"Ref": "AWS::NoValue"}]},
    lambda value: {"Fn::If": ["Missing", {"Fn::If": ["Other", value, []]}, value]},
    lambda value: {"Fn::Select": [0, [value]]},
    lambda value: {"Fn::Sub": value},
    lambda value: {"Fn::Sub": ["${v}", {"v": value}]},
    lambda value: {"Fn::Join": ["", [value, value]]},
    lambda value: {"Fn::Split": [",", value]},
    lambda value: {"Ref": value},
    lambda value: {"Fn::GetAtt": [value, "Arn"]},
    lambda value: {"Fn::ToJsonString": value},
    lambda value: {"x": value},
)


def places(content: Any, path: Path = ()) -> Iterator[Path]:
    """The path of everything in ``content`` but itself."""
    members = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for key, value in members:
        yield (*path, key)
        yield from places(value, (*path, key))


def at(content: Any, path: Path) -> Any:
    """What stands at ``path``."""
    for key in path:
        content = content[key]
    return content


def mutate(document: Any, others: Sequence[Any], random: Random, changes: int) -> Any:
    """A copy of ``document`` with this many changes; ``others`` are documents that parts are taken from."""
    document = deepcopy(document)
    for _ in range(changes):
        known = list(places(document))
        if not known:
            return document
        path = random.choice(known)
        holder, key = at(document, path[:-1]), path[-1]
        match random.randrange(8):
            case 0 | 1:
                holder[key] = deepcopy(random.choice(ODD_VALUES))
            case 2:
                del holder[key]
            case 3:
                holder[key] = random.choice(WRAPPERS)(holder[key])
            case 4:
                holder[key] = _part(random.choice(others), path, random)
            case 5:
                holder[key] = deepcopy(at(document, random.choice(known)))
            case 6:
                _rename(holder, key, known, random)
            case 7:
                _refer(document, holder, key, random)
    return document


def _part(other: Any, path: Path, random: Random) -> Any:
    """A part of ``other``: one with the same last key if there is one, so that it is at least about the same thing."""
    known = list(places(other))
    alike = [found for found in known if found[-1] == path[-1]]
    chosen = alike or known
    return deepcopy(at(other, random.choice(chosen))) if chosen else None


def _rename(holder: Any, key: str | int, known: Sequence[Path], random: Random) -> None:
    """Give a member the name of another one, or make an element the mapping of itself."""
    names = [path[-1] for path in known if isinstance(path[-1], str)]
    if isinstance(holder, dict) and names:
        holder[random.choice(names)] = holder.pop(key)
    else:
        holder[key] = {"": holder[key]}


def _refer(document: Any, holder: Any, key: str | int, random: Random) -> None:
    """Refer to any resource, possibly the one that ``holder`` is in."""
    resources = document.get("Resources") if isinstance(document, dict) else None
    ids = list(resources) if isinstance(resources, dict) else []
    chosen = random.choice(ids) if ids else "X"
    references = ({"Ref": chosen}, {"Fn::GetAtt": [chosen, "Arn"]}, {"Fn::Sub": f"${{{chosen}}}/*"}, [chosen], chosen)
    holder[key] = random.choice(references)


_TOKENS = ("{", "}", "(", ")", "[", "]", "`", "${", "'", '"', "\\", "\n", "\t", ";", ":", "=>", "await ", "yield ", "*", "#",
           "//", "/*", "return ", "try {", "except:\n", "lambda x: ", "if ", "...", "?.", "\u0000", "\ufeff", "\u2028", "é")  # fmt: skip


def mutate_code(code: str, others: Sequence[str], random: Random, changes: int) -> str:
    """``code`` with this many pieces removed, doubled, moved, or taken from ``others``."""
    for _ in range(changes):
        start = random.randrange(len(code) + 1)
        end = min(len(code), start + random.choice((1, 2, 8, 40, 200)))
        piece = code[start:end]
        match random.randrange(5):
            case 0:
                code = code[:start] + code[end:]
            case 1:
                code = code[:end] + piece + code[end:]
            case 2:
                code = code[:start] + random.choice(_TOKENS) + code[start:]
            case 3:
                other = random.choice(others)
                cut = random.randrange(len(other) + 1)
                code = code[:start] + other[cut : cut + 80] + code[end:]
            case 4:
                code = code[:start] + "\n".join(reversed(piece.split("\n"))) + code[end:]
    return code
