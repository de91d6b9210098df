"""Figures that several stacks share, each with its reason."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs

# PCI DSS v4.0.1, 10.5.1: audit logs for twelve months. Thirteen, so that a yearly review never misses one.
LOG_RETENTION = logs.RetentionDays.THIRTEEN_MONTHS
LOG_BUCKET_RETENTION = Duration.days(400)

# Seven years: the firm's record retention. In compliance mode nobody, the root user included, can shorten it.
RECORD_RETENTION = Duration.days(2557)

# The longest that DynamoDB offers for point-in-time recovery.
RECOVERY_DAYS = 35

RUNTIME = lambda_.Runtime.NODEJS_24_X
