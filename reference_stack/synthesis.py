"""Writes the two cloud assemblies, byte for byte the same on every machine.

`aws_cdk` starts a Node.js process when it is imported and reads its settings then, so the variables below
are set first and the app is imported late.
"""

from __future__ import annotations

import importlib
import os
import shutil
import tempfile
from pathlib import Path

from reference_stack.portable import make_portable

VARIANTS = ("as_documented", "hardened")
PACKAGE = Path(__file__).resolve().parent
ASSEMBLIES = PACKAGE / "assemblies"

# What CDK is told before it starts.
ENVIRONMENT = {
    "JSII_HOST_STACK_TRACES": "1",  # Python source lines in <Stack>.metadata.json
    "JSII_DEPRECATED": "quiet",  # as_documented uses deprecated members on purpose
    "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "18,20,22",
    "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1",
    "CDK_VALIDATION": "false",  # the built-in validator would leave report files in the assembly
}


def synthesize(variant: str, output: Path) -> Path:
    """Write the cloud assembly of `variant` to the folder `output`, replacing what is there.

    Raises ValueError for an unknown variant, ImportError without `aws-cdk-lib`.
    """
    if variant not in VARIANTS:
        raise ValueError(f"unknown variant {variant!r}; known: {', '.join(VARIANTS)}")
    os.environ.update(ENVIRONMENT)
    stacks = importlib.import_module(f"reference_stack.app.{variant}")
    cdk = importlib.import_module("aws_cdk")
    with tempfile.TemporaryDirectory() as scratch:
        assembly = Path(scratch) / "assembly"
        context = {
            "aws:cdk:enable-path-metadata": True,
            "aws:cdk:enable-asset-metadata": True,
            # Export and Fn::ImportValue, which CloudFormation checks, between the stacks.
            "@aws-cdk/core:defaultCrossStackReferences": "strong",
            **stacks.FEATURE_FLAGS,
        }
        app = cdk.App(outdir=str(assembly), analytics_reporting=False, context=context)
        stacks.build(app)
        app.synth()
        make_portable(assembly, root=PACKAGE.parent)
        shutil.rmtree(output, ignore_errors=True)
        shutil.copytree(assembly, output)
    return output
