"""An EBS volume is of a type of the previous generation.

## What it checks
The volume type of EBS volumes, of the block devices of instances, launch templates and launch configurations, of RDS
instances and of OpenSearch domains.

## Why it fails
`gp2` ties its speed to its size and `standard` is a magnetic disk. `gp3` gives 3,000 operations and 125 MiB a second
at any size for less money. A volume for which nothing is written is `gp2`. It works; the failure document counts it
among outdated patterns (section 9).

## Fix
Write `gp3`.

CDK (TypeScript): `volumeType: ec2.EbsDeviceVolumeType.GP3`, `storageType: rds.StorageType.GP3`. CDK (Python):
`volume_type`, `storage_type`. CloudFormation: `VolumeType: gp3`, `StorageType: gp3`.

## Limits
Block devices, database instances and domains for which no type is written are not judged: the image or the engine
decides.

## References
- https://docs.aws.amazon.com/ebs/latest/userguide/general-purpose.html
- https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html
"""

from collections.abc import Iterator

from analyzer.facts.superseded import VOLUME_TYPES, judge_settings, volume_settings
from analyzer.rule import Judgement, Query, Rule, Severity

RULE = Rule(
    id="FM0907",
    slug="old-volume-type",
    failure_mode=9,
    severity=Severity.LOW,
    documented=Severity.MEDIUM,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge everything that has EBS volumes."""
    for resource in query.resources(*VOLUME_TYPES):
        yield judge_settings(resource, list(volume_settings(resource)), "a volume type of the previous generation")
