"""Synthesizes apps with the plugin in one process, since Node.js starts slowly: ``cdk_apps.py FOLDER NAME…``.

Each app is a bucket whose function writes back to it, twice. Beside the assembly ``NAME`` lies ``NAME.error`` with what
the synthesis raised, if it did.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from aws_cdk import (
    Acknowledgment,
    App,
    CfnParameter,
    NestedStack,
    Stack,
    Stage,
    Validations,
    aws_lambda,
    aws_s3,
    aws_s3_notifications,
)
from constructs import Construct, IConstruct

from analyzer.integrations.cdk import StackproofPlugin

HANDLER = """
const { S3Client, PutObjectCommand } = require('@aws-sdk/client-s3');
const s3 = new S3Client();
exports.handler = async () => {
  await s3.send(new PutObjectCommand({ Bucket: process.env.BUCKET, Key: 'out.png', Body: '' }));
};
"""
ONLY_LOOPS = ("--select", "FM0701")


class Loop(Construct):
    """A bucket that triggers the function that writes to it."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        bucket = aws_s3.Bucket(self, "Uploads")
        self.function = aws_lambda.Function(
            self,
            "Resize",
            runtime=aws_lambda.Runtime.NODEJS_22_X,
            handler="index.handler",
            code=aws_lambda.Code.from_inline(HANDLER),
            environment={"BUCKET": bucket.bucket_name},
        )
        bucket.grant_read_write(self.function)
        bucket.add_event_notification(
            aws_s3.EventType.OBJECT_CREATED, aws_s3_notifications.LambdaDestination(self.function)
        )


def acknowledge(scope: IConstruct, identifier: str = "FM0701", reason: str = "out.png is made once") -> None:
    Validations.of(scope).acknowledge(Acknowledgment(id=f"Stackproof::{identifier}", reason=reason))


def plain(app: App) -> None:
    Validations.of(app).add_plugins(StackproofPlugin(arguments=ONLY_LOOPS))
    Loop(Stack(app, "Documents"), "One")


def acknowledged(app: App) -> None:
    Validations.of(app).add_plugins(StackproofPlugin(arguments=ONLY_LOOPS))
    stack = Stack(app, "Documents")
    acknowledge(Loop(stack, "One"))
    resource = Loop(stack, "Two").function.node.default_child
    assert resource is not None
    acknowledge(resource, "fm07", "nor is this")


def sibling(app: App) -> None:
    Validations.of(app).add_plugins(StackproofPlugin(arguments=ONLY_LOOPS))
    acknowledge(Loop(Stack(app, "Documents"), "One"))
    Loop(Stack(app, "Other"), "One")


def refused(app: App) -> None:
    Validations.of(app).add_plugins(StackproofPlugin(config="policy.yaml", arguments=ONLY_LOOPS))
    acknowledge(Loop(Stack(app, "Documents"), "One"))


def mistyped(app: App) -> None:
    Validations.of(app).add_plugins(StackproofPlugin(arguments=ONLY_LOOPS))
    acknowledge(Stack(app, "Documents"), "FM0799")


def staged(app: App) -> None:
    """Two stages, one with the plugin; its finding sits in a nested stack."""
    for name in ("Prod", "Dev"):
        stage = Stage(app, name)
        inner = NestedStack(Stack(stage, "Documents"), "Inner")
        Loop(inner, "One")
        CfnParameter(inner, "Unused")
        if name == "Prod":
            Validations.of(stage).add_plugins(StackproofPlugin(arguments=("--select", "FM0701,FM1202")))


def lenient(app: App) -> None:
    Validations.of(app).add_plugins(StackproofPlugin(fail_on="never", arguments=ONLY_LOOPS))
    Loop(Stack(app, "Documents"), "One")


def misused(app: App) -> None:
    Validations.of(app).add_plugins(StackproofPlugin(arguments=("--no-such-option",)))
    Stack(app, "Documents")


APPS: dict[str, Callable[[App], None]] = {
    made.__name__: made for made in (plain, acknowledged, sibling, refused, mistyped, staged, lenient, misused)
}


def main(folder: str, *names: str) -> None:
    """Synthesize the apps called ``names`` into ``folder``."""
    for name in names:
        app = App(outdir=f"{folder}/{name}")
        APPS[name](app)
        try:
            app.synth()
        except RuntimeError as error:
            Path(f"{folder}/{name}.error").write_text(str(error))


if __name__ == "__main__":
    main(*sys.argv[1:])
