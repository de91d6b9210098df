"""Queues as this app makes them."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs
from constructs import Construct

# After five failed deliveries a message goes to the dead-letter queue: what AWS asks for at least.
MAX_RECEIVES = 5


def encrypted_queue(
    scope: Construct,
    construct_id: str,
    *,
    key: kms.IKey,
    visibility: cdk.Duration | None = None,
    dead_letters: sqs.IQueue | None = None,
) -> sqs.Queue:
    """A queue under a customer key that takes messages over TLS only and keeps them for two weeks."""
    redrive = sqs.DeadLetterQueue(queue=dead_letters, max_receive_count=MAX_RECEIVES) if dead_letters else None
    return sqs.Queue(
        scope,
        construct_id,
        encryption=sqs.QueueEncryption.KMS,
        encryption_master_key=key,
        enforce_ssl=True,
        retention_period=cdk.Duration.days(14),  # time for a person to look at what failed
        visibility_timeout=visibility,
        dead_letter_queue=redrive,
        removal_policy=cdk.RemovalPolicy.RETAIN,
    )
