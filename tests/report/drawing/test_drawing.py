"""SVG, Mermaid and DOT: what a small picture becomes, and that nothing of an input is more than text in them."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

from analyzer.picture.graph import Edge, Family, Line, Node, Picture
from analyzer.report.drawing.dot import dot
from analyzer.report.drawing.mermaid import mermaid
from analyzer.report.drawing.svg import svg
from analyzer.report.html.page import _resource

LOOP = Picture(
    "Event loop",
    "Uploads → Resize → Uploads",
    (
        Node("b", "Uploads", "S3 bucket", "Storage", Family.STORAGE, True, "App/Uploads"),
        Node("f", "Resize", "Lambda function", "Compute", Family.COMPUTE, True, "App/Resize"),
        Node("q", "Failures", "SQS queue", "Compute", Family.MESSAGING),
        Node("more f", "+3", "more", "Compute", Family.MORE),
    ),
    (
        Edge("b", "f", "notification", marked=True),
        Edge("f", "b", "PutObject", marked=True),
        Edge("f", "q", "on failure", Line.DASHED),
        Edge("f", "more f", "", Line.BLOCKED),
    ),
    "Red: the loop.",
)

HOSTILE = "</title></svg><script>alert(1)</script>\" onload='x' `#quot;` %%{init}%% ;\n]end \\ \u202e\x1b[31m\ud800 --> &lt; |"


def hostile(given: Picture) -> Picture:
    nodes = tuple(replace(n, label=HOSTILE, kind=HOSTILE, lane=f"{n.lane}{HOSTILE}", name=HOSTILE) for n in given.nodes)
    edges = tuple(replace(edge, label=HOSTILE) for edge in given.edges)
    return Picture(HOSTILE, HOSTILE, nodes, edges, HOSTILE)


def test_mermaid() -> None:
    assert (
        mermaid(LOOP)
        == """\
flowchart LR
accTitle: Event loop
accDescr: Uploads → Resize → Uploads
  subgraph s1["Storage"]
    n1[("Uploads<br/>S3 bucket")]
  end
  subgraph s2["Compute"]
    n2(["Resize<br/>Lambda function"])
    n3[["Failures<br/>SQS queue"]]
    n4("+3<br/>more")
  end
  n1 -->|"notification"| n2
  n2 -->|"PutObject"| n1
  n2 -.->|"on failure"| n3
  n2 --x n4
  class n1,n2 failed
  classDef failed fill:#fdecec,stroke:#a4161a,stroke-width:2px,color:#1b1f24
  linkStyle 0,1 stroke:#a4161a,stroke-width:2.5px
"""
    )


def test_every_format_tells_the_arrows_that_are_not_drawn() -> None:
    picture = Picture("Stacks", "", (Node("a", "Shared", "9 resources", users=7),), ())
    assert '"Shared\\n9 resources; used by 7"' in dot(picture)
    assert '"Shared<br/>9 resources#59; used by 7"' in mermaid(picture)
    assert ">9 resources; used by 7</text>" in svg(picture)


def test_dot() -> None:
    assert (
        dot(LOOP)
        == """\
digraph stackproof {
  rankdir=LR;
  graph [fontname="sans-serif", fontsize=11, style=rounded, color="#d0d7de"];
  node [fontname="sans-serif", fontsize=11, style="rounded,filled", fillcolor="#ffffff", color="#8c959f"];
  edge [fontname="sans-serif", fontsize=10, color="#57606a"];
  label="Event loop";
  subgraph cluster_1 {
    label="Storage";
    n1 [label="Uploads\\nS3 bucket", shape=cylinder, color="#a4161a", fillcolor="#fdecec", penwidth=2];
  }
  subgraph cluster_2 {
    label="Compute";
    n2 [label="Resize\\nLambda function", shape=box, color="#a4161a", fillcolor="#fdecec", penwidth=2];
    n3 [label="Failures\\nSQS queue", shape=cds];
    n4 [label="+3\\nmore", shape=plaintext];
  }
  n1 -> n2 [label="notification", color="#a4161a", fontcolor="#a4161a", penwidth=2];
  n2 -> n1 [label="PutObject", color="#a4161a", fontcolor="#a4161a", penwidth=2];
  n2 -> n3 [label="on failure", style=dashed];
  n2 -> n4 [style=dashed, arrowhead=tee];
}
"""
    )


def test_svg_names_itself_by_ids_of_its_own_and_spells_the_path() -> None:
    drawn = svg(LOOP, prefix="p7")
    root = ElementTree.fromstring(drawn)
    space = "{http://www.w3.org/2000/svg}"
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-labelledby"] == "p7-t p7-d"
    titles = {child.attrib["id"]: child.text for child in root if "id" in child.attrib}
    assert titles == {"p7-t": "Event loop", "p7-d": "Uploads → Resize → Uploads"}
    assert [group[0].text for group in root.iter(f"{space}g")] == ["App/Uploads", "App/Resize", "Failures", "+3"]
    assert [text.text for text in root.iter(f"{space}text")] == [
        "Storage", "Compute", "Uploads", "S3 bucket", "Resize", "Lambda function", "Failures", "SQS queue", "+3", "more",
        "on failure", "notification", "PutObject",
    ]  # fmt: skip


def test_svg_has_literal_colours_or_classes_of_the_style_sheet_never_both() -> None:
    literal, classed = svg(LOOP), svg(LOOP, classes=True)
    assert "class=" not in literal
    assert "var(" not in literal
    assert not re.search(r'fill="#|stroke="#', classed)
    style = _resource("style.css")
    used = {name for found in re.findall(r'class="([^"]+)"', classed) for name in found.split()} - {"p", "p-box"}
    assert {name for name in used if f".{name}" not in style} == {"p-stripe"}


def test_the_failure_is_told_by_more_than_colour() -> None:
    drawn = svg(LOOP)
    marked = [line for line in drawn.splitlines() if line.startswith("<path") and "#a4161a" in line]
    assert all('stroke-width="2.25"' in line for line in marked)
    assert len(marked) == 2
    assert drawn.count('stroke-dasharray="6 4"') == 3  # the way back, the way on failure, the blocked one


def test_hostile_names_are_text_in_svg() -> None:
    drawn = svg(hostile(LOOP))
    root = ElementTree.fromstring(drawn)
    assert {element.tag.partition("}")[2] for element in root.iter()} == {
        "svg", "title", "desc", "rect", "text", "g", "path",
    }  # fmt: skip
    assert not [key for element in root.iter() for key in element.attrib if key.startswith("on")]
    assert not set("\u202e\x1b\ud800") & set(drawn)


def test_hostile_names_are_text_in_mermaid() -> None:
    drawn = mermaid(hostile(LOOP))
    assert len(drawn.splitlines()) == len(mermaid(LOOP).splitlines())
    for line in drawn.splitlines():
        assert line.count('"') in (0, 2)
        for quoted in re.findall(r'"([^"]*)"', line):
            assert not set(re.sub(r"#\d+;|<br/>", "", quoted)) & set('<>#;`|\\&%[]{}"')
    assert not set("\u202e\x1b\ud800") & set(drawn)


def test_hostile_names_are_text_in_dot() -> None:
    drawn = dot(hostile(LOOP))
    outside = re.sub(r'"(?:\\.|[^"\\])*"', '""', drawn)
    assert "script" not in outside
    assert outside.count('"') % 2 == 0
    assert "&lt;" not in drawn.replace("&amp;lt;", "")
    assert not set("\u202e\x1b\ud800") & set(drawn)


def test_a_name_of_any_length_stays_in_its_box() -> None:
    long = replace(LOOP, nodes=tuple(replace(node, label="N" * 5000, kind="k" * 5000) for node in LOOP.nodes))
    width = float(ElementTree.fromstring(svg(long)).attrib["width"])
    assert width < 1200


def test_a_picture_without_anything_is_still_a_picture() -> None:
    empty = Picture("Nothing", "", (), ())
    assert ElementTree.fromstring(svg(empty)).attrib["role"] == "img"
    assert mermaid(empty) == "flowchart LR\naccTitle: Nothing\naccDescr: picture\n"
    assert dot(empty).endswith('label="Nothing";\n}\n')
