"""What a run was asked to do, apart from its inputs and its rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from analyzer.policy.result import Gate


class Profile(StrEnum):
    """Whose severities are in force: the rules' own, by real impact, or those of the failure document."""

    DEFAULT = "default"
    DOCUMENTED = "documented"


@dataclass(frozen=True, slots=True)
class Settings:
    """``as_of`` is the day on which dated facts and waivers are judged. ``rule_seconds`` bounds one rule on one
    application. ``rule_settings`` is handed to the rules as it is."""

    as_of: date
    profile: Profile = Profile.DEFAULT
    gate: Gate = field(default_factory=Gate)
    inline_waivers: bool = True
    rule_seconds: float = 60.0
    rule_settings: Mapping[str, Any] = field(default_factory=dict)
