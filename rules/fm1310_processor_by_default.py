"""A function runs on x86_64 because nothing else is written.

## What it checks
Functions without `Architectures`, where nothing keeps them on x86_64: the runtime exists for arm64, CloudFront does
not run them, and neither code nor layers hold native x86_64 code.

## Why it fails
Not written means x86_64. Lambda charges a fifth less for the same time on arm64 (Graviton), and most interpreted code
runs there unchanged; the failure document (section 13) speaks of "higher operational costs". It is advice: measure
before and after.

## Fix
Set the architecture, either one, so that it is a decision.

```typescript
new lambda.Function(this, 'Orders', { architecture: lambda.Architecture.ARM_64 /* … */ });
```
```python
lambda_.Function(self, "Orders", architecture=lambda_.Architecture.ARM_64)
```
```yaml
Architectures: [arm64]
```

## Limits
Native code is told by the header of its files, not by what a build will still add. Code or layers that are not here
yield `unknown`. `x86_64` that is written is a decision and passes.

## References
- https://docs.aws.amazon.com/lambda/latest/dg/foundation-arch.html
"""

from collections.abc import Iterator

from analyzer.facts.architectures import at_the_edge, only_x86, x86_binary
from analyzer.facts.functions import Function
from analyzer.facts.settle import settle
from analyzer.facts.truth import unset
from analyzer.rule import Evidence, Judgement, Query, Rule, Severity, Verdict, passed, unknown

RULE = Rule(
    id="FM1310",
    slug="processor-by-default",
    failure_mode=13,
    severity=Severity.INFO,
    documented=Severity.MEDIUM,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every function the user wrote."""
    for function in query.functions.own():
        yield judge(function)


def judge(function: Function) -> Judgement:
    """One function."""
    left = settle(function.resource["Architectures"], unset)
    if left.verdict is Verdict.PASS or only_x86(function.runtime) or at_the_edge(function):
        return passed(function.resource)
    trees = [function.code, *function.layers]
    if any(x86_binary(tree) for tree in trees if not isinstance(tree, str)):
        return passed(function.resource)
    unread = next((tree for tree in trees if isinstance(tree, str)), None)
    if unread is not None:
        return unknown(function.resource, unread)
    return left.judgement(
        function.resource,
        f"{function.name} runs on x86_64 by default; nothing in its code or layers speaks against the cheaper arm64",
        evidence=[Evidence("property", "Architectures is not set", function.resource.place)],
    )
