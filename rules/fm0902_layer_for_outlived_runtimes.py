"""A layer is offered to runtimes only that are out of support.

## What it checks
`CompatibleRuntimes` of every layer version, against the dated table of Lambda's runtimes on the day of `--as-of`.

## Why it fails
The list says for which runtimes the content was built. If all of them are out of support, so is what the layer was
tested with, and packages built for an old Python or Node.js often do not load on a new one. A function on a runtime
that is not in the list may still use the layer, so nothing breaks by itself. The failure document names missing
modern runtimes (section 9).

## Fix
Build the layer for a runtime that is supported and name it.

CDK (TypeScript): `compatibleRuntimes: [lambda.Runtime.PYTHON_3_14]`. CDK (Python):
`compatible_runtimes=[lambda_.Runtime.PYTHON_3_14]`. CloudFormation: `CompatibleRuntimes: [python3.14]`.

## Limits
A layer that names no runtimes is not judged. A runtime that the table does not know yields `unknown`, unless another
in the list is supported.

## References
- https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
- https://docs.aws.amazon.com/lambda/latest/dg/creating-deleting-layers.html
"""

from collections.abc import Iterator

from analyzer.facts.functions import LAYER
from analyzer.facts.lambda_runtimes import Stage, standing
from analyzer.model.template import Resource
from analyzer.rule import Evidence, Judgement, Query, Rule, Severity, fail, passed, unknown

RULE = Rule(
    id="FM0902",
    slug="layer-for-outlived-runtimes",
    failure_mode=9,
    severity=Severity.LOW,
    documented=Severity.MEDIUM,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every layer version."""
    for layer in query.resources(LAYER):
        yield judge(layer, query)


def judge(layer: Resource, query: Query) -> Judgement:
    """One layer: it fails where no runtime of its list is supported."""
    names = [(node, node.known) for node in layer["CompatibleRuntimes"].items()]
    found = [(node, standing(str(name), query.as_of)) for node, name in names if name is not None]
    if not names or any(one.stage is Stage.SUPPORTED for _, one in found):
        return passed(layer)
    undecided = [one.name for _, one in found if one.stage is None]
    if undecided or len(found) < len(names):
        needs = f"the support dates of {undecided[0]}" if undecided else f"the runtimes of {layer.logical_id}"
        return unknown(layer, needs)
    built_for = ", ".join(one.name for _, one in found)
    return fail(
        layer,
        f"{layer.logical_id} is built for {built_for} only, which AWS no longer supports.",
        at=layer["CompatibleRuntimes"].place,
        evidence=[Evidence("property", f"{one.name} {one.text}", node.place) for node, one in found],
    )
